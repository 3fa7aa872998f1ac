"""Delivering messages: several are posted side by side; each is settled as soon as its answer comes, and the next one
that is due takes its place.

A message that was posted when its worker died is posted again with the same id: at least once, and told apart by the
receiver. A receiver that is slow or down holds up its own messages only.
"""

import json
import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
from outreach.feeds.post import BROKEN, GONE, Answer, Post

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # many times what a try takes
AT_ONCE = 16
LOOK = 0.5  # seconds between looks for what is due, while answers are waited for
ROUND = 30.0  # seconds after which nothing more is claimed in this round
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
    """Post what is due, and what becomes due while answers are waited for; how many tries that were."""
    asked: dict[Future[Answer], Parcel] = {}
    tried, until = 0, time.monotonic() + ROUND
    with ThreadPoolExecutor(AT_ONCE, "ioc") as threads:
        while True:
            parcels = _claim(engine, AT_ONCE - len(asked)) if time.monotonic() < until else []
            asked |= {threads.submit(_post, post, parcel): parcel for parcel in parcels}
            tried += len(parcels)
            if not asked:
                return tried
            answered, _waiting = wait(asked, LOOK, return_when=FIRST_COMPLETED)
            for one in answered:
                _settle(engine, asked.pop(one), one.result())


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


def _claim(engine: Engine, most: int) -> list[Parcel]:
    if not most:
        return []
    with db.transaction(engine) as s:
        claimed = queue.claim(s, Delivery, limit=most, lease=LEASE)
        ids = {row.webhook_id for row in claimed}
        known = {hook.id: hook for hook in s.scalars(select(Webhook).where(Webhook.id.in_(ids)))} if ids else {}
        for row in claimed:
            if known[row.webhook_id].ended_at is not None:
                queue.settle(s, row, hooks.DROPPED)
        return [_parcel(row, known[row.webhook_id]) for row in claimed if row.state == queue.WORKING]


def _parcel(row: Delivery, hook: Webhook) -> Parcel:
    return Parcel(row.id, row.lease, row.key, hook.address, hook.secret, written(row.body))


def _post(post: Post, parcel: Parcel) -> Answer:
    try:
        return post.send(parcel.address, headers(parcel.key, parcel.secret, parcel.body, clock.now()), parcel.body)
    except Exception:
        log.exception("message %s could not be posted", parcel.key)
        return Answer(BROKEN)


def _settle(engine: Engine, parcel: Parcel, answer: Answer) -> None:
    mine = select(Delivery, Webhook).join(Webhook, Webhook.id == Delivery.webhook_id)
    mine = mine.where(Delivery.id == parcel.id, Delivery.lease == parcel.lease, Delivery.state == queue.WORKING)
    with db.transaction(engine) as s:
        found = s.execute(mine.with_for_update(of=Delivery)).one_or_none()
        if found is None:
            log.warning("message %s: the lease ran out; another worker may hold it", parcel.key)
            return
        _note(s, *found, answer)


def _note(s: Session, row: Delivery, hook: Webhook, answer: Answer) -> None:
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
