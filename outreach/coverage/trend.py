"""Where the points of the trend stand on the paper: plain geometry in the drawing's own units (a text is 14 high)."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.coverage.numbers import Month

WIDTH, TOP, BOTTOM, RIGHT = 360, 34, 174, 340
DIGIT = 9  # the width of a digit
STEPS = (1, 2, 4, 6, 8, 10)


@dataclass(frozen=True)
class Point:
    """A month's end on the paper."""

    x: float
    y: float
    month: Month


@dataclass(frozen=True)
class Chart:
    """The line of a count by month, and the heights (y, value) that are ruled and labelled."""

    points: Sequence[Point]
    ticks: Sequence[tuple[float, int]]
    left: int

    @property
    def line(self) -> str:
        """The line as SVG's `points`."""
        return " ".join(f"{p.x:.1f},{p.y:.1f}" for p in self.points)


def draw(months: Sequence[Month]) -> Chart:
    """Lay out months (oldest first, at least one) from zero to a round number above the largest."""
    highest = ceiling(max(month.proficient for month in months))
    left = DIGIT * len(f"{highest:,}") + 8
    gap = (RIGHT - left) / max(1, len(months) - 1)

    def height(value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / highest

    points = [Point(RIGHT - gap * back, height(m.proficient), m) for back, m in enumerate(reversed(months))]
    return Chart(points[::-1], [(height(v), v) for v in (0, highest // 2, highest)], left)


def ceiling(value: int) -> int:
    """The next round number, even so that half of it is whole: 2, 4, 10, 20, 40, 60 … 1,000,000."""
    size = 1
    while value > 10 * size:
        size *= 10
    rounds = (step * size for step in STEPS)
    return next(n for n in rounds if n >= value and n % 2 == 0)
