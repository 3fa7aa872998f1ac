"""Delivering messages: claimed by the dozen, posted side by side, each settled as soon as its answer comes.

A message that was posted when its worker died is posted again with the same id: at least once, and told apart by the
receiver. A receiver that is slow or down holds up its own messages only.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

from outreach import clock, db, queue
from outreach.alerts import raising
from outreach.alerts.names import UNHEARD
from outreach.feeds import hooks, telling
from outreach.feeds.models import Delivery, Webhook
from outreach.feeds.post import GONE, Answer, Post

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # many times what a try takes
AT_ONCE = 16
# Before the second try, the third …: the last one comes within a day of the first.
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 300, 900, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 8 * 3600)
)


class Parcel(NamedTuple):
    """A claimed message, ready to be posted."""

    id: int
    lease: str | None
    key: str
    address: str
    secret: str
    body: bytes


def deliver_due(engine: Engine, post: Post) -> int:
    """Post what is due; how many messages were tried."""
    with db.transaction(engine) as s:
        parcels = _claim(s)
    if not parcels:
        return 0
    with ThreadPoolExecutor(len(parcels), "ioc") as threads:
        asked = {threads.submit(_post, post, parcel): parcel for parcel in parcels}
        for done in as_completed(asked):
            with db.transaction(engine) as s:
                _settle(s, asked[done], done.result())
    return len(parcels)


def written(body: dict[str, Any]) -> bytes:
    """A message as it goes over the line; the same at every try."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def headers(key: str, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: id, moment of this try, and the signature of both with the body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Outreach",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(key, at, body.decode()),
    }


def _claim(s: Session) -> list[Parcel]:
    claimed = queue.claim(s, Delivery, limit=AT_ONCE, lease=LEASE)
    ids = {row.webhook_id for row in claimed}
    known = {hook.id: hook for hook in s.scalars(select(Webhook).where(Webhook.id.in_(ids)))} if ids else {}
    parcels = []
    for row in claimed:
        hook = known[row.webhook_id]
        if hook.ended_at is not None:
            queue.settle(s, row, hooks.DROPPED)
        else:
            parcels.append(Parcel(row.id, row.lease, row.key, hook.address, hook.secret, written(row.body)))
    return parcels


def _post(post: Post, parcel: Parcel) -> Answer:
    return post.send(parcel.address, headers(parcel.key, parcel.secret, parcel.body, clock.now()), parcel.body)


def _settle(s: Session, parcel: Parcel, answer: Answer) -> None:
    mine = select(Delivery, Webhook).join(Webhook, Webhook.id == Delivery.webhook_id)
    found = s.execute(mine.where(Delivery.id == parcel.id, Delivery.lease == parcel.lease)).one_or_none()
    if found is None:
        log.warning("message %s: the lease ran out; another worker may hold it", parcel.key)
        return
    row, hook = found
    row.answer = answer.code
    if answer.taken:
        queue.settle(s, row, hooks.DELIVERED)
        raising.over(s, UNHEARD, hook.area_id, hooks.about(hook))
    elif answer.code == GONE:
        queue.settle(s, row, hooks.GIVEN_UP)
        hooks.end(s, hook, GONE)
    else:
        _later(s, row, hook)


def _later(s: Session, row: Delivery, hook: Webhook) -> None:
    if hook.ended_at is not None:
        queue.settle(s, row, hooks.DROPPED)
    elif row.attempts <= len(PAUSES):
        queue.settle(s, row, queue.QUEUED, due_at=clock.now() + PAUSES[row.attempts - 1])
    else:
        queue.settle(s, row, hooks.GIVEN_UP)
        telling.untold(hook, row)
        raising.raise_(s, UNHEARD, hook.area_id, hooks.about(hook), webhook=hook.id, answer=row.answer)
