"""What makes a visit worth a question: pure rules with their thresholds. A question presumes nothing.

Only what the log itself says is looked at: moments, notes, results, and the places of houses as the commune's list has
them. Nobody's whereabouts are known or asked.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
FROM_PAPER = 3  # visits of the very same moment that no phone told: of paper their day is known, their hour is not
AT_ONCE = 3  # visits that a phone noted in the very same second: a hand needs longer for one
MANY_A_DAY = 40  # at doors: seven minutes at each are close to five hours without a step between them
ONE_DOOR = 3  # visits to one door in a day: who found nobody comes once more
LATE, MANY_LATE = timedelta(days=21), 5  # a bag closes after a week without a network; a broken phone takes longer

REASONS = (
    MANY_AN_HOUR, SAME_NOTE, NIGHT, FAR, ARRIVED_BEFORE, CLOCK, ALONE_ONLY, ONE_AUTHOR, SAME_MOMENT, TOO_MANY_A_DAY,
    SAME_DOOR, MANY_NOTED_LATE,
) = (
    "many", "same_note", "night", "far", "ahead", "clock", "all_alone", "one_author", "at_once", "many_a_day",
    "one_door", "late",
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
    """The same long note, but for its numbers, at several visits within a week."""
    by_note: dict[str, list[Seen]] = defaultdict(list)
    for visit in visits:
        folded = " ".join(re.sub("[0-9]+", " ", words.fold(visit.note)).split())
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


def at_once(visits: Sequence[Seen]) -> Iterator[Question]:
    """Noted by a phone in one and the same second; asked about the first of them."""
    for same in _alike(visits, lambda v: v.said_at and v.said_at.replace(microsecond=0)):
        if len(same) >= AT_ONCE:
            yield Question(same[0].id, SAME_MOMENT, {"count": len(same)})


def many_a_day(visits: Sequence[Seen]) -> Iterator[Question]:
    """More doors on a day than anybody reaches; asked about the first of them."""
    for same in _alike(visits, lambda v: _day(v.at) if v.way == "home" else None):
        if len(same) >= MANY_A_DAY:
            yield Question(same[0].id, TOO_MANY_A_DAY, {"count": len(same)})


def one_door(visits: Sequence[Seen]) -> Iterator[Question]:
    """Again and again at one door on a day; asked about the first time."""
    for same in _alike(visits, lambda v: (v.household_id, _day(v.at)) if v.way == "home" else None):
        if len(same) >= ONE_DOOR:
            yield Question(same[0].id, SAME_DOOR, {"count": len(same)})


def noted_late(visits: Sequence[Seen]) -> Iterator[Question]:
    """Many arrived on one day, weeks after they were made; asked about the first of them."""
    for same in _alike(visits, lambda v: _day(v.received_at) if v.received_at - v.at >= LATE else None):
        if len(same) >= MANY_LATE:
            yield Question(same[0].id, MANY_NOTED_LATE, {"count": len(same), "days": LATE.days})


def _alike(visits: Iterable[Seen], by: Callable[[Seen], object]) -> list[list[Seen]]:
    """The visits that have the same of something, those that have none of it left out."""
    found: dict[object, list[Seen]] = defaultdict(list)
    for visit in visits:
        if (what := by(visit)) is not None:
            found[what].append(visit)
    return list(found.values())


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _with_hour(visits: Iterable[Seen]) -> list[Seen]:
    """Those whose hour is known: many of the very same moment were typed from paper, unless a phone told it."""
    told = list(visits)
    unknown = {v.id for same in _alike(told, lambda v: v.at if v.said_at is None else None)
               if len(same) >= FROM_PAPER for v in same}  # fmt: skip
    return [v for v in told if v.id not in unknown]


def _km(one: Seen, other: Seen) -> float:
    """The distance between two houses as the crow flies."""
    a, b = radians(one.lat or 0), radians(other.lat or 0)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians((other.lon or 0) - (one.lon or 0)) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


RULES: Final[tuple[Callable[[Sequence[Seen]], Iterator[Question]], ...]] = (
    many_in_an_hour, same_note, at_night, far_apart, before_it_was, clock_off, all_alone,
    at_once, many_a_day, one_door, noted_late,
)  # fmt: skip
