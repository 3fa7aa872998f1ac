"""When an area ends, its keys and addresses end, too: a key opens the area that somebody chose, and no larger one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.feeds import hooks, keys
from outreach.feeds.models import FeedKey, Webhook

NOTE = "area"


def end_all(s: Session, old: Area) -> None:
    """Whoever takes numbers of this area asks the heirs' officials for a new key, and is told so by a 401."""
    for key in s.scalars(select(FeedKey).where(FeedKey.area_id == old.id, FeedKey.ended_at.is_(None))):
        keys.end(s, key, NOTE)
    for hook in s.scalars(select(Webhook).where(Webhook.area_id == old.id, Webhook.ended_at.is_(None))):
        hooks.end(s, hook, NOTE)
