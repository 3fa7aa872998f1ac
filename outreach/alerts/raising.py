"""Noticing that something is wrong, and that it is over. A matter has one open alert, however many workers notice it.

Facts are ids, numbers and codes: never a name, a telephone number or the words of a message.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, text, true, update
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.alerts.models import CLOSED, NEW, QUIET, Alert
from outreach.alerts.names import DAY, KINDS
from outreach.areas.models import Area
from outreach.areas.queries import within

Facts = Mapping[str, int | str]
UNIQUE = ("kind", "area_id", "about")
PATIENCE = timedelta(minutes=5)  # what may pass by itself is told after this time, however seldom it is noticed
EVENING = time(17)  # by when something is to be done on its day


def raise_(s: Session, kind: str, area_id: int, about: str = "", *, after: int = 1, **facts: int | str) -> Alert:
    """Something happened that is wrong: open an alert, or count up the one that is open, with the newest facts.

    `area_id`: whose matter it is (the country: the house's). `about`: what within the area, 60 characters at most.
    `after`: how often it must be noticed, or for PATIENCE, before anybody is told; until then its step is QUIET.
    """
    made = _insertion(s).values(_row(kind, area_id, about, facts) | {"step": NEW if after <= 1 else QUIET})
    now = clock.now()
    told = and_(_quiet(), or_(Alert.times + 1 >= after, Alert.opened_at <= now - PATIENCE))
    step = {"step": case((told, NEW), else_=Alert.step), "step_at": case((told, now), else_=Alert.step_at)}
    newer = {**_newer(made), **step, "times": Alert.times + 1}
    opened = made.on_conflict_do_update(index_elements=UNIQUE, index_where=_open(), set_=newer).returning(Alert)
    return s.scalars(opened, execution_options={"populate_existing": True}).one()


def ripen(s: Session) -> None:
    """What has been noticed for PATIENCE and is not over is told."""
    now = clock.now()
    s.execute(update(Alert).where(_quiet(), Alert.opened_at <= now - PATIENCE).values(step=NEW, step_at=now))


def over(s: Session, kind: str, area_id: int | None, about: str = "") -> None:
    """It is well again: the open alert, if there is one, closes by itself. `area_id` None: wherever it is."""
    here = () if area_id is None else (Alert.area_id == area_id,)
    _close(s, Alert.kind == kind, Alert.about == about, *here)


def exactly(
    s: Session, kind: str, found: Mapping[int, Facts], *, inside: Area | None = None, at_once: Collection[int] = (),
) -> None:  # fmt: skip
    """A state as it is now, by area: open or bring up to date these alerts, close all others of the kind.

    To look every minute counts nothing up: what lasts is one occasion. `inside`: where it was looked; elsewhere nothing
    closes. `at_once`: areas where nobody would look after it, so that it is late, and the area above's, from the start.
    """
    if found:
        made = _insertion(s)
        now = clock.now()
        rows = [_row(kind, area_id, "", facts) for area_id, facts in sorted(found.items())]
        rows = [row | ({"due_at": now} if row["area_id"] in at_once else {}) for row in rows]
        opened = made.on_conflict_do_update(index_elements=UNIQUE, index_where=_open(), set_=_newer(made))
        s.connection().execute(opened, rows)
    here = Alert.area_id.in_(select(Area.id).where(within(inside))) if inside else true()
    known = s.scalars(select(Alert.area_id).where(Alert.kind == kind, Alert.closed_at.is_(None), here).distinct()).all()
    gone = set(known) - set(found)
    if gone:
        _close(s, Alert.kind == kind, Alert.area_id.in_(gone))


def closed_by_hand(s: Session, kind: str) -> dict[int, datetime]:
    """When somebody last closed such an alert with a word, by area."""
    last = select(Alert.area_id, func.max(Alert.closed_at)).where(Alert.kind == kind, Alert.closed_by_id.is_not(None))
    return {area_id: at for area_id, at in s.execute(last.group_by(Alert.area_id)) if at}


def settled(s: Session, kind: str, since: datetime) -> set[int]:
    """The areas in which somebody closed such an alert with a word since then: they know, and are left in peace."""
    by_hand = select(Alert.area_id).where(Alert.kind == kind, Alert.closed_at >= since)
    return set(s.scalars(by_hand.where(Alert.closed_by_id.is_not(None))))


def told(s: Session, kind: str, abouts: Collection[str]) -> set[str]:
    """Of these matters those of which there was an alert already, open or not: they happen once."""
    return set(s.scalars(select(Alert.about).where(Alert.kind == kind, Alert.about.in_(abouts))))


def hand_over(s: Session, old_id: int, heir_id: int) -> None:
    """The alerts of an area that ended are its heir's; where the heir has the same matter open, that one goes on."""
    heirs = aliased(Alert)
    same = (heirs.area_id == heir_id, heirs.kind == Alert.kind, heirs.about == Alert.about, heirs.closed_at.is_(None))
    _close(s, Alert.area_id == old_id, select(heirs.id).where(*same).exists())
    s.execute(update(Alert).where(Alert.area_id == old_id).values(area_id=heir_id))


def _row(kind: str, area_id: int, about: str, facts: Facts) -> dict[str, Any]:
    if kind not in KINDS:
        raise LookupError(f"an alert of the kind {kind!r} has no words in alerts/names.py")
    now = clock.now()
    return {
        "kind": kind, "area_id": area_id, "about": about, "facts": dict(facts), "opened_at": now, "last_at": now,
        "times": 1, "step": NEW, "step_at": now, "due_at": _due_at(now, KINDS[kind].within), "word": "",
    }  # fmt: skip


def _due_at(now: datetime, within: timedelta) -> datetime:
    """Hours from now, or the evening of a day."""
    if within < DAY:
        return now + within
    return datetime.combine(clock.local(now + within).date(), EVENING, clock.place())


def _insertion(s: Session) -> "pg.Insert | sqlite.Insert":
    return (pg.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert)(Alert)


def _newer(made: "pg.Insert | sqlite.Insert") -> dict[str, Any]:
    return {"facts": made.excluded.facts, "last_at": made.excluded.last_at}


def _open() -> Any:
    return text("closed_at IS NULL")


def _quiet() -> ColumnElement[bool]:
    return and_(Alert.step == QUIET, Alert.closed_at.is_(None))


def _close(s: Session, *which: Any) -> None:
    """What nobody was told of leaves no trace."""
    now = clock.now()
    s.execute(delete(Alert).where(*which, _quiet()).execution_options(synchronize_session="fetch"))
    s.execute(
        update(Alert)
        .where(*which, Alert.closed_at.is_(None))
        .values(closed_at=now, step=CLOSED, step_at=now)
        .execution_options(synchronize_session="fetch")
    )
