"""Learners and their progress (no account needed; a card joins them to a member), voices, shared devices."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from outreach.accounts.models import Account
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


class Narration(Base):
    """One step of a lesson read aloud by a person; heard by learners once a second person has approved it.

    `words` marks the text that was read: when the lesson's words change, the recording no longer fits and falls silent.
    """

    __tablename__ = "narration"
    __table_args__ = (Index("ix_narration_lesson_language_key", "lesson", "language", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(40))  # a step's id
    language: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[float]
    opus: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    mp3: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved: Mapped[bool | None]  # None: nobody has judged it yet
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was refused

    made_by: Mapped[Account] = relationship(foreign_keys=[made_by_id])
    judged_by: Mapped[Account | None] = relationship(foreign_keys=[judged_by_id])


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
