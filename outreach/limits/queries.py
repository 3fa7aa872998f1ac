"""Reading prices and closed days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.sms.models import ClosedDay, SmsPrice

HOLDS, LATER, ENDED = "holds", "later", "ended"


class Price(NamedTuple):
    """A price, whether it holds now, will, or did, and who set it."""

    price: SmsPrice
    state: str
    by: str


class Day(NamedTuple):
    """A closed day; `by` is who closed it, "" for a public holiday."""

    closed: ClosedDay
    by: str
    past: bool


def prices(s: Session) -> list[Price]:
    """All prices ever set, the newest first."""
    rows = s.scalars(select(SmsPrice).order_by(SmsPrice.since.desc(), SmsPrice.prefix)).all()
    names = _names(s, [one.by_id for one in rows])
    found, holding = [], set()
    for one in rows:
        state = LATER if one.since > clock.today() else ENDED if one.prefix in holding else HOLDS
        if state == HOLDS:
            holding.add(one.prefix)
        found.append(Price(one, state, names.get(one.by_id, "")))
    return found


def closed_days(s: Session) -> dict[int, list[Day]]:
    """The closed days of this year and the next, by year."""
    year = clock.today().year
    rows = s.scalars(
        select(ClosedDay).where(ClosedDay.day.between(date(year, 1, 1), date(year + 1, 12, 31))).order_by(ClosedDay.day)
    ).all()
    names = _names(s, [one.by_id for one in rows if one.by_id])
    by_year: dict[int, list[Day]] = {year: [], year + 1: []}
    for one in rows:
        by_year[one.day.year].append(Day(one, names.get(one.by_id or 0, ""), one.day < clock.today()))
    return by_year


def closed_day(s: Session, day: date) -> ClosedDay | None:
    """That day, if it is closed."""
    return s.get(ClosedDay, day)


def _names(s: Session, ids: Sequence[int]) -> Mapping[int, str]:
    rows = s.execute(select(Account.id, Account.name).where(Account.id.in_(set(ids))))
    return {one.id: one.name for one in rows}
