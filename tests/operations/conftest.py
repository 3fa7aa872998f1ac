"""What the tests of operations share: an hour that stands still, and histories made by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.areas.models import Area
from outreach.coverage.models import AreaDay, VisitDay
from tests.world import World

SIX = datetime(2026, 11, 20, 23, tzinfo=UTC)  # Saturday 21 November, 06:00 in Việt Nam
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def clock_at_six() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SIX, tick=False) as traveller:
        yield traveller


def ago(days: int) -> date:
    """The day so many days before today."""
    return TODAY - timedelta(days=days)


def visited(s: Session, village: Area, *days: int, visits: int = 1) -> None:
    """The village had visits so many days ago."""
    commune = s.get_one(Area, village.parent_id)
    where = {"village_id": village.id, "commune_id": commune.id, "province_id": commune.parent_id}
    s.add_all(VisitDay(on=ago(day), visits=visits, **where) for day in days)
    s.flush()


def summed(s: Session, area: Area, days: int, **sums: int) -> None:
    """What the villages of an area came to so many days ago."""
    s.add(AreaDay(area_id=area.id, parent_id=area.parent_id, on=ago(days), changed_at=SIX, **sums))
    s.flush()


def open_ones(s: Session, kind: str) -> dict[int, Any]:
    """The open alerts of a kind: where, with which facts."""
    found = s.scalars(select(Alert).where(Alert.kind == kind, Alert.closed_at.is_(None)))
    return {one.area_id: one.facts for one in found}


@pytest.fixture
def quiet_village(s: Session, w: World) -> Alert:
    """Thôn Đông without a visit for sixteen days; due on Tuesday, 17:00."""
    alert = raising.raise_(s, "silent", w.dong.id, days=16)
    s.commit()
    return alert
