"""When a goal is reached at the present pace, and how sure that is: plain arithmetic on weekly gains, no database.

A gain is the number of households that became proficient in a week, less those that no longer are; weeks run from
Monday to Sunday, and only whole weeks count. The method, and why it is this one, stands in docs/forecast.md.
"""

from collections.abc import Sequence
from math import ceil, inf, sqrt
from statistics import fmean, variance
from typing import Final, NamedTuple

LONG, SHORT, LEAST = 12, 4, 4  # weeks looked back upon: at most, lately, at least
FEW = 5  # gains: with fewer than these a pace is chance
SURE: Final = 1.2816  # standard deviations: eight of ten steady histories end within
FAR = 260.0  # weeks: what lies more than five years ahead is not told to the week

TOO_SHORT, TOO_FEW, NOT_SO = "too_short", "too_few", "not_so"


class Range(NamedTuple):
    """In how many weeks from now the goal is reached; None: later than `FAR`, or never at that pace."""

    early: float | None
    middle: float | None
    late: float | None


class Forecast(NamedTuple):
    """A range, or (`why` is not "") the reason why there is none: TOO_SHORT, TOO_FEW or NOT_SO (no progress)."""

    when: Range | None
    why: str = ""


def pace(gains: Sequence[float], weeks: int) -> float | None:
    """Gains a week, over the last `weeks` of them; None where there are not so many yet."""
    return fmean(gains[-weeks:]) if len(gains) >= weeks else None


def forecast(remaining: int, gains: Sequence[float]) -> Forecast:
    """When `remaining` households more are proficient. `gains`: of whole weeks, the oldest first."""
    looked_at = gains[-LONG:]
    if remaining <= 0:
        return Forecast(Range(0.0, 0.0, 0.0))
    if len(looked_at) < LEAST:
        return Forecast(None, TOO_SHORT)
    if sum(max(gain, 0) for gain in looked_at) < FEW:
        return Forecast(None, TOO_FEW)
    usual, lately = fmean(looked_at), fmean(looked_at[-SHORT:])
    if max(usual, lately) <= 0:
        return Forecast(None, NOT_SO)
    spread = max(variance(looked_at), usual)  # never surer than if each household came by chance of its own
    by_all, by_last = _bounds(remaining, usual, spread, 1 / len(looked_at)), _bounds(remaining, lately, spread, 0.0)
    early, late = min(by_all[0], by_last[0]), max(by_all[1], by_last[1])
    return Forecast(Range(_told(early), _told(remaining / usual if usual > 0 else inf), _told(late)))


def needed(remaining: int, days_left: int) -> int:
    """How many a week, so that `remaining` are done in `days_left` days; all of them where less than a week is left."""
    return max(0, ceil(remaining / max(1.0, days_left / 7)))


def _bounds(remaining: int, usual: float, spread: float, unsure: float) -> tuple[float, float]:
    """The weeks t between which `remaining` lies within reach: (usual·t − remaining)² = SURE²·spread·(t + unsure·t²).

    t weeks scatter by spread·t; that the pace itself is a mean of n weeks adds spread·t²/n (`unsure` is 1/n).
    """
    if usual <= 0:
        return inf, inf
    chance = SURE**2 * spread
    square, line = usual**2 - chance * unsure, 2 * usual * remaining + chance
    root = sqrt(chance * (chance + 4 * usual * remaining + 4 * unsure * remaining**2))
    early = 2 * remaining**2 / (line + root)
    return early, (line + root) / (2 * square) if square > 0 else inf


def _told(weeks: float) -> float | None:
    return weeks if weeks <= FAR else None
