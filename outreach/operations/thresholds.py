"""From which figure on something is an alert: set for an area, it holds for all below that set none of their own."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts.names import (
    BEHIND,
    DOUBTS,
    FEWER_PROFICIENT,
    FEWER_VISITS,
    LATE_RECORDS,
    LIST_REJECTED,
    PROMISES,
    SILENT,
)
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.operations.models import Threshold


class Line(NamedTuple):
    """What is set and in which unit; the house's own figure, and between which figures one may choose.

    The house's figures are judgements: a promise to come again is made for one or two weeks, so two weeks without any
    visit break one; the others are as low as can be without an alert for what is usual.
    """

    name: LazyString
    unit: LazyString
    usual: int
    least: int
    most: int


LINES: Mapping[str, Line] = {
    SILENT: Line(_l("A village without any visit for"), _l("days"), 14, 7, 60),
    BEHIND: Line(_l("Below the plan by"), _l("percentage points"), 5, 1, 30),
    FEWER_PROFICIENT: Line(_l("Proficient households lost in four weeks"), _l("households"), 3, 1, 500),
    FEWER_VISITS: Line(_l("Of every 100 visits of the four weeks before, now no more than"), _l("visits"), 50, 10, 90),
    DOUBTS: Line(_l("A question about a visit without an answer for"), _l("days"), 7, 2, 30),
    PROMISES: Line(_l("A promised visit over its day by"), _l("days"), 7, 2, 30),
    LATE_RECORDS: Line(_l("A late record without a decision for"), _l("days"), 3, 1, 30),
    LIST_REJECTED: Line(_l("Of every 100 rows of a list, not taken over"), _l("rows"), 20, 5, 90),
}  # fmt: skip


class Figure(NamedTuple):
    """What holds for an area, and where that was set (None: the house's own figure)."""

    value: int
    area: Area | None


class Figures:
    """What holds where, for one kind of alert; asks once."""

    def __init__(self, s: Session, kind: str) -> None:
        self.usual = LINES[kind].usual
        query = select(Area.path, Threshold.value).join(Area, Area.id == Threshold.area_id)
        self._set: dict[str, int] = dict(s.execute(query.where(Threshold.kind == kind)).all())

    def at(self, path: str) -> int:
        """The figure for the area with this path: its own, else that of the nearest above."""
        while path and self._set:
            if path in self._set:
                return self._set[path]
            path = path[: path.rstrip("/").rfind("/") + 1]
        return self.usual


def holding(s: Session, area: Area) -> dict[str, Figure]:
    """What holds for an area, by kind."""
    found = {kind: Figure(line.usual, None) for kind, line in LINES.items()}
    line = {one.id: one for one in areas.line(s, area)}
    set_ = {(row.area_id, row.kind): row for row in s.scalars(select(Threshold).where(Threshold.area_id.in_(line)))}
    for area_id, place in line.items():  # from the country down: the nearest stays
        found |= {kind: Figure(set_[area_id, kind].value, place) for kind in LINES if (area_id, kind) in set_}
    return found


def own(s: Session, area: Area) -> dict[str, int]:
    """What an area has set itself, by kind."""
    rows = s.execute(select(Threshold.kind, Threshold.value).where(Threshold.area_id == area.id))
    return dict(rows.all())


def alone(s: Session, area: Area) -> None:
    """Nobody else sets this area's figures until the transaction ends."""
    queue.alone(s, f"thresholds of {area.id}")


def agree(s: Session, area: Area, figures: Mapping[str, int | None], by: Account) -> bool:
    """Set an area's own figures; None takes one back, so that the one from above holds. Whether anything changed.

    Who saves at the same moment waits, and sees what the other has set.
    """
    alone(s, area)
    rows = {row.kind: row for row in s.scalars(select(Threshold).where(Threshold.area_id == area.id))}
    before = {kind: row.value for kind, row in rows.items()}
    for kind, value in figures.items():
        if value == before.get(kind):
            continue
        if value is None:
            s.delete(rows[kind])
        elif kind in rows:
            rows[kind].value, rows[kind].set_by_id, rows[kind].set_at = value, by.id, clock.now()
        else:
            s.add(Threshold(area_id=area.id, kind=kind, value=value, set_by_id=by.id, set_at=clock.now()))
    changed = {kind: [before.get(kind), value] for kind, value in figures.items() if value != before.get(kind)}
    if changed:
        audit.record(s, "threshold.set", "area", area.id, area_id=area.id, actor_id=by.id, figures=changed)
    return bool(changed)
