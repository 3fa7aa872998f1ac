"""How far a share is: arithmetic on counts and days."""

from datetime import date, timedelta

import pytest

from outreach.campaigns.forms import quarter
from outreach.campaigns.progress import Span, Standing, proposed

FIRST = date(2026, 10, 1)
SPAN = Span(FIRST, date(2026, 12, 31))


def day(n):
    return FIRST + timedelta(days=n)


def test_a_span_counts_its_days_both_included():
    assert (SPAN.days, SPAN.gone(FIRST), SPAN.left(FIRST)) == (92, 0, 92)
    assert (SPAN.gone(day(91)), SPAN.left(day(91))) == (91, 1)
    assert (SPAN.gone(day(92)), SPAN.left(day(92)), SPAN.over(day(92))) == (92, 0, True)
    assert (SPAN.gone(day(-5)), SPAN.left(day(-5)), SPAN.over(day(-5))) == (0, 92, False)


def test_called_off_it_is_over_from_that_day_and_counts_to_the_evening_before():
    off = Span(FIRST, SPAN.last, ended=day(10))
    assert (off.over(day(9)), off.over(day(10)), off.closing) == (False, True, day(9))


@pytest.mark.parametrize(("today", "expected"), [(0, 10), (46, 56), (91, 101), (92, 102), (200, 102)])
def test_what_is_expected_lies_on_a_straight_line(today, expected):
    assert Standing(10, 0, 102).expected(SPAN, day(today)) == expected


def test_nobody_is_behind_on_the_first_morning():
    assert Standing(10, 10, 102).state(SPAN, FIRST) == "on_plan"


@pytest.mark.parametrize(
    ("now", "today", "state"),
    [(102, 5, "reached"), (10, -1, "to_come"), (56, 46, "on_plan"), (55, 46, "behind"), (101, 92, "missed"),
     (102, 92, "reached")],
)  # fmt: skip
def test_a_share_says_how_it_goes(now, today, state):
    assert Standing(10, now, 102).state(SPAN, day(today)) == state


@pytest.mark.parametrize(("today", "a_week"), [(0, 7), (85, 92), (88, 92), (92, 0)])
def test_what_a_week_needs_is_rounded_up_and_in_the_last_week_it_is_all_that_is_left(today, a_week):
    assert Standing(10, 10, 102).a_week(SPAN, day(today)) == a_week


def test_a_share_that_went_down_asks_for_more_and_one_that_is_reached_for_nothing():
    assert Standing(10, 8, 20).left == 12
    assert Standing(10, 30, 20).left == 0
    assert Standing(10, 30, 20).a_week(SPAN, FIRST) == 0


@pytest.mark.parametrize(
    ("in_scope", "now", "percent", "target"),
    [(100, 20, 70, 70), (7, 0, 50, 4), (10, 9, 70, 9), (3, 0, 100, 3), (0, 0, 95, 0)],
)  # fmt: skip
def test_a_share_is_proposed_from_what_is_missing_and_never_below_what_is_there(in_scope, now, percent, target):
    assert proposed(in_scope, now, percent) == target


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-11-22", "2026-10-01", "2026-12-31"),
        ("2026-12-01", "2027-01-01", "2027-03-31"),
        ("2027-03-31", "2027-04-01", "2027-06-30"),
        ("2027-07-01", "2027-07-01", "2027-09-30"),
    ],
)
def test_a_plan_is_meant_for_this_quarter_and_in_its_last_month_for_the_next(today, first, last):
    assert [str(one) for one in quarter(date.fromisoformat(today))] == [first, last]
