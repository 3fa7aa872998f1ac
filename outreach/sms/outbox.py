"""The outbox: a message is put here once, and goes out once.

Put → claim → send → settle, each step in a transaction of its own. A worker that dies between sending and settling
leaves the message to `reconcile`, which asks the gateway before anything is sent again.
"""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, and_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from outreach import clock, db, queue
from outreach.lib import quiet_hours, sms_text, words
from outreach.queue import QUEUED, WORKING
from outreach.sms import obstacles, settling
from outreach.sms.gateway import Gateway, NoAnswer, SendError
from outreach.sms.models import CANCELLED, UNKNOWN, OptOut, Sms

CONSENT_WITHDRAWN, NO_LONGER_DUE = "consent_withdrawn", "no_longer_due"  # reasons to cancel
LEASE = timedelta(minutes=2)  # longer than the gateway's timeout and settling together

log = logging.getLogger(__name__)


class HasLink(ValueError):
    """The text holds something to tap. Our messages never do, so that people learn that one with a link is not ours."""


def put(
    s: Session, *, recipient: str, to: str, area_id: int, purpose: str, version: str, due_on: date, due_at: datetime,
    not_after: datetime, body: str,
) -> Sms | None:  # fmt: skip
    """Put a message in the outbox, once for its recipient, purpose, version and due date; again gives the same row.

    `to` is E.164; it goes at `due_at` or the next opening after it, never after `not_after`. While nothing was tried
    yet, a later put brings number and text up to date and revives a cancelled message. None: there is nothing to send,
    for it would come too late or the number has opted out. Raises HasLink.
    """
    body = words.nfc(body)
    if sms_text.has_link(body):
        raise HasLink(f"{purpose} {version}")
    key = f"{recipient}/{purpose}/{version}/{due_on}"
    known = s.scalars(select(Sms).where(Sms.key == key)).one_or_none()
    if known and (known.attempts or (known.state == QUEUED and (known.to, known.body) == (to, body))):
        return known
    due_at = quiet_hours.next_opening(max(due_at, clock.now()), clock.place())
    if due_at > not_after or s.get(OptOut, to) is not None:
        return None
    measured = sms_text.measure(body)
    _upsert(s, key, {
        "recipient": recipient, "to": to, "area_id": area_id, "purpose": purpose, "body": body, "due_at": due_at,
        "not_after": not_after, "encoding": measured.encoding, "segments": measured.segments,
    })  # fmt: skip
    return s.scalars(select(Sms).where(Sms.key == key).execution_options(populate_existing=True)).one()


def _upsert(s: Session, key: str, facts: dict[str, object]) -> None:
    """Two planners at once make one row; a row that a worker already took is left alone."""
    make = pg_insert if s.get_bind().dialect.name == "postgresql" else sqlite_insert
    new = make(Sms).values(
        key=key, state=QUEUED, attempts=0, created_at=clock.now(), gateway="", gateway_id="", error="", **facts
    )
    untried = and_(Sms.attempts == 0, Sms.state.in_((QUEUED, CANCELLED)))
    newer = {**facts, "state": QUEUED, "error": ""}
    s.execute(new.on_conflict_do_update(index_elements=["key"], set_=newer, where=untried))


def cancel(s: Session, recipient: str, reason: str, purpose: str | None = None) -> int:
    """Take back what waits for this recipient (of one purpose, or all); how many were taken back.

    What a worker holds at this moment may still go out, but not a second time.
    """
    his = and_(Sms.recipient == recipient, Sms.purpose == purpose if purpose else Sms.purpose != "")
    s.execute(update(Sms).where(his, Sms.state.in_((WORKING, UNKNOWN))).values(error=reason))
    taken = s.execute(update(Sms).where(his, Sms.state == QUEUED).values(state=CANCELLED, error=reason))
    return int(taken.rowcount)  # type: ignore[attr-defined]


def send_due(engine: Engine, gateway: Gateway, limit: int = 50) -> int:
    """Work on up to `limit` due messages; how many the gateway took. Any number of workers may do so at once."""
    taken = 0
    for _ in range(limit):
        with db.transaction(engine) as s:
            claimed = queue.claim(s, Sms, limit=1, lease=LEASE, also=Sms.state == QUEUED)
        if not claimed:
            break
        try:
            taken += _send(engine, gateway, claimed[0])
        except queue.Lost:
            log.warning("message %s: the lease ran out; the gateway will be asked", claimed[0].id)
        except SendError as error:
            log.warning("sending stops for now: %s", error.code)
            break
    return taken


def _send(engine: Engine, gateway: Gateway, sms: Sms) -> bool:
    """Send one claimed message and note what came of it. Raises Lost; SendError when every message would fail."""
    with db.transaction(engine) as s:
        s.add(sms)
        if not _cleared(s, sms, gateway):
            return False
    try:
        number = gateway.send(sms.to, sms.body, min(sms.not_after, _closing()), sms.reference)
    except (NoAnswer, SendError) as error:
        with db.transaction(engine) as s:
            s.add(sms)
            settling.not_taken(s, sms, error)
        if isinstance(error, SendError) and error.house:
            raise
        return False
    with db.transaction(engine) as s:
        s.add(sms)
        settling.sent(s, sms, number)
    return True


def _cleared(s: Session, sms: Sms, gateway: Gateway) -> bool:
    """Whether nothing stands in the way; else the message is put off or dropped. Renews the lease for the sending."""
    queue.prolong(s, sms, LEASE)
    s.refresh(sms)
    obstacle = obstacles.to(s, sms, gateway.daily_limit)
    if obstacle is None:
        sms.gateway = gateway.name
    elif obstacle.until is None:
        settling.drop(s, sms, CANCELLED, obstacle.reason)
    else:
        settling.put_off(s, sms, obstacle.until, CANCELLED, obstacle.reason)
        sms.attempts -= 1  # nothing was tried
    return obstacle is None


def _closing() -> datetime:
    """When today's sending hours end."""
    return datetime.combine(clock.today(), quiet_hours.CLOSES, clock.place())
