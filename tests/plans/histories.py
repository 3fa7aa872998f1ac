"""Made histories: how often a goal is really reached within the range that was forecast. Seeded, so always the same.

`python -m tests.plans.histories` prints the table of docs/forecast.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, exp, floor, inf, sqrt
from random import Random

from outreach.plans import forecast

WORLDS = ("steady", "bumpy", "losses", "pauses", "waves", "drift")
PACES = (1.5, 3, 6, 12, 25, 60)  # households a week
AHEAD = (8, 16, 30, 60, 100)  # weeks to the goal at the pace that was seen
NEVER = 2000  # weeks


@dataclass
class Score:
    """Of the histories with a forecast: how many ended within the range, before it, after it; had no late end."""

    told: int = 0
    within: int = 0
    before: int = 0
    after: int = 0
    open: int = 0

    @property
    def share(self) -> float:
        """Which part ended within."""
        return self.within / self.told


def score(world: str, seen: int, many: int) -> Score:
    """Forecasts from `seen` weeks of `many` histories, each compared with how it went on."""
    found = Score()
    for seed in range(many):
        dice = Random(f"{world} {seen} {seed}")
        weeks = WEEKS[world](dice, dice.choice(PACES))
        gains = [next(weeks) for _ in range(seen)]
        remaining = max(1, round(sum(gains) / seen * dice.choice(AHEAD)))
        when = forecast.forecast(remaining, gains).when
        if when is not None and when.early is not None:
            _judge(found, when.early, inf if when.late is None else when.late, _until(weeks, remaining))
    return found


def _until(weeks: Iterator[int], remaining: int) -> int:
    done = week = 0
    while done < remaining and week < NEVER:
        done, week = done + next(weeks), week + 1
    return week


def _judge(found: Score, early: float, late: float, end: int) -> None:
    """Weeks are whole: a goal that is reached within the week of a bound is within."""
    found.told += 1
    found.open += late == inf
    if end < floor(early):
        found.before += 1
    elif late != inf and end > ceil(late):
        found.after += 1
    else:
        found.within += 1


def _poisson(dice: Random, mean: float) -> int:
    if mean > 60:
        return max(0, round(dice.gauss(mean, sqrt(mean))))
    end, many, so_far = exp(-max(0.0, mean)), 0, dice.random()
    while so_far > end:
        many, so_far = many + 1, so_far * dice.random()
    return many


def _steady(dice: Random, pace: float) -> Iterator[int]:
    """Each household by chance of its own."""
    while True:
        yield _poisson(dice, pace)


def _bumpy(dice: Random, pace: float) -> Iterator[int]:
    """Good weeks and bad ones: campaigns, harvests, rain."""
    while True:
        yield _poisson(dice, pace * dice.gammavariate(2, 0.5))


def _losses(dice: Random, pace: float) -> Iterator[int]:
    """Some households fall back or move away."""
    while True:
        yield _poisson(dice, pace) - _poisson(dice, 0.15 * pace)


def _pauses(dice: Random, pace: float) -> Iterator[int]:
    """Two weeks of nothing, twice a year, the first of them just before the forecast is made."""
    week = 0
    while True:
        yield 0 if week % 26 in (10, 11) else _poisson(dice, pace)
        week += 1


def _waves(dice: Random, pace: float) -> Iterator[int]:
    """A pace that swings for weeks and comes back."""
    level = 1.0
    while True:
        level = 0.7 * level + 0.3 + dice.gauss(0, 0.25)
        yield _poisson(dice, pace * max(0.0, level))


def _drift(dice: Random, pace: float) -> Iterator[int]:
    """A pace that wanders off and does not come back: within a year it often nearly doubles or halves."""
    level = 1.0
    while True:
        level *= exp(dice.gauss(0, 0.08))
        yield _poisson(dice, pace * level)


WEEKS: dict[str, Callable[[Random, float], Iterator[int]]] = {
    "steady": _steady, "bumpy": _bumpy, "losses": _losses, "pauses": _pauses, "waves": _waves, "drift": _drift,
}  # fmt: skip


def main() -> None:
    """Print the table of docs/forecast.md."""
    for world in WORLDS:
        cells = [world]
        for seen in (12, 6):
            one = score(world, seen, 2000)
            shares = (one.within, one.before, one.after, one.open)
            cells += [f"{100 * n / one.told:.0f}" for n in shares]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
