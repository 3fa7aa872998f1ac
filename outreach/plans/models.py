"""A plan toward the goal, and what communes know of their villages' poverty as counts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base


class Plan(Base):
    """By when an area wants to be where; one plan of an area stands at a time, earlier ones stay on record.

    A plan ends by the next one, or because somebody ends it: then there is a reason.
    """

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_area_id_ended_at", "area_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    target_on: Mapped[date]
    share: Mapped[int] = mapped_column(default=100)  # per cent of the households in scope that are to be proficient
    start: Mapped[float] = mapped_column(default=0.0)  # which part of them was, when it was set: 0 to 1
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    end_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")

    area: Mapped[Area] = relationship()
    set_by: Mapped[Account] = relationship(foreign_keys=set_by_id)
    ended_by: Mapped[Account | None] = relationship(foreign_keys=ended_by_id)
    milestones: Mapped[list["Milestone"]] = relationship(order_by="Milestone.month", cascade="all, delete-orphan")


class Milestone(Base):
    """Where a plan wants to be at the end of a month."""

    __tablename__ = "milestone"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    share: Mapped[int]  # per cent of the households in scope


class VillageFact(Base):
    """Poverty in a village as the commune's yearly review counts it: numbers only, never which household."""

    __tablename__ = "village_fact"

    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    as_of: Mapped[date] = mapped_column(primary_key=True)  # the day of the review
    poor: Mapped[int | None]  # households
    near_poor: Mapped[int | None]
    hardship: Mapped[bool] = mapped_column(default=False)  # a village "in special difficulty" by the State's list
    source: Mapped[str] = mapped_column(String(200), default="")  # the decision or list it stands in
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]


class HardshipTally(Base):
    """Villages of a commune or a province that are alike in what is known of their hardship, as they were last summed
    up: how many, what was counted in them, where their households in scope stand."""

    __tablename__ = "hardship_tally"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(10), primary_key=True)  # one of hardship.KEYS
    parent_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    villages: Mapped[int]
    poor: Mapped[int | None]  # households
    near_poor: Mapped[int | None]
    since: Mapped[date | None]  # the day of the review; of several the earliest
    not_reached: Mapped[int]
    visited: Mapped[int]
    has_ambassador: Mapped[int]
    learning: Mapped[int]
    proficient: Mapped[int]
    folded_at: Mapped[datetime]
