"""A family's days: when somebody is told of them, in which words, and when no longer."""

from datetime import date

import pytest

from outreach import clock
from outreach.households import consent, merging, moving
from outreach.households.models import Member
from outreach.reminders import due_dates, noting
from outreach.reminders.due_dates import Sending, sendings, what
from outreach.sms.purposes import DUE_DATE, RESULT_READY
from tests import world
from tests.databases import sqlite_only
from tests.reminders.cast import DAY, TEN, TODAY, agree, counted, due, messages, plan, switch, waiting

LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def hanh(s, w):
    """Hạnh has agreed; her commune reminds of days and results."""
    agree(s, w, w.hanh)
    switch(s, w, DUE_DATE, RESULT_READY)
    return w.hanh


@pytest.mark.parametrize("kind", due_dates.PAPERS)
def test_a_paper_is_reminded_of_two_weeks_and_two_days_before_it_expires(kind):
    assert sendings(kind, date(2026, 12, 5), LONG_AGO) == [
        Sending(date(2026, 11, 21), date(2026, 11, 28)),
        Sending(date(2026, 12, 3), date(2026, 12, 5)),
    ]


def test_a_case_is_reminded_of_the_day_before():
    assert sendings("case", date(2026, 12, 5), LONG_AGO) == [Sending(date(2026, 12, 4), date(2026, 12, 5))]


def test_a_result_is_told_on_the_day_it_is_noted_or_there():
    assert sendings("result", TODAY - 3 * DAY, TODAY)[0].on == TODAY
    assert sendings("result", TODAY + 3 * DAY, TODAY)[0].on == TODAY + 3 * DAY


def test_who_has_just_spoken_of_it_is_not_reminded_on_the_same_day():
    noted = date(2026, 11, 21)
    assert [one.on for one in sendings("passport", date(2026, 12, 5), noted)] == [date(2026, 12, 3)]
    assert sendings("case", date(2026, 11, 22), noted) == []


@pytest.mark.parametrize(
    ("kind", "said", "vi", "en"),
    [
        ("health_insurance", "", "thẻ bảo hiểm y tế hết hạn", "the health insurance card expires"),
        ("passport", "của con gái", "hộ chiếu của con gái hết hạn", "the passport của con gái expires"),
        ("result", "giấy khai sinh", "giấy khai sinh", "giấy khai sinh"),
        ("result", "", "hồ sơ đã nộp", "the case you handed in"),
    ],
)
def test_a_message_says_it_in_the_persons_language_and_the_familys_words(kind, said, vi, en):
    assert (what(kind, said, "vi"), what(kind, said, "en"), what(kind, said, "tyz")) == (vi, en, vi)


def test_every_kind_of_day_can_be_said_in_every_language_we_write_in():
    kinds = {kind for kinds in due_dates.KINDS.values() for kind in kinds}
    assert all(set(words) == kinds for words in due_dates.WHAT.values())


def test_two_weeks_before_the_insurance_expires_the_family_is_told_once(s, w, hanh):
    noted = due(s, w, hanh, "health_insurance", date(2026, 12, 5), "của bà")
    assert len(plan(s, DUE_DATE)) == 1
    (sms,) = plan(s, DUE_DATE)
    assert sms.key == f"member:{hanh.id}/due_date/{noted.id}/2026-11-21"
    assert sms.why == {"rule": DUE_DATE, "on": "2026-12-05"}
    assert "05/12 the bao hiem y te cua ba het han" in sms.body
    assert clock.local(sms.not_after).strftime("%d/%m %H:%M") == "28/11 20:00"


@sqlite_only
@pytest.mark.parametrize("days", [1, 5])
def test_a_message_that_could_not_be_planned_on_its_day_still_goes_within_the_week(s, w, hanh, clock_at_ten, days):
    due(s, w, hanh, "passport", date(2026, 12, 5))
    clock_at_ten.move_to(TEN + days * DAY)
    assert len(plan(s, DUE_DATE, TODAY + days * DAY)) == 1


@sqlite_only
def test_after_a_week_the_second_reminder_is_waited_for(s, w, hanh, clock_at_ten):
    due(s, w, hanh, "passport", date(2026, 12, 5))
    clock_at_ten.move_to(TEN + 8 * DAY)
    assert plan(s, DUE_DATE, TODAY + 8 * DAY) == []


def test_both_reminders_of_a_paper_are_two_messages(s, w, hanh, clock_at_ten):
    due(s, w, hanh, "passport", date(2026, 12, 5))
    plan(s, DUE_DATE)
    clock_at_ten.move_to(TEN + 12 * DAY)
    plan(s, DUE_DATE, TODAY + 12 * DAY)
    assert [sms.key[-10:] for sms in messages(s, DUE_DATE)] == ["2026-11-21", "2026-12-03"]


def test_two_papers_of_one_person_are_two_messages(s, w, hanh):
    due(s, w, hanh, "passport", date(2026, 12, 5))
    due(s, w, hanh, "temporary_residence", date(2026, 12, 5))
    assert len(plan(s, DUE_DATE)) == 2


def test_a_day_that_is_done_with_takes_its_reminder_back_at_once_and_no_other(s, w, hanh):
    passport = due(s, w, hanh, "passport", date(2026, 12, 5))
    residence = due(s, w, hanh, "temporary_residence", date(2026, 12, 5))
    for sms in plan(s, DUE_DATE):
        sms.attempts = 1  # it waits to be tried again: taken back, it would never be planned anew
    noting.end(s, passport, noting.DONE, w.lan)
    (left,) = waiting(s, DUE_DATE)
    assert f"/{residence.id}/" in left.key


@sqlite_only
def test_a_day_that_was_put_off_is_told_anew(s, w, hanh):
    noted = due(s, w, hanh, "case", TODAY + DAY)
    plan(s, DUE_DATE)
    noted.due_on = TODAY + 5 * DAY
    assert plan(s, DUE_DATE) == []


def test_a_result_is_told_the_same_day_with_what_it_is(s, w, hanh):
    made = due(s, w, hanh, "result", TODAY - DAY, "giấy khai sinh", by=w.phuc)
    made.taken_at = TEN
    (sms,) = plan(s, RESULT_READY)
    assert "tu ngay 20/11: giay khai sinh" in sms.body
    assert plan(s, DUE_DATE) == []


@sqlite_only
def test_noted_in_the_evening_it_goes_the_next_morning(s, w, hanh, clock_at_ten):
    clock_at_ten.move_to(TEN + DAY / 2)
    made = due(s, w, hanh, "result", TODAY)
    made.taken_at = clock.now()
    (sms,) = plan(s, RESULT_READY)
    assert clock.local(sms.due_at).strftime("%d/%m %H:%M") == "22/11 08:00"


@pytest.mark.parametrize("change", ["withdrawn", "switched_off"])
def test_without_a_yes_or_a_rule_what_waits_is_taken_back(s, w, hanh, change):
    due(s, w, hanh, "case", TODAY + DAY)
    assert len(plan(s, DUE_DATE)) == 1
    if change == "withdrawn":
        consent.withdraw(s, consent.current(s, hanh)["sms"], w.lan)
    else:
        switch(s, w, DUE_DATE, to=False)
    assert waiting(s, DUE_DATE) == plan(s, DUE_DATE) == []


def test_the_page_counts_the_days_to_come(s, w, hanh):
    due(s, w, hanh, "passport", date(2026, 12, 5))
    due(s, w, hanh, "case", date(2026, 12, 10))
    due(s, w, hanh, "case", date(2027, 5, 10))
    assert counted(s, w.tan_hung, DUE_DATE, TODAY) == (1, 3)
    assert counted(s, w.tan_hung, RESULT_READY, TODAY) == (0, 0)


def test_it_goes_where_the_household_goes(s, w, hanh):
    due(s, w, hanh, "case", TODAY + DAY)
    moving.move(s, w.dong, w.doai, [w.sens_house.id], w.cuc)
    (sms,) = plan(s, DUE_DATE)
    assert sms.recipient == f"member:{hanh.id}"


def test_it_stays_with_the_person_when_two_entries_become_one(s, w, hanh):
    second = world.household(s, w.dong, "Hoang Thi Sen")
    twin = world.member(s, second, "Nguyễn Thu Hạnh", 2003, phone=hanh.phone)
    made = due(s, w, twin, "case", TODAY + DAY)
    merging.merge(s, w.sens_house, second, w.cuc)
    s.expire_all()
    merging.unify(s, hanh, s.get_one(Member, twin.id), w.cuc)
    s.expire_all()
    assert made.member_id == hanh.id
    assert [one.id for one in noting.standing(s, w.sens_house)] == [made.id]
