"""What shows a person's skills, who confirmed it, and a commune's own standard."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base
from outreach.households.models import Member

# Evidence kinds stored here are "observed" and "said"; finished lessons are read from the lessons' own rows.


class Evidence(Base):
    """A skill seen (or only claimed) for a member. What a person only says is kept but never counts alone."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_member_id_skill", "member_id", "skill"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    skill: Mapped[str] = mapped_column(String(40))  # a skill id of the standard
    kind: Mapped[str] = mapped_column(String(10))  # observed | said
    aided: Mapped[str] = mapped_column(String(10))  # alone | helped | shown: only "alone" shows a skill
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ref: Mapped[str] = mapped_column(String(80), default="")  # e.g. "visit:12"

    by: Mapped[Account | None] = relationship()


class Teaching(Base):
    """An account that has worked with a member on a visit, whatever came of it: so it may not confirm this member."""

    __tablename__ = "teaching"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    since: Mapped[datetime]


class Confirmation(Base):
    """Somebody other than the teacher confirmed a member as proficient, under the standard as it then was."""

    __tablename__ = "confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    standard: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)  # skill id → what showed it
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    member: Mapped[Member] = relationship()
    by: Mapped[Account] = relationship(foreign_keys=[by_id])
    withdrawn_by: Mapped[Account | None] = relationship(foreign_keys=[withdrawn_by_id])


class Certificate(Base):
    """The paper (and the signed credential) that says so; it bears the name the person agreed to, and nothing else."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    confirmation_id: Mapped[int] = mapped_column(ForeignKey("confirmation.id"), index=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"))  # under its name of that day, whatever it became
    code: Mapped[str] = mapped_column(String(12), unique=True)  # in the address of the page that verifies it
    name: Mapped[str] = mapped_column(String(120))  # as agreed; "" where the person wants no name on it
    credential: Mapped[str] = mapped_column(String(36))  # UUID of the Open Badges credential
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    confirmation: Mapped[Confirmation] = relationship()
    commune: Mapped[Area] = relationship()


class Standard(Base):
    """A commune's own standard; the newest row counts. Without one the default of lessons/standard.toml holds."""

    __tablename__ = "standard"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    needed: Mapped[int]  # how many of `skills`
    skills: Mapped[list[str]] = mapped_column(JSON)  # skill ids that count
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    area: Mapped[Area] = relationship()
