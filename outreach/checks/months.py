"""Months as the sheets know them: named by their first day, in the communes' time."""

from datetime import date, datetime

from outreach import clock
from outreach.lib.months import after, before, first_of, last_months

__all__ = ["after", "before", "bounds", "last_day", "last_months", "of", "read", "this"]


def of(moment: datetime) -> date:
    """The month of a moment."""
    return first_of(clock.local(moment).date())


def this() -> date:
    """The running month."""
    return first_of(clock.today())


def bounds(month: date) -> tuple[datetime, datetime]:
    """Its first moment, and the first moment of the next."""
    return clock.day_start(month), clock.day_start(after(month))


def last_day(month: date) -> date:
    """Its last day."""
    return date.fromordinal(after(month).toordinal() - 1)


def read(text: str | None) -> date | None:
    """A month as an address has it ("2026-11"); the running month when nothing is said. None: none, or yet to come."""
    if not text:
        return this()
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if date(2020, 1, 1) <= month <= this() else None
