"""What a message costs, and whether the commune's budget of the month still holds it.

A message's price stands in its row from the moment it is cleared until it is known that nothing was taken for it: as
long as `price` is not None it is counted in `Budget.spent` of the month of `cleared_at`. Both are written in one
transaction, so that whatever is tried however often, and killed wherever, is reserved once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.alerts import raising
from outreach.alerts.names import BUDGET_80, BUDGET_OUT
from outreach.sms.models import Budget, Sms, SmsPrice

NEARLY = 80  # percent of a budget at which its commune is told
BUDGET = "budget"  # why a message waits
_PLAIN = {"synchronize_session": False}


class Prices:
    """What a segment costs on a day, by the beginning of the number; asks nothing of the database."""

    def __init__(self, by_prefix: dict[str, int]) -> None:
        self._by_prefix = by_prefix
        self._longest_first = sorted(by_prefix, key=len, reverse=True)

    def of(self, to: str, segments: int) -> int | None:
        """đồng for a message to this number: the longest beginning that fits counts. None: nobody has said."""
        prefix = next((one for one in self._longest_first if to.startswith(one)), None)
        return None if prefix is None else self._by_prefix[prefix] * segments


def prices(s: Session, day: date) -> Prices:
    """The prices that hold on a day: of each prefix the newest one that has begun."""
    begun = s.scalars(select(SmsPrice).where(SmsPrice.since <= day).order_by(SmsPrice.since))
    return Prices({price.prefix: price.dong for price in begun})


def price_of(s: Session, to: str, segments: int, day: date) -> int | None:
    """What a message of so many segments to this number costs on a day, in đồng. None: nobody has said."""
    return prices(s, day).of(to, segments)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def budget_of(s: Session, area_id: int, month: date) -> Budget | None:
    """A commune's budget of a month, else the newest earlier month's, carried over. None: no limit."""
    own = select(Budget).where(Budget.area_id == area_id)
    found = s.scalars(own.where(Budget.month == month).execution_options(populate_existing=True)).one_or_none()
    if found is not None:
        return found
    before = s.scalars(own.where(Budget.month < month).order_by(Budget.month.desc()).limit(1)).first()
    if before is None:
        return None
    carried = {"area_id": area_id, "month": month, "dong": before.dong, "spent": 0, "set_by_id": None}
    db.add_missing(s, Budget, [carried | {"set_at": clock.now()}])
    for kind in (BUDGET_80, BUDGET_OUT):  # that month is over
        raising.over(s, kind, area_id, f"{before.month:%Y-%m}")
    return s.get_one(Budget, (area_id, month), populate_existing=True)


def is_spent(s: Session, area_id: int, month: date) -> bool:
    """Whether nothing is left of a commune's budget of a month; False where there is no limit."""
    newest = select(Budget.month, Budget.dong, Budget.spent).where(Budget.area_id == area_id, Budget.month <= month)
    found = s.execute(newest.order_by(Budget.month.desc()).limit(1)).first()
    return found is not None and (found.spent if found.month == month else 0) >= found.dong


def reserve(s: Session, sms: Sms) -> bool:
    """Take this message's price out of its commune's budget of this month; False: it holds no more."""
    return not reserve_all(s, [sms])


def reserve_all(s: Session, messages: Sequence[Sms]) -> list[Sms]:
    """Reserve each message's price as far as the budgets go; those that found nothing left are given back.

    A message that is reserved already is not reserved again; one of unknown price goes without.
    """
    known = prices(s, clock.today())
    by_area: dict[int, list[Sms]] = defaultdict(list)
    for sms in messages:
        if sms.price is None:
            sms.price, sms.cleared_at = known.of(sms.to, sms.segments), clock.now()
            by_area[sms.area_id].append(sms)
    refused = [sms for area_id in sorted(by_area) for sms in _reserve(s, area_id, by_area[area_id])]
    for sms in refused:
        sms.price = None
    return refused


def _reserve(s: Session, area_id: int, messages: Sequence[Sms]) -> list[Sms]:
    """One statement for all of them; which found nothing left. Small messages may go where a long one did not fit."""
    month, dong = month_of(clock.today()), 0
    wanted = [sms for sms in messages if sms.price is not None]
    budget = budget_of(s, area_id, month) if wanted else None
    if budget is None:
        return []
    going: list[Sms] = []
    for sms in wanted:
        if budget.spent + dong + (sms.price or 0) <= budget.dong:
            going.append(sms)
            dong += sms.price or 0
    if not _take(s, area_id, month, dong):  # it was lowered at this moment
        going = []
    refused = [sms for sms in wanted if sms not in going]
    if refused:
        raising.raise_(s, BUDGET_OUT, area_id, f"{month:%Y-%m}", month=f"{month:%Y-%m}")
    elif any(sms.held == BUDGET for sms in going):
        raising.over(s, BUDGET_OUT, area_id, f"{month:%Y-%m}")
    return refused


def _take(s: Session, area_id: int, month: date, dong: int) -> bool:
    left = s.execute(
        update(Budget)
        .where(Budget.area_id == area_id, Budget.month == month, Budget.spent + dong <= Budget.dong)
        .values(spent=Budget.spent + dong)
        .returning(Budget.spent, Budget.dong)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if left is None:
        return False
    line = left.dong * NEARLY
    if (left.spent - dong) * 100 < line <= left.spent * 100:
        raising.raise_(s, BUDGET_80, area_id, f"{month:%Y-%m}", month=f"{month:%Y-%m}")
    return True


def give_back(s: Session, sms: Sms) -> None:
    """Nothing was taken for this message: its price goes back into the budget it came from. Twice is once."""
    give_back_all(s, [sms.id])
    s.refresh(sms, ["price"])


def give_back_all(s: Session, ids: Iterable[int]) -> None:
    """The same for several at once."""
    held = s.execute(
        select(Sms.id, Sms.area_id, Sms.cleared_at, Sms.price)
        .where(Sms.id.in_(list(ids)), Sms.price.is_not(None)).order_by(Sms.id).with_for_update()
    ).all()  # fmt: skip
    if not held:
        return
    s.execute(update(Sms).where(Sms.id.in_([row.id for row in held])).values(price=None), execution_options=_PLAIN)
    sums: dict[tuple[int, date], int] = defaultdict(int)
    for row in held:
        if row.cleared_at is not None:
            sums[row.area_id, month_of(clock.local(row.cleared_at).date())] += row.price
    for (area_id, month), dong in sorted(sums.items()):
        left = case((Budget.spent > dong, Budget.spent - dong), else_=0)
        own = update(Budget).where(Budget.area_id == area_id, Budget.month == month)
        s.execute(own.values(spent=left), execution_options=_PLAIN)
