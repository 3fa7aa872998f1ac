"""Monthly sheets of visits, and the allowance rule."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base

DRAFT, SENT, TO_MEND, APPROVED, LOCKED = "draft", "sent", "to_mend", "approved", "locked"
STATES = (DRAFT, SENT, TO_MEND, APPROVED, LOCKED)
JOINED = "joined"  # in `totals`: a reform made an open sheet of the same month one with this approved one


class Sheet(Base):
    """A volunteer's month: no row means nothing was reported (missing), which is not zero."""

    __tablename__ = "sheet"
    __table_args__ = (
        UniqueConstraint("account_id", "month", "village_id", name="uq_sheet_account_id_month_village_id"),
        Index("ix_sheet_village_id_month", "village_id", "month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # whose group it was worked for
    month: Mapped[date]  # its first day
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # as approved: days, visits, results, allowance
    frozen_at: Mapped[datetime | None]  # when it was approved: what arrives later counts in a later month
    made_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    village: Mapped[Area] = relationship()
    steps: Mapped[list["SheetStep"]] = relationship(order_by="SheetStep.id")


class SheetStep(Base):
    """A sheet went from one state to another: who, when, with what word."""

    __tablename__ = "sheet_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    old: Mapped[str] = mapped_column(String(10))
    new: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    word: Mapped[str] = mapped_column(String(300), default="")

    by: Mapped[Account] = relationship()


class Allowance(Base):
    """What a commune pays from a month on, by which paper; amounts in đồng. The newest rule of a month holds."""

    __tablename__ = "allowance"

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    from_month: Mapped[date]
    per_day: Mapped[int] = mapped_column(default=0)  # each day worked
    per_visit: Mapped[int] = mapped_column(default=0)
    per_month: Mapped[int] = mapped_column(default=0)  # each volunteer who worked at least a day
    group_month: Mapped[int] = mapped_column(default=0)  # each group in which somebody worked
    most_days: Mapped[int | None]  # paid days a month at most
    basis: Mapped[str] = mapped_column(String(200))  # the resolution or decision
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]

    set_by: Mapped[Account] = relationship()
    commune: Mapped[Area] = relationship()
