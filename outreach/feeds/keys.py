"""Keys to ask for an area's numbers with. A key is shown once; what is kept of it tells nobody the key."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.feeds.models import FeedKey

BEGINNING = "ioc_"  # so that a key is known for one wherever it was left lying
SHAPE = re.compile(BEGINNING + r"[A-Za-z0-9_-]{43}")
LETTERS = 8  # of a key that are kept and shown, `BEGINNING` among them
PER_MINUTE = 300  # askings with one key: a year's days of the whole country are read within ten minutes
NOTED_EVERY = timedelta(minutes=1)  # how often it is written down that a key is in use


def make(s: Session, name: str, by: Account) -> tuple[FeedKey, str]:
    """A new key to the numbers of the official's area, and its text, which is told once and kept nowhere."""
    shown = BEGINNING + secrets.token_urlsafe(32)
    key = FeedKey(
        area_id=by.area_id, name=name, prefix=shown[:LETTERS], digest=digest(shown), made_by_id=by.id,
        made_at=clock.now(),
    )  # fmt: skip
    s.add(key)
    s.flush()
    audit.record(s, "feed_key.create", "feed_key", key.id, area_id=key.area_id, actor_id=by.id, name=name)
    return key, shown


def digest(shown: str) -> str:
    """What is kept of a key: it is random enough that a plain SHA-256 tells nothing."""
    return hashlib.sha256(shown.encode()).hexdigest()


def listing(s: Session, account: Account) -> Sequence[FeedKey]:
    """The keys of the official's own area, those in use first, then the newest."""
    own = select(FeedKey).where(FeedKey.area_id == account.area_id)
    return s.scalars(own.order_by(FeedKey.ended_at.is_not(None), FeedKey.id.desc())).all()


def find(s: Session, account: Account, key_id: int) -> FeedKey | None:
    """A key in use of the official's own area."""
    own = (FeedKey.id == key_id, FeedKey.area_id == account.area_id, FeedKey.ended_at.is_(None))
    return s.scalars(select(FeedKey).where(*own)).one_or_none()


def end(s: Session, key: FeedKey, note: str = "") -> None:
    """Whoever has the key reads nothing with it from here on."""
    key.ended_at = clock.now()
    audit.record(s, "feed_key.end", "feed_key", key.id, area_id=key.area_id, note=note)


def opened_by(s: Session, shown: str) -> tuple[FeedKey, Area] | None:
    """The key in use with this text, and its area; a near miss takes as long as a wild guess. Notes that it was used.

    The text itself is never looked for in the database: only its first letters are, and what is found is compared.
    """
    if not SHAPE.fullmatch(shown):
        return None
    wanted = digest(shown)
    alike = select(FeedKey, Area).join(Area, Area.id == FeedKey.area_id)
    alike = alike.where(FeedKey.prefix == shown[:LETTERS], FeedKey.ended_at.is_(None))
    right = [(key, area) for key, area in s.execute(alike).all() if hmac.compare_digest(key.digest, wanted)]
    if not right:
        return None
    key, area = right[0]
    if key.used_at is None or key.used_at <= clock.now() - NOTED_EVERY:
        key.used_at = clock.now()
    return key, area
