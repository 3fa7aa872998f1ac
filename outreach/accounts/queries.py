"""Reading accounts and the audit log, always within the area of the one who asks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from outreach import clock
from outreach.accounts.models import ADMIN, ROLES, Account, AuditEntry, OneTimeCode
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.lib import words

INVITED, ACTIVE, SUSPENDED = "invited", "active", "suspended"
STATES = (ACTIVE, INVITED, SUSPENDED)
PAGE = 50


def state(account: Account) -> str:
    """Whether the account works, waits for its first password, or may not work."""
    if account.suspended_at is not None:
        return SUSPENDED
    return INVITED if account.password_hash is None else ACTIVE


def visible_to(account: Account) -> Select[Account]:
    """The accounts standing in the asker's area or below it: the only way to another's account."""
    query = select(Account).join(Account.area).where(areas.within(account.area))
    return query.options(contains_eager(Account.area).joinedload(Area.parent))


def find(s: Session, account: Account, account_id: int) -> Account | None:
    """An account that the asker may see, by its id."""
    return s.scalars(visible_to(account).where(Account.id == account_id)).one_or_none()


def open_code(s: Session, account: Account) -> OneTimeCode | None:
    """The code that was handed over and can still be used."""
    query = select(OneTimeCode).where(OneTimeCode.account_id == account.id, OneTimeCode.used_at.is_(None))
    return s.scalars(query.where(OneTimeCode.expires_at > clock.now())).one_or_none()


class Staff(NamedTuple):
    """A page of the staff list: accounts in order of place, role and given name; how many pages and accounts in all."""

    accounts: Sequence[Account]
    pages: int
    total: int

    def groups(self) -> Iterator[tuple[Area, list[Account]]]:
        """The accounts of the page place by place."""
        for _area_id, people in groupby(self.accounts, lambda one: one.area_id):
            group = list(people)
            yield group[0].area, group


def staff(s: Session, account: Account, q: str = "", state: str = "", page: int = 1) -> Staff:
    """The accounts the asker may see, whose name or phone matches `q`, in this state; commune by commune."""
    query = visible_to(account)
    for part in (*_matches(q), *_in_state(state)):
        query = query.where(part)
    total = s.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    above = aliased(Area)
    query = query.outerjoin(above, above.id == Area.parent_id).order_by(
        case((Area.kind == VILLAGE, above.path), else_=Area.path),
        case((Area.kind == VILLAGE, 1), else_=0),
        Area.sort_key,
        Area.id,
        case({role: n for n, role in enumerate(ROLES)}, value=Account.role),
        Account.sort_key,
        Account.id,
    )
    return Staff(s.scalars(_nth(query, page, total)).all(), _pages(total), total)


def _matches(q: str) -> Sequence[ColumnElement[bool]]:
    digits = "".join(filter(str.isdigit, q)).removeprefix("84").lstrip("0")
    by_name = [Account.folded.contains(word, autoescape=True) for word in words.wanted(q)]
    if len(digits) >= 3 and not any(map(str.isalpha, q)):
        return [Account.phone.contains(digits)]
    return by_name


def _in_state(state: str) -> Sequence[ColumnElement[bool]]:
    conditions: dict[str, Sequence[ColumnElement[bool]]] = {
        SUSPENDED: [Account.suspended_at.is_not(None)],
        INVITED: [Account.suspended_at.is_(None), Account.password_hash.is_(None)],
        ACTIVE: [Account.suspended_at.is_(None), Account.password_hash.is_not(None)],
    }
    return conditions.get(state, [])


class Log(NamedTuple):
    """A page of the audit log, newest first, with the names it speaks of (accounts and areas by id)."""

    entries: Sequence[AuditEntry]
    people: Mapping[int, str]
    areas: Mapping[int, Area]
    pages: int
    total: int


def log(s: Session, account: Account, page: int = 1) -> Log:
    """What was done in the asker's area, newest first; deeds of no area are for admins."""
    seen: ColumnElement[bool] = AuditEntry.area_id.in_(select(Area.id).where(areas.within(account.area)))
    if account.role == ADMIN:
        seen = or_(seen, AuditEntry.area_id.is_(None))
    total = s.scalar(select(func.count()).select_from(AuditEntry).where(seen)) or 0
    query = select(AuditEntry).where(seen).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    entries = s.scalars(_nth(query, page, total).options(joinedload(AuditEntry.actor))).all()
    people = _names(s, (e.subject_id for e in entries if e.subject == "account"))
    places = (id for e in entries for id in (e.area_id, e.subject_id if e.subject == "area" else None))
    return Log(entries, people, _areas(s, places), _pages(total), total)


def _nth(query: Select[Any], page: int, total: int) -> Select[Any]:
    """The rows of a page; beyond the last one, the last."""
    return query.limit(PAGE).offset((min(max(page, 1), _pages(total)) - 1) * PAGE)


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE))


def _names(s: Session, ids: Iterable[int | None]) -> dict[int, str]:
    found = s.execute(select(Account.id, Account.name).where(Account.id.in_({i for i in ids if i}))).all()
    return {row.id: row.name for row in found}


def _areas(s: Session, ids: Iterable[int | None]) -> dict[int, Area]:
    return {a.id: a for a in s.scalars(select(Area).where(Area.id.in_({i for i in ids if i})))}
