"""From days to weeks: how many households became proficient in each whole week, and how many visits it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.coverage import numbers
from outreach.coverage.numbers import Counts, Day
from outreach.plans.forecast import LONG

WEEK = timedelta(days=7)
ENOUGH = 20  # gains: with fewer than these, visits divided by gains is chance
OTHER_LIST, A_FEW = 20, 5  # a list that grows or shrinks in a day by more than one in 20, and by more than 5


@dataclass(frozen=True)
class Weeks:
    """Whole weeks, the oldest first: households gained; and how many visits there were in all of them."""

    gains: Sequence[int] = ()
    visits: int = 0

    @property
    def visits_a_gain(self) -> float | None:
        """How many visits there were for each household gained; None where these are too few to tell."""
        return visits_a_gain(self.visits, sum(self.gains))


def visits_a_gain(visits: int, gained: int) -> float | None:
    """How many visits there were for each household gained; None where these are too few to tell."""
    return visits / gained if gained >= ENOUGH else None


def window(today: date) -> date:
    """The Monday from which whole weeks are looked at."""
    return _monday(today) - LONG * WEEK


def weeks(days: Sequence[Day], now: Counts, today: date) -> Weeks:
    """The last whole weeks of a place: twelve, or as many as it has had households on its list.

    `days`: those since `window(today)` at least; `now`: how the place stands today.
    """
    first, end = window(today), _monday(today)
    recent = [day for day in days if first <= day.on <= today]
    before = now - numbers.total(day.counts for day in recent)
    if before.in_scope + before.closed <= 0:
        first = _monday(min((day.on for day in recent), default=end) + WEEK - timedelta(days=1))
    gains, visits = [0] * max(0, (end - first) // WEEK), 0
    for day in recent:
        if first <= day.on < end and not _another_list(day.counts, now):
            gains[(day.on - first) // WEEK] += day.counts.proficient
            visits += day.visits.visits
    return Weeks(gains, visits)


def _another_list(change: Counts, now: Counts) -> bool:
    """Whether the list itself changed so much that day (loaded, a boundary moved) that its gains are nobody's work."""
    return abs(change.in_scope + change.closed) > max(A_FEW, (now.in_scope + now.closed) / OTHER_LIST)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
