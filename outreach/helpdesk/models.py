"""Places where people are helped in person."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.areas.models import Area
from outreach.db import Base

DESK, POST, CULTURE, OTHER = "desk", "post", "culture", "other"
KINDS = (DESK, POST, CULTURE, OTHER)  # commune's desk · post office · culture house · another place


class HelpPoint(Base):
    """One place: what it is called, where, when it is open, whom to call. The commune's own desk is of kind "desk"."""

    __tablename__ = "help_point"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)  # its commune
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20), default="")  # E.164, or a short number such as 1022
    hours: Mapped[str] = mapped_column(String(120), default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship()
