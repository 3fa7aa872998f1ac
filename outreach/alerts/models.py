"""An alert: one thing that is wrong, however often it is noticed, until somebody closes it with a word."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base

NEW, SEEN, ACTED, CLOSED = "new", "seen", "acted", "closed"
QUIET = "quiet"  # before "new": noticed, but it may pass; nobody is told of it yet


class Alert(Base):
    """At most one is open for the same kind, area and matter; noticed again, it counts up."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open", "kind", "area_id", "about", unique=True, sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_alert_open", "area_id", sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)  # the country where it concerns the house
    about: Mapped[str] = mapped_column(String(60), default="")  # what it is about within the area: a number, a month
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what its sentence is filled with
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]  # when it was noticed last
    times: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None]  # the account that looks after it
    step: Mapped[str] = mapped_column(String(10), default=NEW)
    step_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # by when somebody has acted; from then on it stands with the area above, too
    acted_at: Mapped[datetime | None]  # when somebody first did something about it
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None]  # None: it is over by itself
    word: Mapped[str] = mapped_column(String(300), default="")  # with which it was closed
