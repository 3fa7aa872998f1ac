"""Who worked in a group when, as the log of roles and places tells: the account knows only where somebody works now.

The log keeps the village that was; after a reform it is read for the village that took over as well.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account, AuditEntry
from outreach.areas.models import VILLAGE, Area, AreaSuccessor
from outreach.checks import months
from outreach.visits.models import Visit

CHANGED = ("account.role", "account.move")


def left_since(village_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a visit's author got another role or place only after it: the group's book keeps it."""
    return _changed_after().where(AuditEntry.area_id.in_(_with_those_before(village_ids))).exists()


def left_a_group_since() -> ColumnElement[bool]:
    """The same of any group: what an official or agent did while still going from door to door."""
    villages = select(Area.id).where(Area.kind == VILLAGE)
    return _changed_after().where(AuditEntry.area_id.in_(villages)).exists()


def was_in_a_group(s: Session, account: Account) -> bool:
    """Whether the log knows that somebody worked in a village's group before."""
    log = select(AuditEntry.id).join(Area, Area.id == AuditEntry.area_id).where(
        AuditEntry.subject == "account", AuditEntry.subject_id == account.id, AuditEntry.act.in_(CHANGED),
        Area.kind == VILLAGE,
    )  # fmt: skip
    return s.scalars(log.limit(1)).first() is not None


def _changed_after() -> Select[int]:
    return select(AuditEntry.id).where(
        AuditEntry.subject == "account", AuditEntry.subject_id == Visit.by_id, AuditEntry.at > Visit.at,
        AuditEntry.act.in_(CHANGED),
    )  # fmt: skip


def _with_those_before(village_ids: Collection[int]) -> Select[int]:
    """These villages and all that they took over from, however many reforms ago."""
    family = select(Area.id.label("id")).where(Area.id.in_(village_ids)).cte("family", recursive=True)
    earlier = select(AreaSuccessor.old_id).join(family, AreaSuccessor.new_id == family.c.id)
    return select(family.union(earlier).c.id)


def since(s: Session, people: Collection[Account]) -> dict[int, datetime]:
    """From which moment on each of these has worked where they work now: came there, or was taken on.

    Whoever moved among villages that have become one since was there before.
    """
    known = {one.id: one.created_at for one in people}
    now = select(Account.id.label("who"), Account.area_id.label("place")).where(Account.id.in_(list(known)))
    here = now.cte("here", recursive=True)
    earlier = select(here.c.who, AreaSuccessor.old_id).join(here, AreaSuccessor.new_id == here.c.place)
    family = here.union(earlier)
    log = select(family.c.who, Area.code, AuditEntry.id, AuditEntry.at, AuditEntry.details).select_from(family).join(
        Area, Area.id == family.c.place
    ).outerjoin(AuditEntry, and_(
        AuditEntry.subject == "account", AuditEntry.subject_id == family.c.who, AuditEntry.area_id == Area.id,
        AuditEntry.act.in_(CHANGED),
    ))  # fmt: skip
    rows = s.execute(log.order_by(AuditEntry.id)).all()
    home = {(who, code) for who, code, *_change in rows}
    for who, _code, id, at, details in rows:
        left, there = (details or {}).get("area", (None, None))
        if id and (who, there) in home and (who, left) not in home:
            known[who] = at
    return known


def worked(account: Account, since: datetime, month: date) -> bool:
    """Whether somebody who is in a group since then was there in a month."""
    start, end = months.bounds(month)
    return since < end and (account.suspended_at is None or account.suspended_at >= start)
