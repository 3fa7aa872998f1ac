"""Weeks: whole ones, from Monday to Sunday, as far as the list of households goes back."""

from datetime import date, timedelta

import pytest

from outreach.coverage.numbers import Counts, Day, Visits
from outreach.plans import pacing

TODAY = date(2026, 11, 25)  # a Wednesday
MONDAY = date(2026, 11, 23)
THERE = Counts(not_reached=80, proficient=20)


def gained(on, many, visits=0):
    return Day(on, Counts(not_reached=-many, proficient=many), Visits(visits))


def test_the_running_week_does_not_count_and_a_sunday_belongs_to_the_week_before():
    days = [gained(MONDAY - timedelta(days=7), 2), gained(MONDAY - timedelta(days=1), 3), gained(MONDAY, 9)]
    assert pacing.weeks(days, THERE, TODAY).gains == [0] * 11 + [5]


def test_twelve_weeks_are_looked_at_and_what_came_before_is_not():
    first = pacing.window(TODAY)
    assert first == date(2026, 8, 31)
    days = [gained(first - timedelta(days=1), 7), gained(first, 4)]
    assert pacing.weeks(days, THERE, TODAY).gains == [4] + [0] * 11


def test_a_list_that_is_young_has_a_short_history():
    loaded = Day(date(2026, 11, 4), THERE - Counts(not_reached=-3, proficient=3), Visits())  # a Wednesday
    weeks = pacing.weeks([loaded, gained(date(2026, 11, 10), 3)], THERE, TODAY)
    assert weeks.gains == [3, 0]  # the week from the 9th, the week from the 16th


def test_a_place_without_households_has_no_history():
    assert pacing.weeks([], Counts(), TODAY).gains == []


def test_a_quiet_place_that_has_been_there_has_twelve_weeks_of_nothing():
    assert pacing.weeks([], THERE, TODAY).gains == [0] * 12


def test_who_falls_back_is_a_loss_and_visits_are_counted_with_the_weeks():
    met = Day(MONDAY - timedelta(days=3), Counts(not_reached=-4, visited=3, learning=1), Visits(4))
    back = Day(MONDAY - timedelta(days=2), Counts(learning=1, proficient=-1), Visits(1))
    today = Day(TODAY, Counts(), Visits(7))
    weeks = pacing.weeks([met, back, today], THERE, TODAY)
    assert weeks.gains[-1] == -1
    assert weeks.visits == 5


@pytest.mark.parametrize(("gains", "visits", "each"), [(19, 60, None), (20, 50, 2.5), (40, 20, 0.5)])
def test_visits_for_each_gain_are_told_from_twenty_on(gains, visits, each):
    assert pacing.weeks([gained(MONDAY - timedelta(days=1), gains, visits)], THERE, TODAY).visits_a_gain == each


def test_a_day_on_which_the_list_itself_changed_brings_no_gains():
    sunday = MONDAY - timedelta(days=1)
    loaded = Day(sunday, Counts(not_reached=2, proficient=4), Visits(3))  # six of a hundred are new
    corrected = Day(sunday - timedelta(days=1), Counts(not_reached=4, proficient=1), Visits(3))  # five are
    weeks = pacing.weeks([corrected, loaded], THERE, TODAY)
    assert (weeks.gains[-1], weeks.visits) == (1, 3)


def test_in_a_small_village_a_household_that_is_new_changes_no_list():
    new = Day(MONDAY - timedelta(days=1), Counts(not_reached=-1, visited=1, proficient=1), Visits(2))
    assert pacing.weeks([new], Counts(not_reached=8, visited=1, proficient=1), TODAY).gains[-1] == 1
