"""Reading alerts: those of an area and of all below it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from outreach.alerts.models import Alert
from outreach.alerts.names import NOW
from outreach.areas.models import Area
from outreach.areas.queries import within

OPEN, CLOSED = "open", "closed"
LISTS = (OPEN, CLOSED)
PAGE = 20


class Listing(NamedTuple):
    """One page of alerts with the areas they concern; how many there are in all."""

    rows: Sequence[tuple[Alert, Area]]
    page: int
    pages: int
    total: int


def listing(s: Session, area: Area, which: str, page: int) -> Listing:
    """A page of a list (one of LISTS): of the open ones what stops messages stands first, then the newest."""
    where = _is(which)
    total = s.scalar(select(func.count()).select_from(Alert).where(*_in(area), where)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    order: tuple[Any, ...] = (Alert.closed_at.desc(),)
    if which == OPEN:
        order = (case((Alert.kind.in_(NOW), 0), else_=1), Alert.opened_at.desc())
    query = select(Alert, Area).where(*_in(area), where).order_by(*order, Alert.id.desc())
    found = s.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Listing([(alert, where) for alert, where in found], page, pages, total)


def how_many(s: Session, area: Area) -> int:
    """How many are open in an area and below it."""
    return s.scalar(select(func.count()).select_from(Alert).where(*_in(area), _is(OPEN))) or 0


def find(s: Session, area: Area, alert_id: int, *, hold: bool = False) -> tuple[Alert, Area] | None:
    """An alert of this area or below it, and its own area; held when it is to be changed."""
    query = select(Alert, Area).where(*_in(area), Alert.id == alert_id)
    found = s.execute(query.with_for_update(of=Alert) if hold else query).one_or_none()
    return (found[0], found[1]) if found else None


def standing(s: Session, kind: str) -> Alert | None:
    """The oldest open alert of a kind, wherever it is: what concerns the house concerns everybody's messages."""
    return s.scalars(select(Alert).where(Alert.kind == kind, _is(OPEN)).order_by(Alert.id).limit(1)).first()


def _in(area: Area) -> tuple[ColumnElement[bool], ...]:
    return Area.id == Alert.area_id, within(area)


def _is(which: str) -> ColumnElement[bool]:
    return Alert.closed_at.is_(None) if which == OPEN else Alert.closed_at.is_not(None)
