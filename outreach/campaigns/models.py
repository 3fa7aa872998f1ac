"""Campaigns: what a commune wants to reach in a quarter, and what each village takes on."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base

EVERY_FAMILY = ""  # a share that speaks of all families, not of one type


class Campaign(Base):
    """A commune's plan from one day to another (both included)."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    commune_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # called off before its last day
    counted_on: Mapped[date | None]  # when its result was written down (`Share.at_end`)

    shares: Mapped[list["Share"]] = relationship(back_populates="campaign", order_by="Share.id")


class Share(Base):
    """How many households of a village shall have a proficient person by the last day: of one family type, or all."""

    __tablename__ = "campaign_share"
    __table_args__ = (
        UniqueConstraint("campaign_id", "village_id", "type", name="uq_campaign_share_campaign_id_village_id_type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    type: Mapped[str] = mapped_column(String(20), default=EVERY_FAMILY)
    target: Mapped[int]  # households proficient
    at_start: Mapped[int]  # how many were, when it was planned
    at_end: Mapped[int | None]  # how many were at the end of its last day, written down once it was over

    campaign: Mapped[Campaign] = relationship(back_populates="shares")
    village: Mapped[Area] = relationship()
