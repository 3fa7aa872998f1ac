"""What the numbers of coverage are: plain arithmetic on counts of households by stage, no database, no web.

Coverage is the share of households with at least one digitally proficient person among the households in scope. The
goal, every household, is that of letter 3240/BTTTT-CĐSQG of 8 August 2024.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, reduce
from operator import add, attrgetter, sub
from typing import Generic, NamedTuple, TypeVar

from outreach.lib.months import first_of

WAITING = ("not_reached", "visited", "has_ambassador", "learning")  # on the way, in order
P = TypeVar("P")


@dataclass(frozen=True)
class Counts:
    """How many households stand in each stage; differences may be negative.

    `alone_…`, `helped_…`: in how many of those in scope somebody has shown the skill alone, or only with help.
    `vneid`: how many of their adults say that they are confirmed on VNeID.
    """

    not_reached: int = 0
    visited: int = 0
    has_ambassador: int = 0
    learning: int = 0
    proficient: int = 0
    moved_away: int = 0
    vacant: int = 0
    refused: int = 0
    alone_online_services: int = 0
    alone_shopping: int = 0
    alone_payment: int = 0
    alone_safety: int = 0
    alone_local_platform: int = 0
    helped_online_services: int = 0
    helped_shopping: int = 0
    helped_payment: int = 0
    helped_safety: int = 0
    helped_local_platform: int = 0
    vneid: int = 0

    @cached_property
    def in_scope(self) -> int:
        """The denominator: everyone but those who moved away, are absent or declined."""
        return self.not_reached + self.reached

    @property
    def reached(self) -> int:
        """In scope, and somebody of the household was met."""
        return self.visited + self.with_ambassador

    @property
    def with_ambassador(self) -> int:
        """Have an ambassador, or are further already."""
        return self.has_ambassador + self.learning + self.proficient

    @property
    def closed(self) -> int:
        """Out of scope, counted apart."""
        return self.moved_away + self.vacant + self.refused

    @cached_property
    def share(self) -> float | None:
        """Coverage, from 0 to 1; None where no household is in scope."""
        return self.proficient / self.in_scope if self.in_scope > 0 else None

    @property
    def stuck(self) -> tuple[str, int]:
        """The stage before "proficient" in which most households stand, and how many; the earlier one of equals."""
        return max(((stage, self.of(stage)) for stage in WAITING), key=lambda pair: pair[1])

    def of(self, name: str) -> int:
        """The count with this name: one of COUNTED, or one of in_scope, reached, with_ambassador, closed."""
        found: int = getattr(self, name)
        return found

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*map(add, _every(self), _every(other)))

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(*map(sub, _every(self), _every(other)))


_every = attrgetter(*(one.name for one in fields(Counts)))


class Visits(NamedTuple):
    """How many visits there were, and how many of these ended with a thing done alone, with help, or shown."""

    visits: int = 0
    alone: int = 0
    helped: int = 0
    shown: int = 0

    @property
    def met(self) -> int:
        """Visits on which somebody was met and something was done together."""
        return self.alone + self.helped + self.shown

    @property
    def nobody(self) -> int:
        """Visits on which nobody was met, or nobody wished to take part."""
        return self.visits - self.met


class Day(NamedTuple):
    """A day on which something happened: by how much the counts changed, and the visits."""

    on: date
    counts: Counts
    visits: Visits


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    return reduce(Counts.__add__, counts, Counts())


@dataclass(frozen=True)
class Row(Generic[P]):
    """One place in a table: where its households stand, and by how many the proficient ones changed in the month."""

    place: P
    counts: Counts = field(default_factory=Counts)
    moved: int = 0


@dataclass(frozen=True)
class Month:
    """A month's end: its first day, proficient households when it ended (or now), and the change within it."""

    first: date
    proficient: int
    moved: int


@dataclass(frozen=True)
class Step(Generic[P]):
    """What is worth doing: the place with the most households waiting in a stage."""

    place: P
    stage: str
    count: int


def value(row: Row[P], key: str) -> float | None:
    """What a table is sorted by: "share", "month", or the name of a count."""
    if key == "share":
        return row.counts.share
    return row.moved if key == "month" else row.counts.of(key)


def ordered(rows: Sequence[Row[P]], key: str, *, descending: bool = False) -> list[Row[P]]:
    """Rows by a number; those without one come last either way, equals keep their order. "name" is the order given."""
    if key == "name":
        return list(reversed(rows)) if descending else list(rows)
    asked = [(value(row, key), row) for row in rows]
    known = [(number, row) for number, row in asked if number is not None]
    known.sort(key=lambda pair: -pair[0] if descending else pair[0])
    return [row for _number, row in known] + [row for number, row in asked if number is None]


def slowest(rows: Sequence[Row[P]], most: int = 3) -> list[Row[P]]:
    """The places with the lowest share, of those that have households and are not done."""
    behind = [row for row in rows if row.counts.share is not None and row.counts.share < 1]
    return ordered(behind, "share")[:most]


def steps(rows: Sequence[Row[P]], most: int = 3) -> list[Step[P]]:
    """What to do first: for each waiting stage the place with most households in it, the largest numbers first."""
    if not rows:
        return []
    heaviest = [(stage, _heaviest(rows, stage)) for stage in WAITING]
    found = [Step(row.place, stage, row.counts.of(stage)) for stage, row in heaviest if row.counts.of(stage)]
    return sorted(found, key=lambda step: -step.count)[:most]


def _heaviest(rows: Sequence[Row[P]], stage: str) -> Row[P]:
    return max(rows, key=lambda row: row.counts.of(stage))


def series(now: int, changes: Mapping[date, int], months: Sequence[date]) -> list[Month]:
    """How a count stood at the end of each month: what it is now, less all that changed on the days after.

    `changes` has the sum of each day; `months` are first days in order.
    """
    by_month: dict[date, int] = {}
    for day, n in changes.items():
        by_month[first_of(day)] = by_month.get(first_of(day), 0) + n
    return [
        Month(first, now - sum(n for later, n in by_month.items() if later > first), by_month.get(first, 0))
        for first in months
    ]
