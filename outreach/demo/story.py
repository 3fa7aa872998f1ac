"""What happened at one household in three months, drawn with dice: pure, so that the same seed tells the same story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from outreach.households.models import (
    HAS_AMBASSADOR,
    LEARNING,
    MOVED_AWAY,
    NOT_REACHED,
    PROFICIENT,
    REFUSED,
    VACANT,
    VISITED,
)
from outreach.visits.models import ALONE, HELPED, NOBODY, SHOWN

DAYS = 92


@dataclass(frozen=True)
class Call:
    """Somebody knocked: on which day, how it went, and when they promised to come again."""

    on: date
    outcome: str
    next_on: date | None = None


@dataclass(frozen=True)
class Story:
    """A household's three months. A day that is None has not come (yet)."""

    calls: tuple[Call, ...] = ()
    ambassador_on: date | None = None
    learning_on: date | None = None
    ready_on: date | None = None  # seen doing all of it alone; a leader may confirm
    proficient_on: date | None = None
    closed: tuple[date, str] | None = None

    @property
    def met_on(self) -> date | None:
        """The first day somebody was at home."""
        return next((call.on for call in self.calls if call.outcome != NOBODY), None)

    def path(self) -> Iterator[tuple[date, str]]:
        """Each stage with the day it began; days that would begin two stages begin the later one only."""
        steps = [
            (self.met_on, VISITED),
            (self.ambassador_on, HAS_AMBASSADOR),
            (self.learning_on, LEARNING),
            (self.proficient_on, PROFICIENT),
            self.closed or (None, ""),
        ]
        days = [(on, stage) for on, stage in steps if on]
        for n, (on, stage) in enumerate(days):
            if n + 1 == len(days) or days[n + 1][0] > on:
                yield on, stage

    @property
    def stage(self) -> str:
        """Where the household stands today."""
        return [NOT_REACHED, *(stage for _on, stage in self.path())][-1]


def tell(dice: Random, today: date, pace: float) -> Story:
    """Draw a story; `pace` (0 to 1) is how well the village's group is doing."""
    chance = dice.random()
    if chance < 0.03:
        kind = MOVED_AWAY if chance < 0.018 else VACANT if chance < 0.026 else REFUSED
        return Story(closed=(_day(dice, today, DAYS), kind))
    if dice.random() > 0.25 + pace * 0.8:
        return Story()
    first = _day(dice, today, DAYS)
    if dice.random() < 0.12:
        return Story((Call(first, NOBODY),))
    if dice.random() > 0.62 + pace * 0.35:
        again = first + timedelta(days=dice.choice((7, 14)))
        return Story((Call(first, SHOWN, again if again >= today - timedelta(days=3) else None),))
    return _with_ambassador(dice, today, pace, first)


def _with_ambassador(dice: Random, today: date, pace: float, first: date) -> Story:
    again = first + timedelta(days=dice.choice((7, 14)))
    learning = first + timedelta(days=dice.randrange(1, 9))
    if learning > today or dice.random() > 0.8:
        return Story((Call(first, SHOWN, again if again >= today - timedelta(days=4) else None),), first)
    calls = [Call(first, SHOWN, again if again > today else None)]
    if again <= today:
        calls.append(Call(again, HELPED if dice.random() < 0.6 else ALONE))
    done = again + timedelta(days=dice.randrange(5, 25))
    if done > today or dice.random() > 0.35 + pace * 0.6:
        return Story(tuple(calls), first, learning)
    calls.append(Call(done, ALONE))
    confirmed = done + timedelta(days=dice.randrange(1, 8))
    return Story(tuple(calls), first, learning, done, confirmed if confirmed <= today else None)


def _day(dice: Random, today: date, most: int) -> date:
    """A day gone by; groups go out at weekends more than on weekdays."""
    days = [today - timedelta(days=dice.randrange(1, most)) for _ in range(2)]
    return max(days, key=lambda day: day.weekday() >= 5)
