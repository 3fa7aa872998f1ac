"""What a phone keeps of a lesson: all of it, nobody's, in one language; and what it tells the house later."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from outreach import shelf
from outreach.cards import codes
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import queries
from outreach.procedures import loading
from tests.databases import sqlite_only
from tests.learning.test_pages import LESSON, LESSONS, SIGN_IN, pages_of
from tests.visitor import Visitor

LIST = f"/bai-hoc/{SIGN_IN}/giu.json"
REHEARSAL = f"/luyen-tap/{SIGN_IN}/giu.json"
STEP, QUIZ = f"/bai-hoc/{SIGN_IN}/1", f"/bai-hoc/{SIGN_IN}/cau-hoi"
LATER = {"Prefer": "return=minimal"}


def told(client, address, **kw):
    """A list of what to keep, read as the script reads it."""
    answer = client.get(address, **kw)
    assert answer.status_code == 200, address
    assert "Set-Cookie" not in answer.headers
    return answer.get_json()


@sqlite_only
@pytest.mark.parametrize("address", [LIST, REHEARSAL])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_on_the_list_comes_without_a_cookie_and_in_its_language(s, w, app, address, language):
    loading.load(s)
    s.commit()
    client = app.test_client(use_cookies=False)
    listed = told(client, f"{address}?tieng={language}")
    assert listed["language"] == language
    weight = 0
    for source in (*listed["pages"].values(), *listed["files"]):
        answer = client.get(source)
        assert answer.status_code == 200, source
        assert "Set-Cookie" not in answer.headers, source
        if source in listed["files"]:
            assert len(answer.data) == listed["files"][source]
        elif not source.startswith("/khong-co-mang"):
            assert f'<html lang="{language}">' in answer.text, source
        weight += len(answer.data)
        answer.close()
    assert listed["bytes"] == weight


@sqlite_only
def test_a_kept_lesson_is_whole(s, w, app):
    listed = told(app.test_client(use_cookies=False), LIST)
    marked = {
        f"/bai-hoc/{SIGN_IN}/cau-hoi{f'/{n}' if n > 1 else ''}?chon={choice}"
        for n, asked in enumerate(LESSON.quiz, start=1) for choice in asked.choices
    }  # fmt: skip
    no_network = {"/khong-co-mang?tieng=vi", "/khong-co-mang?tieng=en"}
    assert set(listed["pages"]) == {*pages_of(LESSON), *marked, *no_network}
    assert listed["pages"][f"/bai-hoc/{SIGN_IN}/xong"] == f"/bai-hoc/{SIGN_IN}/tren-may?tieng=vi"
    files = {urlsplit(one).path for one in listed["files"]}
    assert {f"/static/{one}" for one in ("app.css", "vendor/htmx.min.js", "lesson.js", "kept.js")} <= files


def test_the_list_is_the_same_whoever_asks_and_changes_when_a_page_does(s, w, app, visitor, monkeypatch):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    before = told(app.test_client(use_cookies=False), f"{LIST}?tieng=en")
    visitor.post(f"/the-hoc/{code}")
    with app.app_context():
        shelf.clear()
    assert told(visitor.client, LIST) == told(visitor.as_(w.lan).client, LIST) == before
    words, first = LESSON.words["en"], LESSON.steps[0].id
    steps = words.steps | {first: replace(words.steps[first], heading="Take any phone")}
    changed = LESSONS | {SIGN_IN: replace(LESSON, words=LESSON.words | {"en": replace(words, steps=steps)})}
    monkeypatch.setattr(queries, "catalogue", lambda: changed)
    assert told(visitor.client, f"{LIST}?tieng=en")["version"] != before["version"]


@sqlite_only
def test_a_list_that_the_phone_has_already_is_not_sent_again(s, w, visitor):
    mark = visitor.client.get(LIST).headers["ETag"]
    assert visitor.client.get(LIST, headers={"If-None-Match": mark}).status_code == 304


@sqlite_only
@pytest.mark.parametrize("address", ["giu.json", "tren-may"])
def test_of_what_no_lesson_is_nothing_is_kept(s, w, visitor, address):
    visitor.get(f"/bai-hoc/khong-co/{address}", status=404)
    visitor.get(f"/luyen-tap/khong-co/{address}", status=404)


@sqlite_only
def test_a_page_asked_for_once_in_a_language_leaves_the_readers_own_alone(s, w, visitor):
    page = visitor.get(f"{STEP}?tieng=vi")
    assert '<html lang="vi">' in page.text
    assert "Set-Cookie" not in page.headers
    assert '<html lang="en">' in visitor.get(STEP).text


@sqlite_only
def test_the_end_that_is_kept_promises_no_tick_and_knows_the_right_answers(s, w, visitor):
    page = visitor.get(f"/bai-hoc/{SIGN_IN}/tren-may")
    assert "Only then is the lesson ticked as finished." in page.words
    assert "Well done" not in page.words
    for n, asked in enumerate(LESSON.quiz[1:], start=2):
        assert f"{QUIZ}/{n} {asked.answer} " in page.text


@sqlite_only
def test_the_page_for_no_network_says_what_is_safe(s, w, visitor):
    assert "Nothing is lost" in visitor.get("/khong-co-mang").words


@sqlite_only
def test_the_worker_answers_for_the_whole_house_and_is_small(s, w, visitor):
    answer = visitor.client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert 500 < len(answer.data) <= 4_000
    answer.close()


@sqlite_only
def test_nothing_about_keeping_is_read_where_no_script_runs(s, w, visitor):
    for address in ("/", "/bai-hoc", f"/bai-hoc/{SIGN_IN}", STEP):
        text = visitor.get(address).text
        assert text.count("data-keep=") == text.count("hidden>\n<h2>Learn without a network")
        assert '<p class="network" data-unsent hidden>' in text


def test_a_deed_told_later_is_answered_briefly_and_makes_the_phone_a_learner(s, w, visitor):
    first = visitor.post(STEP, headers=LATER, status=204)
    assert "learner=" in first.headers["Set-Cookie"]
    visitor.post(QUIZ, {"choice": "tu-go"}, headers=LATER, status=204)
    s.expire_all()
    assert s.scalars(select(Progress)).one().steps_seen == LESSON.steps[0].id
    assert s.scalars(select(Answer)).one().choice == "tu-go"


def test_a_phone_that_never_got_the_first_reply_is_the_same_learner_when_it_sends_again(s, w, app):
    mark = {"choice": "tu-go", "client_id": "3f1f6f0c5b0e4a539c0b0c6ed19f4f8e"}
    first, again = (Visitor(app).post(QUIZ, mark, headers=LATER, status=204) for _ in range(2))
    assert first.headers["Set-Cookie"].split(";")[0] == again.headers["Set-Cookie"].split(";")[0]
    assert s.scalar(select(func.count()).select_from(Answer)) == 1
    assert s.scalar(select(func.count()).select_from(Learner)) == 1


def test_a_deed_that_names_its_page_counts_for_that_page_wherever_it_stands_by_now(s, w, visitor):
    visitor.post(STEP, {"key": LESSON.steps[3].id})
    visitor.post(QUIZ, {"key": LESSON.quiz[1].id, "choice": LESSON.quiz[1].answer})
    s.expire_all()
    assert s.scalars(select(Progress)).one().steps_seen == LESSON.steps[3].id
    assert s.scalars(select(Answer)).one().question == LESSON.quiz[1].id


def test_a_deed_for_a_page_that_is_gone_is_refused_for_good(s, w, visitor):
    visitor.post(STEP, {"key": "khong-con"}, headers=LATER, status=404)
    visitor.post(STEP, {"key": LESSON.quiz[0].id}, headers=LATER, status=404)
    visitor.post(QUIZ, {"key": LESSON.steps[0].id, "choice": "tu-go"}, headers=LATER, status=404)
    visitor.post(QUIZ, {"choice": "khong-con"}, headers=LATER, status=422)
    assert s.scalar(select(func.count()).select_from(Learner)) == 0


def test_what_was_begun_without_network_is_the_members_once_the_card_is_typed(s, w, visitor):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    visitor.post(STEP, headers=LATER, status=204)
    visitor.post(f"/the-hoc/{code}")
    visitor.post(QUIZ, {"choice": "tu-go"}, headers=LATER, status=204)
    row = s.scalars(select(Progress)).one()
    assert row.learner.member_id == w.hanh.id
    assert s.scalars(select(Answer)).one().learner_id == row.learner_id
