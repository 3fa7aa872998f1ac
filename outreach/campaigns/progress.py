"""How far a share of a campaign is: plain arithmetic on counts and days, no database, no web.

Expected by today is what a straight line from the count at the beginning to the target has reached at the end of
yesterday's work: one full day's part for each day gone by. Nobody is behind on the first morning.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

TO_COME, REACHED, ON_PLAN, BEHIND, MISSED = "to_come", "reached", "on_plan", "behind", "missed"


@dataclass(frozen=True)
class Span:
    """From a day to a day (both included), and the day it ended before its time, if it did."""

    first: date
    last: date
    ended: date | None = None

    @property
    def days(self) -> int:
        """How many days it has in all."""
        return (self.last - self.first).days + 1

    def gone(self, today: date) -> int:
        """How many of its days are over this morning."""
        return min(self.days, max(0, (today - self.first).days))

    def left(self, today: date) -> int:
        """How many days are left, today included; none once it is over."""
        return 0 if self.over(today) else (self.last - max(today, self.first)).days + 1

    def over(self, today: date) -> bool:
        """Whether nothing more counts."""
        return today > self.last or (self.ended is not None and today >= self.ended)

    @property
    def closing(self) -> date:
        """The last day whose work counts."""
        return min(self.last, self.ended - timedelta(days=1)) if self.ended else self.last


@dataclass(frozen=True)
class Standing:
    """One share, or several together: households with a proficient person at the start, now, and as wished for."""

    at_start: int
    now: int
    target: int

    @property
    def left(self) -> int:
        """How many are missing."""
        return max(0, self.target - self.now)

    def expected(self, span: Span, today: date) -> int:
        """How many a straight line has reached by this morning."""
        return self.at_start + (self.target - self.at_start) * span.gone(today) // span.days

    def a_week(self, span: Span, today: date) -> int:
        """How many households a week are needed from now on; with less than a week left, how many in all."""
        days = span.left(today)
        return ceil(self.left * 7 / max(7, days)) if days else 0

    def state(self, span: Span, today: date) -> str:
        """TO_COME, REACHED, ON_PLAN, BEHIND; MISSED when it is over without being reached."""
        if self.now >= self.target:
            return REACHED
        if span.over(today):
            return MISSED
        if today < span.first:
            return TO_COME
        return ON_PLAN if self.now >= self.expected(span, today) else BEHIND

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(self.at_start + other.at_start, self.now + other.now, self.target + other.target)


def proposed(in_scope: int, now: int, percent: int) -> int:
    """A share that asks for `percent` of the households in scope, and never for fewer than there are."""
    return min(max(now, -(-in_scope * percent // 100)), max(in_scope, now))
