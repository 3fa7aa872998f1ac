"""Noticing that something is wrong, and that it is over. A matter has one open alert, however many workers notice it.

Facts are ids, numbers and codes: never a name, a telephone number or the words of a message.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.alerts.models import CLOSED, NEW, Alert
from outreach.alerts.names import KINDS

Facts = Mapping[str, int | str]
UNIQUE = ("kind", "area_id", "about")


def raise_(s: Session, kind: str, area_id: int, about: str = "", **facts: int | str) -> Alert:
    """Something happened that is wrong: open an alert, or count up the one that is open, with the newest facts.

    `area_id`: whose matter it is (the country: the house's). `about`: what within the area, 60 characters at most.
    """
    made = _insertion(s).values(_row(kind, area_id, about, facts))
    newer = {**_newer(made), "times": Alert.times + 1}
    opened = made.on_conflict_do_update(index_elements=UNIQUE, index_where=_open(), set_=newer).returning(Alert)
    return s.scalars(opened, execution_options={"populate_existing": True}).one()


def over(s: Session, kind: str, area_id: int | None, about: str = "") -> None:
    """It is well again: the open alert, if there is one, closes by itself. `area_id` None: wherever it is."""
    here = () if area_id is None else (Alert.area_id == area_id,)
    _close(s, Alert.kind == kind, Alert.about == about, *here)


def exactly(s: Session, kind: str, found: Mapping[int, Facts]) -> None:
    """A state as it is now, by area: open or bring up to date these alerts, close all others of the kind.

    To look every minute counts nothing up: what lasts is one occasion.
    """
    if found:
        made = _insertion(s)
        rows = [_row(kind, area_id, "", facts) for area_id, facts in sorted(found.items())]
        opened = made.on_conflict_do_update(index_elements=UNIQUE, index_where=_open(), set_=_newer(made))
        s.connection().execute(opened, rows)
    known = s.scalars(select(Alert.area_id).where(Alert.kind == kind, Alert.closed_at.is_(None)).distinct()).all()
    gone = set(known) - set(found)
    if gone:
        _close(s, Alert.kind == kind, Alert.area_id.in_(gone))


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
        "times": 1, "step": NEW, "step_at": now, "word": "",
    }  # fmt: skip


def _insertion(s: Session) -> "pg.Insert | sqlite.Insert":
    return (pg.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert)(Alert)


def _newer(made: "pg.Insert | sqlite.Insert") -> dict[str, Any]:
    return {"facts": made.excluded.facts, "last_at": made.excluded.last_at}


def _open() -> Any:
    return text("closed_at IS NULL")


def _close(s: Session, *which: Any) -> None:
    now = clock.now()
    s.execute(
        update(Alert)
        .where(*which, Alert.closed_at.is_(None))
        .values(closed_at=now, step=CLOSED, step_at=now)
        .execution_options(synchronize_session="fetch")
    )
