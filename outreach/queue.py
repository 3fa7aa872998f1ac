"""Rows that wait: claim, lease, settle. The row is the queue, the database the engine.

A table that waits mixes in `Waiting`. A worker claims due rows by one UPDATE, works, and settles only what it still
holds; a lease that ran out (a killed worker) makes the row claimable again. Any number of workers may run.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from zlib import crc32

from sqlalchemy import ColumnElement, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import clock

QUEUED = "queued"
WORKING = "working"


class Waiting:
    """Columns of a row that waits for a worker. `key` is unique: the same thing planned twice is one row."""

    key: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=QUEUED)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    lease_until: Mapped[datetime | None]


def alone(s: Session, what: str) -> None:
    """From here until its transaction ends, one worker at a time does this; the others wait."""
    if s.connection().dialect.name == "postgresql":  # SQLite has one writer at a time
        s.execute(select(func.pg_advisory_xact_lock(crc32(what.encode()))))


class Lost(Exception):
    """The lease ran out and somebody else may hold the row: do nothing more with it."""


W = TypeVar("W", bound=Waiting)


def claim(
    s: Session, table: type[W], *, limit: int, lease: timedelta, also: ColumnElement[bool] | None = None
) -> Sequence[W]:
    """Take up to `limit` due rows (or rows whose lease ran out) for `lease`; the caller commits before working.

    `also` narrows which rows. Returned rows carry this claim's mark in `.lease`.
    """
    now = clock.now()
    due = or_(
        (table.state == QUEUED) & (table.due_at <= now),
        (table.state == WORKING) & (table.lease_until < now),
    )
    wanted = select(table.key).where(due)
    if also is not None:
        wanted = wanted.where(also)
    # As a named subquery PostgreSQL runs it once; inside IN it may run it again, for other rows, and exceed `limit`.
    taken = wanted.order_by(table.due_at).limit(limit).with_for_update(skip_locked=True).cte("taken")
    mark = str(uuid.uuid4())
    s.execute(
        update(table)
        .where(table.key.in_(select(taken.c.key)))
        .values(state=WORKING, lease=mark, lease_until=now + lease, attempts=table.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return s.scalars(
        select(table).where(table.lease == mark).order_by(table.due_at).execution_options(populate_existing=True)
    ).all()


def settle(s: Session, row: Waiting, state: str, *, due_at: datetime | None = None) -> None:
    """Give a claimed row its next state (back to QUEUED with a later `due_at` = try again). Raises Lost."""
    table = type(row)
    changed = s.execute(
        update(table)
        .where(table.key == row.key, table.lease == row.lease, table.state == WORKING)
        .values(state=state, lease=None, lease_until=None, due_at=due_at or row.due_at)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Lost(row.key)
    s.refresh(row)


def prolong(s: Session, row: Waiting, lease: timedelta) -> None:
    """Keep a claimed row a while longer (long work, in chunks). Raises Lost."""
    table = type(row)
    changed = s.execute(
        update(table)
        .where(table.key == row.key, table.lease == row.lease, table.state == WORKING)
        .values(lease_until=clock.now() + lease)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Lost(row.key)
