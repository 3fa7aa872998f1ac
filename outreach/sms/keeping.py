"""How long it is kept whom messages went to and what they said: as long as it serves, and no longer.

The row stays, with its fate, cost and reason, so that sums stay true and nobody is told twice of the same. What waits,
or of which nobody knows whether it went, is never touched.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, InboundSms, Sms, SmsEvent
from outreach.sms.outbox import CONSENT_WITHDRAWN

PIECE = 1_000
A_DAY = timedelta(days=1)
NEWLY = timedelta(days=31)  # no message is on its way for longer
NOTHING = {"to": "", "body": ""}


def let_go(s: Session, before: datetime) -> Iterator[int]:
    """Blank number and words of what was due before then, and remove the receipts and replies of that time.

    And of what was taken back, with a yes (while a worker held it) or otherwise: a day later it serves nobody. Gives
    after each piece how many messages it was; the caller commits.
    """
    s.execute(delete(InboundSms).where(InboundSms.at < before))
    s.execute(delete(SmsEvent).where(SmsEvent.sms_id.is_(None), SmsEvent.at < before))
    yield from _pieces(s, Sms.due_at < before)
    now = clock.now()
    taken_back = or_(Sms.error == CONSENT_WITHDRAWN, and_(Sms.state == CANCELLED, Sms.due_at < now - A_DAY))
    yield from _pieces(s, Sms.due_at > now - NEWLY, taken_back)


def forget(s: Session, recipient: str, number: str | None) -> None:
    """Blank this recipient's messages at once, and whose number a reply came from. What waits is taken back before."""
    s.execute(update(Sms).where(Sms.recipient == recipient, _settled()).values(NOTHING))
    s.execute(update(InboundSms).where(InboundSms.phone == number).values(phone=""))


def _pieces(s: Session, *which: ColumnElement[bool]) -> Iterator[int]:
    wanted = select(Sms.id).where(Sms.body != "", _settled(), *which).order_by(Sms.due_at).limit(PIECE)
    while ids := s.scalars(wanted.with_for_update(skip_locked=True)).all():
        s.execute(delete(SmsEvent).where(SmsEvent.sms_id.in_(ids)))
        s.execute(update(Sms).where(Sms.id.in_(ids)).values(NOTHING))
        yield len(ids)


def _settled() -> ColumnElement[bool]:
    """Nothing more is tried: also where the gateway has it, but its time is over or it was taken back."""
    over = or_(Sms.not_after < clock.now(), Sms.error != "")
    return or_(Sms.state.in_((ACCEPTED, FAILED, CANCELLED)), and_(Sms.state == SENT, over))
