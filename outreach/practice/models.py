"""Rehearsals that were played: how far, how long, with how much help. Never what was typed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.db import Base
from outreach.learning.models import Learner


class Run(Base):
    """One go at a rehearsal; evidence of its skills when finished without a hint and, as is said at the end, alone."""

    __tablename__ = "run"

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)  # from the phone or, with a network, from here
    flow: Mapped[str] = mapped_column(String(80))  # the lesson's slug
    skills: Mapped[str] = mapped_column(String(200), default="")  # as they were at the end, by spaces
    screen: Mapped[str] = mapped_column(String(40))  # where it stands
    passed: Mapped[str] = mapped_column(Text, default="")  # screens got through, by spaces, in order
    hints: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)  # wrong turns: traps taken, fields that did not fit
    seconds: Mapped[int] = mapped_column(default=0)  # from the first screen to the last, long pauses left out
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    alone: Mapped[bool | None]  # what the person says at the end; None: not asked yet
    lent_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # the colleague signed in on this phone

    learner: Mapped[Learner] = relationship()
    lent_by: Mapped[Account | None] = relationship()

    @property
    def reached(self) -> list[str]:
        """The screens this go has come to, in order; the last is where it stands."""
        return [*self.passed.split(), self.screen]

    @property
    def unaided(self) -> bool:
        """Whether this go counts: to the end, no hint asked for, nobody helped."""
        return self.finished_at is not None and self.hints == 0 and self.alone is True
