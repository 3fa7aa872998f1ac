"""Households, their members and ambassadors, consent, stages and the village tally."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.db import Base, Bytewise

NOT_REACHED, VISITED, HAS_AMBASSADOR, LEARNING, PROFICIENT = (
    "not_reached", "visited", "has_ambassador", "learning", "proficient",
)  # fmt: skip
MOVED_AWAY, VACANT, REFUSED = "moved_away", "vacant", "refused"
LADDER = (NOT_REACHED, VISITED, HAS_AMBASSADOR, LEARNING, PROFICIENT)
CLOSED = (MOVED_AWAY, VACANT, REFUSED)  # out of the denominator, counted apart
STAGES = LADDER + CLOSED
# The five basic skills of letter 3240/BTTTT-CĐSQG (8 Aug 2024), in the order of lessons/standard.toml. In `alone` and
# `helped` of a member or household the first is bit 1, the second bit 2, then 4, 8, 16.
SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")
ALONE = tuple(f"alone_{skill}" for skill in SKILLS)  # columns of the tallies
HELPED = tuple(f"helped_{skill}" for skill in SKILLS)
COUNTED = (*STAGES, *ALONE, *HELPED, "vneid")

RELATIONS = ("head", "spouse", "child", "parent", "grandchild", "sibling", "other")
# As communes divide families (xã Ân Tường, Gia Lai). Party membership is a political view, so it is not kept.
FAMILY_TYPES = ("official", "youth", "pupil", "women", "farmers")
PURPOSES = ("registered", "sms", "phone")  # being registered as ambassador; SMS reminders; contact by telephone
MERGED = "merged"  # how a yes ends that the other entry of the same person had taken back: a merge can be undone
IS_PART = "merged_into_id IS NOT NULL"


class Household(Base):
    """A family as the commune lists it. Its stage is written by `stages` only."""

    __tablename__ = "household"
    __table_args__ = (
        Index("ix_household_village_id_sort_key_id", "village_id", "sort_key", "id"),
        UniqueConstraint("village_id", "code", name="uq_household_village_id_code"),
        Index(
            "ix_household_merged_into_id", "merged_into_id", sqlite_where=text(IS_PART), postgresql_where=text(IS_PART)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    code: Mapped[str | None] = mapped_column(String(40))  # the commune's own number for it, where there is one
    head_name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(Bytewise)  # words.fold(head_name)
    sort_key: Mapped[str] = mapped_column(Bytewise)  # words.given_name_key(head_name)
    address: Mapped[str] = mapped_column(String(200), default="")  # lane, house number
    address_folded: Mapped[str] = mapped_column(Bytewise, default="")
    phone: Mapped[str | None] = mapped_column(String(16), index=True)  # E.164
    walk_no: Mapped[int | None]  # its place on the way through the village, where somebody gave it one
    lat: Mapped[float | None]  # of the house, where the commune's list has it; nobody's whereabouts are noted
    lon: Mapped[float | None]
    stage: Mapped[str] = mapped_column(String(20), default=NOT_REACHED)
    visited_at: Mapped[datetime | None]  # first time somebody was met
    last_visit_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(20))  # one of CLOSED
    alone: Mapped[int] = mapped_column(default=0)  # which SKILLS somebody of the house has shown without help
    helped: Mapped[int] = mapped_column(default=0)  # and which only with help
    vneid: Mapped[int] = mapped_column(default=0)  # how many of its adults say they are confirmed on VNeID
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))  # set: this row is history only
    created_at: Mapped[datetime]

    village: Mapped[Area] = relationship(lazy="joined")
    members: Mapped[list["Member"]] = relationship(back_populates="household", order_by="Member.id")
    ambassadors: Mapped[list["Ambassador"]] = relationship(back_populates="household", order_by="Ambassador.id")
    types: Mapped[list["FamilyType"]] = relationship(order_by="FamilyType.type", cascade="all, delete-orphan")


class HouseholdMerge(Base):
    """Two entries became one household: what went over and what was as before, so that they can be taken apart.

    Or two entries of one person in it became one: then `other_id` is `keep_id`, and `moved` tells of the person.
    """

    __tablename__ = "household_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    keep_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)  # see `repointing.Moved`, `merging`; {}: no more
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    keep: Mapped[Household] = relationship(foreign_keys=[keep_id])
    other: Mapped[Household] = relationship(foreign_keys=[other_id])
    by: Mapped[Account] = relationship(foreign_keys=[by_id])

    @property
    def of_person(self) -> bool:
        """Whether it was a person who stood there twice, not the household."""
        return self.keep_id == self.other_id


class FamilyType(Base):
    """What kind of family it is, as communes set targets by it; a family may be of several."""

    __tablename__ = "family_type"

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    type: Mapped[str] = mapped_column(String(20), primary_key=True)  # one of FAMILY_TYPES


class Member(Base):
    """A person of a household. Never: ID number, photo of papers, ethnicity, passwords."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(Bytewise)
    birth_year: Mapped[int | None]
    relation: Mapped[str] = mapped_column(String(20), default="other")  # to the head; one of RELATIONS
    phone: Mapped[str | None] = mapped_column(String(16), index=True)  # E.164; may serve several people
    language: Mapped[str] = mapped_column(String(20), default="vi")  # wished for lessons
    sms_form: Mapped[str] = mapped_column(String(5), default="plain")  # plain | full: messages with accents
    learning_since: Mapped[date | None]
    proficient_since: Mapped[date | None]
    alone: Mapped[int] = mapped_column(default=0)  # which SKILLS she has shown without help; see `assessments.weighing`
    helped: Mapped[int] = mapped_column(default=0)  # and which only with help
    vneid_said_on: Mapped[date | None]  # the day she said that she is confirmed on VNeID; nobody looked
    left_on: Mapped[date | None]
    created_at: Mapped[datetime]
    # What was noted otherwise of her and waits for the leader: [{"by": account id, "at": ISO, "relation": …}, …]
    differs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    household: Mapped[Household] = relationship(back_populates="members")


class Ambassador(Base):
    """The member who is (or was) the household's digital ambassador; at most one is current."""

    __tablename__ = "ambassador"

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_reason: Mapped[str] = mapped_column(String(200), default="")

    household: Mapped[Household] = relationship(back_populates="ambassadors")
    member: Mapped[Member] = relationship()
    registered_by: Mapped[Account | None] = relationship(foreign_keys=[registered_by_id])


class Consent(Base):
    """One member's yes to one purpose: the wording shown, how it was given, who took it, and its withdrawal."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_member_id_purpose", "member_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    purpose: Mapped[str] = mapped_column(String(20))  # one of PURPOSES
    wording: Mapped[str] = mapped_column(String(20))  # version of the wording, e.g. "2026-11"
    given_how: Mapped[str] = mapped_column(String(10))  # oral | paper | screen
    guardian: Mapped[str] = mapped_column(String(120), default="")  # who consented for a child under 16
    given_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_how: Mapped[str] = mapped_column(String(20), default="")

    member: Mapped[Member] = relationship()
    taken_by: Mapped[Account | None] = relationship(foreign_keys=[taken_by_id])
    withdrawn_by: Mapped[Account | None] = relationship(foreign_keys=[withdrawn_by_id])


class Unweighed(Base):
    """Something was noted about a member's skills, or taken back: `assessments.weighing` soon counts them anew."""

    __tablename__ = "unweighed"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)


class Unfolded(Base):
    """A day long past changed in a village (None: many did): `coverage.folding` soon sums it up anew."""

    __tablename__ = "unfolded"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    on: Mapped[date | None]


class StageChange(Base):
    """A household went from one stage to another: when, by whom, why. Written by `stages` only."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_household_id_at", "household_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    old: Mapped[str | None] = mapped_column(String(20))  # None: newly on the list
    new: Mapped[str | None] = mapped_column(String(20))  # None: taken off the list (merged into another)
    at: Mapped[datetime]
    on: Mapped[date]  # the local day
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    household: Mapped[Household] = relationship()
    by: Mapped[Account | None] = relationship()


class CountColumns:
    """How many households stand in each stage; in how many of those in scope somebody has shown a skill, alone or only
    with help; how many of their adults say they are confirmed on VNeID. In a table of days: by how many that changed.
    """

    not_reached: Mapped[int] = mapped_column(default=0)
    visited: Mapped[int] = mapped_column(default=0)
    has_ambassador: Mapped[int] = mapped_column(default=0)
    learning: Mapped[int] = mapped_column(default=0)
    proficient: Mapped[int] = mapped_column(default=0)
    moved_away: Mapped[int] = mapped_column(default=0)
    vacant: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    alone_online_services: Mapped[int] = mapped_column(default=0)
    alone_shopping: Mapped[int] = mapped_column(default=0)
    alone_payment: Mapped[int] = mapped_column(default=0)
    alone_safety: Mapped[int] = mapped_column(default=0)
    alone_local_platform: Mapped[int] = mapped_column(default=0)
    helped_online_services: Mapped[int] = mapped_column(default=0)
    helped_shopping: Mapped[int] = mapped_column(default=0)
    helped_payment: Mapped[int] = mapped_column(default=0)
    helped_safety: Mapped[int] = mapped_column(default=0)
    helped_local_platform: Mapped[int] = mapped_column(default=0)
    vneid: Mapped[int] = mapped_column(default=0)


class Tally(CountColumns, Base):
    """A village's households by stage, now. Dashboards read this, never the big tables."""

    __tablename__ = "tally"

    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    province_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)


class EndedTally(CountColumns, Base):
    """What a village's households came to when it ended: from here on back, its days tell how it stood before."""

    __tablename__ = "ended_tally"

    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    province_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    on: Mapped[date]  # the first day it was no more


class TallyDay(CountColumns, Base):
    """By how many a village's tally changed on a day: sums of these are the movement of any period, at any level."""

    __tablename__ = "tally_day"
    __table_args__ = (
        Index("ix_tally_day_commune_id_on", "commune_id", "on"),
        Index("ix_tally_day_on_province_id_proficient", "on", "province_id", "proficient"),  # the country's, whole
    )

    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    on: Mapped[date] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    province_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
