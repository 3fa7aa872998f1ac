"""Messages as they stand in the outbox, written there without a planner or a worker."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.lib import sms_text
from outreach.sms.models import Sms, SmsEvent, new_reference

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
_numbers = count(1)


def message(s: Session, commune: Area, **changes: Any) -> Sms:
    """A message in a commune's name, by default one that waits for ten o'clock."""
    facts: dict[str, Any] = {
        "key": f"test/{next(_numbers)}", "recipient": "member:1", "to": "+84912345678", "area_id": commune.id,
        "purpose": "follow_up", "body": f"{commune.name}: mai den nha.", "price": None, "why": {}, "state": "queued",
        "due_at": TEN, "not_after": TEN + timedelta(days=2), "created_at": TEN - timedelta(days=1),
        "reference": new_reference(),
    }  # fmt: skip
    facts |= changes
    measured = sms_text.measure(facts["body"])
    made = Sms(**facts, encoding=measured.encoding, segments=measured.segments)
    s.add(made)
    s.commit()
    return made


def sent(s: Session, commune: Area, **changes: Any) -> Sms:
    """One that Twilio took at ten."""
    return message(s, commune, **{
        "state": "sent", "gateway": "twilio", "gateway_id": f"SM{next(_numbers)}", "cleared_at": TEN, "sent_at": TEN,
        "attempts": 1, **changes,
    })  # fmt: skip


def receipt(s: Session, sms: Sms, status: str, at: datetime, code: str = "") -> None:
    """A receipt of it."""
    s.add(SmsEvent(sms_id=sms.id, gateway=sms.gateway, gateway_id=sms.gateway_id, status=status, code=code, at=at))
    s.commit()
