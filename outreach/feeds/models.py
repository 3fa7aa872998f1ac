"""Keys to ask with, addresses to send to, and what was sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base
from outreach.queue import Waiting


class FeedKey(Base):
    """Whoever has the key may read the numbers of an area; only its hash is kept."""

    __tablename__ = "feed_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))  # whose it is: "IOC tỉnh Hưng Yên"
    prefix: Mapped[str] = mapped_column(String(8))  # its first letters, to tell keys apart
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Webhook(Base):
    """An address that is told when an area's numbers change; `secret` signs what is sent: "whsec_" and base64."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    address: Mapped[str] = mapped_column(String(300))
    secret: Mapped[str] = mapped_column(String(64))
    cursor: Mapped[str] = mapped_column(String(60), default="")  # up to where it has been told
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Delivery(Waiting, Base):
    """One message to a webhook: the row is its queue entry, and stays as what was sent."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(80), default="")  # what came back last
