"""What the tests of stopping share: yeses given at the door, messages that wait, the log."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.households import consent
from outreach.sms.models import Sms

SHARED = "+84912345678"  # Hạnh's, and in these tests her grandmother's too


@pytest.fixture
def yes(s, w):
    """Record that members said yes to messages, to Lan."""

    def say(*members, wording="", at=None):
        for member in members:
            consent.give(s, member, consent.Given(("sms",), "oral", wording=wording), w.lan, at)
        s.commit()

    return say


@pytest.fixture
def shared(s, w, yes):
    """Bà Sen and Hạnh use one telephone, and both said yes."""
    w.sen.phone = SHARED
    yes(w.sen, w.hanh)
    return SHARED


@pytest.fixture
def waiting(s, w):
    """Put a message for a member in the outbox; gives the row."""

    def put(member, state="queued", why=None):
        now = clock.now()
        row = Sms(
            key=f"{member.id}/{state}", due_at=now, recipient=f"member:{member.id}", area_id=w.tan_hung.id,
            purpose="follow_up", to=member.phone, body="Mai em Lan den nha", encoding="gsm7", segments=1, price=None,
            why=why or {}, not_after=now + timedelta(days=1), created_at=now, state=state,
        )  # fmt: skip
        s.add(row)
        s.commit()
        return row

    return put


@pytest.fixture
def deeds(s):
    """What the log says was done, oldest first: (act, subject id, details)."""

    def read(act):
        entries = s.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id))
        return [(entry.actor_id, entry.subject_id, entry.details) for entry in entries]

    return read
