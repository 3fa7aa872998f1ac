"""Handsets that carry a bag: set up, known again by their secret, wiped from afar."""

from base64 import b64encode
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit, sign_in
from outreach.accounts import queries as accounts
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.bag import keys
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


def scope(account: Account) -> str:
    """What a bag is filled for: another role, place or epoch (signed out everywhere) makes another bag."""
    return f"{account.role}.{account.area_id}.{account.epoch}"


def place_of(handset: Handset) -> int | None:
    """The id of the area that the handset's bag was filled for, if it ever was."""
    parts = handset.scope.split(".")
    return int(parts[1]) if len(parts) == 3 else None


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
    return Bunch(mark, secret, key, scope(account))


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


def heard(handset: Handset, waiting: int, seconds_ahead: int, *, sends: bool) -> None:
    """Note what it says of itself."""
    handset.seen_at, handset.waiting, handset.clock_off = clock.now(), waiting, seconds_ahead
    if sends:
        handset.sent_at = handset.seen_at


def by_mark(s: Session, mark: str) -> Handset | None:
    """The handset of a file that was kept; the file is sealed by its key, which says who wrote it."""
    return s.scalars(select(Handset).where(Handset.mark == mark)).one_or_none()


def must_forget(handset: Handset) -> bool:
    """Whether its bag must be wiped, whoever holds it now."""
    return handset.wiped_at is not None or not handset.account.is_active


def visible_to(account: Account) -> Select[Handset]:
    """The handsets somebody may see: one's own; a leader's or official's those of the people in their area."""
    wanted = select(Handset).options(joinedload(Handset.account))
    if account.role not in (LEADER, OFFICIAL):
        return wanted.where(Handset.account_id == account.id)
    below = accounts.visible_to(account).with_only_columns(Account.id)
    return wanted.where(or_(Handset.account_id == account.id, Handset.account_id.in_(below)))


def listing(s: Session, account: Account, of: int | None = None) -> list[Handset]:
    """The handsets somebody may see (`of`: of one person), those heard of last first."""
    wanted = visible_to(account)
    if of is not None:
        wanted = wanted.where(Handset.account_id == of)
    return list(s.scalars(wanted.order_by(Handset.seen_at.desc(), Handset.id.desc())))


def find(s: Session, account: Account, handset_id: int) -> Handset | None:
    """A handset somebody may see."""
    return s.scalars(visible_to(account).where(Handset.id == handset_id)).one_or_none()


def wipe(s: Session, handset: Handset, by: Account) -> None:
    """Let a handset forget its bag when it is next heard of. Every session of its account ends: it may be lost."""
    handset.wiped_at, handset.wiped_by_id = clock.now(), by.id
    sign_in.end_everywhere(s, handset.account)
    audit.record(s, "handset.wipe", "handset", handset.id, area_id=handset.account.area_id, actor_id=by.id)
