"""Taking people on, changing their role or place, suspending them: who may do it to whom, each deed in the audit log.

One manages only those below oneself: admins everyone; a province its commune officials; an official the groups and
help-point agents of the commune; a leader the volunteers of the own village. Nobody manages oneself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit, codes
from outreach.accounts.models import ADMIN, AGENT, LEADER, OFFICIAL, PROVINCE, ROLES, STANDS_IN, VOLUNTEER, Account
from outreach.areas.models import Area
from outreach.lib import words

MANAGES: dict[str, tuple[str, ...]] = {
    ADMIN: ROLES,
    PROVINCE: (OFFICIAL,),
    OFFICIAL: (LEADER, VOLUNTEER, AGENT),
    LEADER: (VOLUNTEER,),
    VOLUNTEER: (),
    AGENT: (),
}


class PhoneTaken(Exception):
    """The phone number already belongs to an account."""


class NotAllowed(Exception):
    """Out of the actor's reach: the person, the role, or the place."""


def may_manage(actor: Account, account: Account) -> bool:
    """Whether the actor may change, suspend or hand a code to this account."""
    return actor.id != account.id and account.role in MANAGES[actor.role] and actor.area.contains(account.area)


def may_give(actor: Account, role: str, area: Area) -> bool:
    """Whether the actor may let somebody stand in this area with this role."""
    fits = role in MANAGES[actor.role] and area.kind in STANDS_IN[role] and area.valid_to is None
    return fits and actor.area.contains(area)


def roles_for(actor: Account, area: Area) -> list[str]:
    """The roles that the actor may give in this area."""
    return [role for role in MANAGES[actor.role] if may_give(actor, role, area)]


def register(s: Session, by: Account | None, *, name: str, phone: str, role: str, area: Area) -> Account:
    """Take somebody on, without a password yet. `by` None is the operator's command. Raises NotAllowed, PhoneTaken."""
    if by is not None and not may_give(by, role, area):
        raise NotAllowed
    account = Account(name=name, folded=words.fold(name), phone=phone, role=role, area=area, created_at=clock.now())
    with _one_holder(s, phone, None):
        s.add(account)
    actor = by.id if by else None
    audit.record(s, "account.create", "account", account.id, area_id=area.id, actor_id=actor, role=role)
    return account


def change(s: Session, by: Account, account: Account, *, name: str, phone: str, role: str, area: Area) -> None:
    """Give the account another name, phone, role or place. Raises NotAllowed, PhoneTaken.

    A new role ends its sessions; a new role or place voids the code that somebody else may hold. The log
    names what changed, and the role and place before and after.
    """
    if not may_manage(by, account) or not may_give(by, role, area):
        raise NotAllowed
    details = _differences(account, name, phone, role, area)
    if not details:
        return
    before = account.area_id
    with _one_holder(s, phone, account):
        account.epoch += "role" in details
        account.name, account.folded, account.sort_key = name, words.fold(name), words.given_name_key(name)
        account.phone, account.role, account.area = phone, role, area
    if details.keys() & {"role", "area"}:
        codes.void(s, account)
    act = "account.role" if "role" in details else "account.move" if "area" in details else "account.update"
    for place in dict.fromkeys((before, area.id)):  # those who answer for the place left see it go
        audit.record(s, act, "account", account.id, area_id=place, actor_id=by.id, **details)


def suspend(s: Session, by: Account, account: Account) -> None:
    """Let the account work no more, from this moment on; its codes are void. Raises NotAllowed."""
    if not may_manage(by, account):
        raise NotAllowed
    if account.suspended_at is None:
        account.suspended_at = clock.now()
        account.epoch += 1
        codes.void(s, account)
        audit.record(s, "account.suspend", "account", account.id, area_id=account.area_id, actor_id=by.id)


def resume(s: Session, by: Account, account: Account) -> None:
    """Let a suspended account work again; it signs in anew. Raises NotAllowed."""
    if not may_manage(by, account):
        raise NotAllowed
    if account.suspended_at is not None:
        account.suspended_at = None
        audit.record(s, "account.resume", "account", account.id, area_id=account.area_id, actor_id=by.id)


def _differences(account: Account, name: str, phone: str, role: str, area: Area) -> dict[str, Any]:
    changed = [word for word, old, new in (("name", account.name, name), ("phone", account.phone, phone)) if old != new]
    details: dict[str, Any] = {"fields": changed} if changed else {}
    if role != account.role:
        details["role"] = [account.role, role]
    if area.id != account.area_id:
        details["area"] = [account.area.code, area.code]
    return details


@contextmanager
def _one_holder(s: Session, phone: str, own: Account | None) -> Iterator[None]:
    """Write inside this: a phone has one holder. Of two who give it away at this moment the database lets one."""
    holder = s.scalars(select(Account.id).where(Account.phone == phone)).one_or_none()
    if holder is not None and (own is None or holder != own.id):
        raise PhoneTaken
    try:
        with s.begin_nested():
            yield
    except IntegrityError:
        raise PhoneTaken from None
