"""Reading alerts: those of an area and of all below it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach import clock
from outreach.alerts.models import QUIET, Alert
from outreach.alerts.names import NOW
from outreach.areas.models import Area
from outreach.areas.queries import within

OPEN, BELOW, CLOSED = "open", "below", "closed"  # with this area · further down, not its turn yet · settled
LISTS = (OPEN, BELOW, CLOSED)
PAGE = 20
MOST = 1_000  # alerts that a list counts: further ones are reached from the places below
Row = tuple[Alert, Area]
Moment = InstrumentedAttribute[Any]  # a column of Alert


class Listing(NamedTuple):
    """One page of alerts with the areas they concern; how many there are in all."""

    rows: Sequence[Row]
    page: int
    pages: int
    total: int


def listing(s: Session, area: Area, which: str, page: int) -> Listing:
    """A page of a list (one of LISTS). Of those with this area what is late stands first, then what stops messages,
    then what is due soonest; below, the newest.
    """
    found, total = _LISTED[which](area), count(s, area, which)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = s.execute(found.order_by(*_order(which)).limit(PAGE).offset((page - 1) * PAGE)).all()
    return Listing([(alert, where) for alert, where in rows], page, pages, total)


def count(s: Session, area: Area, which: str) -> int:
    """How many a list holds, MOST at most."""
    found = _LISTED[which](area).with_only_columns(Alert.id).limit(MOST).subquery()
    return s.scalar(select(func.count()).select_from(found)) or 0


def how_many(s: Session, area: Area) -> int:
    """How many open ones stand with an area: its own, and those of the places directly below that are late."""
    return s.scalar(select(func.count(Alert.id)).where(_open(), _with(area))) or 0


def late(alert: Alert) -> bool:
    """Whether nobody acted in time, so that the area above sees it, too."""
    due = alert.due_at
    in_time = due is None or any(moment and moment <= due for moment in (alert.acted_at, alert.closed_at))
    return due is not None and due <= clock.now() and not in_time


def find(s: Session, area: Area, alert_id: int, *, hold: bool = False) -> Row | None:
    """An alert of this area or below it, and its own area; held when it is to be changed."""
    query = _rows().where(within(area), Alert.id == alert_id, Alert.step != QUIET)
    found = s.execute(query.with_for_update(of=Alert) if hold else query).one_or_none()
    return (found[0], found[1]) if found else None


def standing(s: Session, kind: str) -> Alert | None:
    """The oldest open alert of a kind, wherever it is: what concerns the house concerns everybody's messages."""
    return s.scalars(select(Alert).where(Alert.kind == kind, _open()).order_by(Alert.id).limit(1)).first()


def touched(s: Session, area: Area, kinds: Collection[str]) -> bool:
    """Whether one of these kinds is open in an area, below it, directly above it, or for the whole house."""
    here = or_(within(area), Area.id == area.parent_id, Area.parent_id.is_(None))
    found = _rows().where(_open(), Alert.kind.in_(kinds), here).with_only_columns(Alert.id).limit(1)
    return s.scalar(found) is not None


def between(s: Session, area: Area, moment: Moment, first: datetime, end: datetime) -> list[Row]:
    """The alerts that stand or stood with an area, and whose `moment` (a column) lies from `first` to before `end`."""
    found = _rows().where(_with(area), moment >= first, moment < end, Alert.step != QUIET)
    return [(alert, where) for alert, where in s.execute(found.order_by(moment, Alert.id)).all()]


def by_place(s: Session, area: Area, most: int) -> list[tuple[Area, int]]:
    """What stands directly below an area and has open ones, with those one step further down; the most first."""
    child, many = aliased(Area), func.count(Alert.id)
    found = select(child, many).join(Area, or_(Area.id == child.id, Area.parent_id == child.id))
    found = found.join(Alert, Alert.area_id == Area.id).where(child.parent_id == area.id, _open())
    rows = s.execute(found.group_by(child.id).order_by(many.desc(), child.sort_key).limit(most))
    return [(place, number) for place, number in rows]


def _rows() -> Select[Alert, Area]:
    return select(Alert, Area).join(Area, Area.id == Alert.area_id)


def _open() -> ColumnElement[bool]:
    return and_(Alert.closed_at.is_(None), Alert.step != QUIET)


def _late() -> ColumnElement[bool]:
    not_before = (or_(moment.is_(None), moment > Alert.due_at) for moment in (Alert.acted_at, Alert.closed_at))
    return and_(Alert.due_at <= clock.now(), *not_before)


def _here_or_directly_below(area: Area) -> ColumnElement[bool]:
    places = select(Area.id).where(or_(Area.id == area.id, Area.parent_id == area.id))
    return Alert.area_id.in_(places.correlate(None))


def _with(area: Area) -> ColumnElement[bool]:
    """Its own, and what the places directly below did not do in time; further up nothing goes."""
    return and_(_here_or_directly_below(area), or_(Alert.area_id == area.id, _late()))


def _with_me(area: Area) -> Select[Alert, Area]:
    return _rows().where(_open(), _with(area))


def _further_down(area: Area) -> Select[Alert, Area]:
    return _rows().where(_open(), within(area), ~_with(area))


def _settled(area: Area) -> Select[Alert, Area]:
    return _rows().where(Alert.closed_at.is_not(None), _here_or_directly_below(area))


_LISTED = {OPEN: _with_me, BELOW: _further_down, CLOSED: _settled}


def _order(which: str) -> tuple[Any, ...]:
    if which == CLOSED:
        return Alert.closed_at.desc(), Alert.id.desc()
    if which == BELOW:
        return (Alert.id.desc(),)
    urgent = case((_late(), 0), else_=1), case((Alert.kind.in_(NOW), 0), else_=1)
    return *urgent, Alert.due_at.is_(None), Alert.due_at, Alert.id.desc()
