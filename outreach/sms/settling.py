"""What becomes of a message that a worker holds: sent, unknown, waiting again, or at its end. All raise queue.Lost."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.lib import quiet_hours
from outreach.queue import QUEUED
from outreach.sms import faults
from outreach.sms.gateway import NoAnswer, SendError
from outreach.sms.models import CANCELLED, FAILED, SENT, UNKNOWN, OptOut, Sms

FIRST_RETRY = timedelta(minutes=1)  # doubles with each attempt
ASK_AFTER = timedelta(minutes=2)  # the gateway's own list may lag behind


def sent(s: Session, sms: Sms, number: str) -> None:
    """The gateway took it."""
    queue.settle(s, sms, SENT)
    sms.sent_at, sms.gateway_id, sms.error = clock.now(), number, ""


def not_taken(s: Session, sms: Sms, error: SendError | NoAnswer) -> None:
    """The gateway refused it for good, refused it for now, or gave no answer that tells."""
    if isinstance(error, NoAnswer):
        queue.settle(s, sms, UNKNOWN, due_at=clock.now() + ASK_AFTER)
        return
    if error.code == faults.OPTED_OUT and s.get(OptOut, sms.to) is None:
        s.add(OptOut(phone=sms.to, at=clock.now(), how="carrier"))
    if error.permanent:
        drop(s, sms, FAILED, error.code)
    else:
        put_off(s, sms, clock.now() + delay(sms), FAILED, error.code)


def delay(sms: Sms) -> timedelta:
    """How long to wait before the next attempt: 1, 2, 4 … minutes, at most about two hours."""
    return FIRST_RETRY * 2 ** min(max(sms.attempts - 1, 0), 7)


def put_off(s: Session, sms: Sms, until: datetime, late_state: str, reason: str) -> None:
    """Back to waiting, into the next open hours; where that is too late, the end with `late_state` and `reason`."""
    s.refresh(sms)
    due_at = quiet_hours.next_opening(until, clock.place())
    if sms.error:  # taken back meanwhile
        drop(s, sms, CANCELLED, sms.error)
    elif due_at > sms.not_after:
        drop(s, sms, late_state, reason)
    else:
        queue.settle(s, sms, QUEUED, due_at=due_at)


def drop(s: Session, sms: Sms, state: str, reason: str) -> None:
    """The end of a message that did not go out."""
    queue.settle(s, sms, state)
    sms.error = reason
