"""Messages of which nobody knows whether they went out: the gateway is asked before anything is sent again.

Two ways lead here: the gateway gave no answer, or a worker died between sending and settling (its lease ran out). A
receipt may settle one meanwhile: whoever comes second changes nothing.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from outreach import clock, db, queue
from outreach.queue import QUEUED, WORKING
from outreach.sms import consequences, days, faults, receipts, settling, spending
from outreach.sms.consequences import Stopped
from outreach.sms.gateway import Gateway, NoAnswer, SendError, Trace
from outreach.sms.models import CANCELLED, FAILED, SENT, UNKNOWN, Sms
from outreach.sms.obstacles import TOO_LATE

CLOCK_JUMP = timedelta(days=1)  # our clock may have been put right since; what other rows own is not taken for this one
SELDOM = timedelta(hours=1)  # the longest pause between two questions
GIVEN_UP = timedelta(days=1)  # past its use, when the gateway still cannot tell
ALONE = "sms_reconcile"  # two may look for the same words to the same number: one finds at a time

log = logging.getLogger(__name__)


def reconcile(engine: Engine, gateway: Gateway, limit: int = 50, stopped: Stopped = consequences.nobody) -> int:
    """Settle up to `limit` unknown messages of this gateway: found there → sent, not found → waiting; how many.

    Messages handed to another gateway than today's stay unknown, since only that one could tell, until they are past
    all use: another to the same number waits until it is known what became of them. `stopped`: see `sending`.
    """
    with db.transaction(engine) as s:
        _collect_abandoned(s)
        _give_up_others(s, gateway)
        unknown = s.scalars(
            select(Sms)
            .where(Sms.state == UNKNOWN, Sms.due_at <= clock.now(), Sms.gateway.in_((gateway.name, "")))
            .order_by(Sms.due_at)
            .limit(limit)
        ).all()
    return sum(_ask(engine, gateway, sms, stopped) for sms in unknown)


def _collect_abandoned(s: Session) -> None:
    """What a worker took and never settled is unknown once its lease is over."""
    now = clock.now()
    s.execute(
        update(Sms)
        .where(Sms.state == WORKING, Sms.lease_until < now)
        .values(state=UNKNOWN, lease=None, lease_until=None, due_at=now)
    )


def _give_up_others(s: Session, gateway: Gateway) -> None:
    s.execute(
        update(Sms)
        .where(Sms.state == UNKNOWN, Sms.gateway.not_in((gateway.name, "")), Sms.not_after < clock.now() - GIVEN_UP)
        .values(state=FAILED, error=faults.NO_WORD)
    )


def _ask(engine: Engine, gateway: Gateway, sms: Sms, stopped: Stopped) -> bool:
    traces = _traces(gateway, sms)
    with db.transaction(engine) as s:
        if traces is None:
            return _no_word(s, sms)
        queue.alone(s, ALONE)
        taken = receipts.owned(s, [trace.id for trace in traces])
        mine = next((trace for trace in traces if trace.id not in taken), None)
        settled = _found(s, sms, mine) if mine else _not_found(s, sms)
    if mine and settled:
        consequences.tell(engine, stopped, sms.to, mine.error)
    return settled


def _traces(gateway: Gateway, sms: Sms) -> Sequence[Trace] | None:
    """What the gateway remembers of it; None: it cannot tell."""
    if not sms.gateway:  # it got not that far
        return []
    try:
        return gateway.find(sms.to, sms.body, min(sms.created_at, clock.now()) - CLOCK_JUMP, sms.reference)
    except (NoAnswer, SendError):
        return None
    except Exception as error:  # one answer that cannot be read holds up no other message; its words may hold a number
        log.error("message %s: nobody can read what the gateway says: %s", sms.id, type(error).__name__)
        return None


def _no_word(s: Session, sms: Sms) -> bool:
    """The gateway cannot tell: it is asked again, less and less often, as long as an answer is of use."""
    now = clock.now()
    if now > sms.not_after + GIVEN_UP:
        return _settle(s, sms, FAILED, error=faults.NO_WORD)
    half = (now - (sms.cleared_at or sms.created_at)) / 2
    _settle(s, sms, UNKNOWN, due_at=now + min(max(half, settling.FIRST_RETRY), SELDOM))
    return False


def _found(s: Session, sms: Sms, trace: Trace) -> bool:
    if not trace.error:
        return _settle(s, sms, SENT, gateway_id=trace.id, sent_at=trace.at)
    failed = _settle(s, sms, FAILED, gateway_id=trace.id, sent_at=trace.at, error=trace.error)
    if failed:
        consequences.follow(s, sms, trace.error)
    return failed


def _not_found(s: Session, sms: Sms) -> bool:
    """It never went out, so it may go now, unless it was taken back or it is too late. It costs nothing so far."""
    opening = days.hours(s).opening(clock.now() + settling.delay(sms))
    fresh = s.get_one(Sms, sms.id, populate_existing=True, with_for_update=True)  # a stop may come at this moment
    state, reason, due_at = _next(fresh, opening.at)
    settled = _settle(s, sms, state, error=reason, due_at=due_at, held=opening.held if state == QUEUED else "")
    if settled:
        spending.give_back(s, fresh)
    return settled


def _next(sms: Sms, due_at: datetime) -> tuple[str, str, datetime]:
    """State, reason and due time of a message that did not go out."""
    if sms.error:
        return CANCELLED, sms.error, sms.due_at
    if due_at > sms.not_after:
        return CANCELLED, TOO_LATE, sms.due_at
    return QUEUED, "", due_at


def _settle(s: Session, sms: Sms, state: str, **values: object) -> bool:
    """Settle the message as it was when the gateway was asked; an answer that came too late changes nothing."""
    changed = s.execute(
        update(Sms)
        .where(Sms.id == sms.id, Sms.state == UNKNOWN, Sms.attempts == sms.attempts)
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
