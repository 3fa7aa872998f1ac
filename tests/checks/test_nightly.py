"""What the worker does for the visit log each night, and after nights in which it was away."""

from datetime import date

import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.checks.doubts import MANY_NOTED_LATE
from outreach.checks.models import Doubt, Sample
from outreach.duties import DAILY, WORK
from outreach.jobs import running
from tests.checks.work import at, visit


def night(s, kind):
    """One night's work of a kind, to its end."""
    job = running.plan(s, kind, f"{kind}:{clock.today()}")
    return [progress.result for progress in WORK[kind](s, job)]


def test_each_night_the_log_is_looked_through_and_the_lots_are_drawn():
    assert {"doubts", "samples"} <= set(DAILY)


def test_a_lot_that_could_not_be_drawn_on_the_first_is_drawn_later_for_both_months(s, w):
    for month in (9, 10):
        visit(s, w.lan, w.sens_house, at(date(2026, month, 5)), "helped", met=(w.sen.id,))
    with time_machine.travel("2026-11-17 02:00+07:00"):
        assert night(s, "samples") == [{"drawn": 2}]
        assert night(s, "samples") == [{"drawn": 0}]
    assert {one.month for one in s.scalars(select(Sample))} == {date(2026, 9, 1), date(2026, 10, 1)}


def test_what_happened_while_the_worker_was_away_is_asked_about(s, w):
    visit(s, w.lan, w.sens_house, at(date(2026, 10, 5), 23))
    with time_machine.travel("2026-11-17 02:00+07:00"):
        assert night(s, "doubts") == [{"asked": 1}]
    assert [one.facts for one in s.scalars(select(Doubt))] == [{"time": "23:00"}]


def test_what_is_noted_lately_is_asked_about_however_long_ago_it_was(s, w):
    with time_machine.travel("2026-11-16 09:00+07:00"):
        for day in range(4, 9):
            visit(s, w.lan, w.sens_house, at(date(2026, 5, day)))
    with time_machine.travel("2026-11-17 02:00+07:00"):
        assert night(s, "doubts") == [{"asked": 1}]
    assert s.scalars(select(Doubt.reason)).all() == [MANY_NOTED_LATE]
