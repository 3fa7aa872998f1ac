"""What a monthly sheet counts: pure rules, so that an approved month never changes and nothing is counted twice.

An approved sheet is frozen. A visit that arrives later, or a correction of a visit it counted, is a row of its own in
a later month: the running one, or the first after it that is not frozen yet.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    months that were corrected since; `late_ambassadors` were registered in closed months. `rows` and `back_rows` say
    which visits, by local day, `firsts` which visits count as first meetings, `ambassador_rows` which ambassadors.
    `late_days` is by how many days the late ones change closed months. `not_firsts` are visits that closed months
    count as first meetings although an earlier one is known by now.
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
    late_ambassadors: int = 0
    firsts: Collection[int] = ()
    ambassador_rows: Collection[int] = ()
    not_firsts: Collection[int] = ()

    @property
    def something(self) -> bool:
        """Whether there is anything to report."""
        return bool(self.visits or self.late or self.back or self.ambassadors or self.first)

    def totals(self) -> dict[str, Any]:
        """As JSON, to be kept with an approved sheet."""
        return {
            "days": self.days, "visits": self.visits, "outcomes": dict(self.outcomes), "first": self.first,
            "ambassadors": self.ambassadors, "late": self.late, "back": self.back, "late_days": self.late_days,
            "late_ambassadors": self.late_ambassadors, "rows": _to_json(self.rows),
            "back_rows": _to_json(self.back_rows), "firsts": sorted(self.firsts),
            "ambassador_rows": sorted(self.ambassador_rows), "not_firsts": sorted(self.not_firsts),
        }  # fmt: skip


def as_frozen(totals: Mapping[str, Any]) -> Figures:
    """The figures of an approved sheet."""
    kept = {key: totals[key] for key in ("days", "visits", "outcomes", "first", "ambassadors", "late", "back")}
    kept |= {key: totals.get(key, 0) for key in ("late_days", "late_ambassadors")}
    kept |= {key: totals.get(key, ()) for key in ("firsts", "ambassador_rows", "not_firsts")}
    return Figures(**kept, rows=days_of(totals, "rows"), back_rows=days_of(totals, "back_rows"))


def counted_in(month: date, known: datetime, closed: Collection[date]) -> date:
    """The month whose sheet counts what a closed month missed: the first open one after it, once it became known."""
    return first_open(max(months.after(month), months.of(known)), closed)


def first_open(month: date, closed: Collection[date]) -> date:
    """This month, or the first after it whose sheet is not frozen."""
    while month in closed:
        month = months.after(month)
    return month


def figures(
    on_time: Sequence[Entry], late: Sequence[Entry], back: Sequence[Entry], late_days: int = 0,
    ambassadors: Collection[int] = (), late_ambassadors: Collection[int] = (),
) -> Figures:  # fmt: skip
    """Add up a month; `late_days` is by how many days what is late or taken back changes closed months."""
    plus, minus = [*on_time, *late], list(back)
    outcomes = Counter(e.outcome for e in plus)
    outcomes.subtract(e.outcome for e in minus)
    named = {*ambassadors, *late_ambassadors}
    return Figures(
        days=len({e.day for e in on_time}) + late_days, late_days=late_days,
        visits=len(plus) - len(minus), outcomes=dict(outcomes),
        first=sum(e.first for e in plus) - sum(e.first for e in minus),
        ambassadors=len(named), late_ambassadors=len(late_ambassadors), ambassador_rows=named,
        late=len(late), back=len(back), rows=by_day(plus), back_rows=by_day(minus),
        firsts=[e.id for e in plus if e.first],
    )  # fmt: skip


def with_firsts(figures: Figures, put_right: Mapping[int, int]) -> Figures:
    """The figures, and what closed months say wrongly of first meetings: visit id → by how much (1 or -1)."""
    gained, lost = ([id for id, by in put_right.items() if by == sign] for sign in (1, -1))
    return replace(
        figures, first=figures.first + len(gained) - len(lost), firsts=[*figures.firsts, *gained], not_firsts=lost
    )


def counted_first(visit_id: int, totals: Iterable[Mapping[str, Any]]) -> int:
    """Whether these approved sheets together count a visit as a first meeting: 1 or 0."""
    told = (((visit_id in one.get("firsts", ())) - (visit_id in one.get("not_firsts", ()))) for one in totals)
    return sum(told)


def by_day(entries: Iterable[Entry]) -> dict[date, list[int]]:
    """The ids of visits by their local day."""
    days: dict[date, list[int]] = defaultdict(list)
    for one in entries:
        days[one.day].append(one.id)
    return dict(days)


def _to_json(days: Days) -> dict[str, list[int]]:
    return {day.isoformat(): sorted(ids) for day, ids in sorted(days.items())}


def days_of(totals: Mapping[str, Any], rows: str) -> dict[date, list[int]]:
    """The `rows` or `back_rows` of an approved sheet."""
    return {date.fromisoformat(day): ids for day, ids in totals[rows].items()}
