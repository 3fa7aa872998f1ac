"""The handbook: public procedures with their facts, dates and doubts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base, Bytewise


class Procedure(Base):
    """One public procedure as the national database described it on `snapshot_on`."""

    __tablename__ = "procedure"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(40), index=True)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Bytewise)  # both names and the code, to search
    needs_recheck: Mapped[bool]
    snapshot_on: Mapped[date | None]  # the first day of the month of the copy
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # everything else, as in data/procedures.json


class ProvinceFee(Base):
    """What a procedure costs in one province, where its people's council set an amount of its own.

    The newest row of a province and procedure counts; `ended_at` says that the national fee holds again.
    """

    __tablename__ = "province_fee"
    __table_args__ = (Index("ix_province_fee_procedure_id_area_id", "procedure_id", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # the province
    procedure_id: Mapped[str] = mapped_column(ForeignKey("procedure.id"))
    online_vnd: Mapped[int | None]  # đồng; 0 = free, None = not set here
    direct_vnd: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(300))  # the resolution's number and day, as the official typed it
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship()
    set_by: Mapped[Account] = relationship()
