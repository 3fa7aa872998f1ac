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
from outreach.sms.counts import REMEMBERED, SILENT_AFTER, is_late
from outreach.sms.models import Sms


def watch(s: Session) -> None:
    """Say what is wrong now, by commune, and take back what is well again. To look often costs and counts nothing.

    Whoever closed an alert of messages that nobody knows of has looked after these: only another one opens it again.
    """
    raising.ripen(s)
    now = clock.now()
    told = queries.standing(s, OPERATOR)  # why they wait; it is no news in each commune
    slow = () if told else _by_area(s, Sms.state == QUEUED, Sms.due_at >= now - REMEMBERED)
    raising.exactly(s, SLOW, {area: {"waiting": n, "minutes": _minutes(now, first)} for area, n, first, _last in slow})
    known = raising.closed_by_hand(s, UNKNOWN)
    lost = _by_area(s, Sms.state == models.UNKNOWN)
    anew = {area: {"waiting": n} for area, n, _first, last in lost if area not in known or _late_at(last) > known[area]}
    raising.exactly(s, UNKNOWN, anew)


def _by_area(s: Session, *which: ColumnElement[bool]) -> Iterator[Any]:
    late = is_late(days.may_go(s, clock.now()))
    yield from s.execute(
        select(Sms.area_id, func.count(), func.min(Sms.due_at), func.max(Sms.cleared_at))
        .where(late, *which)
        .group_by(Sms.area_id)
    )


def _late_at(cleared_at: datetime) -> datetime:
    """From when on nobody knew for too long whether a message went (see `is_late`)."""
    return cleared_at + SILENT_AFTER


def _minutes(now: datetime, first: datetime) -> int:
    return int((now - first).total_seconds() // 60)
