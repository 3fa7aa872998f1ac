"""What if: more volunteers, or another order of houses. Plain arithmetic, no database.

More volunteers do more each week, in proportion. Another order asks for other households first: with fewer steps
before them the same work makes more of them proficient, with more steps fewer. Where all are to be proficient in the
end, no order saves a step. Every step counts as the same work; what that leaves out stands in docs/forecast.md.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from typing import NamedTuple

from outreach.coverage.numbers import Counts
from outreach.plans import forecast, needed
from outreach.plans.forecast import Forecast

AS_NOW, LEARNERS, NEAREST, FARTHEST = "as_now", "learners", "nearest", "farthest"
ORDERS = (AS_NOW, LEARNERS, NEAREST, FARTHEST)
LEFT = {"learning": 1, "has_ambassador": 2, "visited": 3, "not_reached": 4}  # steps before a household, nearest first


class Waiting(NamedTuple):
    """Households, and the steps that lie before each of them."""

    many: int
    steps: float


def suppose(
    order: str, remaining: int, gains: Sequence[int], factor: float, places: Sequence[Counts], share: float
) -> Forecast:
    """When `remaining` households more are proficient, with `factor` times the work of now, in an order of houses.

    `places`: how those that stand below stand, or the place itself alone; `share`: the goal, 0 to 1.
    """
    work = ceil(remaining * weight(order, remaining, places, share) - 1e-9)
    return forecast.forecast(work, [factor * gain for gain in gains])


def weight(order: str, remaining: int, places: Sequence[Counts], share: float) -> float:
    """How much work a household is in an order, beside one of the present mix: as many times as there are steps."""
    mixed = steps_before(AS_NOW, remaining, places, share)
    return steps_before(order, remaining, places, share) / mixed if mixed else 1.0


def steps_before(order: str, remaining: int, places: Sequence[Counts], share: float) -> float:
    """How many steps it takes until `remaining` households more are proficient."""
    steps, rest = 0.0, max(0, remaining)
    for many, each in _queue(order, places, share):
        taken = min(rest, many)
        steps, rest = steps + taken * each, rest - taken
    return steps + rest * max(LEFT.values())  # those that are not on the list yet


def _queue(order: str, places: Sequence[Counts], share: float) -> Iterator[Waiting]:
    if order == AS_NOW:
        yield _mix(_nearest(places))
    elif order == NEAREST:
        yield from _nearest(places)
    elif order == LEARNERS:
        learning, *others = _nearest(places)
        yield from (learning, _mix(others))
    else:
        yield from (_mixed(one, needed.lacking(one, share)) for one in _slowest_first(places))


def _slowest_first(places: Sequence[Counts]) -> list[Counts]:
    return sorted((one for one in places if one.share is not None), key=lambda one: one.share or 0.0)


def _nearest(places: Sequence[Counts]) -> list[Waiting]:
    return [Waiting(sum(one.of(stage) for one in places), each) for stage, each in LEFT.items()]


def _mixed(place: Counts, most: int) -> Waiting:
    """So many of a place, as they stand."""
    all_ = _mix(_nearest([place]))
    return Waiting(min(most, all_.many), all_.steps)


def _mix(groups: Sequence[Waiting]) -> Waiting:
    many = sum(group.many for group in groups)
    return Waiting(many, sum(group.many * group.steps for group in groups) / many if many else 0.0)
