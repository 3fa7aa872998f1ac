"""Telling addresses what changed: numbers and alerts, one message of each at a time, so that none overtakes another
and none piles up.

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
MOST = 200  # rows of a message
KEPT = timedelta(days=7)  # how long one can look at a message, and send it again
WAITING = (queue.QUEUED, queue.WORKING)
TOLD = {hooks.CHANGED: reading.LISTS["coverage"], hooks.ALERTS: reading.LISTS["alerts"]}  # by kind of message
BETWEEN = "~"  # the cursors of these, as a hook keeps them


def plan(s: Session) -> int:
    """Write messages to each address for which something has changed and none waits; how many were written."""
    queue.alone(s, "webhooks")
    busy = select(Delivery.webhook_id).where(Delivery.state.in_(WAITING) | (Delivery.made_at > clock.now() - EVERY))
    free = select(Webhook, Area).join(Area, Area.id == Webhook.area_id)
    free = free.where(Webhook.ended_at.is_(None), Webhook.id.not_in(busy)).order_by(Webhook.id)
    return sum(_tell(s, hook, area) for hook, area in s.execute(free).all())


def _tell(s: Session, hook: Webhook, area: Area) -> int:
    cursors, as_of, written = _cursors(hook), reading.moment(reading.as_of(s)), 0
    for kind, chosen in TOLD.items():
        since = cursors[kind]
        piece = chosen.read(s, area, since, MOST)
        if piece.rows:
            told = {chosen.name: piece.rows, "since": since, "next": piece.next, "more": piece.more}
            hooks.put(s, hook, kind, {"area": area.code, "as_of": as_of, **told})
            cursors[kind], written = piece.next, written + 1
    _keep(hook, cursors)
    return written


def untold(hook: Webhook, delivery: Delivery) -> None:
    """A message was given up: what stood in it is told anew, with all that changed since."""
    kind, data, cursors = delivery.body["type"], delivery.body["data"], _cursors(hook)
    if kind in cursors and cursors[kind] == data["next"]:
        cursors[kind] = data["since"]
        _keep(hook, cursors)


def _cursors(hook: Webhook) -> dict[str, str]:
    """Up to where the address was told, by kind of message."""
    return dict(zip(TOLD, hook.cursor.split(BETWEEN) if hook.cursor else ["", ""], strict=True))


def _keep(hook: Webhook, cursors: dict[str, str]) -> None:
    hook.cursor = BETWEEN.join(cursors.values())


def let_go(s: Session, now: datetime) -> int:
    """Forget messages that are old and wait for nothing; how many there were."""
    old = delete(Delivery).where(Delivery.made_at < now - KEPT, Delivery.state.not_in(WAITING))
    return int(s.execute(old).rowcount)  # type: ignore[attr-defined]
