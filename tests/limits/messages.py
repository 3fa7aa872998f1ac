"""Messages that went, or wait, with what they cost."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.sms.models import SENT, Sms, SmsPrice
from outreach.sms.purposes import FOLLOW_UP
from tests import world

_number = count(1)


def price(s: Session, w: world.World, dong: int = 800) -> None:
    """So much a part, for a year."""
    s.add(SmsPrice(prefix="+84", since=clock.today() - timedelta(days=365), dong=dong, by_id=w.anh.id))
    s.flush()


def went(s: Session, commune: Area, at: datetime, dong: int | None = 800, *, many: int = 1, **facts: Any) -> None:
    """Messages that went at a moment."""
    handed = {"state": SENT, "due_at": at, "cleared_at": at, "sent_at": at, "price": dong}
    s.add_all(_message(commune, **(handed | facts)) for _ in range(many))
    s.flush()


def waits(s: Session, commune: Area, due_at: datetime, *, many: int = 1, **facts: Any) -> None:
    """Messages that wait."""
    s.add_all(_message(commune, **({"due_at": due_at} | facts)) for _ in range(many))
    s.flush()


def _message(commune: Area, *, due_at: datetime, segments: int = 1, **facts: Any) -> Sms:
    number = next(_number)
    made: dict[str, Any] = {
        "key": f"member:{number}/follow_up/{number}", "recipient": f"member:{number}", "area_id": commune.id,
        "purpose": FOLLOW_UP, "to": f"+8491{number:07}", "body": "Mai den nha.", "encoding": "GSM-7",
        "segments": segments, "due_at": due_at, "not_after": due_at + timedelta(days=20),
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return Sms(**(made | facts))
