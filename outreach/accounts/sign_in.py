"""The one way in: passwords, and the session that every kind of signing in ends in.

Password or handed-over code today; a passkey or a second factor would be one more way to an account, and would end in
`begin` as these do. There is no e-mail here: who forgot a password gets a code from the person in charge (codes.py).
"""

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import session
from flask_login import login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import attempts, audit
from outreach.accounts.models import FIELD, Account
from outreach.lib import words

DOOR = "sign_in"
hasher = PasswordHasher()  # argon2id with the library's current parameters


class Refused(Exception):
    """Phone or password is wrong, or the account may not work: the caller learns nothing more."""


class Locked(Refused):
    """Too many failures: nothing was even looked at. `until` is when to try again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def with_password(s: Session, phone: str, password: str, address: str) -> Account:
    """The account of this phone (E.164) and password, tried from a network address.

    Raises Refused or Locked; a failure is counted, so the caller commits in either case. Unknown phones, invited and
    suspended accounts take as long and answer the same as a wrong password.
    """
    # Tries for one account wait for each other, so that a burst of guesses cannot outrun the count.
    found = s.scalars(select(Account).where(Account.phone == phone).with_for_update(of=Account)).one_or_none()
    until = attempts.locked_until(s, DOOR, phone, address)
    if until:
        raise Locked(until)
    right = _verify(found.password_hash if found else None, password)
    if found is None or not right or not found.is_active:
        attempts.failed(s, DOOR, phone, address)
        raise Refused
    attempts.forget(s, DOOR, phone)
    if hasher.check_needs_rehash(found.password_hash or ""):
        found.password_hash = hasher.hash(_plain(password))
    return found


def _verify(known: str | None, password: str) -> bool:
    try:
        hasher.verify(known or _nobodys(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


@cache
def _nobodys() -> str:
    """A hash to compare with when there is none, so that an unknown phone takes as long as a known one."""
    return hasher.hash("nobody")


def _plain(password: str) -> str:
    """As stored: one spelling of Vietnamese letters, and no blank that a phone's keyboard added at the end."""
    return words.nfc(password).strip()


def set_password(s: Session, account: Account, password: str) -> None:
    """Give the account a new password; every older session of it ends."""
    account.password_hash = hasher.hash(_plain(password))
    account.epoch += 1
    audit.record(s, "account.password", "account", account.id, area_id=account.area_id, actor_id=account.id)


def begin(s: Session, account: Account) -> None:
    """Open a fresh session for the account. Every way of signing in ends here."""
    session.clear()  # a session id planted before must not become the signed-in one
    # Volunteers work for weeks without network on their own phones; an office machine is shared.
    session.permanent = account.role in FIELD
    account.signed_in_at = clock.now()
    s.flush()
    login_user(account)


def end() -> None:
    """Close the session of this browser."""
    logout_user()
    session.clear()


def end_everywhere(s: Session, account: Account) -> None:
    """Close every session of the account, on whatever device."""
    account.epoch += 1
    audit.record(s, "account.sign_out_everywhere", "account", account.id, area_id=account.area_id)
