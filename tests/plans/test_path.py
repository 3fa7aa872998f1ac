"""A plan's way: milestones along a straight line, and what is expected on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.plans import path
from outreach.plans.path import Point

WAY = [Point(date(2026, 12, 1), 0.2), Point(date(2026, 12, 31), 0.5), Point(date(2027, 1, 30), 0.8)]


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 11, 1), 0.2), (date(2026, 12, 1), 0.2), (date(2026, 12, 11), 0.3), (date(2026, 12, 31), 0.5),
        (date(2027, 1, 15), 0.65), (date(2027, 1, 30), 0.8), (date(2028, 1, 1), 0.8),
    ],
)  # fmt: skip
def test_between_two_points_the_line_is_straight(day, share):
    assert path.expected(WAY, day) == pytest.approx(share)


def test_nobody_is_behind_by_a_part_of_a_household():
    assert path.households(WAY, date(2026, 12, 11), 9) == 2  # 0.3 · 9 = 2.7
    assert path.households(WAY, date(2026, 12, 11), 10) == 3


def test_milestones_are_proposed_for_each_month_that_ends_before_the_day():
    marks = path.proposed(0.1, date(2026, 11, 30), date(2027, 3, 31), 70)
    assert marks == {
        date(2026, 11, 1): 10, date(2026, 12, 1): 25, date(2027, 1, 1): 41, date(2027, 2, 1): 55,
    }  # fmt: skip


def test_a_day_within_the_month_needs_no_milestones():
    assert path.proposed(0.1, date(2026, 11, 2), date(2026, 11, 30), 70) == {}


@given(
    st.floats(0, 1), st.integers(1, 100), st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 1800),
)  # fmt: skip
def test_proposals_rise_from_today_to_the_goal(start, share, today, days):
    start = min(start, share / 100)
    marks = list(path.proposed(start, today, today + timedelta(days=days), share).values())
    assert marks == sorted(marks)
    assert all(round(100 * start) <= mark <= share for mark in marks)


def test_what_is_due_within_two_weeks_is_no_goal_any_more():
    assert path.goal(WAY, date(2026, 12, 17)) == WAY[1]
    assert path.goal(WAY, date(2026, 12, 18)) == WAY[2]
    assert path.goal(WAY, date(2027, 1, 29)) == WAY[2]  # but for the last
