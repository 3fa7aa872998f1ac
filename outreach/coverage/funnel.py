"""How many households get from each step to the next: every step holds all that are at it or further."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.coverage.numbers import Counts

STEPS = ("in_scope", "reached", "with_ambassador", "learning", "proficient")
WIDTH, HEIGHT = 360, 28


@dataclass(frozen=True)
class Step:
    """A step: how many came this far; of the whole and of the step before as shares from 0 to 1 (None: of nobody)."""

    key: str
    count: int
    of_all: float | None
    of_before: float | None

    @property
    def width(self) -> float:
        """Of its bar, in the drawing's units."""
        return WIDTH * (self.of_all or 0)

    @property
    def left(self) -> float:
        """Where its bar begins: bars stand in the middle."""
        return (WIDTH - self.width) / 2


def steps(counts: Counts) -> Sequence[Step]:
    """From all in scope to the proficient."""
    far = [counts.learning + counts.proficient if key == "learning" else counts.of(key) for key in STEPS]
    return [
        Step(key, count, _part(count, far[0]), _part(count, before))
        for key, count, before in zip(STEPS, far, (0, *far), strict=False)
    ]


def _part(count: int, of: int) -> float | None:
    return count / of if of else None
