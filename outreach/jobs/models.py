"""A piece of long work: what, how far, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base
from outreach.queue import Waiting

DONE, FAILED = "done", "failed"


class Job(Waiting, Base):
    """A job's row is its queue entry. `area_id` and `owner` (an account's number) say who may look."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    owner: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)  # units finished
    total: Mapped[int] = mapped_column(default=0)  # units in all; 0: not known yet
    input: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
