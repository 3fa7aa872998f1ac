"""Records that came too late to be written by themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base

# Why a record was kept apart instead of written
SUSPENDED, OUT_OF_REACH, HANDED_IN = "suspended", "out_of_reach", "handed_in"


class Late(Base):
    """A record whose author may no longer write there (suspended, moved; the household moved): it waits for a word.

    The leader or official of `area` has it written in the author's name, or sets it aside with a reason.
    """

    __tablename__ = "late"
    __table_args__ = (Index("ix_late_area_id_decided_at", "area_id", "decided_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(40), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # whose leader and official decide
    why: Mapped[str] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(String(200))
    fields: Mapped[list[Any]] = mapped_column(JSON)  # [[name, value], …] as the form said
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    written: Mapped[bool | None]
    word: Mapped[str] = mapped_column(String(200), default="")

    author: Mapped[Account] = relationship(foreign_keys=[author_id])
    area: Mapped[Area] = relationship()
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
