"""Reading how the communes of an area stand with this month's budgets, those nearest to the end first."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.areas.models import COMMUNE, Area
from outreach.areas.queries import living, within
from outreach.lib.months import after, first_of
from outreach.sms import costs, spending
from outreach.sms.costs import Heap, Sum
from outreach.sms.models import Budget, Sms

PAGE = 30


class Row(NamedTuple):
    """A commune. `budget` None: none is set. `spent.dong` is what the budget counts, where there is one."""

    commune: Area
    budget: int | None
    spent: Sum
    queued: Sum
    held: Sum  # found no money left

    @property
    def out(self) -> bool:
        """Whether nothing more goes."""
        return self.budget is not None and (self.spent.dong >= self.budget or self.held.messages > 0)

    @property
    def nearly(self) -> bool:
        """Whether so much is spent that the commune is told."""
        return self.budget is not None and self.spent.dong * 100 >= self.budget * spending.NEARLY


class Overview(NamedTuple):
    """One page of communes, and of all of them: how many there are, how many are at their end or near it."""

    rows: Sequence[Row]
    page: int
    pages: int
    total: int
    out: int
    nearly: int  # without those that are out


def overview(s: Session, area: Area, page: int) -> Overview:
    """A page of the living communes within an area: seven queries, however many communes and messages."""
    month = first_of(clock.today())
    here = (Area.kind == COMMUNE, within(area), living())
    own = and_(Budget.area_id == Area.id, Budget.month == month)
    out = func.count(case((_risk() >= 1, 1)))
    nearly = func.count(case((_risk() * 100 >= spending.NEARLY, 1)))
    communes, at_end, near = s.execute(
        select(func.count(), out, nearly).select_from(Area).outerjoin(Budget, own).where(*here)
    ).one()
    pages = max(1, -(-communes // PAGE))
    page = min(max(page, 1), pages)
    listed = select(Area).outerjoin(Budget, own).where(*here).order_by(_risk().desc(), Area.sort_key, Area.id)
    found = s.scalars(listed.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Overview(_rows(s, found, month), page, pages, communes, at_end, near - at_end)


def _risk() -> ColumnElement[float]:
    """How much of its budget a commune has spent, 1 being all; 2 where messages are held, below 0 without a count."""
    spent = cast(Budget.spent, Float) / Budget.dong
    held = Area.id.in_(select(Sms.area_id).where(*costs.held()))
    return case((held, 2.0), (Budget.dong > 0, spent), (Budget.dong == 0, 1.0), else_=-1.0)


def _rows(s: Session, communes: Sequence[Area], month: date) -> list[Row]:
    ids = [one.id for one in communes]
    start, end = clock.day_start(month) - costs.EARLY, clock.day_start(after(month))
    prices = spending.prices(s, clock.today())
    queued = _by_area(costs.reckoned(s, prices, Sms.area_id.in_(ids), *costs.waits(start, end)))
    held = _by_area(costs.reckoned(s, prices, Sms.area_id.in_(ids), *costs.held()))
    went = _by_area(costs.went(s, ids, [month])[month])
    budgets = _newest(s, ids, month)
    rows = []
    for one in communes:
        spent, budget = went.get(one.id, Sum()), budgets.get(one.id)
        if budget is not None and budget.month == month:
            spent = spent._replace(dong=budget.spent)
        rows.append(
            Row(one, budget.dong if budget else None, spent, queued.get(one.id, Sum()), held.get(one.id, Sum()))
        )
    return rows


def _by_area(heaps: Sequence[Heap]) -> dict[int, Sum]:
    found: dict[int, Sum] = {}
    for heap in heaps:
        found[heap.area_id] = found.get(heap.area_id, Sum()).plus(heap.sum)
    return found


def _newest(s: Session, area_ids: Sequence[int], month: date) -> Mapping[int, Budget]:
    """Of each commune the budget of this month, or the one it is carried over from."""
    other = aliased(Budget)
    newest = select(func.max(other.month)).where(other.area_id == Budget.area_id, other.month <= month)
    rows = select(Budget).where(Budget.area_id.in_(area_ids), Budget.month == newest.scalar_subquery())
    return {one.area_id: one for one in s.scalars(rows)}
