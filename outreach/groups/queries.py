"""Reading groups: who works in them, how much, since when nobody came, what hangs on whom. Eleven questions in all.

A visit counts for whoever made it, wherever the family lives; a promise for whoever looks after the house, else for
whoever gave it. Visits that were corrected count no more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, ScalarSelect, Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import FIELD, Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.arrivals.models import Late
from outreach.bag import quiet
from outreach.bag.models import Handset
from outreach.checks.models import Doubt
from outreach.groups import silence
from outreach.groups.figures import Group, Periods, Person, Phone, periods
from outreach.groups.silence import PhoneState
from outreach.households.models import Household
from outreach.review import reading
from outreach.review.ledger import MISSING
from outreach.review.models import APPROVED, DRAFT, LOCKED, SENT, TO_MEND, Sheet
from outreach.review.reading import WORKED_FOR
from outreach.visits.models import Care, FollowUp, Visit
from outreach.visits.queries import standing

URGENT = (TO_MEND, DRAFT, SENT, APPROVED, LOCKED)  # sheets by how much is to be done with them


def groups(s: Session, area: Area) -> list[Group]:
    """The groups within an area (a village itself, or a commune), in Vietnamese order of the villages."""
    when, villages = periods(), areas.villages(s, area)
    ids = [village.id for village in villages]
    people = s.execute(_people(ids)).all()
    facts = _Facts.read(s, ids, [account.id for account, _last in people], when)
    told = [_person(account, last, facts, when) for account, last in people]
    return [_group(village, [p for p in told if p.account.area_id == village.id], facts, when) for village in villages]


def person(s: Session, account: Account) -> Person:
    """The same of one person alone."""
    when = periods()
    (last,) = s.execute(_people([account.area_id]).with_only_columns(_last()).where(Account.id == account.id)).one()
    return _person(account, last, _Facts.read(s, [account.area_id], [account.id], when), when)


@dataclass(frozen=True)
class _Facts:
    """What the questions found, by account or by village."""

    visits: Mapping[int, tuple[int, int]]  # this week, this month
    homes: Mapping[int, int]
    cares: Mapping[tuple[int, int], int]  # by village and account
    last: Mapping[int, datetime | None]
    overdue: Mapping[int, int]
    overdue_in: Mapping[int, int]
    handsets: Mapping[int, Sequence[Handset]]
    sheets: Mapping[int, tuple[str, int | None]]  # the state and the village of the sheet that needs most
    doubts: Mapping[int, int]
    late: Mapping[int, int]
    late_in: Mapping[int, int]

    @classmethod
    def read(cls, s: Session, villages: Sequence[int], accounts: Sequence[int], when: Periods) -> "_Facts":
        homes, cares, last = Counter[int](), Counter[tuple[int, int]](), dict[int, datetime | None]()
        for village, carer, number, at in s.execute(_homes(villages)):
            homes[village] += number
            last[village] = max(filter(None, (last.get(village), at)), default=None)
            if carer:
                cares[village, carer] += number
        overdue, overdue_in = _by_two(s, _overdue(villages, when.today))
        late, late_in = _by_two(s, _late(villages))
        visits = {by: (week, month) for by, week, month in s.execute(_visits(accounts, when))}
        return cls(
            visits, homes, cares, last, overdue, overdue_in, _handsets(s, accounts),
            _most_urgent(_uncounted(s, s.execute(_sheets(accounts, when)).all())),
            dict(s.execute(_doubts(villages)).all()),
            late, late_in,
        )  # fmt: skip


def _person(account: Account, last_at: datetime | None, facts: _Facts, when: Periods) -> Person:
    cares = sum(number for (_village, carer), number in facts.cares.items() if carer == account.id)
    week, month = facts.visits.get(account.id, (0, 0))
    sheet, worked_for = facts.sheets.get(account.id, (MISSING, None))
    expected = account.is_active and cares + month > 0
    phones = [Phone(one, phone_state(one, expected, when.today)) for one in facts.handsets.get(account.id, ())]
    return Person(
        account, when.today, cares, week, month, last_at, facts.overdue.get(account.id, 0), phones,
        sheet, worked_for, facts.doubts.get(account.id, 0), facts.late.get(account.id, 0),
    )  # fmt: skip


def phone_state(one: Handset, expected: bool, today: date) -> PhoneState:
    """How a handset does; `expected` is whether its owner has houses to visit."""
    return silence.phone_state(
        waiting=one.waiting, seen_at=one.seen_at, sent_at=one.sent_at, created_at=one.created_at,
        clock_off=one.clock_off, expected=expected, today=today,
    )  # fmt: skip


def _group(village: Area, people: Sequence[Person], facts: _Facts, when: Periods) -> Group:
    shown = [p for p in people if p.account.is_active or p.hangs]
    here = {p.account.id for p in people if p.account.is_active}
    cares = {carer: number for (place, carer), number in facts.cares.items() if place == village.id}
    cared = sum(number for carer, number in cares.items() if carer in here)
    return Group(
        village, shown, when.today, facts.homes.get(village.id, 0), cared, sum(cares.values()) - cared,
        facts.last.get(village.id), facts.overdue_in.get(village.id, 0), facts.late_in.get(village.id, 0),
    )  # fmt: skip


def _people(villages: Sequence[int]) -> Select[Account, datetime | None]:
    field = select(Account, _last()).where(Account.role.in_(FIELD), Account.area_id.in_(villages))
    return field.order_by(Account.role, Account.sort_key, Account.id)


def _last() -> ScalarSelect[Any]:
    """When an account last visited somebody."""
    made = select(func.max(Visit.at)).where(Visit.by_id == Account.id, standing()).correlate(Account)
    return made.scalar_subquery()


def _visits(accounts: Sequence[int], when: Periods) -> Select[int, int, int]:
    week, month = (func.sum(case((Visit.at >= since, 1), else_=0)) for since in (when.week, when.month))
    recent = select(Visit.by_id, week, month).where(Visit.by_id.in_(accounts), standing())
    return recent.where(Visit.at >= min(when.week, when.month)).group_by(Visit.by_id)


def _homes(villages: Sequence[int]) -> Select[int, int | None, int, datetime | None]:
    """How many open households of each village somebody looks after, and the last visit among them."""
    open_ones = func.sum(case((Household.closed_as.is_(None), 1), else_=0))
    rows = select(Household.village_id, Care.account_id, open_ones, func.max(Household.last_visit_at))
    rows = rows.outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
    here = rows.where(Household.village_id.in_(villages), Household.merged_into_id.is_(None))
    return here.group_by(Household.village_id, Care.account_id)


def _overdue(villages: Sequence[int], today: date) -> Select[int, int, int]:
    whose = func.coalesce(Care.account_id, Visit.by_id)
    rows = select(whose, Household.village_id, func.count()).select_from(FollowUp).join(FollowUp.household)
    rows = rows.join(Visit, Visit.id == FollowUp.visit_id)
    rows = rows.outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
    due = rows.where(FollowUp.ended_at.is_(None), FollowUp.due_on < today, Household.closed_as.is_(None))
    return due.where(Household.village_id.in_(villages)).group_by(whose, Household.village_id)


def _late(villages: Sequence[int]) -> Select[int, int, int]:
    waiting = select(Late.author_id, Late.area_id, func.count()).where(Late.decided_at.is_(None))
    return waiting.where(Late.area_id.in_(villages)).group_by(Late.author_id, Late.area_id)


def _handsets(s: Session, accounts: Sequence[int]) -> Mapping[int, Sequence[Handset]]:
    found: dict[int, list[Handset]] = defaultdict(list)
    carrying = select(Handset).where(Handset.account_id.in_(accounts), or_(Handset.wiped_at.is_(None), quiet.owes()))
    for one in s.scalars(carrying.order_by(Handset.seen_at.desc())):
        found[one.account_id].append(one)
    return found


def _sheets(accounts: Sequence[int], when: Periods) -> CompoundSelect[int, int, str, int]:
    """The sheets of the month that is over, and as drafts those that only visits tell of, by account and village.

    Whoever has an approved sheet is told visit by visit (0 elsewhere): see `_uncounted`.
    """
    made = select(Sheet.account_id, Sheet.village_id, Sheet.state, literal(0))
    made = made.where(Sheet.month == when.sheet, Sheet.account_id.in_(accounts))
    has_one = exists().where(
        Sheet.account_id == Visit.by_id, Sheet.month == when.sheet, Sheet.village_id == WORKED_FOR
    )  # fmt: skip
    approved = exists().where(
        Sheet.account_id == Visit.by_id, Sheet.month >= when.sheet, Sheet.frozen_at.is_not(None)
    )  # fmt: skip
    begun = select(Visit.by_id, WORKED_FOR, literal(DRAFT), case((approved, Visit.id), else_=0))
    begun = begun.join(Household, Household.id == Visit.household_id)
    begun = begun.where(Visit.by_id.in_(accounts), standing(), ~has_one)
    return made.union(begun.where(Visit.at >= clock.day_start(when.sheet), Visit.at < when.month))


def _uncounted(s: Session, rows: Sequence[Any]) -> list[tuple[int, int, str]]:
    """The same without what an approved sheet counts already: a house that has been put right into another village
    begins no second sheet there. Asked only where there may be such visits."""
    books = reading.books(s, {account_id for account_id, _village, _state, visit_id in rows if visit_id})
    counted = {id for book in books.values() for one in book for ids in one.totals["rows"].values() for id in ids}
    return [(account_id, village, state) for account_id, village, state, id in rows if id not in counted]


def _most_urgent(rows: Iterable[Any]) -> Mapping[int, tuple[str, int]]:
    """Of each person's sheets the one with which most is to be done, with the village it was worked for."""
    found: dict[int, tuple[str, int]] = {}
    for account_id, village_id, state in rows:
        before = found.get(account_id)
        if before is None or URGENT.index(state) < URGENT.index(before[0]):
            found[account_id] = state, village_id
    return found


def _doubts(villages: Sequence[int]) -> Select[int, int]:
    rows = select(Visit.by_id, func.count(Visit.id.distinct())).select_from(Doubt).join(Doubt.visit)
    return rows.where(Doubt.verdict.is_(None), Doubt.village_id.in_(villages)).group_by(Visit.by_id)


def _by_two(s: Session, rows: Select[int, int, int]) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """The same counts by the first and by the second of two columns."""
    first, second = Counter[int](), Counter[int]()
    for one, two, number in s.execute(rows):
        first[one] += number
        second[two] += number
    return first, second
