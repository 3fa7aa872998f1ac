"""When a message may leave: 08:00-20:00 of the place (see lib.quiet_hours) and never on a closed day."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction

from outreach import clock
from outreach.lib import quiet_hours
from outreach.sms.models import ClosedDay

QUIET, HOLIDAY = "quiet", "holiday"  # why a message waits
_known: WeakKeyDictionary[SessionTransaction, frozenset[date]] = WeakKeyDictionary()


class Opening(NamedTuple):
    """When something may go, and what it waits for until then ("" where it need not wait)."""

    at: datetime
    held: str


class Hours:
    """The open hours with the closed days as they stand now; asks nothing of the database."""

    def __init__(self, closed: frozenset[date]) -> None:
        self._closed = closed

    def may_go(self, at: datetime) -> bool:
        """Whether a message may leave at this moment."""
        return quiet_hours.may_go(at, clock.place()) and self.opens_on(clock.local(at).date())

    def opens_on(self, day: date) -> bool:
        """Whether messages go on that day at all."""
        return day not in self._closed

    def opening(self, at: datetime) -> Opening:
        """The first moment not before `at` when one may go, in UTC; `at` itself when that is open."""
        if self.may_go(at):
            return Opening(at, "")
        first = clock.local(at).date()
        days = (first + timedelta(days=n) for n in count())
        mornings = (datetime.combine(day, quiet_hours.OPENS, clock.place()) for day in days if day not in self._closed)
        morning = next(one for one in mornings if one > at)
        passed = (first + timedelta(days=n) for n in range((morning.date() - first).days))
        held = HOLIDAY if any(day in self._closed for day in passed) else QUIET
        return Opening(morning.astimezone(at.tzinfo), held)


def hours(s: Session) -> Hours:
    """The open hours; the closed days are read once a transaction."""
    transaction = s.get_transaction() or s.begin()
    if transaction not in _known:
        yesterday = clock.today() - timedelta(days=1)
        _known[transaction] = frozenset(s.scalars(select(ClosedDay.day).where(ClosedDay.day >= yesterday)))
    return Hours(_known[transaction])


def may_go(s: Session, at: datetime) -> bool:
    """Whether a message may leave at this moment: by day, and not on a closed day."""
    return hours(s).may_go(at)


def next_opening(s: Session, at: datetime) -> datetime:
    """The first moment not before `at` when a message may go: `at` itself when that is open."""
    return hours(s).opening(at).at


def closing(at: datetime) -> datetime:
    """When the sending hours of that moment's day end."""
    return datetime.combine(clock.local(at).date(), quiet_hours.CLOSES, clock.place())
