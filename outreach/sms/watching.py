"""Watching the outbox: what waits too long, and of what nobody knows, becomes an alert of its commune."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.alerts import queries, raising
from outreach.alerts.names import OPERATOR, SLOW, UNKNOWN
from outreach.queue import QUEUED
from outreach.sms import days, models
from outreach.sms.counts import REMEMBERED, is_late
from outreach.sms.models import Sms


def watch(s: Session) -> None:
    """Say what is wrong now, by commune, and take back what is well again. To look often costs and counts nothing."""
    raising.ripen(s)
    now = clock.now()
    told = queries.standing(s, OPERATOR)  # why they wait; it is no news in each commune
    slow = () if told else _by_area(s, Sms.state == QUEUED, Sms.due_at >= now - REMEMBERED)
    raising.exactly(s, SLOW, {area: {"waiting": n, "minutes": _minutes(now, first)} for area, n, first in slow})
    lost = _by_area(s, Sms.state == models.UNKNOWN)
    raising.exactly(s, UNKNOWN, {area: {"waiting": n} for area, n, _first in lost})


def _by_area(s: Session, *which: ColumnElement[bool]) -> Iterator[Any]:
    late = is_late(days.may_go(s, clock.now()))
    yield from s.execute(
        select(Sms.area_id, func.count(), func.min(Sms.due_at)).where(late, *which).group_by(Sms.area_id)
    )


def _minutes(now: datetime, first: datetime) -> int:
    return int((now - first).total_seconds() // 60)
