"""How places compare, and how sure that is: an interval for each share, and from which rank to which a place may stand.

In a small village one family more or less moves the share a long way. Wilson's interval says how far chance alone may
have moved it (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
American Statistical Association 22, 1927); unlike the plain one it holds for few households and for 0 and 100 per cent.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Generic, NamedTuple, TypeVar

Z = 1.959964  # 95 of 100 such intervals hold the share they are about
P = TypeVar("P")


class Interval(NamedTuple):
    """From where to where a share may lie, from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True)
class Ranked(Generic[P]):
    """A place with `done` of its `of` households, and its ranks: from `best` to `worst`, equal where it is sure.

    A place without households has neither interval nor rank.
    """

    place: P
    done: int
    of: int
    interval: Interval | None = None
    best: int = 0
    worst: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1."""
        return self.done / self.of if self.of else None


def wilson(done: int, of: int) -> Interval:
    """The interval of 95 per cent around `done` of `of`; `of` is at least 1, `done` from 0 to `of`."""
    square = Z * Z
    middle = (done + square / 2) / (of + square)
    reach = Z / (of + square) * sqrt(done * (of - done) / of + square / 4)
    return Interval(0.0 if done == 0 else middle - reach, 1.0 if done == of else middle + reach)


def rank(places: Sequence[P], count: Callable[[P], tuple[int, int]]) -> list[Ranked[P]]:
    """The places by their share, the highest first; those without households last. `count` gives (done, of).

    Places whose intervals overlap cannot be told apart: each may stand as high as if it were before all of these, and
    as low as if it were behind them. Equal shares keep their order.
    """
    known = [(place, done, of, wilson(done, of)) for place in places for done, of in [count(place)] if of > 0]
    lows, highs = sorted(one[3].low for one in known), sorted(one[3].high for one in known)
    found = [
        Ranked(
            place, done, of, interval,
            best=1 + len(lows) - bisect_right(lows, interval.high),
            worst=len(highs) - bisect_left(highs, interval.low),
        )
        for place, done, of, interval in known
    ]  # fmt: skip
    found.sort(key=lambda one: -one.done / one.of)
    return found + [Ranked(place, *count(place)) for place in places if count(place)[1] <= 0]
