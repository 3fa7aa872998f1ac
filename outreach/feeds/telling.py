"""Telling addresses what changed: one message at a time to each, so that none overtakes another and none piles up.

While a receiver is down one message waits for it; whatever changes meanwhile stands in the next one.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.areas.models import Area
from outreach.feeds import hooks, reading
from outreach.feeds.models import Delivery, Webhook

EVERY = timedelta(minutes=5)  # at most so often; a fold is made every minute
MOST = 200  # areas in a message
KEPT = timedelta(days=7)  # how long one can look at a message, and send it again
WAITING = (queue.QUEUED, queue.WORKING)


def plan(s: Session) -> int:
    """Write a message to each address for which something has changed and no message waits; how many were written."""
    queue.alone(s, "webhooks")
    busy = select(Delivery.webhook_id).where(Delivery.state.in_(WAITING) | (Delivery.made_at > clock.now() - EVERY))
    free = select(Webhook, Area).join(Area, Area.id == Webhook.area_id)
    free = free.where(Webhook.ended_at.is_(None), Webhook.id.not_in(busy)).order_by(Webhook.id)
    return sum(_tell(s, hook, area) for hook, area in s.execute(free).all())


def _tell(s: Session, hook: Webhook, area: Area) -> bool:
    since = hook.cursor
    piece = reading.coverage(s, area, since, MOST)
    if not piece.rows:
        return False
    data = {
        "area": area.code, "as_of": reading.moment(reading.as_of(s)), "areas": piece.rows, "since": since,
        "next": piece.next, "more": piece.more,
    }  # fmt: skip
    hooks.put(s, hook, hooks.CHANGED, data)
    hook.cursor = piece.next
    return True


def untold(hook: Webhook, delivery: Delivery) -> None:
    """A message was given up: what stood in it is told anew, with all that changed since."""
    data = delivery.body["data"]
    if hook.cursor == data.get("next"):
        hook.cursor = data["since"]


def let_go(s: Session, now: datetime) -> int:
    """Forget messages that are old and wait for nothing; how many there were."""
    old = delete(Delivery).where(Delivery.made_at < now - KEPT, Delivery.state.not_in(WAITING))
    return int(s.execute(old).rowcount)  # type: ignore[attr-defined]
