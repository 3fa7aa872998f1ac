"""Reading the outbox for those who answer for a commune: what waits, what went, what failed, what was taken back."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.areas.queries import within
from outreach.queue import QUEUED, WORKING
from outreach.sms.models import CANCELLED, FAILED, SENT, UNKNOWN, Sms

LISTS = {"waiting": (QUEUED, WORKING, UNKNOWN), "sent": (SENT,), "failed": (FAILED,), "cancelled": (CANCELLED,)}
PAGE = 30


class Listing(NamedTuple):
    """One page of a list: messages with the commune in whose name they go; how many stand in each list."""

    rows: Sequence[tuple[Sms, Area]]
    counts: Counter[str]
    page: int
    pages: int
    total: int


def listing(s: Session, area: Area, which: str, page: int) -> Listing:
    """A page of a list (a key of LISTS) within an area: what goes next stands first, else the newest."""
    counts = _counts(s, area)
    pages = max(1, -(-counts[which] // PAGE))
    page = min(max(page, 1), pages)
    order = (Sms.due_at, Sms.id) if which == "waiting" else (Sms.due_at.desc(), Sms.id.desc())
    found = s.execute(
        select(Sms, Area)
        .join(Area, Area.id == Sms.area_id)
        .where(within(area), Sms.state.in_(LISTS[which]))
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Listing([(sms, commune) for sms, commune in found], counts, page, pages, counts[which])


def _counts(s: Session, area: Area) -> Counter[str]:
    by_state = s.execute(
        select(Sms.state, func.count()).join(Area, Area.id == Sms.area_id).where(within(area)).group_by(Sms.state)
    )
    list_of = {state: name for name, states in LISTS.items() for state in states}
    counts: Counter[str] = Counter()
    for state, number in by_state:
        counts[list_of[state]] += number
    return counts
