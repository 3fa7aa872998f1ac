"""Writing the audit log: who did what to whom, in the same transaction as the deed."""

from collections.abc import Sequence
from typing import Any

from flask import has_request_context
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts.models import AuditEntry


def record(
    s: Session, act: str, subject: str, subject_id: int | None, *, area_id: int | None = None,
    actor_id: int | None = None, note: str = "", **details: Any,
) -> AuditEntry:  # fmt: skip
    """Note a deed such as ("household.create", "household", 12). The actor is who is signed in, unless given.

    `details` are small, JSON-able and hold no personal data beyond what the subject's own row holds.
    """
    if actor_id is None and has_request_context() and current_user.is_authenticated:
        actor_id = current_user.id
    said = deed(act, subject, subject_id, area_id=area_id, actor_id=actor_id, note=note, **details)
    entry = AuditEntry(**said)
    s.add(entry)
    return entry


def deed(
    act: str, subject: str, subject_id: int | None, *, area_id: int | None, actor_id: int | None, note: str = "",
    **details: Any,
) -> dict[str, Any]:  # fmt: skip
    """What `record` notes of a deed, for `record_all`."""
    return {
        "at": clock.now(), "actor_id": actor_id, "act": act, "subject": subject, "subject_id": subject_id,
        "area_id": area_id, "details": details, "note": note,
    }  # fmt: skip


def record_all(s: Session, deeds: Sequence[dict[str, Any]]) -> None:
    """Note many deeds at once."""
    db.add_rows(s, AuditEntry, deeds)
