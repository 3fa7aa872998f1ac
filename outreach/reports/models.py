"""A report somebody asked for, made by a worker and kept for a while."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base

KIND = "report"  # of the job that makes one
MONTHLY, COMPARISON = "month", "comparison"
PDF, XLSX = "pdf", "xlsx"  # every PDF is PDF/UA-1: there is no lesser one for those who can see


class Report(Base):
    """What was asked for, and the file once it is made. The job that makes it has the key "report:<id>"."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_area_id_asked_at", "area_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(20))  # MONTHLY | COMPARISON
    form: Mapped[str] = mapped_column(String(10))  # PDF | XLSX
    month: Mapped[date]  # its first day
    language: Mapped[str] = mapped_column(String(10))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    area: Mapped[Area] = relationship()
