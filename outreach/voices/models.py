"""Lessons read aloud."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base


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
