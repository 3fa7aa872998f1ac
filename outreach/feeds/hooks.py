"""Addresses that are told when an area's numbers change: made, tried out and ended by an official."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts import raising
from outreach.alerts.names import UNHEARD
from outreach.areas.models import Area
from outreach.feeds.models import Delivery, Webhook

SECRET = "whsec_"  # noqa: S105 (how every secret of Standard Webhooks begins)
MOST = 5  # in use for an area
SHOWN = 20  # of the latest messages
CHANGED, ALERTS, TRY = "coverage.changed", "alerts.changed", "test"  # what messages are about
DELIVERED, GIVEN_UP, DROPPED = "delivered", "given_up", "dropped"


def make(s: Session, address: str, by: Account) -> Webhook:
    """Have an address told of the official's area from now on; first of all that is known. Its secret is shown once."""
    secret = SECRET + b64encode(secrets.token_bytes(32)).decode()
    hook = Webhook(area_id=by.area_id, address=address, secret=secret, made_by_id=by.id, made_at=clock.now())
    s.add(hook)
    s.flush()
    audit.record(s, "webhook.create", "webhook", hook.id, area_id=hook.area_id, actor_id=by.id, address=address)
    return hook


def listing(s: Session, account: Account) -> Sequence[Webhook]:
    """The addresses of the official's own area, those in use first, then the newest."""
    own = select(Webhook).where(Webhook.area_id == account.area_id)
    return s.scalars(own.order_by(Webhook.ended_at.is_not(None), Webhook.id.desc())).all()


def find(s: Session, account: Account, hook_id: int) -> Webhook | None:
    """An address in use of the official's own area."""
    own = (Webhook.id == hook_id, Webhook.area_id == account.area_id, Webhook.ended_at.is_(None))
    return s.scalars(select(Webhook).where(*own)).one_or_none()


def latest(s: Session, account: Account) -> Sequence[tuple[Delivery, Webhook]]:
    """The latest messages to the addresses of the official's own area, the newest first."""
    own = select(Delivery, Webhook).join(Webhook, Webhook.id == Delivery.webhook_id)
    own = own.where(Webhook.area_id == account.area_id).order_by(Delivery.id.desc()).limit(SHOWN)
    return [(delivery, hook) for delivery, hook in s.execute(own)]


def find_delivery(s: Session, account: Account, delivery_id: int) -> Delivery | None:
    """A message to an address in use of the official's own area."""
    own = select(Delivery).join(Webhook, Webhook.id == Delivery.webhook_id)
    own = own.where(Delivery.id == delivery_id, Webhook.area_id == account.area_id, Webhook.ended_at.is_(None))
    return s.scalars(own).one_or_none()


def end(s: Session, hook: Webhook, note: str = "") -> None:
    """Nothing goes there any more, and what waits is dropped."""
    hook.ended_at = clock.now()
    waiting = update(Delivery).where(Delivery.webhook_id == hook.id, Delivery.state == queue.QUEUED)
    s.execute(waiting.values(state=DROPPED))
    raising.over(s, UNHEARD, hook.area_id, about(hook))
    audit.record(s, "webhook.end", "webhook", hook.id, area_id=hook.area_id, note=note)


def about(hook: Webhook) -> str:
    """What an alert about this address is about."""
    return f"webhook:{hook.id}"


def try_out(s: Session, hook: Webhook, area: Area) -> Delivery:
    """A message that tells nothing, to see whether the address takes one."""
    made = put(s, hook, TRY, {"area": area.code})
    audit.record(s, "webhook.try", "webhook", hook.id, area_id=hook.area_id)
    return made


def again(s: Session, delivery: Delivery, hook: Webhook) -> bool:
    """Send a message once more, now, with its own id; False: it waits already."""
    if delivery.state == queue.WORKING:
        return False
    delivery.state, delivery.due_at, delivery.attempts = queue.QUEUED, clock.now(), 0
    audit.record(s, "webhook.again", "webhook", hook.id, area_id=hook.area_id, delivery=delivery.id)
    return True


def put(s: Session, hook: Webhook, kind: str, data: dict[str, Any]) -> Delivery:
    """A message that goes as soon as a worker sees it. Its key is the id by which a receiver knows it again."""
    now = clock.now()
    body = {"type": kind, "timestamp": clock.local(now).isoformat(), "data": data}
    made = Delivery(webhook_id=hook.id, key=f"msg_{uuid4().hex}", body=body, made_at=now, due_at=now)
    s.add(made)
    s.flush()
    return made
