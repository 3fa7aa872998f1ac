"""Where the line of what was and the line of the plan stand on the paper: plain geometry in the drawing's own units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple

from outreach.lib.months import after, first_of
from outreach.plans.path import Mark

LEFT, RIGHT, TOP, BOTTOM = 52, 340, 34, 174
MOST_LABELS = 5
BESIDE = 280  # further to the right there is no room beside a point
ROUND = (2, 4, 10, 20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Dot:
    """A point on the paper, and the mark it stands for."""

    x: float
    y: float
    mark: Mark


class Label(NamedTuple):
    """A place for a few words, and from which of their ends they begin."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Chart:
    """Both lines; the heights that are ruled, as (y, per cent); the months named below, as (x, first day)."""

    was: Sequence[Dot]
    planned: Sequence[Dot]
    ticks: Sequence[tuple[float, int]]
    months: Sequence[tuple[float, date]]

    @property
    def label(self) -> "Label":
        """Where the last share is written, clear of the plan's line: beside it when behind, else above."""
        dot = self.was[-1]
        beneath = dot.mark.planned is not None and (dot.mark.was or 0) < dot.mark.planned and dot.x < BESIDE
        if beneath:
            return Label(dot.x + 10, min(dot.y + 12, BOTTOM - 4), "start")
        return Label(max(dot.x, LEFT + 44), max(dot.y - 12, 16), "end")

    @property
    def was_line(self) -> str:
        """What was, as SVG's `points`."""
        return _line(self.was)

    @property
    def planned_line(self) -> str:
        """What is planned, as SVG's `points`."""
        return _line(self.planned)


def draw(marks: Sequence[Mark]) -> Chart:
    """Lay out marks (oldest first, at least one) from zero to a round per cent above the highest."""
    first, last = marks[0].on, marks[-1].on
    days = max(1, (last - first).days)
    highest = ceiling(max((share for mark in marks for share in (mark.was, mark.planned) if share), default=0.0))

    def across(day: date) -> float:
        return LEFT + (RIGHT - LEFT) * (day - first).days / days

    def up(percent: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * percent / highest

    return Chart(
        [Dot(across(mark.on), up(100 * mark.was), mark) for mark in marks if mark.was is not None],
        [Dot(across(mark.on), up(100 * mark.planned), mark) for mark in marks if mark.planned is not None],
        [(up(percent), percent) for percent in (0, highest // 2, highest)],
        [(across(month), month) for month in _named(first, last) if LEFT + 16 <= across(month) <= RIGHT],
    )


def ceiling(share: float) -> int:
    """The next round per cent, even so that half of it is whole: 2, 4, 10 … 100."""
    return next((percent for percent in ROUND if percent >= 100 * share), 100)


def _named(first: date, last: date) -> Iterator[date]:
    """The first days of months, so few that their names stand apart."""
    there, month = [], after(first_of(first))
    while month <= last:
        there.append(month)
        month = after(month)
    yield from there[:: max(1, ceil(len(there) / MOST_LABELS))]


def _line(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x:.1f},{dot.y:.1f}" for dot in dots)
