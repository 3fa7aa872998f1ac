"""What has to be done each week so that a plan is kept, and where first: the places that lack most."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Generic, TypeVar

from outreach.coverage.numbers import Counts, Row
from outreach.plans import forecast
from outreach.plans.path import Point

MOST = 6  # places named
P = TypeVar("P")


@dataclass(frozen=True)
class Part(Generic[P]):
    """What one place lacks until the goal's day, and how many of its households a week are asked for."""

    place: P
    missing: int
    a_week: int


@dataclass(frozen=True)
class Need(Generic[P]):
    """Households a week that have to become proficient, from now to the goal's day, and in which places first."""

    goal: Point
    missing: int
    a_week: int
    parts: Sequence[Part[P]]

    @property
    def elsewhere(self) -> int:
        """Households a week that are needed beside those of the places named."""
        return self.a_week - sum(part.a_week for part in self.parts)

    def visits(self, visits_a_gain: float | None) -> int | None:
        """How many visits a week that takes in all: as many as those of the places named, and the rest."""
        parts = [visits(many, visits_a_gain) for many in (*(part.a_week for part in self.parts), self.elsewhere)]
        return None if visits_a_gain is None else sum(part or 0 for part in parts)


def lacking(counts: Counts, share: float) -> int:
    """How many households are missing to this share (0 to 1) of those in scope."""
    return max(0, ceil(share * counts.in_scope - 1e-9) - counts.proficient)


def need(total: Counts, rows: Sequence[Row[P]], goal: Point, today: date) -> Need[P]:
    """The places furthest behind first, until the need is covered; those that lack the same keep their order."""
    left = (goal.on - today).days + 1  # the goal's day and today are worked on
    missing = lacking(total, goal.share)
    a_week = rest = forecast.needed(missing, left)
    parts: list[Part[P]] = []
    for row in sorted(rows, key=lambda row: -lacking(row.counts, goal.share))[:MOST]:
        lack = lacking(row.counts, goal.share)
        asked = min(rest, forecast.needed(lack, left))
        if asked:
            parts.append(Part(row.place, lack, asked))
            rest -= asked
    return Need(goal, missing, a_week, parts)


def visits(a_week: int, visits_a_gain: float | None) -> int | None:
    """How many visits a week that takes, if it takes as many for each household as it did; never less than one."""
    return None if visits_a_gain is None else ceil(a_week * max(1.0, visits_a_gain) - 1e-9)
