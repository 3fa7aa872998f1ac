"""Learners and their progress (no account needed; a card joins them to a member), and devices that many share."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base
from outreach.households.models import Member


class Learner(Base):
    """One phone (or paper card) that learns. Without `member` nobody knows who it is, and nobody needs to."""

    __tablename__ = "learner"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)  # in the phone's cookie
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    created_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]

    member: Mapped[Member | None] = relationship()


class Progress(Base):
    """How far a learner is in a lesson. `finished_at`: every step gone past and the quiz passed."""

    __tablename__ = "progress"
    __table_args__ = (UniqueConstraint("learner_id", "lesson", name="uq_progress_learner_id_lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    lesson: Mapped[str] = mapped_column(String(80))
    steps_seen: Mapped[str] = mapped_column(String(600), default="")  # ids of steps gone past, with spaces, in order
    started_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    quiz_passed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    learner: Mapped[Learner] = relationship()


class Answer(Base):
    """An answer to a quiz question; every try is kept. `client_id`: from a phone that answered without network."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_learner_id_lesson", "learner_id", "lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    lesson: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(40))
    choice: Mapped[str] = mapped_column(String(40))
    right: Mapped[bool]
    at: Mapped[datetime]
    client_id: Mapped[str | None] = mapped_column(String(36), unique=True)


class Kiosk(Base):
    """A device that many people share, in the commune hall or the post office; it knows its token and nobody's name."""

    __tablename__ = "kiosk"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)  # its commune
    place: Mapped[str] = mapped_column(String(120))  # where it stands
    token: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of what the device holds
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship()
