"""Learners and their progress: first class without an account, joined to a member by a card."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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


class LearnerCard(Base):
    """The code on the card a volunteer hands over; whoever holds the card learns as that member."""

    __tablename__ = "learner_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # e.g. "K7PM-4XQT" without the dash
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]  # lost card: a new one ends the old

    member: Mapped[Member] = relationship()


class Progress(Base):
    """How far a learner is in a lesson. `finished_at`: every step seen and the quiz passed."""

    __tablename__ = "progress"
    __table_args__ = (UniqueConstraint("learner_id", "lesson", name="uq_progress_learner_id_lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    lesson: Mapped[str] = mapped_column(String(80))
    steps_seen: Mapped[str] = mapped_column(String(600), default="")  # step ids, joined by spaces, in the order seen
    started_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    quiz_passed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    learner: Mapped[Learner] = relationship()


class Answer(Base):
    """An answer to a quiz question; every try is kept."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_learner_id_lesson", "learner_id", "lesson"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id"))
    lesson: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(String(40))
    choice: Mapped[str] = mapped_column(String(40))
    right: Mapped[bool]
    at: Mapped[datetime]
