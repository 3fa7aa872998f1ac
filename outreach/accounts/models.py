"""Accounts of those who work here, their one-time codes, attempts to sign in, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base, Bytewise
from outreach.lib import words

ADMIN, PROVINCE, OFFICIAL, LEADER, VOLUNTEER, AGENT = "admin", "province", "official", "leader", "volunteer", "agent"
ROLES = (ADMIN, PROVINCE, OFFICIAL, LEADER, VOLUNTEER, AGENT)
FIELD = (LEADER, VOLUNTEER)  # those who go from door to door
OFFICE = (ADMIN, PROVINCE, OFFICIAL)
STANDS_IN = {
    ADMIN: ("country",),
    PROVINCE: ("province",),
    OFFICIAL: ("commune",),
    LEADER: ("village",),
    VOLUNTEER: ("village",),
    AGENT: ("commune",),
}


def _by_given_name(context: DefaultExecutionContext) -> str:
    """Staff lists go by given name, whoever makes the row."""
    return words.given_name_key(context.get_current_parameters()["name"])  # type: ignore[no-untyped-call]


class Account(Base):
    """Somebody who works here: one role, standing in one area.

    The group (tổ công nghệ số cộng đồng) of a village is everyone who stands in that village: its leader and its
    volunteers (letter 793/BTTTT-THH of 5 Mar 2022: one group a village).
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(Bytewise)
    sort_key: Mapped[str] = mapped_column(Bytewise, default=_by_given_name)
    phone: Mapped[str] = mapped_column(String(16), unique=True)  # E.164; how one signs in
    role: Mapped[str] = mapped_column(String(10))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    language: Mapped[str] = mapped_column(String(10), default="vi")
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: invited, has not set one yet
    epoch: Mapped[int] = mapped_column(default=0)  # raised by "sign out everywhere": older sessions end
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]
    sms_since: Mapped[datetime | None]  # since when this person wants the weekly message; None: does not

    area: Mapped[Area] = relationship(lazy="joined")

    # What Flask-Login asks for, written out because its mixin has no types.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this account may work."""
        return self.suspended_at is None

    def get_id(self) -> str:
        """What the session remembers: the account and the epoch of its sessions."""
        return f"{self.id}.{self.epoch}"


class OneTimeCode(Base):
    """A code handed over in person, to set a password for the first time or anew. Used once, for 72 hours."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))  # invite | reset
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC of the code; the code itself is not kept
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # also set when a newer code makes this one void

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class Attempt(Base):
    """A failed try at a door (sign-in, one-time code, learner card), counted to slow down guessing."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_door_who_at", "door", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    door: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(64))  # a phone number or a network address, hashed
    at: Mapped[datetime]


class Receipt(Base):
    """A deed that a phone may send twice: what became of it. The same `client_id` with other content is refused.

    `subject_id` is the row it made, so that what was written offline about a household without a number yet finds it.
    """

    __tablename__ = "receipt"

    client_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(40))  # "household.create"
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    received_at: Mapped[datetime]


class AuditEntry(Base):
    """Who did what to whom: written in the same transaction as the deed, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "subject_id"),
        Index("ix_audit_entry_area_id_at", "area_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: the house itself (worker, command)
    act: Mapped[str] = mapped_column(String(40))  # "household.create"
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[Account | None] = relationship()
