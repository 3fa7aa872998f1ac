"""A year of visits as a calendar: a square a day, a column a week; plain geometry in the drawing's own units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SIDE, GAP, LEFT, TOP = 11, 2, 26, 18  # of a day; room for the words beside and above
STEP = SIDE + GAP
WEEKS = 53
WEEK = timedelta(days=7)
HEIGHT = TOP + 7 * STEP
WIDTH = LEFT + WEEKS * STEP


@dataclass(frozen=True)
class Week:
    """A week of the table behind the calendar: its Monday, and the visits of its days (None: not within the year)."""

    monday: date
    days: Sequence[int | None]

    @property
    def total(self) -> int:
        """Visits of the week."""
        return sum(day or 0 for day in self.days)


@dataclass(frozen=True)
class Calendar:
    """The squares of each shade as one SVG path, darker from 0 (none) to 4; where months begin; the table behind."""

    first: date
    last: date
    paths: Sequence[str]
    months: Sequence[tuple[int, date]]  # (x, first day)
    bounds: Sequence[int]  # the most visits a day of shades 1 to 4 has
    weeks: Sequence[Week]  # the newest first
    total: int
    busiest: tuple[date, int] | None

    @property
    def ranges(self) -> Sequence[tuple[int, int, int]]:
        """(shade, from, to visits a day) of the shades that occur."""
        lows = [0, *self.bounds]
        spans = [(n, low + 1, high) for n, (low, high) in enumerate(zip(lows, self.bounds, strict=False), 1)]
        return [span for span in spans if span[1] <= span[2]]


def draw(visits: Mapping[date, int], last: date) -> Calendar:
    """The calendar of the 53 weeks that end with the week of `last`. `visits` by day; a day without any may miss."""
    monday = last - timedelta(days=last.weekday())
    first = monday - (WEEKS - 1) * WEEK
    here = {day: n for day, n in visits.items() if first <= day <= last and n > 0}
    bounds = quarters(list(here.values()))
    paths = ["" for _shade in range(5)]
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        paths[shade(here.get(day, 0), bounds)] += _square(number)
    busiest = max(here.items(), key=lambda pair: (pair[1], pair[0]), default=None)
    return Calendar(
        first, last, paths, _months(first, last), bounds, _weeks(first, last, here), sum(here.values()), busiest
    )


def quarters(counts: Sequence[int]) -> Sequence[int]:
    """Up to how many visits the days of each shade have: a quarter of the days with visits falls to each."""
    ranked = sorted(counts)
    return [ranked[max(0, len(ranked) * part // 4 - 1)] for part in (1, 2, 3, 4)] if ranked else [0, 0, 0, 0]


def shade(count: int, bounds: Sequence[int]) -> int:
    """0 without a visit, else 1 to 4."""
    return next((n for n, most in enumerate(bounds, 1) if count <= most), 4) if count else 0


def _square(number: int) -> str:
    x, y = LEFT + number // 7 * STEP, TOP + number % 7 * STEP
    return f"M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z"


def _months(first: date, last: date) -> list[tuple[int, date]]:
    """Where the first day of a month stands; a month that begins before the first week is not named."""
    firsts = (first + timedelta(days=n) for n in range((last - first).days - 6))
    return [(LEFT + (day - first).days // 7 * STEP, day) for day in firsts if day.day == 1]


def _weeks(first: date, last: date, visits: Mapping[date, int]) -> list[Week]:
    mondays = [first + n * WEEK for n in range(WEEKS)][::-1]
    return [Week(monday, [_on(monday + timedelta(days=n), last, visits) for n in range(7)]) for monday in mondays]


def _on(day: date, last: date, visits: Mapping[date, int]) -> int | None:
    return visits.get(day, 0) if day <= last else None
