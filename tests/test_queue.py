"""Rows that wait: claimed once, held by a lease, settled only by their holder."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock, db, queue
from outreach.jobs import running
from outreach.jobs.models import Job

MINUTE = timedelta(minutes=1)


def plan(s, *keys, **kw):
    for key in keys:
        running.plan(s, "count", key, **kw)
    s.commit()


def take(s, limit=1):
    rows = queue.claim(s, Job, limit=limit, lease=MINUTE)
    s.commit()
    return rows


def test_due_rows_are_claimed_oldest_first_and_no_more_than_asked_for(s):
    now = clock.now()
    for key in "dbca":
        plan(s, key, due_at=now - timedelta(minutes=ord(key)))
    assert [row.key for row in take(s, 3)] == ["d", "c", "b"]
    assert [row.key for row in take(s, 3)] == ["a"]


def test_a_row_is_not_claimed_before_it_is_due(s):
    plan(s, "later", due_at=clock.now() + MINUTE)
    assert take(s) == []


def test_a_claimed_row_is_not_claimed_again_while_it_is_held(s):
    plan(s, "one")
    assert len(take(s)) == 1
    assert take(s) == []


def test_a_row_whose_holder_died_is_claimed_again_when_its_lease_is_over(s):
    plan(s, "one")
    take(s)
    with time_machine.travel(clock.now() + 2 * MINUTE):
        [row] = take(s)
        assert row.attempts == 2


def test_only_rows_that_match_are_claimed(s):
    plan(s, "one")
    assert queue.claim(s, Job, limit=1, lease=MINUTE, also=Job.kind == "other") == []


def test_a_settled_row_waits_for_nobody(s):
    plan(s, "one")
    [row] = take(s)
    queue.settle(s, row, "done")
    assert (row.state, row.lease, row.lease_until) == ("done", None, None)
    assert take(s) == []


def test_a_row_put_back_for_later_is_claimed_later(s):
    plan(s, "one")
    [row] = take(s)
    queue.settle(s, row, queue.QUEUED, due_at=clock.now() + MINUTE)
    s.commit()
    assert take(s) == []
    with time_machine.travel(clock.now() + 2 * MINUTE):
        assert len(take(s)) == 1


@pytest.mark.parametrize(
    "deed", [lambda s, row: queue.settle(s, row, "done"), lambda s, row: queue.prolong(s, row, MINUTE)]
)
def test_who_lost_the_row_may_do_nothing_more_with_it(s, deed):
    plan(s, "one")
    [row] = take(s)
    s.refresh(row)
    s.expunge(row)
    with time_machine.travel(clock.now() + 2 * MINUTE):
        take(s)
        with pytest.raises(queue.Lost):
            deed(s, row)


def test_a_prolonged_row_stays_with_its_holder(s):
    plan(s, "one")
    [row] = take(s)
    queue.prolong(s, row, 10 * MINUTE)
    s.commit()
    with time_machine.travel(clock.now() + 2 * MINUTE):
        assert take(s) == []


def test_workers_side_by_side_never_take_the_same_row(real_db):
    with db.transaction(real_db) as s:
        for number in range(60):
            running.plan(s, "count", f"count:{number}")

    def work(_worker: int) -> list[str]:
        mine: list[str] = []
        while True:
            with db.transaction(real_db) as s:
                rows = [row.key for row in queue.claim(s, Job, limit=4, lease=MINUTE)]
            assert len(rows) <= 4
            if not rows:
                return mine
            mine += rows

    with ThreadPoolExecutor(4) as workers:
        taken = [key for keys in workers.map(work, range(4)) for key in keys]
    with db.transaction(real_db) as s:
        attempts = s.scalar(select(func.max(Job.attempts)))
    assert (len(taken), len(set(taken)), attempts) == (60, 60, 1)
