"""Counting messages by their fate: what is open now, and what became of those due in a span of days.

A commune's are counted when somebody looks. Those of a province and of the country are many: a worker counts them each
minute and keeps the figures day by day. They come of the messages alone, so a count is right whatever happened to a
message or to a worker. Each minute it looks at what is open and what was due since yesterday; what changes of days
before (a late receipt) stands in the next morning's first count. Where nothing was kept lately, a province is counted
like a commune.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, or_, select, true
from sqlalchemy.orm import Session

from outreach import clock, db, queue
from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, Area
from outreach.areas.queries import within
from outreach.queue import QUEUED, WORKING
from outreach.settings import CONSOLE
from outreach.sms import days
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, UNKNOWN, Sms, SmsDay

FATES = {
    "waiting": (QUEUED, WORKING), "unknown": (UNKNOWN,), "sent": (SENT,), "accepted": (ACCEPTED,),
    "failed": (FAILED,), "cancelled": (CANCELLED,),
}  # fmt: skip
FATE_OF = {state: name for name, states in FATES.items() for state in states}
OPEN = (QUEUED, WORKING, UNKNOWN)
DAYS = 7  # of which the fates are shown
REMEMBERED = timedelta(days=30)  # no message waits longer
SLOW_AFTER = timedelta(minutes=30)  # past its hour while messages go out
SILENT_AFTER = timedelta(hours=1)  # without a receipt, or without an answer whether it went
ALONE = "sms_day"  # one worker at a time counts
JUST_NOW, LATELY = timedelta(seconds=30), timedelta(minutes=3)  # ago: no worker counts again; a page may show it


class Count(NamedTuple):
    """So many messages with the same fate (of FATES). `reason`: why they wait, failed or were taken back."""

    fate: str
    reason: str
    purpose: str
    late: bool  # see `is_late`
    today: bool  # due on the last day of the span
    number: int


class Tally:
    """The fates of an area's messages: what is open now, and what became of those due in a span of days."""

    def __init__(self, counts: Iterable[Count], *, each_minute: bool = False) -> None:
        self.counts = list(counts)
        self.each_minute = each_minute  # a worker counted; else it is of this moment

    def of(self, *fates: str, **which: Any) -> int:
        """How many have one of these fates (or any), as far as `reason`, `purpose`, `late` and `today` say."""
        return sum(one.number for one in self.counts if (not fates or one.fate in fates) and _fits(one, which))

    def reasons(self, fate: str) -> Sequence[str]:
        """Why they wait, failed or were taken back; the most frequent first."""
        found = {one.reason for one in self.counts if one.fate == fate and one.reason}
        return sorted(found, key=lambda reason: (-self.of(fate, reason=reason), reason))

    def purposes(self) -> Sequence[str]:
        """What messages there are at all."""
        return sorted({one.purpose for one in self.counts})


def tally(s: Session, area: Area, last: date) -> Tally:
    """An area's messages by their fate: those open now, and those that were due in the DAYS up to `last`."""
    kept = _kept(s, area, last)
    if kept is not None:
        return Tally(kept, each_minute=True)
    today = case((Sms.due_at >= clock.day_start(last), true()), else_=literal(False))
    open_now = _counted(s, literal(False), of(area), is_open())
    ended = _counted(s, today, of(area), _ended(), due_in(first_of(last), last))
    return Tally(
        Count(FATE_OF[state], reason, purpose, late, on_last, number)
        for on_last, state, reason, purpose, late, number in [*open_now, *ended]
    )


def keep(s: Session) -> None:
    """Count what is open now and what was due since yesterday, of the country and of each province.

    The first count of a day looks as far back as something may have changed. Harmless twice and at once.
    """
    queue.alone(s, ALONE)
    today, now = clock.today(), clock.now()
    seen = s.execute(select(SmsDay.day, SmsDay.counted_at).order_by(SmsDay.day.desc()).limit(1)).first()
    again = seen is not None and seen.day == today
    if seen and again and abs(now - seen.counted_at) < JUST_NOW:
        return
    since = min(seen.day if seen else today, today - (timedelta(days=1) if again else REMEMBERED))
    s.execute(delete(SmsDay).where(SmsDay.day >= since))
    parents: dict[int, int | None] = dict(s.execute(select(Area.id, Area.parent_id).where(_is_large())).all())
    for n in range((today - since).days + 1):
        day = since + timedelta(days=n)
        db.add_rows(s, SmsDay, [
            {"area_id": area_id, "day": day, "counted_at": now, "counts": [[*kind, n] for kind, n in kinds.items()]}
            for area_id, kinds in _summed(_due_on(s, day, today), parents).items()
        ])  # fmt: skip


def _summed(found: Sequence[Any], parents: Mapping[int, int | None]) -> dict[int, Counter[tuple[Any, ...]]]:
    """What was counted by place, by province and for the country."""
    sums: dict[int, Counter[tuple[Any, ...]]] = {area_id: Counter() for area_id in parents}
    for place, *kind, number in found:
        for area_id in {place, parents.get(place)} & sums.keys():
            sums[area_id][tuple(kind)] += number
    return sums


def _due_on(s: Session, day: date, today: date) -> Sequence[Any]:
    """Those of a day that have come to an end, by province; with today's those that are open at all."""
    place = case((Area.kind == COMMUNE, Area.parent_id), else_=Area.id)
    here = Area.id == Sms.area_id
    found = _counted(s, place, here, _ended(), due_in(day, day))
    return [*found, *_counted(s, place, here, is_open())] if day == today else found


def _kept(s: Session, area: Area, last: date) -> list[Count] | None:
    """As a worker counted them; None where it did not, or not lately."""
    today = clock.today()
    span = {last - timedelta(n) for n in range(DAYS)}
    rows = {one.day: one for one in s.scalars(select(SmsDay).where(
        SmsDay.area_id == area.id, SmsDay.day.in_(span | {today})
    ))}  # fmt: skip
    if rows.keys() != span | {today} or abs(clock.now() - rows[today].counted_at) > LATELY:
        return None
    return [
        Count(FATE_OF[state], reason, purpose, late, day == last and state not in OPEN, number)
        for day, row in rows.items() for state, reason, purpose, late, number in row.counts
        if (day == today if state in OPEN else day in span)
    ]  # fmt: skip


def is_open() -> ColumnElement[bool]:
    """Whether a message still has to go, or nobody knows whether it went."""
    return and_(Sms.state.in_(OPEN), Sms.due_at >= clock.now() - REMEMBERED)


def is_late(open_now: bool) -> ColumnElement[bool]:
    """Whether something takes too long: not sent though due, sent without a receipt, or still unknown.

    Whatever is held back is due again when it is to be looked at again. `open_now`: whether messages may go at this
    moment; at night nothing is late.
    """
    now = clock.now()
    return or_(
        and_(Sms.state == QUEUED, Sms.due_at < now - SLOW_AFTER) if open_now else literal(False),
        and_(Sms.state == SENT, Sms.gateway != CONSOLE, Sms.sent_at < now - SILENT_AFTER),
        and_(Sms.state == UNKNOWN, Sms.cleared_at < now - SILENT_AFTER),
    )


def of(area: Area) -> ColumnElement[bool]:
    """Whether a message is an area's: they go in the name of communes; all of them are in the country."""
    by_kind: dict[str, Callable[[], ColumnElement[bool]]] = {
        COUNTRY: true, COMMUNE: lambda: Sms.area_id == area.id,
    }  # fmt: skip
    below = by_kind.get(area.kind, lambda: Sms.area_id.in_(select(Area.id).where(within(area))))
    return below()


def due_in(first: date, last: date) -> ColumnElement[bool]:
    """Whether a message is due from the beginning of one day to the end of another."""
    return Sms.due_at.between(clock.day_start(first), _end(last))


def first_of(last: date) -> date:
    """The first day of the span that ends with `last`."""
    return last - timedelta(days=DAYS - 1)


def _end(day: date) -> datetime:
    return clock.day_start(day + timedelta(days=1)) - timedelta(microseconds=1)


def _ended() -> ColumnElement[bool]:
    return Sms.state.in_([state for state in FATE_OF if state not in OPEN])


def _is_large() -> ColumnElement[bool]:
    return Area.kind.in_((COUNTRY, PROVINCE))


def _counted(s: Session, first: ColumnElement[Any], *which: ColumnElement[bool]) -> Sequence[Any]:
    """How many messages there are of each kind; `first` is told of each before state, reason, purpose and late."""
    late = case((is_late(days.may_go(s, clock.now())), true()), else_=literal(False))
    reason = case((Sms.state.in_(OPEN), Sms.held), else_=Sms.error)
    kinds = select(first.label("first"), Sms.state, reason.label("reason"), Sms.purpose, late.label("late"))
    each = kinds.where(*which).subquery()
    return s.execute(select(*each.c, func.count()).group_by(*each.c)).all()


def _fits(one: Count, which: dict[str, Any]) -> bool:
    return all(getattr(one, name) == value for name, value in which.items())
