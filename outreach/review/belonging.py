"""Who worked in a group when, as the log of roles and places tells: the account knows only where somebody works now."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account, AuditEntry
from outreach.checks import months
from outreach.visits.models import Visit

CHANGED = ("account.role", "account.move")


def left_since(village_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether a visit's author got another role or place only after it: the group's book keeps it."""
    log = select(AuditEntry.id).where(
        AuditEntry.subject == "account", AuditEntry.subject_id == Visit.by_id, AuditEntry.at > Visit.at,
        AuditEntry.act.in_(CHANGED), AuditEntry.area_id.in_(village_ids),
    )  # fmt: skip
    return log.exists()


def since(s: Session, people: Collection[Account]) -> dict[int, datetime]:
    """From which moment on each of these has worked where they work now: came there, or was taken on."""
    known = {one.id: one.created_at for one in people}
    log = select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.details).join(
        Account, (Account.id == AuditEntry.subject_id) & (Account.area_id == AuditEntry.area_id)
    )
    came = log.where(
        AuditEntry.subject == "account", AuditEntry.subject_id.in_(list(known)), AuditEntry.act.in_(CHANGED)
    )
    for account_id, at, details in s.execute(came.order_by(AuditEntry.id)):
        if account_id and "area" in details:
            known[account_id] = at
    return known


def worked(account: Account, since: datetime, month: date) -> bool:
    """Whether somebody who is in a group since then was there in a month."""
    start, end = months.bounds(month)
    return since < end and (account.suspended_at is None or account.suspended_at >= start)
