"""What a worker sums up each minute for the pages of provinces and the country, and what the nightly proof found.

Villages' tallies are written with the households and read as they are; all above is folded from them (`folding`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base
from outreach.households.models import CountColumns


class VisitColumns:
    """How many visits there were on a day, by outcome: done alone, with help, shown how. The rest met nobody."""

    visits: Mapped[int] = mapped_column(default=0)
    did_alone: Mapped[int] = mapped_column(default=0)
    were_helped: Mapped[int] = mapped_column(default=0)
    were_shown: Mapped[int] = mapped_column(default=0)


class VisitDay(VisitColumns, Base):
    """A village's visits of a day that stand: to its households, wherever they took place."""

    __tablename__ = "visit_day"
    __table_args__ = (
        Index("ix_visit_day_commune_id_on", "commune_id", "on"),
        Index("ix_visit_day_on", "on"),
    )

    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    on: Mapped[date] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    province_id: Mapped[int] = mapped_column(ForeignKey("area.id"))


class AreaTally(CountColumns, Base):
    """The tally of a commune, a province or the country: the sum of its villages' when they were last folded."""

    __tablename__ = "area_tally"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(index=True)  # when a fold last changed it


class AreaDay(CountColumns, VisitColumns, Base):
    """By how much the tally of a commune, a province or the country changed on a day, and its visits of that day."""

    __tablename__ = "area_day"
    __table_args__ = (
        Index("ix_area_day_parent_id_on", "parent_id", "on"),
        Index("ix_area_day_changed_at_area_id_on", "changed_at", "area_id", "on"),  # to be told in this order
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    on: Mapped[date] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    changed_at: Mapped[datetime]


class Fold(Base):
    """Up to which moment all that changed has been folded; one row."""

    __tablename__ = "fold"

    id: Mapped[int] = mapped_column(primary_key=True)  # 1
    at: Mapped[datetime]
    visit_id: Mapped[int]  # the highest that was seen


class RecountFinding(Base):
    """The nightly proof found a sum that was wrong, and mended it."""

    __tablename__ = "recount_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))  # which sums: the table's name
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # by how much each was wrong
