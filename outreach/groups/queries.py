"""Reading groups: who works in them, how much, since when nobody came, what hangs on whom. Eleven questions in all.

A visit counts for whoever made it, wherever the family lives; a promise for whoever looks after the house, else for
whoever gave it. Visits that were corrected count no more.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import FIELD, LEADER, Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.bag.models import Handset, Late
from outreach.groups import silence
from outreach.groups.silence import PhoneState
from outreach.households.models import Household
from outreach.review.ledger import MISSING
from outreach.review.models import DRAFT, TO_MEND, Doubt, Sheet
from outreach.visits.models import Care, FollowUp, Visit
from outreach.visits.queries import standing


class Periods(NamedTuple):
    """The days that the figures speak of."""

    today: date
    week: datetime  # its Monday
    month: datetime  # its first day
    sheet: date  # the month whose sheets are due: the last that is over


@dataclass(frozen=True)
class Phone:
    """A phone that carries somebody's bag, and how it does."""

    handset: Handset
    state: PhoneState


@dataclass(frozen=True)
class Person:
    """Somebody of a group: what they look after and did. `late`: records that wait for the leader's word."""

    account: Account
    today: date
    cares: int
    week: int
    month: int
    last_at: datetime | None
    overdue: int
    phones: Sequence[Phone]
    sheet: str
    doubts: int
    late: int

    @property
    def days(self) -> int | None:
        """Days since the last visit; None: none yet."""
        return silence.days_since(self.last_at, self.today)

    @property
    def is_silent(self) -> bool:
        """Whether this person has not visited anybody for two weeks, and may work."""
        working = self.account.is_active
        return working and silence.is_silent(self.last_at, self.account.created_at, self.today)

    @property
    def hangs(self) -> bool:
        """Whether something still hangs on this person."""
        return bool(self.cares or self.overdue or self.late or any(p.state.waiting for p in self.phones))


@dataclass(frozen=True)
class Group:
    """A village's group. `last_at` is the last visit to any household there, whoever made it; `homes` are open ones.

    `cared` of them are looked after by somebody who works there, `strays` by somebody who no longer does.
    """

    village: Area
    people: Sequence[Person]
    today: date
    homes: int
    cared: int
    strays: int
    last_at: datetime | None
    overdue: int
    late: int

    @property
    def leader(self) -> Account | None:
        """Who leads it."""
        return next((p.account for p in self.people if p.account.role == LEADER and p.account.is_active), None)

    @property
    def active(self) -> Sequence[Person]:
        """Those who may work."""
        return [p for p in self.people if p.account.is_active]

    @property
    def days(self) -> int | None:
        """Days since anybody visited a household; None: nobody ever did."""
        return silence.days_since(self.last_at, self.today)

    @property
    def is_silent(self) -> bool:
        """Whether nobody has visited any household for two weeks, although there are some."""
        return self.homes > 0 and (self.days is None or self.days >= silence.SILENT_AFTER)

    @property
    def week(self) -> int:
        """Visits of the group this week."""
        return sum(p.week for p in self.people)

    @property
    def month(self) -> int:
        """Visits of the group this month."""
        return sum(p.month for p in self.people)

    @property
    def silent(self) -> int:
        """How many people have not visited anybody for two weeks."""
        return sum(p.is_silent for p in self.people)

    @property
    def unsent(self) -> Sequence[Phone]:
        """Phones that held records when last heard of."""
        return [phone for p in self.people for phone in p.phones if phone.state.waiting]

    @property
    def unwell(self) -> int:
        """How many phones somebody should look at."""
        return sum(not phone.state.is_well for p in self.people for phone in p.phones)

    @property
    def unreported(self) -> int:
        """How many people have not reported the month that is over, or must mend what they reported."""
        return sum(p.sheet in (MISSING, DRAFT, TO_MEND) for p in self.active)

    @property
    def doubts(self) -> int:
        """Open questions about visits of the group's people."""
        return sum(p.doubts for p in self.people)


def periods() -> Periods:
    """This week, this month, and the month whose sheets are due."""
    today = clock.today()
    first = today.replace(day=1)
    monday = today - timedelta(days=today.weekday())
    return Periods(today, clock.day_start(monday), clock.day_start(first), (first - timedelta(days=1)).replace(day=1))


def groups(s: Session, area: Area) -> list[Group]:
    """The groups within an area (a village itself, or a commune), in Vietnamese order of the villages."""
    when, villages = periods(), areas.villages(s, area)
    ids = [village.id for village in villages]
    people = s.execute(_people(ids)).all()
    facts = _Facts.read(s, ids, [account.id for account, _last in people], when)
    told = [_person(account, last, facts, when) for account, last in people]
    return [_group(village, [p for p in told if p.account.area_id == village.id], facts, when) for village in villages]


@dataclass(frozen=True)
class _Facts:
    """What the questions found, by account or by village."""

    visits: Mapping[int, tuple[int, int, int]]  # this week, this month, in the month of the sheet
    homes: Mapping[int, int]
    cares: Mapping[tuple[int, int], int]  # by village and account
    last: Mapping[int, datetime | None]
    overdue: Mapping[int, int]
    overdue_in: Mapping[int, int]
    handsets: Mapping[int, Sequence[Handset]]
    sheets: Mapping[int, str]
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
        visits = {by: (week, month, earlier) for by, week, month, earlier in s.execute(_visits(accounts, when))}
        return cls(
            visits, homes, cares, last, overdue, overdue_in, _handsets(s, accounts),
            dict(s.execute(_sheets(accounts, when)).all()), dict(s.execute(_doubts(villages)).all()),
            late, late_in,
        )  # fmt: skip


def _person(account: Account, last_at: datetime | None, facts: _Facts, when: Periods) -> Person:
    cares = sum(number for (_village, carer), number in facts.cares.items() if carer == account.id)
    week, month, earlier = facts.visits.get(account.id, (0, 0, 0))
    expected = account.is_active and cares + month > 0
    phones = [Phone(one, phone_state(one, expected, when.today)) for one in facts.handsets.get(account.id, ())]
    return Person(
        account, when.today, cares, week, month, last_at, facts.overdue.get(account.id, 0), phones,
        facts.sheets.get(account.id, DRAFT if earlier else MISSING), facts.doubts.get(account.id, 0),
        facts.late.get(account.id, 0),
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
    last = select(func.max(Visit.at)).where(Visit.by_id == Account.id, standing()).correlate(Account)
    field = select(Account, last.scalar_subquery()).where(Account.role.in_(FIELD), Account.area_id.in_(villages))
    return field.order_by(Account.role, Account.sort_key, Account.id)


def _visits(accounts: Sequence[int], when: Periods) -> Select[int, int, int, int]:
    week, month = (func.sum(case((Visit.at >= since, 1), else_=0)) for since in (when.week, when.month))
    earlier = func.sum(case((Visit.at < when.month, 1), else_=0))
    recent = select(Visit.by_id, week, month, earlier).where(Visit.by_id.in_(accounts), standing())
    return recent.where(Visit.at >= clock.day_start(when.sheet)).group_by(Visit.by_id)


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
    carrying = select(Handset).where(Handset.account_id.in_(accounts), Handset.wiped_at.is_(None))
    for one in s.scalars(carrying.order_by(Handset.seen_at.desc())):
        found[one.account_id].append(one)
    return found


def _sheets(accounts: Sequence[int], when: Periods) -> Select[int, str]:
    return select(Sheet.account_id, Sheet.state).where(Sheet.month == when.sheet, Sheet.account_id.in_(accounts))


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
