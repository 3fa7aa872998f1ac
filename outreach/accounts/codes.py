"""One-time codes handed over in person, to set a password for the first time or anew. There is no e-mail here.

Eight characters that cannot be misread (Crockford's base 32: no I, L, O, U), shown as XXXX-XXXX: forty bits, valid for
72 hours, once, only together with the phone number, and behind the same locks as signing in. Only a keyed digest is
kept.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import attempts, audit, sign_in
from outreach.accounts.models import Account, OneTimeCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
VALID = timedelta(hours=72)
DOOR = "code"
INVITE, RESET = "invite", "reset"
MISREAD = str.maketrans("ILO", "110")


def issue(s: Session, account: Account, by: Account | None, secret: str) -> str:
    """A new code for the account, as XXXX-XXXX; older ones are void. It cannot be read again later.

    `by` is who hands it over (None: a command of the operator), `secret` the house's key.
    """
    void(s, account)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    purpose = INVITE if account.password_hash is None else RESET
    now = clock.now()
    s.add(
        OneTimeCode(
            account_id=account.id, purpose=purpose, digest=_digest(secret, account, code),
            issued_by_id=by.id if by else None, issued_at=now, expires_at=now + VALID,
        )
    )  # fmt: skip
    actor = by.id if by else None
    audit.record(s, f"account.{purpose}", "account", account.id, area_id=account.area_id, actor_id=actor)
    s.flush()
    return show(code)


def redeem(s: Session, phone: str, typed: str, password: str, address: str, secret: str) -> Account:
    """Set the password of the account that this phone (E.164) and code belong to, and use the code up.

    Raises sign_in.Refused (wrong, used, run out or void: all alike) or sign_in.Locked; the caller commits either way.
    """
    account = s.scalars(select(Account).where(Account.phone == phone).with_for_update(of=Account)).one_or_none()
    until = attempts.locked_until(s, DOOR, phone, address)
    if until:
        raise sign_in.Locked(until)
    code = _living(s, account, tidy(typed), secret) if account else None
    if account is None or code is None or not account.is_active:
        attempts.failed(s, DOOR, phone, address)
        raise sign_in.Refused
    code.used_at = clock.now()
    for door in (DOOR, sign_in.DOOR):
        attempts.forget(s, door, phone)
    sign_in.set_password(s, account, password)
    return account


def tidy(typed: str) -> str:
    """What was typed, read kindly: any case, blanks and dashes anywhere, O for 0, I and L for 1."""
    return "".join(filter(str.isalnum, typed.upper())).translate(MISREAD)


def show(code: str) -> str:
    """The code as it is printed: XXXX-XXXX."""
    return f"{code[:4]}-{code[4:]}"


def _living(s: Session, account: Account, code: str, secret: str) -> OneTimeCode | None:
    query = select(OneTimeCode).where(OneTimeCode.digest == _digest(secret, account, code))
    found = s.scalars(query.where(OneTimeCode.account_id == account.id)).one_or_none()
    return found if found and found.used_at is None and found.expires_at > clock.now() else None


def void(s: Session, account: Account) -> None:
    """End every code of the account that can still be used."""
    older = update(OneTimeCode).where(OneTimeCode.account_id == account.id, OneTimeCode.used_at.is_(None))
    s.execute(older.values(used_at=clock.now()))


def _digest(secret: str, account: Account, code: str) -> str:
    return hmac.new(secret.encode(), f"code:{account.id}:{code}".encode(), hashlib.sha256).hexdigest()
