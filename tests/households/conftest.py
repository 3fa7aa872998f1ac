"""What the tests of households share: a yes given at the door, a message that waits, the log of deeds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.households import consent
from outreach.sms.models import Sms


@pytest.fixture
def yes(s, w):
    """Record that a member said yes to these purposes, aloud, to Lan; gives what is in force."""

    def say(member, *purposes, guardian=""):
        consent.give(s, member, consent.Given(purposes, "oral", guardian), w.lan)
        s.commit()
        return consent.current(s, member)

    return say


@pytest.fixture
def waiting(s, w):
    """Put a message for a member in the outbox; gives the row."""

    def put(member, key="reminder"):
        now = clock.now()
        row = Sms(
            key=f"{key}:{member.id}",
            due_at=now,
            recipient=f"member:{member.id}",
            area_id=w.tan_hung.id,
            purpose="visit",
            to="+84912345678",
            body="Mai em Lan den nha",
            encoding="gsm7",
            segments=1,
            not_after=now + timedelta(days=1),
            created_at=now,
        )
        s.add(row)
        s.commit()
        return row

    return put


@pytest.fixture
def deeds(s):
    """What the log says was done, oldest first, as (act, subject id)."""

    def read():
        return [(e.act, e.subject_id) for e in s.scalars(select(AuditEntry).order_by(AuditEntry.id))]

    return read
