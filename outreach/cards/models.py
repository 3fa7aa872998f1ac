"""The cards that were handed out, and whose they are."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base
from outreach.households.models import Member


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
