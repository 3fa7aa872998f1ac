"""What a person's month comes to over all the groups of a commune that it was worked for.

The communes' papers pay persons: Đà Nẵng 50.000 đ a person a day, Bình Dương 60.000 đ a person a month and 150.000 đ a
day. So a day worked for two villages is paid once, the month once, and the most days hold for both together; whichever
sheet is approved first, all together come to the same. Two communes pay by two papers and do not reckon with each
other. A day noted late, or taken back, changes what its own month came to, by the rule that month was approved by.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from outreach.review import allowance, reckoning
from outreach.review.models import Allowance, Sheet
from outreach.review.reading import Key
from outreach.review.reckoning import Entry

RuleOf = Callable[[Key], Allowance | None]


@dataclass(frozen=True)
class Part:
    """An open sheet's visits: of its own month, and of closed ones."""

    key: Key
    own: Sequence[Entry] = ()
    late: Sequence[Entry] = ()
    back: Sequence[Entry] = ()


@dataclass(frozen=True)
class Pay:
    """What the days of a sheet come to, in đồng, by the month they were worked in; and by how many days it changes
    closed months."""

    by_month: Mapping[date, int] = field(default_factory=dict)
    late_days: int = 0

    def amount(self, rule: Allowance | None, visits: int) -> int | None:
        """With the visits, by the rule of the sheet's month; None without a rule. It may be negative."""
        return None if rule is None else sum(self.by_month.values()) + rule.per_visit * visits


@dataclass
class _Purse:
    """A month of one person under one rule of one commune: the days it counts so far, and what is paid for them."""

    rule: Allowance | None
    days: dict[date, set[int]] = field(default_factory=lambda: defaultdict(set))
    paid: int = 0

    @property
    def worked(self) -> int:
        return sum(bool(ids) for ids in self.days.values())

    def add(self, day: date, ids: Iterable[int]) -> None:
        self.days[day] |= set(ids)

    def take(self, day: date, ids: Iterable[int]) -> None:
        self.days[day] -= set(ids)


class _Purses:
    def __init__(self, rule_of: RuleOf, commune_of: Callable[[int], int | None]) -> None:
        self._rule_of, self._commune_of = rule_of, commune_of
        self._held: dict[Any, _Purse] = {}

    def of(self, key: Key) -> _Purse:
        """The purse that pays what this person did for a village in a month."""
        rule = self._rule_of(key)
        mark = (self._commune_of(key.village_id), key.month, allowance.terms(rule) if rule else None)
        return self._held.setdefault(mark, _Purse(rule))

    def settle(self, frozen: Sequence[Sheet]) -> None:
        """What approved sheets count and paid."""
        for rows in ("rows", "back_rows"):
            for sheet in frozen:
                for day, ids in reckoning.days_of(sheet.totals, rows).items():
                    purse = self.of(Key(sheet.account_id, sheet.village_id, day.replace(day=1)))
                    (purse.take if rows == "back_rows" else purse.add)(day, ids)
        for sheet in frozen:
            for month, dong in paid(sheet.month, sheet.totals).items():
                self.of(Key(sheet.account_id, sheet.village_id, date.fromisoformat(f"{month}-01"))).paid += dong


def paid(month: date, totals: Mapping[str, Any]) -> dict[str, int]:
    """What an approved sheet paid for days, in đồng, by the month they were worked in ("2026-10").

    One that was approved before this was kept paid all of its amount for its own month.
    """
    return dict(totals.get("paid", {f"{month:%Y-%m}": totals.get("amount") or 0}))


def share_out(
    parts: Iterable[Part], frozen: Sequence[Sheet], rule_of: RuleOf, commune_of: Callable[[int], int | None]
) -> dict[Key, Pay]:
    """What each open sheet of one person comes to, beside the frozen ones; the earliest month and day goes first."""
    purses = _Purses(rule_of, commune_of)
    purses.settle(frozen)
    begun: set[int] = set()
    found = {}
    for part in sorted(parts, key=_order):
        found[part.key] = _pay(part, purses, begun)
    return found


def _order(part: Part) -> tuple[date, date, int]:
    return part.key.month, min((e.day for e in part.own), default=date.max), part.key.village_id


def _pay(part: Part, purses: _Purses, begun: set[int]) -> Pay:
    by_month: dict[date, int] = {}
    own = purses.of(part.key)
    # What approved sheets left unpaid because another was open then is made up for by the first that is open now.
    before = allowance.of_days(own.rule, own.worked) if id(own) in begun else own.paid
    begun.add(id(own))
    for day, ids in reckoning.by_day(part.own).items():
        own.add(day, ids)
    by_month[part.key.month] = allowance.of_days(own.rule, own.worked) - before
    late_days = 0
    more, less = reckoning.by_day(part.late), reckoning.by_day(part.back)
    for month in sorted({day.replace(day=1) for day in (*more, *less)}):
        purse = purses.of(part.key._replace(month=month))
        days = purse.worked
        for day, ids in more.items():
            if day.replace(day=1) == month:
                purse.add(day, ids)
        for day, ids in less.items():
            if day.replace(day=1) == month:
                purse.take(day, ids)
        late_days += purse.worked - days
        paid = allowance.of_days(purse.rule, purse.worked) - allowance.of_days(purse.rule, days)
        by_month[month] = by_month.get(month, 0) + paid
    return Pay(by_month, late_days)
