"""Letting a handset in: set up once by its signed-in owner, known again by its secret."""

from base64 import b64encode
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.bag import handsets, keys
from outreach.bag.models import Handset

LABEL = 80  # letters of what a phone calls itself


class Somebodys(Exception):
    """This mark belongs to the handset of another account."""


class Bunch(NamedTuple):
    """What a phone gets when it is set up; the server keeps the secret's digest, and the key encrypted."""

    mark: str
    secret: str
    key: bytes
    scope: str

    def told(self) -> dict[str, str]:
        """As the phone reads it; the key in base64."""
        return {"mark": self.mark, "secret": self.secret, "key": b64encode(self.key).decode(), "scope": self.scope}


def set_up(s: Session, account: Account, mark: str, label: str, secret_key: str) -> Bunch:
    """Make a handset known, or let its owner in again: the same key, a new secret. Raises Somebodys."""
    now, secret = clock.now(), keys.new_secret()
    handset = s.scalars(select(Handset).where(Handset.mark == mark).with_for_update(of=Handset)).one_or_none()
    if handset is None:
        handset = Handset(mark=mark, account_id=account.id, created_at=now, data_key="", scope="")
        s.add(handset)
    elif handset.account_id != account.id:
        raise Somebodys
    key = _key(handset, secret_key)
    handset.label, handset.seen_at = label[:LABEL], now
    handset.secret_digest = keys.digest(secret)
    handset.wiped_at = handset.wiped_by_id = None  # whoever stands here has signed in since
    s.flush()
    audit.record(s, "handset.set_up", "handset", handset.id, area_id=account.area_id, actor_id=account.id)
    return Bunch(mark, secret, key, handsets.scope(account))


def _key(handset: Handset, secret_key: str) -> bytes:
    """The data key of before; a new one where there is none, or where SECRET_KEY was changed since."""
    if handset.data_key:
        try:
            return keys.take_out(handset.data_key, handset.mark, secret_key)
        except keys.Unopened:
            pass  # what lies on the phone opens by its PIN still; only a forgotten PIN cannot be helped any more
    key = keys.new_data_key()
    handset.data_key = keys.lock_away(key, handset.mark, secret_key)
    return key


def known(s: Session, mark: str, secret: str) -> Handset | None:
    """The handset that shows this secret. It is held until the end, so that of two sendings the second waits."""
    wanted = select(Handset).where(Handset.mark == mark).options(joinedload(Handset.account))
    handset = s.scalars(wanted.with_for_update(of=Handset)).one_or_none()
    return handset if handset is not None and keys.is_secret(secret, handset.secret_digest) else None
