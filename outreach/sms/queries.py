"""Reading the outbox for those who answer for a commune: which messages there are, and all about one."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, union_all
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.areas.models import Area
from outreach.sms import counts, days
from outreach.sms.counts import Tally
from outreach.sms.models import Sms, SmsEvent

PAGE = 30


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


def listing(s: Session, area: Area, wanted: Wanted, page: int, tally: Tally) -> Listing:
    """A page of a list within an area, as long as the tally says: what goes next stands first, else the newest."""
    total = tally.of(wanted.fate, **{n: v for n in ("purpose", "reason", "late") if (v := getattr(wanted, n))})
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    still = wanted.fate in ("waiting", "unknown")
    order = (Sms.due_at, Sms.id) if still else (Sms.due_at.desc(), Sms.id.desc())
    wide = counts.of(area), *_which(s, wanted, still)
    # Each state by itself comes from the index in its order; several together would all be sorted first.
    first = (select(Sms.id).where(*wide, Sms.state == state).order_by(*order) for state in counts.FATES[wanted.fate])
    ids = union_all(*(select(one.limit(page * PAGE).subquery()) for one in first)).subquery()
    query = select(Sms, Area).join(Area, Area.id == Sms.area_id).options(joinedload(Sms.wording))
    query = query.where(Sms.id.in_(select(ids.c.id))).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    return Listing([(sms, commune) for sms, commune in s.execute(query)], page, pages, total)


def find(s: Session, area: Area, sms_id: int) -> tuple[Sms, Area] | None:
    """A message of this area or below it, with the commune in whose name it goes."""
    query = select(Sms, Area).join(Area, Area.id == Sms.area_id).options(joinedload(Sms.wording))
    found = s.execute(query.where(counts.of(area), Sms.id == sms_id)).one_or_none()
    return (found[0], found[1]) if found else None


def receipts(s: Session, sms: Sms) -> Sequence[SmsEvent]:
    """The receipts of a message as they came."""
    return s.scalars(select(SmsEvent).where(SmsEvent.sms_id == sms.id).order_by(SmsEvent.id)).all()


def _which(s: Session, wanted: Wanted, still: bool) -> list[ColumnElement[bool]]:
    due = counts.is_open() if still else counts.due_in(counts.first_of(wanted.last), wanted.last)
    which = [due]
    if wanted.purpose:
        which.append(Sms.purpose == wanted.purpose)
    if wanted.reason:
        which.append((Sms.held if still else Sms.error) == wanted.reason)
    if wanted.late:
        which.append(counts.is_late(days.may_go(s, clock.now())))
    return which
