"""What the charts draw: a year of days, the steps households take, visits by month; plain arithmetic."""

from datetime import date, timedelta

import pytest

from outreach.coverage import funnel, heat, visiting
from outreach.coverage.numbers import Counts, Day, Visits

SUNDAY = date(2026, 11, 22)


def squares(path: str) -> int:
    return path.count("M")


def test_a_calendar_shows_the_53_weeks_up_to_a_day() -> None:
    drawn = heat.draw({}, SUNDAY)
    assert (drawn.first, drawn.last) == (date(2025, 11, 17), SUNDAY)
    assert sum(map(squares, drawn.paths)) == 53 * 7
    assert heat.draw({}, SUNDAY - timedelta(days=3)).first == date(2025, 11, 17)


def test_days_to_come_have_no_square_and_no_number() -> None:
    drawn = heat.draw({}, SUNDAY - timedelta(days=3))  # a Thursday
    assert sum(map(squares, drawn.paths)) == 52 * 7 + 4
    assert drawn.weeks[0].days == [0, 0, 0, 0, None, None, None]


def test_a_day_without_a_visit_is_not_one_with_few() -> None:
    drawn = heat.draw({SUNDAY: 1}, SUNDAY)
    assert [squares(path) for path in drawn.paths] == [370, 1, 0, 0, 0]


def test_busier_days_are_darker_and_equal_days_alike() -> None:
    counts = dict(zip((SUNDAY - timedelta(days=n) for n in range(8)), (1, 1, 2, 2, 3, 3, 9, 9), strict=True))
    drawn = heat.draw(counts, SUNDAY)
    assert [squares(path) for path in drawn.paths[1:]] == [2, 2, 2, 2]
    assert drawn.ranges == [(1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 9)]
    assert drawn.busiest == (SUNDAY - timedelta(days=6), 9)


def test_where_all_days_are_alike_there_is_one_shade() -> None:
    drawn = heat.draw({SUNDAY - timedelta(days=n): 4 for n in range(10)}, SUNDAY)
    assert [squares(path) for path in drawn.paths] == [361, 10, 0, 0, 0]
    assert drawn.ranges == [(1, 1, 4)]


def test_visits_before_the_first_week_or_after_the_last_day_are_not_drawn() -> None:
    drawn = heat.draw({date(2025, 11, 16): 5, SUNDAY + timedelta(days=1): 5}, SUNDAY)
    assert (drawn.total, drawn.busiest) == (0, None)


def test_the_table_behind_the_calendar_sums_to_the_same() -> None:
    counts = {SUNDAY - timedelta(days=3 * n): n for n in range(60)}
    drawn = heat.draw(counts, SUNDAY)
    assert sum(week.total for week in drawn.weeks) == drawn.total == sum(counts.values())
    assert [week.monday for week in drawn.weeks][:2] == [date(2026, 11, 16), date(2026, 11, 9)]


def test_each_step_holds_all_that_are_at_it_or_further() -> None:
    steps = funnel.steps(Counts(not_reached=5, visited=1, has_ambassador=2, learning=1, proficient=1, refused=9))
    assert [step.count for step in steps] == [10, 5, 4, 2, 1]
    assert [step.of_all for step in steps] == [1, 0.5, 0.4, 0.2, 0.1]
    assert [step.of_before for step in steps] == [None, 0.5, 0.8, 0.5, 0.5]


def test_where_nobody_is_there_are_no_shares() -> None:
    assert {(step.count, step.of_all, step.of_before) for step in funnel.steps(Counts())} == {(0, None, None)}


def test_visits_of_days_are_added_up() -> None:
    days = [Day(SUNDAY, Counts(), Visits(5, 1, 2, 1)), Day(SUNDAY, Counts(), Visits(2, 0, 0, 1))]
    assert visiting.of_days(days) == Visits(7, 1, 2, 2)


@pytest.mark.parametrize(("key", "many"), [("visits", 7), ("alone", 1), ("helped", 2), ("shown", 3), ("nobody", 1)])
def test_who_was_not_met_is_what_is_left(key: str, many: int) -> None:
    assert visiting.value(Visits(7, 1, 2, 3), key) == many
