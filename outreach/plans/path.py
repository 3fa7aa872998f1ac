"""The way a plan means to go: a share of the households by each month's end, and in between a straight line."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import floor
from typing import NamedTuple

from outreach.lib.months import after, first_of

SOON = timedelta(days=14)  # what is due earlier cannot be made good any more by going there each week
MOST_MONTHS = 60


class Point(NamedTuple):
    """By the evening of a day this part of the households in scope, 0 to 1."""

    on: date
    share: float


class Mark(NamedTuple):
    """A month's end (or today): the share that the plan asks for and the share that was; 0 to 1, None: not known."""

    on: date
    planned: float | None
    was: float | None


def end_of(month: date) -> date:
    """A month's last day, given its first."""
    return after(month) - timedelta(days=1)


def months(today: date, target_on: date) -> list[date]:
    """The months (first days) that end before the target day, from the present one on."""
    found: list[date] = []
    month = first_of(today)
    while end_of(month) < target_on and len(found) < MOST_MONTHS:
        found.append(month)
        month = after(month)
    return found


def proposed(start: float, today: date, target_on: date, share: int) -> dict[date, int]:
    """Month → per cent, along a straight line from today's share (0 to 1) to the target's (per cent)."""
    line = [Point(today, start), Point(target_on, share / 100)]
    return {month: round(100 * expected(line, end_of(month))) for month in months(today, target_on)}


def expected(points: Sequence[Point], day: date) -> float:
    """The share by the evening of a day: before the first point that of the first, after the last that of the last."""
    for one, next_ in pairwise(points):
        if one.on <= day < next_.on:
            return one.share + (next_.share - one.share) * (day - one.on).days / (next_.on - one.on).days
    return points[0].share if day < points[0].on else points[-1].share


def households(points: Sequence[Point], day: date, in_scope: int) -> int:
    """The same in whole households; nobody is behind by a part of one."""
    return floor(expected(points, day) * in_scope + 1e-9)


def goal(points: Sequence[Point], today: date) -> Point:
    """What to work for now: the next point that is not due too soon, else the last."""
    return next((point for point in points[1:] if point.on >= today + SOON), points[-1])
