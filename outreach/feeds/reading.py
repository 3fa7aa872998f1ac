"""What the feed tells: areas, days and alerts, oldest change first, from a cursor on. Sums only; never a name.

Areas and days come from what a worker folds each minute: one fold at a time writes them, so a change with an earlier
moment is never found after one with a later.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.alerts.models import QUIET, Alert
from outreach.alerts.names import NOW
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.coverage.models import AreaDay, AreaTally, Fold
from outreach.coverage.numbers import Counts
from outreach.feeds import cursors
from outreach.feeds.cursors import Cursor
from outreach.households.models import COUNTED

MOST = 500  # rows of a page
SETTLED = timedelta(seconds=30)  # after which a change of an alert is told: by then its transaction has ended
SUMS = ("in_scope", "reached", "with_ambassador", "closed")  # of COUNTED, for those who do not wish to add up
Row = dict[str, Any]


class Piece(NamedTuple):
    """A page: its rows, the cursor to go on from, and whether there is more at this moment."""

    rows: list[Row]
    next: str
    more: bool


class List(NamedTuple):
    """A list of the feed: what its rows are called, and how it is read (session, area, since, most rows)."""

    name: str
    read: Callable[[Session, Area, str, int], Piece]


def as_of(s: Session) -> datetime | None:
    """Up to when what is told is complete; None: nothing has been summed up yet."""
    fold = s.get(Fold, 1)
    return fold.at if fold else None


def coverage(s: Session, area: Area, since: str = "", most: int = MOST) -> Piece:
    """How an area and those below it (not villages) stand. Raises NoCursor."""
    above, mark = aliased(Area), (AreaTally.changed_at, AreaTally.area_id)
    query = select(AreaTally, Area, above.code).join(Area, Area.id == AreaTally.area_id)
    query = query.outerjoin(above, above.id == Area.parent_id).where(areas.within(area))
    begin = cursors.read("c", since, 1)
    if begin:
        query = query.where(tuple_(*mark) > (begin.at, *begin.marks))
    rows = s.execute(query.order_by(*mark).limit(most + 1)).all()
    told = [_area(tally, place, code) for tally, place, code in rows[:most]]
    last = Cursor(rows[:most][-1][0].changed_at, (rows[:most][-1][0].area_id,)) if told else None
    return _piece(told, "c", last, since, len(rows) > most)


def days(s: Session, area: Area, since: str = "", most: int = MOST) -> Piece:
    """What changed on each day in an area and in those below it (not villages). Raises NoCursor."""
    mark = (AreaDay.changed_at, AreaDay.area_id, AreaDay.on)
    query = select(AreaDay, Area.code).join(Area, Area.id == AreaDay.area_id).where(areas.within(area))
    begin = cursors.read("d", since, 2)
    if begin:
        query = query.where(tuple_(*mark) > (begin.at, begin.marks[0], _day(begin.marks[1])))
    rows = s.execute(query.order_by(*mark).limit(most + 1)).all()
    told = [_of_day(day, code) for day, code in rows[:most]]
    end = rows[:most][-1][0] if told else None
    last = Cursor(end.changed_at, (end.area_id, end.on.toordinal())) if end else None
    return _piece(told, "d", last, since, len(rows) > most)


def alerts(s: Session, area: Area, since: str = "", most: int = MOST) -> Piece:
    """The open alerts of an area and all below it; from a cursor on, those that went a step, the closed ones too.

    Raises NoCursor.
    """
    mark = (Alert.step_at, Alert.id)
    query = select(Alert, Area.code).join(Area, Area.id == Alert.area_id)
    query = query.where(areas.within(area), Alert.step != QUIET, Alert.step_at <= clock.now() - SETTLED)
    begin = cursors.read("a", since, 1)
    query = query.where(tuple_(*mark) > (begin.at, *begin.marks) if begin else Alert.closed_at.is_(None))
    rows = s.execute(query.order_by(*mark).limit(most + 1)).all()
    told = [_alert(alert, code) for alert, code in rows[:most]]
    end = rows[:most][-1][0] if told else None
    return _piece(told, "a", Cursor(end.step_at, (end.id,)) if end else None, since, len(rows) > most)


SETS = "dhis2"  # what else can be asked for: the same as DHIS2 takes it
LISTS = {
    "coverage": List("areas", coverage),
    "days": List("days", days),
    "alerts": List("alerts", alerts),
}


def moment(at: datetime | None) -> str | None:
    """A moment as it is told: local, with its offset."""
    return clock.local(at).isoformat() if at else None


def _piece(rows: list[Row], kind: str, last: Cursor | None, since: str, more: bool) -> Piece:
    return Piece(rows, cursors.write(kind, last) if last else since, more)


def _day(number: int) -> date:
    try:
        return date.fromordinal(number)
    except (ValueError, OverflowError):
        raise cursors.NoCursor(number) from None


def _area(tally: AreaTally, place: Area, above: str | None) -> Row:
    counts = _counts(tally)
    share = counts.share
    return {
        "code": place.code, "name": place.full_name, "kind": place.kind, "parent": above,
        "ended_on": place.valid_to.isoformat() if place.valid_to else None,
        "changed_at": moment(tally.changed_at),
        "share": None if share is None else round(share, 4),
        "households": _numbers(counts),
    }  # fmt: skip


def _of_day(day: AreaDay, code: str) -> Row:
    return {
        "code": code, "on": day.on.isoformat(), "changed_at": moment(day.changed_at),
        "changes": _numbers(_counts(day)),
        "visits": {name: getattr(day, name) for name in ("visits", "did_alone", "were_helped", "were_shown")},
    }  # fmt: skip


def _alert(alert: Alert, code: str) -> Row:
    return {
        "id": alert.id, "kind": alert.kind, "area": code, "urgent": alert.kind in NOW, "step": alert.step,
        "since": moment(alert.opened_at), "step_at": moment(alert.step_at), "closed_at": moment(alert.closed_at),
    }  # fmt: skip


def _counts(row: "AreaTally | AreaDay") -> Counts:
    return Counts(**{name: getattr(row, name) for name in COUNTED})


def _numbers(counts: Counts, names: Sequence[str] = (*SUMS, *COUNTED)) -> dict[str, int]:
    return {name: counts.of(name) for name in names}
