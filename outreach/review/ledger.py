"""The book of the months: for each person, group and month the sheet, what it counts, and what it comes to.

A fixed number of queries, each bound to the months asked for; households are not read here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach.accounts.models import FIELD, Account
from outreach.areas.models import VILLAGE, Area
from outreach.checks import months
from outreach.households.models import Ambassador, Household
from outreach.review import allowance, belonging, reckoning
from outreach.review.models import DRAFT, Sheet
from outreach.review.reckoning import Entry, Figures
from outreach.visits.models import MET, Correction, Visit

MISSING = "missing"  # nothing was reported: not the same as a sheet that says zero
IN_FLIGHT = timedelta(hours=1)  # what was being written while a sheet was approved is not on it
LOOKS_BACK = 13  # months in which something may still arrive late; a phone's clock is believed for a year
WORKED_FOR = func.coalesce(Visit.place_id, Household.village_id)
HAPPENED = case((Visit.at < Visit.received_at, Visit.at), else_=Visit.received_at)


class Key(NamedTuple):
    """Whose sheet: account, village, month."""

    account_id: int
    village_id: int
    month: date


@dataclass(frozen=True)
class Line:
    """A person's month in a group. `amount` in đồng, None where the commune has set no rule."""

    account: Account
    village: Area
    month: date
    sheet: Sheet | None
    figures: Figures
    amount: int | None

    @property
    def state(self) -> str:
        """One of the sheet's states; MISSING when there is neither a sheet nor anything that could stand on it."""
        if self.sheet is not None:
            return self.sheet.state
        return DRAFT if self.figures.something else MISSING

    @property
    def group_id(self) -> int:
        """The village whose group it was then; after a reform not the one that has the sheet now."""
        return int(self._then.get("id", self.village.id))

    @property
    def group_name(self) -> str:
        """What that village was called then: "thôn Đông"."""
        return str(self._then.get("name", self.village.full_name))

    @property
    def _then(self) -> dict[str, Any]:
        return dict(self.sheet.totals.get("group", {})) if self.sheet else {}


@dataclass(frozen=True)
class _Asked:
    """Whose months are asked for: of villages, or of one account."""

    villages: Mapping[int, Area]
    months: Sequence[date]
    account: Account | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment to the end of the months asked for."""
        return months.bounds(self.months[0])[0], months.bounds(self.months[-1])[1]


def of_villages(s: Session, villages: Iterable[Area], month: date) -> list[Line]:
    """Everybody of these groups, those who reported nothing as well, by village and given name."""
    asked = _Asked({v.id: v for v in villages}, [month])
    people = {a.id: a for a in s.scalars(_members(asked))}
    lines = _lines(s, asked, people)
    return sorted(lines, key=lambda one: (one.village.sort_key, one.village.id, one.account.sort_key, one.account.id))


def of_person(s: Session, account: Account, these: Sequence[date]) -> list[Line]:
    """One person's sheets of these months (in order), the newest month first, whichever group they were worked for."""
    asked = _Asked({account.area_id: account.area} if account.role in FIELD else {}, these, account)
    return sorted(_lines(s, asked, {account.id: account}), key=lambda one: (one.month, one.village.sort_key))[::-1]


def _members(asked: _Asked) -> Select[Account]:
    start, end = asked.span
    working = or_(Account.suspended_at.is_(None), Account.suspended_at >= start)
    in_group = Account.area_id.in_(asked.villages) & Account.role.in_(FIELD)
    return select(Account).where(in_group, working, Account.created_at < end)


def _lines(s: Session, asked: _Asked, people: dict[int, Account]) -> list[Line]:
    entries = _entries(s, asked)
    active = {*people, *(e.account_id for e in entries)}
    sheets = _sheets(s, asked, active)
    since = belonging.since(s, people.values())
    expected = {
        Key(a.id, a.area_id, m) for a in people.values() for m in asked.months if belonging.worked(a, since[a.id], m)
    }  # fmt: skip
    delayed = _delayed(s, asked, active)
    keys = {*expected, *(k for k in sheets if _mine(asked, k)), *(_key(e) for e in entries), *delayed}
    villages, accounts = _named(s, asked, people, keys)
    count = _Counting(sheets, entries, delayed, _ambassadors(s, asked))
    rules = allowance.rules(s, next(iter(villages.values())).parent_id or 0) if villages else []
    return [
        Line(accounts[key.account_id], villages[key.village_id], key.month, sheets.get(key), *count.of(key, rules))
        for key in keys
        if key.village_id in villages  # an official or agent helps from a commune: that is no group
    ]


def _mine(asked: _Asked, key: Key) -> bool:
    return key.account_id == asked.account.id if asked.account else key.village_id in asked.villages


def _key(entry: Entry) -> Key:
    return Key(entry.account_id, entry.village_id, months.of(entry.at))


@dataclass(frozen=True)
class _Delayed:
    """What counts in a month though it happened in a closed one."""

    late: list[Entry]
    back: list[Entry]
    settled: reckoning.Days


class _Counting(NamedTuple):
    sheets: Mapping[Key, Sheet]
    entries: Sequence[Entry]
    delayed: Mapping[Key, _Delayed]
    ambassadors: Mapping[Key, int]

    def of(self, key: Key, rules: Sequence[Any]) -> tuple[Figures, int | None]:
        """What a sheet counts and comes to; an approved one says what it said when it was approved."""
        sheet = self.sheets.get(key)
        if sheet is not None and sheet.frozen_at is not None:
            return reckoning.as_frozen(sheet.totals), sheet.totals.get("amount")
        taken = self._counted_elsewhere(key)
        own = [e for e in self.entries if _key(e) == key and e.id not in taken and e.corrected_at is None]
        more = self.delayed.get(key) or _Delayed([], [], {})
        late = [e for e in more.late if e.id not in taken]
        found = reckoning.figures(own, late, more.back, more.settled, self.ambassadors.get(key, 0))
        return found, allowance.amount(allowance.holding(rules, key.month), found, rules)

    def _counted_elsewhere(self, key: Key) -> set[int]:
        """Visits that another frozen sheet of this person and month counts: the household moved to another village."""
        frozen = (
            sheet for other, sheet in self.sheets.items()
            if sheet.frozen_at and (other.account_id, other.month) == (key.account_id, key.month) and other != key
        )  # fmt: skip
        return {id for sheet in frozen for ids in sheet.totals["rows"].values() for id in ids}


COLUMNS = (
    Visit.id, Visit.by_id, WORKED_FOR, Visit.at, Visit.received_at, Visit.outcome,
    and_(Visit.outcome.in_(MET), Household.visited_at == HAPPENED), Correction.at,
)  # fmt: skip


def _select() -> Select[int, int, int, datetime, datetime, str, bool, datetime]:
    rows = select(*COLUMNS).join(Household, Household.id == Visit.household_id)
    return rows.outerjoin(Correction, Correction.visit_id == Visit.id)


def _entries(s: Session, asked: _Asked) -> list[Entry]:
    """The visits that happened in these months and stand."""
    start, end = asked.span
    rows = _select().where(Visit.at >= start, Visit.at < end, Correction.visit_id.is_(None))
    if asked.account:
        return [Entry(*row) for row in s.execute(rows.where(Visit.by_id == asked.account.id))]
    field, left = select(Account.id).where(Account.role.in_(FIELD)), belonging.left_since(asked.villages)
    here = Household.village_id.in_(asked.villages) & Visit.place_id.is_(None)
    communes = {village.parent_id for village in asked.villages.values()}
    near = select(Account.id).join(Account.area).where(Account.role.in_(FIELD), Area.parent_id.in_(communes))
    helped = Visit.place_id.in_(asked.villages)  # who moved within the commune since as well
    both = rows.where(here, or_(Visit.by_id.in_(field), left)).union_all(
        rows.where(helped, or_(Visit.by_id.in_(near), left))
    )
    return [Entry(*row) for row in s.execute(both)]


def _sheets(s: Session, asked: _Asked, account_ids: Collection[int]) -> dict[Key, Sheet]:
    theirs = select(Sheet).where(Sheet.month.in_(asked.months), Sheet.account_id.in_(account_ids))
    if not asked.account:
        theirs = select(Sheet).where(
            Sheet.month.in_(asked.months), or_(Sheet.account_id.in_(account_ids), Sheet.village_id.in_(asked.villages))
        )
    rows = s.scalars(theirs.options(joinedload(Sheet.account)))
    return {Key(one.account_id, one.village_id, one.month): one for one in rows}


def _closed(asked: _Asked, account_ids: Collection[int]) -> ColumnElement[bool]:
    """Frozen sheets of the months before the last one asked for, of these people and groups."""
    first = asked.months[0]
    for _month in range(LOOKS_BACK):
        first = months.before(first)
    whose = or_(Sheet.account_id.in_(account_ids), Sheet.village_id.in_(() if asked.account else asked.villages))
    return and_(whose, Sheet.frozen_at.is_not(None), Sheet.month >= first, Sheet.month < asked.months[-1])


def _delayed(s: Session, asked: _Asked, account_ids: Collection[int]) -> dict[Key, _Delayed]:
    """What happened in closed months and became known later, by the sheet that counts it."""
    closed = _closed(asked, account_ids)
    frozen = s.execute(select(Sheet.month, func.min(Sheet.frozen_at)).where(closed).group_by(Sheet.month)).all()
    if not frozen:
        return {}
    known_since = or_(*(_known_since(month, at - IN_FLIGHT) for month, at in frozen if at))
    authors = select(Sheet.account_id).where(closed)
    rows = s.execute(_select().where(Visit.by_id.in_(authors), known_since))
    found = {e.id: e for e in (Entry(*row) for row in rows)}.values()
    return _placed(s, asked, found) if found else {}


def _known_since(month: date, moment: datetime) -> ColumnElement[bool]:
    start, end = months.bounds(month)
    return and_(Visit.at >= start, Visit.at < end, or_(Visit.received_at >= moment, Correction.at >= moment))


def _placed(s: Session, asked: _Asked, found: Collection[Entry]) -> dict[Key, _Delayed]:
    theirs = select(Sheet).where(Sheet.account_id.in_({e.account_id for e in found}), Sheet.frozen_at.is_not(None))
    books: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in s.scalars(theirs):
        books[sheet.account_id].append(sheet)
    placed: dict[Key, _Delayed] = {}
    for entry in found:
        key, back = _home(entry, books[entry.account_id])
        if key and key.month in asked.months and _mine(asked, key):
            one = placed.get(key)
            if one is None:
                settled = reckoning.settle([reckoning.as_frozen(sheet.totals) for sheet in books[entry.account_id]])
                one = placed[key] = _Delayed([], [], settled)
            (one.back if back else one.late).append(entry)
    return placed


def _home(entry: Entry, book: Sequence[Sheet]) -> tuple[Key | None, bool]:
    """The sheet that counts a delayed visit, and whether it takes it back; None when it is settled already."""
    counted = next((one for one in book if _has(one, "rows", entry)), None)
    if counted is None:
        month, closed = months.of(entry.at), _closed_for(book, entry.village_id)
        if entry.corrected_at is not None or month not in closed:  # nothing to count, or its own sheet still does
            return None, False
        return Key(entry.account_id, entry.village_id, reckoning.counted_in(month, entry.received_at, closed)), False
    if entry.corrected_at is None or any(_has(one, "back_rows", entry) for one in book):
        return None, False
    closed = _closed_for(book, counted.village_id)
    return Key(entry.account_id, counted.village_id,
               reckoning.counted_in(counted.month, entry.corrected_at, closed)), True  # fmt: skip


def _closed_for(book: Sequence[Sheet], village_id: int) -> set[date]:
    return {one.month for one in book if one.village_id == village_id}


def _has(sheet: Sheet, rows: str, entry: Entry) -> bool:
    return entry.id in sheet.totals[rows].get(entry.day.isoformat(), ())


def _ambassadors(s: Session, asked: _Asked) -> dict[Key, int]:
    """How many ambassadors were registered, by who, where and in which month."""
    start, end = asked.months[0], months.after(asked.months[-1])
    rows = select(Ambassador.registered_by_id, Household.village_id, Ambassador.since).join(
        Household, Household.id == Ambassador.household_id
    ).where(Ambassador.since >= start, Ambassador.since < end)  # fmt: skip
    mine = Ambassador.registered_by_id == asked.account.id if asked.account else None
    found: dict[Key, int] = defaultdict(int)
    for account_id, village_id, since in s.execute(
        rows.where(mine if mine is not None else Household.village_id.in_(asked.villages))
    ):
        found[Key(account_id or 0, village_id, since.replace(day=1))] += 1
    return found


def _named(
    s: Session, asked: _Asked, people: Mapping[int, Account], keys: Collection[Key]
) -> tuple[dict[int, Area], dict[int, Account]]:
    """The villages and people that the keys speak of; asked for only where they are not known yet."""
    villages, accounts = dict(asked.villages), dict(people)
    if more := {k.village_id for k in keys} - set(villages):
        villages |= {a.id: a for a in s.scalars(select(Area).where(Area.id.in_(more), Area.kind == VILLAGE))}
    if unknown := {k.account_id for k in keys} - set(accounts):
        accounts |= {a.id: a for a in s.scalars(select(Account).where(Account.id.in_(unknown)))}
    return villages, accounts
