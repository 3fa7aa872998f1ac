"""Closing a day to messages, and opening it again."""

from datetime import date

from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.sms.models import ClosedDay


class Past(ValueError):
    """The day is over: what did or did not go then stays as it was."""


class Closed(ValueError):
    """The day is closed already; `name` says why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def close(s: Session, day: date, name: str, by: Account) -> None:
    """No message goes on this day. Raises Past, Closed."""
    if day < clock.today():
        raise Past(day)
    row = {"day": day, "name": name, "by_id": by.id}
    if s.execute(db.unless_there(s, ClosedDay, ClosedDay.day), [row]).first() is None:
        raise Closed(s.get_one(ClosedDay, day).name)
    _record(s, "closed_day.add", day, name, by)


def reopen(s: Session, closed: ClosedDay, by: Account) -> None:
    """Messages go on this day. A public holiday is not brought back by itself (see sms.holidays). Raises Past."""
    if closed.day < clock.today():
        raise Past(closed.day)
    _record(s, "closed_day.remove", closed.day, closed.name, by)
    s.delete(closed)


def _record(s: Session, act: str, day: date, name: str, by: Account) -> None:
    audit.record(s, act, "closed_day", None, area_id=by.area_id, actor_id=by.id, day=str(day), name=name)
