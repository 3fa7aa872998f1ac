"""The handbook: public procedures with their facts, dates and doubts."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import Base, Bytewise


class Procedure(Base):
    """One public procedure as the national database described it on `snapshot_on`."""

    __tablename__ = "procedure"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(40), index=True)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Bytewise)  # both names and the code, to search
    needs_recheck: Mapped[bool]
    snapshot_on: Mapped[date | None]  # the first day of the month of the copy
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # everything else, as in data/procedures.json
