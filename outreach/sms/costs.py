"""Adding up what messages cost: those that went, at their own price, and those that wait, at today's.

A message went in the month in which it was handed to the gateway; its price stands in its row (see `spending`). All
amounts are whole đồng.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.lib.months import after
from outreach.queue import QUEUED, WORKING
from outreach.sms import spending
from outreach.sms.models import UNKNOWN, Sms

EARLY = timedelta(days=31)  # nothing is due longer than this before it goes: so the index on `due_at` serves
LONGEST_PREFIX = 6  # see SmsPrice


class Sum(NamedTuple):
    """Messages taken together. `unpriced` of them are in `messages` but not in `dong`: nobody said what they cost."""

    messages: int = 0
    segments: int = 0
    dong: int = 0
    unpriced: int = 0

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        return Sum(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def total(sums: Iterable[Sum]) -> Sum:
    """Everything together."""
    return reduce(Sum.plus, sums, Sum())


class Heap(NamedTuple):
    """Messages of one commune and purpose."""

    area_id: int
    purpose: str
    sum: Sum


def went(s: Session, area_ids: Sequence[int], months: Sequence[date]) -> dict[date, list[Heap]]:
    """What was handed to the gateway in these months (first days, in a row, oldest first): one query."""
    ends = [clock.day_start(after(first)) for first in months]
    which = (Sms.area_id.in_(area_ids), *went_between(clock.day_start(months[0]), ends[-1]))
    month = case(*((_went_at() < end, n) for n, end in enumerate(ends))).label("month")
    c = select(month, Sms.area_id, Sms.purpose, Sms.segments, Sms.price).where(*which).subquery().c
    unpriced = func.sum(case((c.price.is_(None), 1), else_=0))
    sums = select(c.month, c.area_id, c.purpose, func.count(), func.sum(c.segments), func.sum(c.price), unpriced)
    found: dict[date, list[Heap]] = defaultdict(list)
    for n, area_id, purpose, *numbers in s.execute(sums.group_by(c.month, c.area_id, c.purpose)):
        found[months[n]].append(Heap(area_id, purpose, Sum(*(int(one or 0) for one in numbers))))
    return found


def reckoned(s: Session, prices: spending.Prices, *which: ColumnElement[bool]) -> list[Heap]:
    """Any messages at these prices: one query, which tells numbers apart by as much as a price's prefix can hold."""
    beginning = func.substr(Sms.to, 1, LONGEST_PREFIX).label("beginning")
    c = select(Sms.area_id, Sms.purpose, beginning, Sms.segments).where(*which).subquery().c
    kinds = (c.area_id, c.purpose, c.beginning)
    sums: dict[tuple[int, str], Sum] = defaultdict(Sum)
    for area_id, purpose, number, count, segments in s.execute(
        select(*kinds, func.count(), func.sum(c.segments)).group_by(*kinds)
    ):
        dong = prices.of(number, int(segments))
        more = Sum(count, int(segments), dong or 0, count if dong is None else 0)
        sums[area_id, purpose] = sums[area_id, purpose].plus(more)
    return [Heap(*kind, one) for kind, one in sums.items()]


def went_between(start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """Of messages that were handed to the gateway from one moment until before another."""
    handed = or_(Sms.price.is_not(None), Sms.sent_at.is_not(None), Sms.state == UNKNOWN)
    return [handed, Sms.due_at >= start - EARLY, _went_at() >= start, _went_at() < end]


def waits(start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """Of messages that are due from one moment until before another and still have to go, with money left for them."""
    return [_not_yet(), Sms.held != spending.BUDGET, Sms.due_at >= start, Sms.due_at < end]


def held() -> list[ColumnElement[bool]]:
    """Of messages that found no money left."""
    return [_not_yet(), Sms.held == spending.BUDGET]


def _not_yet() -> ColumnElement[bool]:
    return and_(Sms.state.in_((QUEUED, WORKING)), Sms.price.is_(None), Sms.sent_at.is_(None))


def _went_at() -> ColumnElement[datetime]:
    return func.coalesce(Sms.cleared_at, Sms.sent_at, Sms.due_at)
