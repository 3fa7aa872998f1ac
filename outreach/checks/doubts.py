"""What makes a visit worth a question: pure rules with their thresholds. A question presumes nothing.

Only what the log itself says is looked at: moments, notes, results, and the places of houses as the commune's list has
them. Nobody's whereabouts are known or asked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final, NamedTuple

from outreach import clock
from outreach.lib import words

MANY, IN_AN_HOUR = 9, timedelta(hours=1)  # a visit takes seven minutes at least: nine within an hour are too many
SAME_NOTE_LETTERS, SAME_NOTE_TIMES, SAME_NOTE_DAYS = 20, 3, timedelta(days=7)  # short notes repeat by themselves
NIGHT_FROM, NIGHT_TO = 22, 5  # o'clock; nobody is visited between them
FAR_KM, FAR_WITHIN = 5.0, timedelta(minutes=10)  # nobody makes 30 km/h from door to door through a village
AHEAD = timedelta(minutes=15)  # so much may two clocks differ before a visit arrives before it was made
CLOCK_OFF = timedelta(days=1)  # a clock that is off by less does not change which day was worked
ALL_ALONE = 10  # people met in a month, each of whom did everything alone
SECOND_VISIT = timedelta(days=30)  # after a family was confirmed, somebody else should have been there by then
AT_A_TIME = 3  # open questions of one author about families that nobody else has seen
FROM_PAPER = 3  # visits with the very same moment were typed from paper: their day is known, their hour is not

MANY_AN_HOUR, SAME_NOTE, NIGHT, FAR, ARRIVED_BEFORE, CLOCK, ALONE_ONLY, ONE_AUTHOR = REASONS = (
    "many", "same_note", "night", "far", "ahead", "clock", "all_alone", "one_author",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A visit as the rules see it: all of one author's, oldest first, are looked at together."""

    id: int
    household_id: int
    village_id: int
    at: datetime
    said_at: datetime | None
    received_at: datetime
    outcome: str
    note: str
    way: str
    lat: float | None
    lon: float | None


class Question(NamedTuple):
    """A visit, why it is asked about, and the numbers that the reason speaks of (JSON-able)."""

    visit_id: int
    reason: str
    facts: dict[str, Any]


def questions(visits: Sequence[Seen]) -> list[Question]:
    """Everything that is asked about one author's visits (oldest first)."""
    return [found for rule in RULES for found in rule(visits)]


def many_in_an_hour(visits: Sequence[Seen]) -> Iterator[Question]:
    """Too many houses within an hour; at a help point or on the telephone people come quicker."""
    at_doors = _with_hour(v for v in visits if v.way == "home")
    asked: dict[int, dict[str, Any]] = {}
    first = 0
    for last, visit in enumerate(at_doors):
        while visit.at - at_doors[first].at >= IN_AN_HOUR:
            first += 1
        count = last - first + 1
        if count >= MANY:
            for one in at_doors[first : last + 1]:
                asked.setdefault(one.id, {})
                if count >= asked[one.id].get("count", 0):
                    asked[one.id] = {"count": count, "start": f"{clock.local(at_doors[first].at):%H:%M}"}
    yield from (Question(id, MANY_AN_HOUR, facts) for id, facts in asked.items())


def same_note(visits: Sequence[Seen]) -> Iterator[Question]:
    """The same long note at several visits within a week."""
    by_note: dict[str, list[Seen]] = defaultdict(list)
    for visit in visits:
        folded = words.fold(visit.note)
        if sum(map(str.isalpha, folded)) >= SAME_NOTE_LETTERS:
            by_note[folded].append(visit)
    for alike in by_note.values():
        yield from (Question(id, SAME_NOTE, {"count": count}) for id, count in _crowded(alike).items())


def _crowded(alike: Sequence[Seen]) -> dict[int, int]:
    """Of visits with one note those that stand with others in some week, and with how many at most."""
    crowded: dict[int, int] = {}
    for first in alike:
        week = [v for v in alike if timedelta(0) <= v.at - first.at < SAME_NOTE_DAYS]
        if len(week) >= SAME_NOTE_TIMES:
            crowded |= {v.id: max(len(week), crowded.get(v.id, 0)) for v in week}
    return crowded


def at_night(visits: Sequence[Seen]) -> Iterator[Question]:
    """At a door in the night."""
    for visit in _with_hour(v for v in visits if v.way == "home"):
        at = clock.local(visit.at)
        if at.hour >= NIGHT_FROM or at.hour < NIGHT_TO:
            yield Question(visit.id, NIGHT, {"time": f"{at:%H:%M}"})


def far_apart(visits: Sequence[Seen]) -> Iterator[Question]:
    """Two houses, whose places the list knows, too far from each other for the minutes between."""
    placed = _with_hour(v for v in visits if v.way == "home" and v.lat is not None and v.lon is not None)
    for before, visit in pairwise(placed):
        km, apart = _km(before, visit), visit.at - before.at
        if km > FAR_KM and apart <= FAR_WITHIN:
            yield Question(visit.id, FAR, {"km": round(km, 1), "minutes": int(apart.total_seconds() // 60)})


def before_it_was(visits: Sequence[Seen]) -> Iterator[Question]:
    """It arrived before it was made, as the phone said: such a visit is kept with the moment it arrived."""
    for visit in visits:
        shown = visit.at if visit.said_at is None or visit.at < visit.received_at else visit.said_at
        if shown - visit.received_at > AHEAD:
            minutes = int((shown - visit.received_at).total_seconds() // 60)
            yield Question(visit.id, ARRIVED_BEFORE, {"minutes": minutes})


def clock_off(visits: Sequence[Seen]) -> Iterator[Question]:
    """The phone's clock was off by a day or more, so the day worked may be another."""
    for visit in visits:
        if visit.said_at is not None and abs(visit.said_at - visit.at) >= CLOCK_OFF:
            yield Question(visit.id, CLOCK, {"days": abs(visit.said_at - visit.at).days})


def all_alone(visits: Sequence[Seen]) -> Iterator[Question]:
    """Everybody who was met in a month did everything alone; asked about the first of these visits."""
    by_month: dict[str, list[Seen]] = defaultdict(list)
    for visit in visits:
        if visit.outcome in ("alone", "helped", "shown"):
            by_month[f"{clock.local(visit.at):%m/%Y}"].append(visit)
    for month, met in by_month.items():
        if len(met) >= ALL_ALONE and all(visit.outcome == "alone" for visit in met):
            yield Question(met[0].id, ALONE_ONLY, {"count": len(met), "month": month})


def _with_hour(visits: Iterable[Seen]) -> list[Seen]:
    """Those whose hour is known: many of the very same moment were typed from paper."""
    by_moment: dict[datetime, list[Seen]] = defaultdict(list)
    for visit in visits:
        by_moment[visit.at].append(visit)
    return [v for same in by_moment.values() if len(same) < FROM_PAPER for v in same]


def _km(one: Seen, other: Seen) -> float:
    """The distance between two houses as the crow flies."""
    a, b = radians(one.lat or 0), radians(other.lat or 0)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians((other.lon or 0) - (one.lon or 0)) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


RULES: Final[tuple[Callable[[Sequence[Seen]], Iterator[Question]], ...]] = (
    many_in_an_hour, same_note, at_night, far_apart, before_it_was, clock_off, all_alone,
)  # fmt: skip
