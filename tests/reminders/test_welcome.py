"""The day after somebody became digital ambassador, the group says welcome."""

import pytest

from outreach.households.models import Ambassador
from outreach.reminders import planning
from outreach.sms.purposes import WELCOME
from tests.databases import sqlite_only
from tests.reminders.cast import DAY, TEN, TODAY, agree, ambassador, messages, plan, switch


@pytest.fixture
def hanh(s, w):
    """Hạnh has agreed; her commune welcomes its ambassadors."""
    agree(s, w, w.hanh)
    switch(s, w, WELCOME)
    return w.hanh


def test_the_day_after_the_ambassador_is_welcomed_by_her_village(s, hanh):
    ambassador(s, hanh, TODAY - DAY)
    (sms,) = plan(s, WELCOME)
    assert "Hanh" in sms.body
    assert "thon Dong" in sms.body
    assert sms.key == f"member:{hanh.id}/welcome/2026-11-21"
    assert sms.why == {"rule": WELCOME, "on": "2026-11-20"}


@sqlite_only
def test_on_the_day_itself_not_yet(s, hanh):
    ambassador(s, hanh, TODAY)
    assert plan(s, WELCOME) == []


def test_who_is_ambassador_no_more_is_not_welcomed(s, hanh):
    made = ambassador(s, hanh, TODAY - DAY)
    plan(s, WELCOME)
    made.until = TODAY
    assert plan(s, WELCOME) == []


@sqlite_only
def test_an_ambassador_of_long_ago_is_not_welcomed_late(s, hanh):
    ambassador(s, hanh, TODAY - 12 * DAY)
    assert plan(s, WELCOME) == []


def test_through_the_holidays_the_welcome_waits(s, hanh, clock_at_ten):
    ambassador(s, hanh, TODAY - DAY)
    plan(s, WELCOME)
    clock_at_ten.move_to(TEN + 9 * DAY)
    assert len(plan(s, WELCOME, TODAY + 9 * DAY)) == len(messages(s, WELCOME)) == 1


@sqlite_only
def test_without_anybody_to_call_nobody_is_written_to(s, w, hanh):
    w.dung.area = w.doai
    ambassador(s, hanh, TODAY - DAY)
    assert plan(s, WELCOME, phone="") == []
    (sms,) = plan(s, WELCOME, phone="1800 1096")
    assert "1800 1096" in sms.body


def test_thousands_are_planned_by_the_piece(s, w, hanh, monkeypatch):
    monkeypatch.setattr("outreach.reminders.people.PIECE", 2)
    people = [hanh, w.sen, w.tam]
    for n, person in enumerate(people):
        if person is not hanh:
            agree(s, w, person, phone=f"+8496000000{n}")
        s.add(Ambassador(household_id=person.household_id, member=person, since=TODAY - DAY))
    assert [sms.recipient for sms in plan(s, WELCOME)] == [
        f"member:{one.id}" for one in sorted(people, key=lambda m: m.id)
    ]
    assert planning.expected(s, w.tan_hung, WELCOME, TODAY).today == 3
