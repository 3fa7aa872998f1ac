"""The outbox of messages and what became of each."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base
from outreach.queue import Waiting

SENT, FAILED, CANCELLED, UNKNOWN = "sent", "failed", "cancelled", "unknown"


class Sms(Waiting, Base):
    """A message that is to go out once. `key` = recipient, purpose, version and due date.

    States: queued → working → sent | failed | unknown (asked of the gateway before anything is sent again) |
    cancelled. `recipient` is the upper room's word for whom it is ("member:12"); this room knows numbers and words.
    """

    __tablename__ = "sms"
    __table_args__ = (
        Index("ix_sms_state_due_at", "state", "due_at"),
        Index("ix_sms_to_sent_at", "to", "sent_at"),
        Index("ix_sms_area_id_due_at", "area_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(40), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # the commune in whose name it goes
    purpose: Mapped[str] = mapped_column(String(30))
    to: Mapped[str] = mapped_column(String(16))  # E.164
    body: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(String(8))
    segments: Mapped[int]
    not_after: Mapped[datetime]  # a reminder that comes too late is not sent
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    gateway: Mapped[str] = mapped_column(String(20), default="")
    gateway_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    error: Mapped[str] = mapped_column(String(200), default="")


class OptOut(Base):
    """A number that wants no messages from us, whoever's it is."""

    __tablename__ = "opt_out"

    phone: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(20))
