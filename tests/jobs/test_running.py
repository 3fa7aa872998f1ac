"""Jobs: planned once, carried on, tried again, given up, taken up again."""

from datetime import timedelta

import pytest
import time_machine

from outreach import clock, queue
from outreach.jobs import queries, running
from outreach.jobs.models import DONE, FAILED, Job
from outreach.jobs.running import Progress


def claimed(s):
    [job] = queue.claim(s, Job, limit=1, lease=running.LEASE)
    s.commit()
    return job


def test_the_same_thing_planned_twice_is_one_job(s):
    first = running.plan(s, "import", "import:1", owner=7, input={"file": 1})
    again = running.plan(s, "import", "import:1", owner=8, input={"file": 2})
    assert (again.id, again.owner, again.input) == (first.id, 7, {"file": 1})


def test_progress_is_kept_with_the_piece_it_belongs_to(s):
    running.plan(s, "import", "import:1")
    job = claimed(s)
    running.advance(s, job, Progress(500, 1200, {"created": 500}))
    s.refresh(job)
    assert (job.done, job.total, job.result, job.state) == (500, 1200, {"created": 500}, queue.WORKING)


def test_a_finished_job_is_not_claimed_again(s):
    running.plan(s, "import", "import:1")
    job = claimed(s)
    running.finish(s, job)
    s.refresh(job)
    assert job.state == DONE
    assert queue.claim(s, Job, limit=1, lease=running.LEASE) == []


def test_a_job_that_breaks_off_is_tried_three_times_with_pauses_and_then_given_up(s):
    running.plan(s, "import", "import:1")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for pause in (30, 120):
            assert running.stumble(s, claimed(s), "KeyError") is False
            assert queue.claim(s, Job, limit=1, lease=running.LEASE) == []
            traveller.shift(pause + 1)
        job = claimed(s)
        assert running.stumble(s, job, "KeyError") is True
    s.refresh(job)
    assert (job.state, job.error) == (FAILED, "KeyError")


def test_a_job_that_gets_further_each_time_is_not_given_up(s):
    running.plan(s, "import", "import:1")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for done in range(1, 6):
            job = claimed(s)
            running.advance(s, job, Progress(done, 10, {}))
            assert running.stumble(s, job, "OperationalError") is False
            traveller.shift(60)


def test_a_given_up_job_is_taken_up_where_it_stopped(s):
    job = running.plan(s, "import", "import:1")
    job.state, job.done, job.attempts, job.error = FAILED, 500, 3, "KeyError"
    running.again(s, job)
    s.flush()
    assert (claimed(s).done, job.attempts, job.error) == (500, 1, "")


def test_a_job_put_back_may_be_taken_at_once(s):
    running.plan(s, "import", "import:1")
    running.release(s, claimed(s))
    assert claimed(s).attempts == 1


def test_who_lost_the_job_writes_nothing_more(s):
    running.plan(s, "import", "import:1")
    job = claimed(s)
    s.refresh(job)
    s.expunge(job)
    with time_machine.travel(clock.now() + running.LEASE + timedelta(seconds=1)):
        assert claimed(s).key == "import:1"
        with pytest.raises(queue.Lost):
            running.advance(s, job, Progress(1, 2, {}))


def test_a_job_is_found_by_the_one_who_ordered_it(s):
    job = running.plan(s, "import", "import:1", owner=7)
    assert queries.find(s, 7, job.id) is job
    assert queries.find(s, 8, job.id) is None
