"""Messages of which nobody knows whether they went out: the gateway is asked before anything is sent again.

Two ways lead here: the gateway gave no answer, or a worker died between sending and settling (its lease ran out).
"""

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.lib import quiet_hours
from outreach.queue import QUEUED, WORKING
from outreach.sms import settling
from outreach.sms.gateway import Gateway, NoAnswer, SendError, Trace
from outreach.sms.models import CANCELLED, FAILED, SENT, UNKNOWN, Sms
from outreach.sms.obstacles import TOO_LATE


def reconcile(engine: Engine, gateway: Gateway, limit: int = 50) -> int:
    """Settle up to `limit` unknown messages of this gateway: found there → sent, not found → waiting; how many.

    Messages handed to another gateway than today's stay unknown: only that one could tell.
    """
    with db.transaction(engine) as s:
        _collect_abandoned(s)
        unknown = s.scalars(
            select(Sms)
            .where(Sms.state == UNKNOWN, Sms.due_at <= clock.now(), Sms.gateway.in_((gateway.name, "")))
            .order_by(Sms.due_at)
            .limit(limit)
        ).all()
    return sum(_ask(engine, gateway, sms) for sms in unknown)


def _collect_abandoned(s: Session) -> None:
    """What a worker took and never settled is unknown once its lease is over."""
    now = clock.now()
    s.execute(
        update(Sms)
        .where(Sms.state == WORKING, Sms.lease_until < now)
        .values(state=UNKNOWN, lease=None, lease_until=None, due_at=now)
    )


def _ask(engine: Engine, gateway: Gateway, sms: Sms) -> bool:
    try:
        asked = (sms.to, sms.body, sms.created_at, sms.reference)
        traces = gateway.find(*asked) if sms.gateway else []  # "": it never got that far
    except (NoAnswer, SendError):
        with db.transaction(engine) as s:
            return _settle(s, sms, UNKNOWN, due_at=clock.now() + settling.delay(sms))
    with db.transaction(engine) as s:
        taken = set(s.scalars(select(Sms.gateway_id).where(Sms.gateway_id.in_([trace.id for trace in traces]))))
        mine = next((trace for trace in traces if trace.id not in taken), None)
        return _found(s, sms, mine) if mine else _not_found(s, sms)


def _found(s: Session, sms: Sms, trace: Trace) -> bool:
    if trace.error:
        return _settle(s, sms, FAILED, gateway_id=trace.id, sent_at=trace.at, error=trace.error)
    return _settle(s, sms, SENT, gateway_id=trace.id, sent_at=trace.at, error="")


def _not_found(s: Session, sms: Sms) -> bool:
    """It never went out, so it may go now, unless it was taken back or it is too late."""
    due_at = quiet_hours.next_opening(clock.now() + settling.delay(sms), clock.place())
    fresh = s.get_one(Sms, sms.id)
    if fresh.error:
        return _settle(s, sms, CANCELLED)
    if due_at > fresh.not_after:
        return _settle(s, sms, CANCELLED, error=TOO_LATE)
    return _settle(s, sms, QUEUED, due_at=due_at)


def _settle(s: Session, sms: Sms, state: str, **values: object) -> bool:
    """Settle the message as it was when the gateway was asked; an answer that came too late changes nothing."""
    changed = s.execute(
        update(Sms)
        .where(Sms.id == sms.id, Sms.state == UNKNOWN, Sms.attempts == sms.attempts)
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]
