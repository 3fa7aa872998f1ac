"""A job's page: for the one who ordered it."""

import pytest

from outreach.jobs import running


@pytest.fixture
def job(s, w):
    made = running.plan(s, "import", "import:1", owner=w.cuc.id)
    s.commit()
    return made


def test_a_job_that_waits_says_so_and_the_page_asks_again(visitor, w, job):
    page = visitor.as_(w.cuc).get(f"/viec/{job.id}")
    assert f'href="/viec/{job.id}"' in page.text  # without JavaScript one looks again by hand
    assert 'hx-trigger="every 2s"' in page.text


def test_a_running_job_shows_how_far_it_is(visitor, s, w, job):
    job.done, job.total = 500, 2000
    s.commit()
    assert '<progress max="2000" value="500"' in visitor.as_(w.cuc).htmx(f"/viec/{job.id}").text


def test_a_finished_job_is_asked_after_no_more(visitor, s, w, job):
    job.state = "done"
    s.commit()
    assert "every 2s" not in visitor.as_(w.cuc).htmx(f"/viec/{job.id}").text


def test_a_given_up_job_is_asked_after_no_more(visitor, s, w, job):
    job.state = "failed"
    s.commit()
    fragment = visitor.as_(w.cuc).htmx(f"/viec/{job.id}")
    assert 'role="alert"' in fragment.text
    assert "every 2s" not in fragment.text


def test_somebody_elses_job_is_not_found(visitor, w, job):
    visitor.as_(w.quy).get(f"/viec/{job.id}", status=404)


def test_a_stranger_is_sent_to_sign_in(visitor, w, job):
    assert visitor.get(f"/viec/{job.id}", status=303).location.startswith("/dang-nhap")
