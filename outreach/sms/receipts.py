"""Receipts: what becomes of a message after the gateway took it. Every one is kept, each once; a message only moves
forward.

Receipts come late, twice, out of order, and before the gateway's own answer. So each step is one conditional UPDATE:
whoever comes second, this or the worker that holds the message, changes nothing.

Who pays: a gateway takes money for what it handed to a phone company. So a message that failed or was cancelled before
it was sent costs nothing and its price goes back into the budget; one that was sent and not delivered stays paid.
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.queue import QUEUED, WORKING
from outreach.sms import consequences, days, faults, settling, spending
from outreach.sms.models import ACCEPTED, CANCELLED, FAILED, SENT, UNKNOWN, Sms, SmsEvent, new_reference

HANDED_ON = "sent"  # from here on it is the phone company's, and paid for
ARRIVED, LOST = ("delivered", "read"), ("undelivered", "failed", "canceled")
FINAL = 6
RANKS = {"queued": 1, "accepted": 2, "scheduled": 3, "sending": 4, HANDED_ON: 5, **dict.fromkeys(ARRIVED + LOST, FINAL)}
SECOND_TRY = timedelta(hours=2)
_PLAIN = {"synchronize_session": False}


def note(s: Session, gateway_name: str, reference: str, gateway_id: str, status: str, code: str, at: datetime) -> bool:
    """Store a receipt and move its message forward; whether it was news (a replay is not).

    `reference` is our own name for the message ("" = the gateway did not say), `status` one of RANKS; another one, and
    whatever comes of a message nobody knows or of an earlier try, is stored and moves nothing.
    """
    gateway_id, status, code = gateway_id[:64], status[:20], code[:40]
    sms_id = _whose(s, gateway_name, reference, gateway_id)
    past = None if sms_id else _once_of(s, gateway_name, gateway_id)
    if not _store(s, sms_id or past, gateway_name, gateway_id, status, code, at):
        return False
    if sms_id and status in RANKS and _forward(s, sms_id, gateway_id, status):
        _settle(s, sms_id, at)
        if status in ARRIVED:
            _arrived(s, sms_id, at)
        elif status in LOST:
            _lost(s, sms_id, status, code or status, at)
    return True


def owned(s: Session, gateway_ids: Collection[str]) -> set[str]:
    """Which of these numbers of a gateway belong to a message of ours, be it by an earlier try."""
    now = s.scalars(select(Sms.gateway_id).where(Sms.gateway_id.in_(gateway_ids)))
    once = s.scalars(
        select(SmsEvent.gateway_id).where(SmsEvent.gateway_id.in_(gateway_ids), SmsEvent.sms_id.is_not(None))
    )
    return {*now, *once}


def _whose(s: Session, gateway_name: str, reference: str, gateway_id: str) -> int | None:
    """The message by our reference, which holds for its latest try only; without one by the gateway's number."""
    named = Sms.reference == reference if reference else Sms.gateway_id == gateway_id
    return s.scalar(select(Sms.id).where(named, Sms.gateway == gateway_name).order_by(Sms.id).limit(1))


def _once_of(s: Session, gateway_name: str, gateway_id: str) -> int | None:
    """The message that this was an earlier try of."""
    earlier = (SmsEvent.gateway == gateway_name, SmsEvent.gateway_id == gateway_id, SmsEvent.sms_id.is_not(None))
    return s.scalar(select(SmsEvent.sms_id).where(*earlier).limit(1))


def _store(
    s: Session, sms_id: int | None, gateway_name: str, gateway_id: str, status: str, code: str, at: datetime
) -> bool:
    row = {
        "sms_id": sms_id, "gateway": gateway_name, "gateway_id": gateway_id, "status": status, "code": code, "at": at
    }  # fmt: skip
    return s.execute(db.unless_there(s, SmsEvent, SmsEvent.id), row).first() is not None


def _forward(s: Session, sms_id: int, gateway_id: str, status: str) -> bool:
    """Note the gateway's word if it is further than the one known; the first final one stays."""
    before = [word for word, rank in RANKS.items() if rank < RANKS[status]]
    this_try = Sms.gateway_id.in_(("", gateway_id))
    return _change(
        s, Sms.id == sms_id, this_try, Sms.gateway_state.in_(["", *before]), gateway_id=gateway_id, gateway_state=status
    )


def _settle(s: Session, sms_id: int, at: datetime) -> None:
    """The gateway has it, so it went: whatever a worker did not know, was told to try again, or took back too late.

    Where its price had been given back, since nobody believed that it went, it is taken again.
    """
    late = and_(Sms.state.in_((QUEUED, CANCELLED)), Sms.attempts > 0)
    in_doubt = or_(Sms.state.in_((WORKING, UNKNOWN)), late)
    if _change(s, Sms.id == sms_id, in_doubt, state=SENT, sent_at=at, held="", lease=None, lease_until=None):
        spending.reserve(s, s.get_one(Sms, sms_id, populate_existing=True))
        s.flush()


def _arrived(s: Session, sms_id: int, at: datetime) -> None:
    if _change(s, Sms.id == sms_id, Sms.state == SENT, state=ACCEPTED, accepted_at=at):
        consequences.arrived(s, s.get_one(Sms, sms_id, populate_existing=True))


def _lost(s: Session, sms_id: int, status: str, code: str, at: datetime) -> None:
    sms = s.get_one(Sms, sms_id, populate_existing=True)
    if sms.state != SENT:
        return
    paid = status == "undelivered" or _was_handed_on(s, sms)
    concerns = faults.concerns(code) if code in faults.FAULTS else faults.MESSAGE
    again_at = _again_at(s, sms, concerns, at)
    if not paid:
        spending.give_back(s, sms)
    if again_at:
        _try_again(s, sms, again_at, settling.HOUSE if concerns == faults.HOUSE else "")
    else:
        sms.state, sms.error = FAILED, code
    consequences.follow(s, sms, code)
    s.flush()


def _was_handed_on(s: Session, sms: Sms) -> bool:
    handed_on = (SmsEvent.gateway_id == sms.gateway_id, SmsEvent.gateway == sms.gateway, SmsEvent.status == HANDED_ON)
    return s.scalar(select(SmsEvent.id).where(*handed_on).limit(1)) is not None


def _again_at(s: Session, sms: Sms, concerns: str, at: datetime) -> datetime | None:
    """When to try once more: a phone that was not reached, two hours later on the same day, once; a house that was
    refused, when it may be mended. None: never, since that would be of no use or the person has withdrawn.
    """
    if sms.error:
        return None
    if concerns == faults.HOUSE:
        due_at = days.next_opening(s, at + settling.delay(sms))
        return due_at if due_at <= sms.not_after else None
    due_at = at + SECOND_TRY
    same_day = clock.local(due_at).date() == clock.local(at).date() and days.may_go(s, due_at)
    wanted = concerns in (faults.AGAIN, faults.LATER) and same_day and due_at <= sms.not_after
    return due_at if wanted and _tries_lost(s, sms) == 1 else None


def _tries_lost(s: Session, sms: Sms) -> int:
    lost = select(func.count(SmsEvent.gateway_id.distinct()))
    return s.scalar(lost.where(SmsEvent.sms_id == sms.id, SmsEvent.status.in_(LOST))) or 0


def _try_again(s: Session, sms: Sms, due_at: datetime, held: str) -> None:
    """Back to waiting under a new reference, so that what still comes of this try is not taken for the next one's, and
    a gateway that knows references does not take the next one for this. It is paid for anew.
    """
    sms.state, sms.due_at, sms.held, sms.error = QUEUED, due_at, held, ""
    sms.reference, sms.gateway_id, sms.gateway_state, sms.price, sms.sent_at = new_reference(), "", "", None, None


def _change(s: Session, *which: object, **values: object) -> bool:
    done = s.execute(update(Sms).where(*which).values(**values), execution_options=_PLAIN)  # type: ignore[arg-type]
    return bool(done.rowcount)  # type: ignore[attr-defined]
