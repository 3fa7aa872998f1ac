"""What lies behind the numbers of one person: households, visits, promises; page by page, within the reader's scope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from outreach.accounts import queries as accounts
from outreach.accounts.models import FIELD, Account
from outreach.bag import handsets
from outreach.groups.figures import Periods, Phone, periods
from outreach.groups.queries import phone_state
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.visits.models import Care, FollowUp, Visit
from outreach.visits.queries import standing

PAGE_SIZE = 50
HOMES, WEEK, MONTH, OVERDUE = "ho", "tuan", "thang", "hen"  # as addresses have them


@dataclass(frozen=True)
class Page:
    """One page of a list: rows of (household, visit or promise or None); pages are counted from 1."""

    kind: str
    rows: Sequence[tuple[Household | None, Any]]
    number: int
    pages: int
    total: int


def find(s: Session, reader: Account, account_id: int) -> Account | None:
    """Somebody who goes from door to door in the reader's area, or did."""
    found = accounts.find(s, reader, account_id)
    return found if found is not None and found.role in FIELD else None


def phones(s: Session, reader: Account, person: Account) -> list[Phone]:
    """The phones that carry this person's bag."""
    live = [one for one in handsets.listing(s, reader, person.id) if one.wiped_at is None or one.waiting]
    return [Phone(one, phone_state(one, person.is_active, periods().today)) for one in live]


def listing(s: Session, reader: Account, person: Account, kind: str, number: int = 1) -> Page:
    """The list of a kind (an unknown one: HOMES) behind the person's number."""
    kind = kind if kind in KINDS else HOMES
    rows, order, seen = KINDS[kind](reader, person, periods())
    total = s.scalar(select(func.count()).select_from(rows.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    found = s.execute(seen.order_by(*order).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(kind, [(home, what) for home, what in found.unique()], number, pages, total)


Made = tuple[Any, Sequence[Any], Any]  # what is counted, its order, what is shown


def _homes(reader: Account, person: Account, _when: Periods) -> Made:
    mine = households.visible_to(reader).join(Care, (Care.household_id == Household.id) & Care.until.is_(None))
    mine = mine.where(Care.account_id == person.id, Household.closed_as.is_(None))
    order = (Household.address_folded, Household.sort_key, Household.id)
    return mine.with_only_columns(Household.id), order, mine.with_only_columns(Household, Care)


def _week(reader: Account, person: Account, when: Periods) -> Made:
    return _visits(reader, person, Visit.at >= when.week)


def _month(reader: Account, person: Account, when: Periods) -> Made:
    return _visits(reader, person, Visit.at >= when.month)


def _visits(reader: Account, person: Account, since: ColumnElement[bool]) -> Made:
    """Visits to families of elsewhere are counted and shown without the family."""
    made = select(Visit.id).where(Visit.by_id == person.id, since, standing())
    seen = households.visible_to(reader).with_only_columns(Household.id)
    home = (Household.id == Visit.household_id) & Household.id.in_(seen)
    shown = made.outerjoin(Household, home).with_only_columns(Household, Visit).options(joinedload(Visit.place))
    return made, (Visit.at.desc(), Visit.id.desc()), shown


def _overdue(reader: Account, person: Account, when: Periods) -> Made:
    whose = func.coalesce(Care.account_id, Visit.by_id)
    rows = households.visible_to(reader).join(FollowUp, FollowUp.household_id == Household.id)
    rows = rows.join(Visit, Visit.id == FollowUp.visit_id)
    rows = rows.outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
    rows = rows.where(FollowUp.ended_at.is_(None), FollowUp.due_on < when.today, Household.closed_as.is_(None))
    rows = rows.where(whose == person.id)
    shown = rows.with_only_columns(Household, FollowUp)
    return rows.with_only_columns(FollowUp.id), (FollowUp.due_on, FollowUp.id), shown


KINDS: Final[Mapping[str, Callable[[Account, Account, Periods], Made]]] = {
    HOMES: _homes,
    WEEK: _week,
    MONTH: _month,
    OVERDUE: _overdue,
}
