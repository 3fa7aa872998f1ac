"""Of a class hear those it is for: the day before, or at once where it was made late."""

from datetime import datetime

import pytest

from outreach import clock
from outreach.households.models import PROFICIENT
from outreach.reminders import classes, meetings
from outreach.sms.models import ClosedDay
from outreach.sms.purposes import CLASS
from tests.databases import sqlite_only
from tests.reminders.cast import DAY, TEN, TODAY, a_class, agree, counted, messages, plan, switch, waiting


def at(said):
    """A moment of the place, as "22/11 19:00"."""
    return datetime.strptime(f"2026 {said} +0700", "%Y %d/%m %H:%M %z")


@pytest.fixture
def agreed(s, w):
    """Hạnh and Tám, both of thôn Đông, have agreed; the commune tells of its classes."""
    agree(s, w, w.hanh)
    agree(s, w, w.tam)
    switch(s, w, CLASS)


def told(s, today=TODAY):
    return [sms.recipient for sms in plan(s, CLASS, today)]


def test_the_day_before_everybody_it_is_for_is_told_where_and_when(s, w, agreed):
    made = a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    assert told(s) == [f"member:{w.hanh.id}", f"member:{w.tam.id}"]
    sms = waiting(s, CLASS)[0]
    assert "19:00 ngay 22/11, tai Nha van hoa thon Dong" in sms.body
    assert sms.why == {"rule": CLASS, "on": "2026-11-22"}
    assert sms.key == f"member:{w.hanh.id}/class_meeting/{made.id}/2026-11-22/2026-11-21"
    assert clock.local(sms.not_after) == at("22/11 18:00")


@sqlite_only
@pytest.mark.parametrize("day", ["21/11 08:00", "23/11 19:00"])
def test_neither_earlier_nor_when_it_has_begun(s, w, agreed, day):
    a_class(s, w.cuc, at(day), w.dong)
    assert told(s) == []


def test_a_class_made_on_its_own_morning_is_told_of_at_once(s, w, agreed):
    a_class(s, w.cuc, at("21/11 19:00"), w.dong, made_at=TEN)
    (first, _second) = plan(s, CLASS)
    assert first.key.endswith("/2026-11-21")
    assert clock.local(first.due_at).date() == TODAY


@sqlite_only
def test_of_a_class_put_off_to_tomorrow_those_who_were_told_today_hear_again(s, w, agreed, clock_at_ten):
    made = a_class(s, w.cuc, at("21/11 19:00"), w.dong, made_at=TEN)
    for sms in plan(s, CLASS):
        sms.state, sms.cleared_at = "accepted", TEN
    meetings.change(s, made, w.cuc, village_id=w.dong.id, place=made.place, at=at("22/11 19:00"), lesson="")
    plan(s, CLASS)
    assert ["ngay 22/11" in sms.body for sms in waiting(s, CLASS)] == [True, True]
    assert len(messages(s, CLASS)) == 4


@sqlite_only
def test_a_class_of_another_village_is_not_theirs(s, w, agreed):
    a_class(s, w.cuc, at("22/11 19:00"), w.doai)
    assert told(s) == []


def test_a_class_of_the_commune_is_every_villages_and_no_other_communes(s, w, agreed):
    a_class(s, w.cuc, at("22/11 19:00"))
    w.tams_house.village = w.ha
    assert told(s) == [f"member:{w.hanh.id}"]


def test_who_is_proficient_need_not_come_nor_those_who_live_with_them_unless_they_learn(s, w, agreed):
    a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    agree(s, w, w.sen, phone="+84911111111")
    w.hanh.proficient_since, w.sens_house.stage = TODAY, PROFICIENT
    assert told(s) == [f"member:{w.tam.id}"]
    w.sen.learning_since = TODAY
    assert set(told(s)) == {f"member:{w.sen.id}", f"member:{w.tam.id}"}


def test_called_off_what_waits_is_taken_back_at_once_and_nothing_else(s, w, agreed):
    off = a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    a_class(s, w.cuc, at("22/11 09:00"), w.dong, "Trường học")
    assert len(plan(s, CLASS)) == 4
    assert meetings.cancel(s, off, w.cuc) == 2
    assert {"Truong hoc" in sms.body for sms in waiting(s, CLASS)} == {True}
    assert len(plan(s, CLASS)) == 2


@sqlite_only
def test_a_class_that_is_over_or_called_off_cannot_be_called_off(s, w):
    off = a_class(s, w.cuc, at("22/11 19:00"))
    meetings.cancel(s, off, w.cuc)
    for one in (off, a_class(s, w.cuc, at("21/11 09:00"))):
        with pytest.raises(meetings.Over):
            meetings.cancel(s, one, w.cuc)


def test_a_rule_switched_off_takes_the_messages_back(s, w, agreed):
    a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    plan(s, CLASS)
    switch(s, w, CLASS, to=False)
    assert waiting(s, CLASS) == []
    assert told(s) == []


def test_switched_on_the_same_morning_tomorrows_class_is_told_of(s, w):
    agree(s, w, w.hanh)
    a_class(s, w.cuc, at("21/11 19:00"), w.dong)
    switch(s, w, CLASS, days_ago=0)
    assert told(s) == [f"member:{w.hanh.id}"]


def test_how_many_get_a_message_and_how_many_houses_must_hear_of_it_otherwise(s, w, agreed):
    assert classes.reach(s, a_class(s, w.cuc, at("22/11 19:00"), w.dong)) == (2, 0)
    assert classes.reach(s, a_class(s, w.cuc, at("22/11 19:00"), w.doai)) == (0, 0)
    w.tam.phone = None
    assert classes.reach(s, a_class(s, w.cuc, at("22/11 19:00"))) == (1, 1)


@sqlite_only
def test_on_a_closed_day_the_message_waits_for_the_classs_own_morning_if_there_is_time(s, w, agreed):
    s.add(ClosedDay(day=TODAY, name="Tết"))
    evening, early = (a_class(s, w.cuc, at(f"22/11 {hour}"), w.dong) for hour in ("19:00", "08:30"))
    assert (classes.goes_on(s, evening), classes.goes_on(s, early)) == (TODAY + DAY, None)
    assert {f"/{evening.id}/" in sms.key for sms in plan(s, CLASS)} == {True}


def test_the_page_counts_everybody_who_would_be_told(s, w, agreed):
    a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    a_class(s, w.cuc, at("01/12 19:00"))
    assert counted(s, w.tan_hung, CLASS, TODAY) == (2, 4)


def test_who_was_told_of_a_class_that_will_not_be_stands_on_its_page_for_each_who_may_see_them(s, w, agreed):
    made = a_class(s, w.cuc, at("22/11 19:00"))
    other = a_class(s, w.cuc, at("22/11 08:00"))
    plan(s, CLASS)
    for sms in messages(s, CLASS):
        if f"/{made.id}/" in sms.key:
            sms.state = "accepted"
    s.flush()
    assert [one.id for one in meetings.told(s, w.cuc, made).rows] == [w.hanh.id, w.tam.id]
    assert meetings.told(s, w.dung, made).total == 2
    assert meetings.told(s, w.nga, made).total == meetings.told(s, w.cuc, other).total == 0


@sqlite_only
def test_a_day_later_it_is_still_one_message(s, w, agreed, clock_at_ten):
    a_class(s, w.cuc, at("22/11 19:00"), w.dong)
    plan(s, CLASS)
    clock_at_ten.move_to(TEN + DAY)
    assert len(plan(s, CLASS, TODAY + DAY)) == len(messages(s, CLASS)) == 2
