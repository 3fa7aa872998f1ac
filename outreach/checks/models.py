"""Doubts about visits, and samples of visits that are checked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base
from outreach.visits.models import Visit

RIGHT, WRONG = "right", "wrong"
TRUE, DIFFERENT, UNREACHED = "true", "different", "unreached"


class Doubt(Base):
    """Something about a visit that a leader should look at: the reason is said, nothing is presumed."""

    __tablename__ = "doubt"
    __table_args__ = (UniqueConstraint("visit_id", "reason", name="uq_doubt_visit_id_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # numbers that the reason speaks of
    found_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(10))  # RIGHT (the visit stands) | WRONG
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    word: Mapped[str] = mapped_column(String(300), default="")

    visit: Mapped[Visit] = relationship()
    settled_by: Mapped[Account | None] = relationship()


class Sample(Base):
    """A visit drawn by lot to be checked by telephone or by a second visit."""

    __tablename__ = "sample"
    __table_args__ = (Index("ix_sample_village_id_month", "village_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    month: Mapped[date]
    drawn_at: Mapped[datetime]
    number: Mapped[str] = mapped_column(String(32), default="", server_default="")  # that the lot was drawn from
    way: Mapped[str] = mapped_column(String(10), default="")  # "phone" | "visit"
    result: Mapped[str | None] = mapped_column(String(10))  # TRUE | DIFFERENT | UNREACHED
    word: Mapped[str] = mapped_column(String(300), default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    visit: Mapped[Visit] = relationship()
    checked_by: Mapped[Account | None] = relationship()
