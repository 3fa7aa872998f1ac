"""What the book of the months reads: visits, sheets, people, ambassadors; a fixed number of questions, each bounded."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach.accounts.models import FIELD, Account
from outreach.areas.models import VILLAGE, Area
from outreach.checks import months
from outreach.households.models import Ambassador, Household
from outreach.review import belonging
from outreach.review.models import Sheet
from outreach.review.reckoning import Entry
from outreach.visits.models import MET, Correction, Visit

LOOKS_BACK = 13  # months in which something may still arrive late; a phone's clock is believed for a year
WORKED_FOR = func.coalesce(Visit.place_id, Household.village_id)
HAPPENED = case((Visit.at < Visit.received_at, Visit.at), else_=Visit.received_at)
COLUMNS = (
    Visit.id, Visit.by_id, WORKED_FOR, Visit.at, Visit.received_at, Visit.outcome,
    and_(Visit.outcome.in_(MET), Household.visited_at == HAPPENED), Correction.at,
)  # fmt: skip


class Key(NamedTuple):
    """Whose sheet: account, village, month."""

    account_id: int
    village_id: int
    month: date


@dataclass(frozen=True)
class Asked:
    """Whose months are asked for: of villages, or of one account."""

    villages: Mapping[int, Area]
    months: Sequence[date]
    account: Account | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment to the end of the months asked for."""
        return months.bounds(self.months[0])[0], months.bounds(self.months[-1])[1]

    def has(self, key: Key) -> bool:
        """Whether this sheet is among those asked for."""
        mine = key.account_id == self.account.id if self.account else key.village_id in self.villages
        return mine and key.month in self.months


def key_of(entry: Entry) -> Key:
    """The sheet of the month in which a visit happened."""
    return Key(entry.account_id, entry.village_id, months.of(entry.at))


def members(s: Session, asked: Asked) -> dict[int, Account]:
    """Who belongs to the groups asked for, by id."""
    start, end = asked.span
    working = or_(Account.suspended_at.is_(None), Account.suspended_at >= start)
    in_group = Account.area_id.in_(asked.villages) & Account.role.in_(FIELD)
    return {a.id: a for a in s.scalars(select(Account).where(in_group, working, Account.created_at < end))}


def visits() -> Select[int, int, int, datetime, datetime, str, bool, datetime]:
    """Visits as a sheet counts them, in the order of `Entry`; corrected ones too."""
    rows = select(*COLUMNS).join(Household, Household.id == Visit.household_id)
    return rows.outerjoin(Correction, Correction.visit_id == Visit.id)


def entries(s: Session, asked: Asked) -> list[Entry]:
    """The visits that happened in these months, stand, and are a group's work."""
    start, end = asked.span
    rows = visits().where(Visit.at >= start, Visit.at < end, Correction.visit_id.is_(None))
    if asked.account:
        own = rows.where(Visit.by_id == asked.account.id)
        if asked.account.role not in FIELD:
            own = own.where(belonging.left_a_group_since())
        return [Entry(*row) for row in s.execute(own)]
    field, left = select(Account.id).where(Account.role.in_(FIELD)), belonging.left_since(asked.villages)
    here = Household.village_id.in_(asked.villages) & Visit.place_id.is_(None)
    communes = {village.parent_id for village in asked.villages.values()}
    near = select(Account.id).join(Account.area).where(Account.role.in_(FIELD), Area.parent_id.in_(communes))
    helped = Visit.place_id.in_(asked.villages)  # who moved within the commune since as well
    both = rows.where(here, or_(Visit.by_id.in_(field), left)).union_all(
        rows.where(helped, or_(Visit.by_id.in_(near), left))
    )
    return [Entry(*row) for row in s.execute(both)]


def elsewhere(s: Session, asked: Asked, account_ids: Collection[int], more: Collection[date]) -> list[Entry]:
    """What these people did in the months asked for and in `more`, for whichever group: a day is paid once.

    Asked only where `entries` cannot know it already.
    """
    whole = asked.account is not None or len(asked.villages) > 1  # one person's months, or all groups of a commune
    wanted = {*more} - {*asked.months} if whole else {*more, *asked.months}
    spans = [months.bounds(month) for month in wanted]
    if not spans:
        return []
    then = or_(*(and_(Visit.at >= start, Visit.at < end) for start, end in spans))
    rows = visits().where(Visit.by_id.in_(account_ids), then, Correction.visit_id.is_(None))
    return [Entry(*row) for row in s.execute(rows)]


def sheets(s: Session, asked: Asked, account_ids: Collection[int]) -> dict[Key, Sheet]:
    """The sheets of these people and groups of the months asked for."""
    whose = or_(Sheet.account_id.in_(account_ids), Sheet.village_id.in_(() if asked.account else asked.villages))
    rows = select(Sheet).where(Sheet.month.in_(asked.months), whose).options(joinedload(Sheet.account))
    return {Key(one.account_id, one.village_id, one.month): one for one in s.scalars(rows)}


def books(s: Session, account_ids: Collection[int]) -> dict[int, list[Sheet]]:
    """Every frozen sheet of these people, by account."""
    found: dict[int, list[Sheet]] = defaultdict(list)
    if account_ids:
        frozen = select(Sheet).where(Sheet.account_id.in_(account_ids), Sheet.frozen_at.is_not(None))
        for sheet in s.scalars(frozen.order_by(Sheet.id)):
            found[sheet.account_id].append(sheet)
    return found


def ambassadors(s: Session, asked: Asked) -> dict[Key, list[int]]:
    """Which ambassadors were registered, by who, where and in which month.

    A month's sheet may be approved on its last day, so those of the last days of earlier months are read as well.
    """
    start, end = asked.months[0], months.after(asked.months[-1])
    last_days, first = [], start
    for _month in range(LOOKS_BACK):
        first = months.before(first)
        last_days.append(months.last_day(first))
    then = or_(and_(Ambassador.since >= start, Ambassador.since < end), Ambassador.since.in_(last_days))
    rows = select(Ambassador.id, Ambassador.registered_by_id, Household.village_id, Ambassador.since)
    rows = rows.join(Household, Household.id == Ambassador.household_id).where(then)
    found: dict[Key, list[int]] = defaultdict(list)
    for id, account_id, village_id, since in s.execute(
        rows.where(
            Ambassador.registered_by_id == asked.account.id if asked.account
            else Household.village_id.in_(asked.villages)
        )
    ):  # fmt: skip
        found[Key(account_id or 0, village_id, since.replace(day=1))].append(id)
    return found


def named(
    s: Session, asked: Asked, people: Mapping[int, Account], keys: Iterable[Key]
) -> tuple[dict[int, Area], dict[int, Account]]:
    """The villages and people that the keys speak of; asked for only where they are not known yet."""
    villages, accounts, keys = dict(asked.villages), dict(people), list(keys)
    if more := {k.village_id for k in keys} - set(villages):
        villages |= {a.id: a for a in s.scalars(select(Area).where(Area.id.in_(more), Area.kind == VILLAGE))}
    if unknown := {k.account_id for k in keys} - set(accounts):
        accounts |= {a.id: a for a in s.scalars(select(Account).where(Account.id.in_(unknown)))}
    return villages, accounts
