"""What a commune reminds of, the days people asked to be reminded of, and the classes at the culture house."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base
from outreach.households.models import Member

DUE_KINDS = ("passport", "health_insurance", "temporary_residence", "case", "result")


class ReminderRule(Base):
    """Whether a commune reminds of something. Without a row the house's own choice holds (see `rules`)."""

    __tablename__ = "reminder_rule"

    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(30), primary_key=True)
    on: Mapped[bool]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]


class DueDate(Base):
    """A day that a member asked to be reminded of. Never the number of a paper or of a case."""

    __tablename__ = "due_date"
    __table_args__ = (Index("ix_due_date_due_on", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # one of DUE_KINDS
    due_on: Mapped[date]
    said: Mapped[str] = mapped_column(String(60), default="")  # whose paper, in the family's words: "của con gái"
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str] = mapped_column(String(20), default="")  # done | unwanted | over

    member: Mapped[Member] = relationship()


class ClassMeeting(Base):
    """A class in person: where and when, for a village or a whole commune."""

    __tablename__ = "class_meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))  # None: everybody in the commune
    place: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    lesson: Mapped[str] = mapped_column(String(60), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # when the moment or the place was last changed: who was told before is misled
    cancelled_at: Mapped[datetime | None]

    commune: Mapped[Area] = relationship(foreign_keys=[commune_id])
    village: Mapped[Area | None] = relationship(foreign_keys=[village_id])
