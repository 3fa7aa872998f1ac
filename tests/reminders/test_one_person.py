"""Two entries of one person become one, and perhaps two again: nobody is told a second time of the same."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from outreach.households import consent, merging, two_again
from outreach.households.models import Member
from outreach.reminders import noting
from outreach.sms.models import ACCEPTED, Sms
from outreach.sms.purposes import DUE_DATE, LESSON_STOPPED, RESULT_READY
from outreach.stopping import stop
from tests import world
from tests.reminders.cast import DAY, FIRST, TEN, TODAY, agree, due, learned, messages, plan, switch, waiting


@pytest.fixture
def twin(s, w):
    """Another entry of Hạnh, with a number of its own, told three days ago of a result that is there."""
    other = world.member(s, w.sens_house, "Nguyen Thu Hanh", None, "child", "+84977777777")
    for member in (w.hanh, other):
        agree(s, w, member)
    switch(s, w, RESULT_READY, LESSON_STOPPED)
    due(s, w, other, "result", TODAY - 3 * DAY)
    plan(s, RESULT_READY)
    went(s)
    return other


def went(s):
    s.execute(update(Sms).values(state=ACCEPTED, attempts=1, sent_at=TEN - 3 * DAY))
    s.flush()


def test_what_one_entry_was_told_the_person_is_not_told_again(s, w, twin):
    merging.unify(s, w.hanh, twin, w.cuc)
    assert plan(s, RESULT_READY) == []
    assert [one.recipient for one in messages(s, RESULT_READY)] == [f"member:{w.hanh.id}"]


def test_what_both_were_told_stays_told(s, w, twin):
    for member in (w.hanh, twin):
        learned(s, member, FIRST, TEN - timedelta(days=6))
    plan(s, LESSON_STOPPED)
    went(s)
    merging.unify(s, w.hanh, twin, w.cuc)
    assert plan(s, LESSON_STOPPED) == []
    assert [one.recipient for one in messages(s, LESSON_STOPPED)] == [f"member:{w.hanh.id}"] * 2


def test_once_they_are_two_again_each_has_what_they_were_told(s, w, twin):
    gone = twin.id
    made = merging.unify(s, w.hanh, twin, w.cuc)
    back = two_again.part(s, made, w.cuc)
    assert back.id == gone
    assert plan(s, RESULT_READY) == []
    assert [one.recipient for one in messages(s, RESULT_READY)] == [f"member:{gone}"]
    assert waiting(s, RESULT_READY) == []


def test_what_a_merge_took_back_is_planned_again_once_it_is_undone(s, w, twin):
    for member in (w.hanh, twin):
        learned(s, member, FIRST, TEN - timedelta(days=6))
        due(s, w, member, "passport", TODAY + 14 * DAY)
    switch(s, w, DUE_DATE)
    purposes = (LESSON_STOPPED, DUE_DATE)
    before = [sms.key for purpose in purposes for sms in plan(s, purpose)]
    made = merging.unify(s, w.hanh, twin, w.cuc)
    [plan(s, purpose) for purpose in purposes]
    two_again.part(s, made, w.cuc)
    assert [sms.key for purpose in purposes for sms in plan(s, purpose)] == before


def test_a_merge_that_ended_her_yes_ends_no_day_asked_for_while_it_can_be_undone(s, w, twin, clock_at_ten):
    for days, member in ((60, w.hanh), (50, twin)):
        consent.give(s, member, consent.Given(("registered",), "oral"), w.lan, at=TEN - days * DAY)
    consent.withdraw(s, consent.current(s, twin)["registered"], w.lan)
    asked = due(s, w, w.hanh, "passport", TODAY + 60 * DAY, "của con gái")
    merging.unify(s, w.hanh, twin, w.cuc)
    assert consent.current(s, w.hanh).get("registered") is None
    clock_at_ten.shift(30 * DAY)
    noting.let_go(s, TODAY)
    assert (asked.ended_at, asked.said) == (None, "của con gái")
    clock_at_ten.shift(DAY)
    noting.let_go(s, TODAY)
    assert (asked.ended_how, asked.said) == ("unwanted", "")


def test_what_one_entry_was_told_is_never_shown_to_another_who_has_its_number(s, w, twin):
    for member in (w.hanh, twin):
        learned(s, member, FIRST, TEN - timedelta(days=6))
    plan(s, LESSON_STOPPED)
    went(s)
    gone, made = twin.id, merging.unify(s, w.hanh, twin, w.cuc)
    s.add(Member(id=gone, household=w.tams_house, name="Ai Khác", folded="ai khac", created_at=TEN))
    s.flush()
    assert s.scalar(select(func.count()).where(Sms.recipient == f"member:{gone}")) == 0
    back = two_again.part(s, made, w.cuc)
    whose = sorted(one.recipient for one in messages(s, LESSON_STOPPED))
    assert whose == sorted([f"member:{w.hanh.id}", f"member:{back.id}"])
    assert plan(s, LESSON_STOPPED) == []


def test_a_stop_of_one_entrys_number_outweighs_the_older_yes_of_the_other(s, w, twin):
    for member in (w.hanh, twin):
        learned(s, member, FIRST, TEN - timedelta(days=6))
    stop.stop_number(s, twin.phone, stop.PAGE)
    merging.unify(s, w.hanh, twin, w.cuc)
    assert plan(s, LESSON_STOPPED) == []


def test_a_day_that_nobody_ended_ends_when_it_is_long_over(s, w):
    long_ago, lately = (due(s, w, w.hanh, "passport", TODAY - n * DAY, "của con gái") for n in (181, 180))
    assert noting.let_go(s, TODAY - 180 * DAY) == 1
    assert [(one.ended_how, one.said) for one in (long_ago, lately)] == [("over", ""), ("", "của con gái")]
