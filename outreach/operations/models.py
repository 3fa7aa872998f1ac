"""From which figure on something is worth an alert, area by area."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base


class Threshold(Base):
    """An area's own threshold for a kind of alert; an area without one takes that of the nearest above."""

    __tablename__ = "threshold"

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[int]  # in the kind's own unit: days, per cent, pieces
    set_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]
