"""Months of the calendar, named by their first day."""

from datetime import date, timedelta


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def after(first: date) -> date:
    """The first day of the next month."""
    return first_of(first + timedelta(days=31))


def before(first: date) -> date:
    """The first day of the month before."""
    return first_of(first - timedelta(days=1))


def last_months(first: date, many: int) -> list[date]:
    """`many` months that end with this one, oldest first."""
    found = [first]
    while len(found) < many:
        found.append(before(found[-1]))
    return found[::-1]
