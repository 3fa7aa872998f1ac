"""What keeps a claimed message from going out at this moment, checked right before it is sent."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.lib import quiet_hours
from outreach.queue import WORKING
from outreach.sms.models import SENT, UNKNOWN, OptOut, Sms

OPTED_OUT, TOO_LATE, DAILY_LIMIT = "opted_out", "too_late", "daily_limit"
DAY = timedelta(hours=24)
BREATH = timedelta(minutes=5)  # until it is known what becomes of another message to the same number


class Obstacle(NamedTuple):
    """Why not now; and when to look again (None: never)."""

    reason: str
    until: datetime | None


def to(s: Session, sms: Sms, daily_limit: int) -> Obstacle | None:
    """The first thing that forbids sending this message now: withdrawn, too late, opted out, night, daily limit.

    At most `daily_limit` messages reach a number in 24 hours: Decree 91/2020/NĐ-CP sets 3 for advertising, and a
    commune's reminders keep to it too.
    """
    now = clock.now()
    if sms.error:  # `outbox.cancel` left its reason while the message was in a worker's hands
        return Obstacle(sms.error, None)
    if now > sms.not_after:
        return Obstacle(TOO_LATE, None)
    if s.get(OptOut, sms.to) is not None:
        return Obstacle(OPTED_OUT, None)
    if not quiet_hours.may_go(now, clock.place()):
        return Obstacle(TOO_LATE, quiet_hours.next_opening(now, clock.place()))
    free = _number_free_at(s, sms, daily_limit, now)
    return Obstacle(DAILY_LIMIT, free) if free else None


def _number_free_at(s: Session, sms: Sms, daily_limit: int, now: datetime) -> datetime | None:
    """When the number may get its next message; None: now. What is on its way counts as arrived."""
    others = (Sms.to == sms.to, Sms.id != sms.id)
    sent = s.scalars(
        select(Sms.sent_at).where(*others, Sms.state == SENT, Sms.sent_at > now - DAY).order_by(Sms.sent_at.desc())
    ).all()
    nth = sent[daily_limit - 1] if len(sent) >= daily_limit else None
    if nth is not None:
        return nth + DAY
    on_the_way = s.scalar(select(func.count()).where(*others, Sms.state.in_((WORKING, UNKNOWN)))) or 0
    return now + BREATH if len(sent) + on_the_way >= daily_limit else None
