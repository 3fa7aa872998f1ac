"""What a monthly sheet counts: pure rules, so that an approved month never changes and nothing is counted twice.

An approved sheet is frozen. A visit that arrives later, or a correction of a visit it counted, is a row of its own in
a later month: the running one, or the first after it that is not frozen yet.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from outreach import clock
from outreach.checks import months

Days = Mapping[date, Collection[int]]  # local day → ids of the visits counted on it


@dataclass(frozen=True)
class Entry:
    """A visit as a sheet counts it. `first`: somebody of the household was met for the first time."""

    id: int
    account_id: int
    village_id: int  # whose group it was worked for
    at: datetime
    received_at: datetime
    outcome: str
    first: bool
    corrected_at: datetime | None

    @property
    def day(self) -> date:
        """The local day."""
        return clock.local(self.at).date()


@dataclass(frozen=True)
class Figures:
    """A person's month: days worked, visits, results, households met for the first time, ambassadors registered.

    `late` and `back` are parts of these: visits of closed months that arrived since, and visits counted in closed
    months that were corrected since. `rows` and `back_rows` say which visits, by local day. `late_days` is by how many
    days these change closed months; `closed` says it month by month: the days worked before and after.
    """

    days: int = 0
    visits: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    first: int = 0
    ambassadors: int = 0
    late: int = 0
    back: int = 0
    rows: Days = field(default_factory=dict)
    back_rows: Days = field(default_factory=dict)
    late_days: int = 0
    closed: Mapping[date, tuple[int, int]] = field(default_factory=dict)

    @property
    def something(self) -> bool:
        """Whether there is anything to report."""
        return bool(self.visits or self.late or self.back or self.ambassadors)

    def totals(self) -> dict[str, Any]:
        """As JSON, to be kept with an approved sheet."""
        return {
            "days": self.days, "visits": self.visits, "outcomes": dict(self.outcomes), "first": self.first,
            "ambassadors": self.ambassadors, "late": self.late, "back": self.back, "late_days": self.late_days,
            "rows": _to_json(self.rows), "back_rows": _to_json(self.back_rows),
        }  # fmt: skip


def as_frozen(totals: Mapping[str, Any]) -> Figures:
    """The figures of an approved sheet."""
    kept = {key: totals[key] for key in ("days", "visits", "outcomes", "first", "ambassadors", "late", "back")}
    kept["late_days"] = totals.get("late_days", 0)
    return Figures(**kept, rows=_from_json(totals["rows"]), back_rows=_from_json(totals["back_rows"]))


def counted_in(month: date, known: datetime, closed: Collection[date]) -> date:
    """The month whose sheet counts what a closed month missed: the first open one after it, once it became known."""
    one = max(months.after(month), months.of(known))
    while one in closed:
        one = months.after(one)
    return one


def figures(
    on_time: Sequence[Entry], late: Sequence[Entry], back: Sequence[Entry], settled: Days, ambassadors: int = 0
) -> Figures:
    """Add up a month; `settled` are the days of closed months with what they count so far.

    A late visit adds a day worked only where that day was not counted yet; a corrected one takes the day away only
    where nothing else is left of it.
    """
    plus, minus, closed = [*on_time, *late], list(back), _closed_days(late, back, settled)
    late_days = sum(after - before for before, after in closed.values())
    outcomes = Counter(e.outcome for e in plus)
    outcomes.subtract(e.outcome for e in minus)
    return Figures(
        days=len({e.day for e in on_time}) + late_days, late_days=late_days, closed=closed,
        visits=len(plus) - len(minus), outcomes=dict(outcomes),
        first=sum(e.first for e in plus) - sum(e.first for e in minus), ambassadors=ambassadors,
        late=len(late), back=len(back), rows=_by_day(plus), back_rows=_by_day(minus),
    )  # fmt: skip


def _closed_days(late: Sequence[Entry], back: Sequence[Entry], settled: Days) -> dict[date, tuple[int, int]]:
    more, less = _by_day(late), _by_day(back)
    now = dict(settled)
    for day in {*more, *less}:
        now[day] = {*settled.get(day, ()), *more.get(day, ())} - {*less.get(day, ())}
    touched = {day.replace(day=1) for day in {*more, *less}}
    return {month: (_worked(settled, month), _worked(now, month)) for month in touched}


def _worked(days: Days, month: date) -> int:
    return sum(bool(ids) for day, ids in days.items() if day.replace(day=1) == month)


def settle(frozen: Sequence[Figures]) -> dict[date, set[int]]:
    """What a person's closed months count, day by day."""
    kept: dict[date, set[int]] = defaultdict(set)
    for one in frozen:
        for day, ids in one.rows.items():
            kept[day] |= set(ids)
    for one in frozen:
        for day, ids in one.back_rows.items():
            kept[day] -= set(ids)
    return dict(kept)


def _by_day(entries: Iterable[Entry]) -> dict[date, list[int]]:
    days: dict[date, list[int]] = defaultdict(list)
    for one in entries:
        days[one.day].append(one.id)
    return dict(days)


def _to_json(days: Days) -> dict[str, list[int]]:
    return {day.isoformat(): sorted(ids) for day, ids in sorted(days.items())}


def _from_json(days: Mapping[str, list[int]]) -> dict[date, list[int]]:
    return {date.fromisoformat(day): ids for day, ids in days.items()}
