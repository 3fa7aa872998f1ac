"""Records that came too late and were decided: what they said was written, or is of no use."""

from datetime import datetime

from sqlalchemy import String, cast, update
from sqlalchemy.orm import Session

from outreach.arrivals.models import Late


def let_go(s: Session, before: datetime) -> None:
    """Blank what those said that were decided before then; who sent it, and what became of it, stays."""
    told = update(Late).where(Late.decided_at < before, cast(Late.fields, String) != "[]")
    s.execute(told.values(fields=[]))
