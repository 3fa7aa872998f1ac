"""Reading the outbox for those who answer for a commune: how many wait, went and failed, and which they are."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.areas.models import COMMUNE, COUNTRY, Area
from outreach.areas.queries import within
from outreach.queue import QUEUED, WORKING
from outreach.settings import CONSOLE
from outreach.sms import days
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, UNKNOWN, Sms, SmsEvent

FATES = {
    "waiting": (QUEUED, WORKING), "unknown": (UNKNOWN,), "sent": (SENT,), "accepted": (ACCEPTED,),
    "failed": (FAILED,), "cancelled": (CANCELLED,),
}  # fmt: skip
FATE_OF = {state: name for name, states in FATES.items() for state in states}
OPEN = (QUEUED, WORKING, UNKNOWN)
PAGE = 30
DAYS = 7  # of which the fates are shown
REMEMBERED = timedelta(days=30)  # no message waits longer
SLOW_AFTER = timedelta(minutes=30)  # past its hour while messages go out
SILENT_AFTER = timedelta(hours=1)  # without a receipt, or without an answer whether it went


class Count(NamedTuple):
    """So many messages with the same fate (of FATES). `reason`: why they wait, failed or were taken back."""

    fate: str
    reason: str
    purpose: str
    late: bool  # see `is_late`
    today: bool  # due on the last day of the span
    number: int


class Wanted(NamedTuple):
    """Which messages to list: a key of FATES; "" = all purposes, all reasons; `last`: the span's last day."""

    fate: str
    last: date
    purpose: str = ""
    reason: str = ""
    late: bool = False


class Listing(NamedTuple):
    """One page of a list: messages with the commune in whose name they go."""

    rows: Sequence[tuple[Sms, Area]]
    page: int
    pages: int
    total: int


class Tally:
    """The fates of an area's messages: what is open now, and what became of those due in a span of days."""

    def __init__(self, counts: Sequence[Count]) -> None:
        self.counts = counts

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

    def total(self, wanted: Wanted) -> int:
        """How many a list holds."""
        which = {name: value for name in ("purpose", "reason", "late") if (value := getattr(wanted, name))}
        return self.of(wanted.fate, **which)


def tally(s: Session, area: Area, last: date) -> Tally:
    """Count an area's messages by their fate: those open now, and those that were due in the DAYS up to `last`."""
    found = [*_counted(s, area, Sms.held, literal(False), _open()), *_counted(s, area, Sms.error, *_ended(last))]
    return Tally([Count(FATE_OF[state], *rest) for state, *rest in found])


def listing(s: Session, area: Area, wanted: Wanted, page: int, total: int) -> Listing:
    """A page of a list of `total` messages within an area: what goes next stands first, else the newest."""
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    still = wanted.fate in ("waiting", "unknown")
    order = (Sms.due_at, Sms.id) if still else (Sms.due_at.desc(), Sms.id.desc())
    query = select(Sms, Area).join(Area, Area.id == Sms.area_id).options(joinedload(Sms.wording))
    query = query.where(_in(area), *_which(s, wanted, still))
    found = s.execute(query.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Listing([(sms, commune) for sms, commune in found], page, pages, total)


def find(s: Session, area: Area, sms_id: int) -> tuple[Sms, Area] | None:
    """A message of this area or below it, with the commune in whose name it goes."""
    query = select(Sms, Area).join(Area, Area.id == Sms.area_id).options(joinedload(Sms.wording))
    found = s.execute(query.where(_in(area), Sms.id == sms_id)).one_or_none()
    return (found[0], found[1]) if found else None


def receipts(s: Session, sms: Sms) -> Sequence[SmsEvent]:
    """The receipts of a message as they came."""
    return s.scalars(select(SmsEvent).where(SmsEvent.sms_id == sms.id).order_by(SmsEvent.id)).all()


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


def first_of(last: date) -> date:
    """The first day of the span that ends with `last`."""
    return last - timedelta(days=DAYS - 1)


def _counted(s: Session, area: Area, reason: Any, today: Any, which: ColumnElement[bool]) -> Sequence[Any]:
    late = case((is_late(days.may_go(s, clock.now())), true()), else_=literal(False))
    kinds = select(Sms.state, reason.label("reason"), Sms.purpose, late.label("late"), today.label("today"))
    each = kinds.where(_in(area), which).subquery()
    return s.execute(select(*each.c, func.count()).group_by(*each.c)).all()


def _open() -> ColumnElement[bool]:
    return and_(Sms.state.in_(OPEN), Sms.due_at >= clock.now() - REMEMBERED)


def _ended(last: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether due on the span's last day; whether at its end and due in the span."""
    return case((Sms.due_at >= clock.day_start(last), true()), else_=literal(False)), and_(
        Sms.state.in_([state for state in FATE_OF if state not in OPEN]), _due_in(last)
    )


def _due_in(last: date) -> ColumnElement[bool]:
    return Sms.due_at.between(*_bounds(last))


def _bounds(last: date) -> tuple[datetime, datetime]:
    end = clock.day_start(last + timedelta(days=1)) - timedelta(microseconds=1)
    return clock.day_start(first_of(last)), end


def _which(s: Session, wanted: Wanted, still: bool) -> list[ColumnElement[bool]]:
    which = [_open() if still else _due_in(wanted.last), Sms.state.in_(FATES[wanted.fate])]
    if wanted.purpose:
        which.append(Sms.purpose == wanted.purpose)
    if wanted.reason:
        which.append((Sms.held if still else Sms.error) == wanted.reason)
    if wanted.late:
        which.append(is_late(days.may_go(s, clock.now())))
    return which


def _in(area: Area) -> ColumnElement[bool]:
    """Messages go in the name of communes; all of them are in the country."""
    by_kind: dict[str, Callable[[], ColumnElement[bool]]] = {
        COUNTRY: true, COMMUNE: lambda: Sms.area_id == area.id,
    }  # fmt: skip
    below = by_kind.get(area.kind, lambda: Sms.area_id.in_(select(Area.id).where(within(area))))
    return below()


def _fits(one: Count, which: dict[str, Any]) -> bool:
    return all(getattr(one, name) == value for name, value in which.items())
