"""On Mondays: a volunteer's doors and an official's week, for those who want them."""

from datetime import date, timedelta

import pytest

from outreach.households.models import PROFICIENT, Household, Tally
from outreach.reminders import weekly
from outreach.sms.models import OptOut
from outreach.sms.purposes import WEEK_LIST, WEEK_SUMMARY
from outreach.visits import care
from outreach.visits.models import Visit
from tests.databases import sqlite_only
from tests.reminders import cast
from tests.reminders.cast import DAY, TEN, counted, plan, switch

MONDAY = date(2026, 11, 23)
EIGHT = TEN + 2 * DAY - timedelta(hours=2)


@pytest.fixture(autouse=True)
def monday_at_eight(clock_at_ten):
    clock_at_ten.move_to(EIGHT)


@pytest.fixture
def willing(s, w):
    """Lan, Dũng and Cúc want the weekly message; their commune sends it."""
    for one in (w.lan, w.dung, w.cuc):
        one.sms_since = TEN
    switch(s, w, WEEK_LIST, WEEK_SUMMARY)


def promise(s, by, house, on):
    return s.get_one(Visit, cast.promise(s, by, house, on).visit_id)


def doors(s, today=MONDAY):
    return {sms.recipient: sms.body for sms in plan(s, WEEK_LIST, today)}


def test_a_volunteer_hears_at_how_many_doors_she_is_due_this_week(s, w, willing):
    promise(s, w.lan, w.sens_house, MONDAY + 6 * DAY)
    promise(s, w.lan, w.tams_house, MONDAY + 7 * DAY)  # next week's
    found = doors(s)
    assert set(found) == {f"account:{w.lan.id}", f"account:{w.dung.id}"}
    assert "Lan" in found[f"account:{w.lan.id}"]
    assert "thon Dong co 1 nha" in found[f"account:{w.lan.id}"]


def test_what_is_overdue_counts_and_a_house_counts_once(s, w, willing):
    promise(s, w.lan, w.sens_house, MONDAY - 5 * DAY)
    promise(s, w.minh, w.sens_house, MONDAY)
    assert "co 1 nha" in doors(s)[f"account:{w.lan.id}"]


def test_a_colleagues_houses_are_the_leaders_to_count_and_not_hers(s, w, willing):
    promise(s, w.minh, w.sens_house, MONDAY)
    promise(s, w.minh, w.tams_house, MONDAY)
    care.give(s, [w.sens_house.id], w.minh, w.dung, area_id=w.dong.id)
    found = doors(s)
    assert "co 1 nha" in found[f"account:{w.lan.id}"]
    assert "co 2 nha" in found[f"account:{w.dung.id}"]


@sqlite_only
def test_who_is_due_at_no_door_gets_no_message(s, w, willing):
    promise(s, w.lan, w.paos_house, MONDAY)  # thôn Đoài's
    assert doors(s) == {}


@sqlite_only
@pytest.mark.parametrize("day", [MONDAY - DAY, MONDAY + 3 * DAY])
def test_on_other_days_nothing_is_planned(s, w, willing, clock_at_ten, day):
    clock_at_ten.move_to(EIGHT + (day - MONDAY))
    promise(s, w.lan, w.sens_house, MONDAY)
    assert doors(s, day) == {}


def test_after_a_holiday_it_still_goes_on_tuesday_or_wednesday(s, w, willing, clock_at_ten):
    promise(s, w.lan, w.sens_house, MONDAY)
    first = plan(s, WEEK_LIST, MONDAY)
    clock_at_ten.move_to(EIGHT + 2 * DAY)
    assert [sms.id for sms in plan(s, WEEK_LIST, MONDAY + 2 * DAY)] == [sms.id for sms in first]


@sqlite_only
@pytest.mark.parametrize("change", ["does_not_want_it", "suspended", "stopped", "rule_off"])
def test_only_those_who_want_it_and_may_have_it(s, w, willing, change):
    promise(s, w.lan, w.sens_house, MONDAY)
    w.dung.sms_since = None
    assert len(doors(s)) == 1
    if change == "does_not_want_it":
        w.lan.sms_since = None
    elif change == "suspended":
        w.lan.suspended_at = TEN
    elif change == "stopped":
        s.add(OptOut(phone=w.lan.phone, at=TEN, how="page"))
    else:
        switch(s, w, WEEK_LIST, to=False)
    assert doors(s) == {}


def tally(s, village, **counts):
    row = s.get_one(Tally, village.id)
    for stage, n in counts.items():
        setattr(row, stage, n)
    s.flush()


def test_an_official_hears_of_the_week_and_of_the_village_that_is_most_behind(s, w, willing):
    tally(s, w.dong, not_reached=10, proficient=30)
    tally(s, w.doai, not_reached=50, proficient=50)
    visit = promise(s, w.lan, w.sens_house, MONDAY)
    visit.at = EIGHT - 7 * DAY
    (sms,) = plan(s, WEEK_SUMMARY, MONDAY)
    assert sms.recipient == f"account:{w.cuc.id}"
    assert "1 luot tham" in sms.body
    assert "80/140 ho" in sms.body
    assert "Thon Doai" in sms.body


def test_visits_of_this_week_or_the_one_before_last_do_not_count(s, w, willing):
    houses = (w.sens_house, w.tams_house, w.paos_house)
    inside, early, late = (promise(s, w.lan, house, MONDAY + DAY) for house in houses)
    inside.at, early.at, late.at = EIGHT - 7 * DAY, EIGHT - 8 * DAY, EIGHT
    s.flush()
    assert weekly.weeks(s, [w.tan_hung.id], MONDAY)[w.tan_hung.id].visits == 1


def test_where_everybody_is_reached_there_is_nothing_to_report(s, w, willing):
    for village in (w.dong, w.doai):
        tally(s, village, not_reached=0, proficient=3)
    assert plan(s, WEEK_SUMMARY, MONDAY) == []


def test_the_page_counts_the_mondays_of_a_month_on_which_somebody_is_due_at_a_door(s, w, willing):
    assert counted(s, w.tan_hung, WEEK_LIST, MONDAY) == (0, 0)
    promise(s, w.lan, w.sens_house, MONDAY + 8 * DAY)
    assert counted(s, w.tan_hung, WEEK_LIST, MONDAY) == (0, 8)  # four Mondays for Lan and Dũng
    promise(s, w.lan, w.tams_house, MONDAY)
    care.give(s, [w.tams_house.id], w.minh, w.dung, area_id=w.dong.id)
    assert counted(s, w.tan_hung, WEEK_LIST, MONDAY) == (1, 9)  # Dũng is due today, for the whole village
    assert counted(s, w.tan_hung, WEEK_SUMMARY, MONDAY + DAY) == (0, 4)


def test_the_tallies_are_those_of_the_households(s, w):
    """What the summary rests on is what stands in the villages."""
    s.get_one(Household, w.tams_house.id).stage = PROFICIENT
    assert weekly.weeks(s, [w.tan_hung.id], MONDAY)[w.tan_hung.id].counts.in_scope == 3
