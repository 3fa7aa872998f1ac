"""Reading a commune's month: what may be spent, what is, what is promised, and where it will end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.lib import sms_text
from outreach.lib.months import after, first_of, last_months
from outreach.sms import costs, spending, writing
from outreach.sms.costs import Sum
from outreach.sms.models import FULL, PLAIN, REGISTERED, WITHDRAWN, Budget, Sms, Wording
from outreach.sms.purposes import PURPOSES

YEAR = 12  # months shown
PACE = 28  # days by whose average the rest of a month is forecast
FITS, TIGHT, OVER, NO_BUDGET, UNKNOWN = "fits", "tight", "over", "no_budget", "unknown"  # verdicts


class Month(NamedTuple):
    """A month gone by, or this one: what was set for it (None: nothing) and what was spent."""

    first: date
    budget: int | None
    spent: Sum


class Outlook(NamedTuple):
    """Where the month will end, and how that is reckoned.

    `soon` is queued until tomorrow, `later` for the `days` of the month after that; `a_day` is what went on an average
    day of the last four weeks, at today's prices. `dong` is None where a price is unknown.
    """

    dong: int | None
    soon: Sum
    later: Sum
    days: int
    a_day: Sum


@dataclass(frozen=True)
class Standing:
    """A commune's month. `budget` None: nobody has set one, so nothing stops."""

    month: date
    budget: int | None
    spent: int
    sent: Mapping[str, Sum]  # by purpose
    queued: Mapping[str, Sum]  # by purpose: due this month
    held: Sum  # found no money left
    outlook: Outlook

    @property
    def total_sent(self) -> Sum:
        """All that went."""
        return costs.total(self.sent.values())

    @property
    def promised(self) -> Sum:
        """All that is queued."""
        return costs.total(self.queued.values())

    @property
    def left(self) -> int | None:
        """What is neither spent nor promised; below 0 where the queue is larger than the rest."""
        return None if self.budget is None else self.budget - self.spent - self.promised.dong

    @property
    def out(self) -> bool:
        """Whether nothing more goes."""
        return self.budget is not None and (self.spent >= self.budget or self.held.messages > 0)

    @property
    def nearly(self) -> bool:
        """Whether so much is spent that the commune is told (spending.NEARLY percent)."""
        return self.budget is not None and self.spent * 100 >= self.budget * spending.NEARLY

    @property
    def purposes(self) -> Mapping[str, tuple[Sum, Sum]]:
        """Of each purpose what went and what is queued, the dearest first."""
        both = {p: (self.sent.get(p, Sum()), self.queued.get(p, Sum())) for p in {*self.sent, *self.queued}}
        return dict(sorted(both.items(), key=lambda one: (-one[1][0].dong - one[1][1].dong, one[0])))


class Forecast(NamedTuple):
    """What messages would cost that are not planned yet. `segments`, `dong`, `left` are None where they are unknown.

    `left`: đồng of this month's budget that are neither spent nor promised; None also where no budget is set.
    """

    messages: int
    segments: int | None
    dong: int | None
    left: int | None
    verdict: str  # FITS, TIGHT (it comes near the end of the budget), OVER, NO_BUDGET or UNKNOWN


class Reader(NamedTuple):
    """Who reads a message, as far as its price goes; `number`: the first costs.LONGEST_PREFIX characters of theirs."""

    language: str
    form: str
    number: str


class Going(NamedTuple):
    """As many messages as will go on a day to people who read alike."""

    on: date
    reader: Reader
    many: int = 1


def standing(s: Session, commune: Area) -> Standing:
    """How the commune's month stands: seven queries, however many messages."""
    today = clock.today()
    month, tomorrow = first_of(today), clock.day_start(today + timedelta(days=2))
    start, end = clock.day_start(month) - costs.EARLY, clock.day_start(after(month))
    prices, own = spending.prices(s, today), Sms.area_id == commune.id
    soon = costs.reckoned(s, prices, own, *costs.waits(start, min(tomorrow, end)))
    later = costs.reckoned(s, prices, own, *costs.waits(tomorrow, end)) if tomorrow < end else []
    sent = _by_purpose(costs.went(s, [commune.id], [month])[month])
    budgets = _budgets(s, commune, month)
    spent = budgets[month].spent if month in budgets else costs.total(sent.values()).dong
    return Standing(
        month, _holding(budgets, month), spent, sent, _by_purpose([*soon, *later]),
        held=_total(costs.reckoned(s, prices, own, *costs.held())),
        outlook=_outlook(s, commune, prices, spent, _total(soon), _total(later)),
    )  # fmt: skip


def months(s: Session, commune: Area) -> list[Month]:
    """This month and the eleven before, the newest first, as far back as there was anything: two queries."""
    firsts = last_months(first_of(clock.today()), YEAR)
    went, budgets = costs.went(s, [commune.id], firsts), _budgets(s, commune, firsts[-1])
    found = []
    for first in reversed(firsts):
        spent = _total(went.get(first, []))
        if first in budgets:  # the truth by which messages were stopped
            spent = spent._replace(dong=budgets[first].spent)
        found.append(Month(first, _holding(budgets, first), spent))
    while len(found) > 1 and found[-1].budget is None and not found[-1].spent.messages:
        found.pop()
    return found


def spent_in(s: Session, commune: Area, month: date) -> int:
    """What the commune's messages of a month cost so far, added up from the messages."""
    return _total(costs.went(s, [commune.id], [month])[month]).dong


def forecasts(s: Session, commune: Area, wanted: Mapping[str, Mapping[Reader, int]]) -> dict[str, Forecast]:
    """What messages of these purposes to so many people would cost the commune, each purpose by itself: four queries.

    Lengths are those of the wordings' examples.
    """
    prices, lengths = spending.prices(s, clock.today()), _lengths(s, list(wanted))
    budget, left = _rest(s, commune, prices)
    found = {}
    for purpose, readers in wanted.items():
        parts = [(reader.number, _parts(lengths, purpose, reader, n)) for reader, n in readers.items()]
        segments = _sum(n for _number, n in parts)
        dong = _sum(None if n is None else prices.of(number, n) for number, n in parts)
        found[purpose] = Forecast(sum(readers.values()), segments, dong, left, _verdict(dong, left, budget))
    return found


def _lengths(s: Session, purposes: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """By purpose, language and form: the segments of the wording of new messages (see writing.current)."""
    rows = select(Wording).where(Wording.purpose.in_(purposes), Wording.state != WITHDRAWN)
    last: dict[tuple[str, str], Wording] = {}
    for one in sorted(s.scalars(rows), key=lambda one: (one.state == REGISTERED, one.version)):
        last[one.purpose, one.language] = one
    return {
        (*kind, form): sms_text.measure(writing.fill(one, form, PURPOSES[one.purpose].placeholders)).segments
        for kind, one in last.items() for form in (FULL, PLAIN)
    }  # fmt: skip


def _parts(lengths: Mapping[tuple[str, str, str], int], purpose: str, reader: Reader, many: int) -> int | None:
    """The segments of so many messages; None where nobody has written them."""
    vietnamese = lengths.get((purpose, writing.FALLBACK, reader.form))
    one = lengths.get((purpose, reader.language, reader.form), vietnamese)
    return None if one is None else many * one


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None where one of them is."""
    known = list(numbers)
    return None if None in known else sum(one or 0 for one in known)


def _rest(s: Session, commune: Area, prices: spending.Prices) -> tuple[int | None, int | None]:
    """This month's budget, and what is neither spent nor promised of it."""
    month = first_of(clock.today())
    budgets = _budgets(s, commune, month)
    budget = _holding(budgets, month)
    start, end = clock.day_start(month) - costs.EARLY, clock.day_start(after(month))
    queued = _total(costs.reckoned(s, prices, Sms.area_id == commune.id, *costs.waits(start, end))).dong
    spent = budgets[month].spent if month in budgets else 0
    return budget, None if budget is None else budget - spent - queued


def _verdict(dong: int | None, left: int | None, budget: int | None) -> str:
    if dong is None:
        return UNKNOWN
    if left is None or budget is None:
        return NO_BUDGET
    if dong > left:
        return OVER
    return TIGHT if (left - dong) * 100 <= budget * (100 - spending.NEARLY) else FITS


def _outlook(s: Session, commune: Area, prices: spending.Prices, spent: int, soon: Sum, later: Sum) -> Outlook:
    """Spent, queued until tomorrow, and for each day after that the average of four weeks (or the queue, if dearer)."""
    today = clock.today()
    days = max((after(first_of(today)) - today).days - 2, 0)
    since = clock.day_start(today - timedelta(days=PACE))
    recent = costs.went_between(since, clock.day_start(today))
    pace = _total(costs.reckoned(s, prices, Sms.area_id == commune.id, *recent))
    to_come = soon.dong + max(later.dong, round(pace.dong / PACE * days))
    known = not (pace.unpriced or soon.unpriced or later.unpriced)
    return Outlook(spent + to_come if known else None, soon, later, days, Sum(*(round(n / PACE) for n in pace)))


def _by_purpose(heaps: Sequence[costs.Heap]) -> dict[str, Sum]:
    purposes = dict.fromkeys(heap.purpose for heap in heaps)
    return {one: costs.total(heap.sum for heap in heaps if heap.purpose == one) for one in purposes}


def _total(heaps: Sequence[costs.Heap]) -> Sum:
    return costs.total(heap.sum for heap in heaps)


def _budgets(s: Session, commune: Area, until: date) -> dict[date, Budget]:
    known = select(Budget).where(Budget.area_id == commune.id, Budget.month <= until)
    return {one.month: one for one in s.scalars(known.order_by(Budget.month))}


def _holding(budgets: Mapping[date, Budget], month: date) -> int | None:
    """What may be spent in a month: as set for it, or carried over from the newest month before."""
    return next((one.dong for first, one in sorted(budgets.items(), reverse=True) if first <= month), None)
