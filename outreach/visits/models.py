"""Visits to households, what was taught there, and when to come again."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base
from outreach.households.models import Household, Member

ALONE, HELPED, SHOWN, NOBODY, REFUSED = "alone", "helped", "shown", "nobody", "refused"
OUTCOMES = (ALONE, HELPED, SHOWN, NOBODY, REFUSED)
AT_HOME, AT_DESK, BY_PHONE = "home", "desk", "phone"
WAYS = (AT_HOME, AT_DESK, BY_PHONE)
STAYS = "stays_in_id IS NOT NULL"
ELSEWHERE = "place_id IS NOT NULL"
KEPT = "ended_by_visit_id IS NOT NULL"
MET = (ALONE, HELPED, SHOWN)  # somebody was met and something was done together


class Visit(Base):
    """One visit: an event that is never changed. `client_id` makes it the same visit however often it is sent."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_household_id_at", "household_id", "at"),
        Index("ix_visit_by_id_at", "by_id", "at"),
        Index("ix_visit_stays_in_id", "stays_in_id", sqlite_where=text(STAYS), postgresql_where=text(STAYS)),
        Index("ix_visit_place_id", "place_id", sqlite_where=text(ELSEWHERE), postgresql_where=text(ELSEWHERE)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the content: the same id with other content is refused
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]  # when it happened: the phone's clock, put right by how far it was off when it sent
    said_at: Mapped[datetime | None]  # what the phone's clock showed, where a phone said so
    received_at: Mapped[datetime]  # when it arrived, by ours
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    next_on: Mapped[date | None]
    way: Mapped[str] = mapped_column(String(10), default=AT_HOME)  # one of WAYS
    place_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))  # where, if not in the household's own village
    # The village that has ended since and counts it for good (see `reform`); None: it counts where its household stands
    stays_in_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))

    household: Mapped[Household] = relationship()
    by: Mapped[Account] = relationship()
    place: Mapped[Area | None] = relationship(foreign_keys=[place_id])
    came: Mapped[list[Account]] = relationship(secondary="visit_came")  # who came along
    met: Mapped[list[Member]] = relationship(secondary="visit_met")
    taught: Mapped[list["Taught"]] = relationship(order_by="Taught.lesson")


class VisitCame(Base):
    """A colleague who came along on a visit."""

    __tablename__ = "visit_came"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)


class VisitMet(Base):
    """A member who was met on a visit."""

    __tablename__ = "visit_met"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)


class Taught(Base):
    """A lesson that was taught on a visit."""

    __tablename__ = "taught"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(80), primary_key=True)  # the lesson's slug


class FollowUp(Base):
    """A promise to come again on a day; ends with the next visit or a cancellation."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_due_on_household_id", "due_on", "household_id"),
        Index(
            "ix_follow_up_ended_by_visit_id", "ended_by_visit_id", sqlite_where=text(KEPT), postgresql_where=text(KEPT)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)  # where it was promised
    due_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    ended_by_visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))

    household: Mapped[Household] = relationship()


class Correction(Base):
    """A visit was noted wrongly: it counts no more; the visit that replaces it, if any, is a row of its own."""

    __tablename__ = "correction"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(200))
    new_visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)

    by: Mapped[Account] = relationship()


class Care(Base):
    """Who of the group looks after a household; at most one at a time, and every earlier one stays on record."""

    __tablename__ = "care"
    __table_args__ = (
        Index("ix_care_household_id_until", "household_id", "until"),
        Index("ix_care_account_id_until", "account_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # who gave it

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
