"""Months by their first day, over the turn of a year."""

from datetime import date

from outreach.lib import months


def test_a_months_neighbours_are_found_over_the_turn_of_a_year():
    assert months.after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert months.before(date(2027, 1, 1)) == date(2026, 12, 1)


def test_every_day_belongs_to_the_month_of_its_first():
    assert months.first_of(date(2028, 2, 29)) == date(2028, 2, 1)
