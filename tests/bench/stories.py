"""What happened to a made-up household, week by week, written down once so that millions of households can live it.

A story is told in weeks; a village adds the weekday on which its group goes out. So a few hundred stories, written for
each of the seven weekdays, fill a country, and every sum of it follows from the very rule that the house counts by
(`tallies.share_of`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import NamedTuple

from outreach.areas.loading import TWO_LEVELS
from outreach.households import tallies
from outreach.households.models import (
    CLOSED,
    COUNTED,
    HAS_AMBASSADOR,
    LEARNING,
    NOT_REACHED,
    PROFICIENT,
    REFUSED,
    VISITED,
)  # fmt: skip
from outreach.visits.models import ALONE, HELPED, NOBODY, SHOWN

WEEKDAYS = 7
PACES = 8  # how well a village's group does
A_PACE = 120  # stories
LONGEST = 78  # weeks: 18 months
RECENT = 5  # weeks whose visits are rows, not only counts: as far back as the nightly proof takes days apart
NOT_SET = "\\N"
EVERY_SKILL = 0b11111
OUTCOMES = (ALONE, HELPED, SHOWN)
CALLS = 1 + len(OUTCOMES)  # columns of a day of visits: all, then by outcome
MORNING, NOON = "02:30:00.000000", "04:45:00.000000"  # UTC: at home it is half past nine, and a quarter to twelve


class Calendar(NamedTuple):
    """When it all took place: the day of the list, and how many weeks of going out followed."""

    listed: date
    weeks: int

    @classmethod
    def until(cls, today: date) -> "Calendar":
        """18 months, but not before the communes of today began."""
        yesterday = today - timedelta(days=1)
        weeks = min(LONGEST, (yesterday - TWO_LEVELS).days // 7)
        return cls(yesterday - timedelta(days=7 * weeks), weeks)

    def day(self, week: int, weekday: int) -> date:
        """When a village of this weekday goes out in this week."""
        return self.listed + timedelta(days=7 * week + weekday + 1)


@dataclass
class Plot:
    """A household's weeks: how it stood from a week on, and who called with what outcome."""

    stands: list[tuple[int, SimpleNamespace]] = field(default_factory=list)
    calls: list[tuple[int, str]] = field(default_factory=list)

    def goes(self, week: int, **changed: object) -> None:
        """From this week on."""
        self.stands.append((week, SimpleNamespace(**(vars(self.now) | changed))))

    @property
    def now(self) -> SimpleNamespace:
        """How it stands in the end; the names are those of a household."""
        return self.stands[-1][1] if self.stands else SimpleNamespace(stage=NOT_REACHED, alone=0, helped=0, vneid=0)

    def week_of(self, stage: str) -> int | None:
        """Since when it has stood in a stage, if it ever did."""
        return next((week for week, stand in self.stands if stand.stage == stage), None)


@dataclass(frozen=True)
class Told:
    """A story of one weekday: tails of the rows of each table, and what it adds to the sums of its weeks.

    `moves` and `calls`: place in the village's sheet (week times the number of columns, and the column), how many.
    """

    household: str
    member: str
    ambassador: str
    changes: Sequence[str]
    visits: Sequence[str]  # all; the last `recent` of them are of the last weeks
    recent: int
    moves: Sequence[tuple[int, int]]
    calls: Sequence[tuple[int, int]]


def shelf(calendar: Calendar, seed: str) -> list[list[list[Told]]]:
    """Stories by pace and weekday."""
    dice = Random(seed)
    plots = [[_plot(dice, 0.12 + 0.1 * pace, calendar.weeks) for _ in range(A_PACE)] for pace in range(PACES)]
    weeks = [[calendar.day(week, weekday) for week in range(calendar.weeks)] for weekday in range(WEEKDAYS)]
    return [[[_tell(plot, calendar, days) for plot in pace] for days in weeks] for pace in plots]


def listed(calendar: Calendar) -> str:
    """The tail of the first line of every household's history."""
    return _change(None, NOT_REACHED, calendar.listed, NOON)


def _plot(dice: Random, luck: float, weeks: int) -> Plot:
    plot, first, fate = Plot(), dice.randrange(weeks), dice.random()
    if fate < 0.05:
        closed = dice.choice(CLOSED)
        plot.goes(first, stage=closed)
        plot.calls.append((first, REFUSED if closed == REFUSED else NOBODY))
    elif fate < 0.05 + 0.95 * (0.25 + 0.7 * luck):
        _reached(plot, dice, luck, first, weeks)
    calls = dice.choice((0, 1, 1, 2)) if plot.stands else dice.choice((0, 0, 1, 2, 2))
    plot.calls += [(dice.randrange(weeks), NOBODY) for _ in range(calls)]
    plot.calls.sort()
    return plot


def _reached(plot: Plot, dice: Random, luck: float, week: int, weeks: int) -> None:
    """Somebody was met; then some get an ambassador, some of those learn, and some of those can."""
    plot.goes(week, stage=VISITED, vneid=int(dice.random() < 0.4))
    plot.calls.append((week, SHOWN))
    for stage, longest in ((HAS_AMBASSADOR, 3), (LEARNING, 6), (PROFICIENT, 14)):
        week += dice.randrange(stage != HAS_AMBASSADOR, longest)
        if week >= weeks or dice.random() > luck + 0.25:
            return
        skills = {LEARNING: {"helped": dice.randrange(32)}, PROFICIENT: {"alone": EVERY_SKILL, "helped": 0}}
        plot.goes(week, stage=stage, **skills.get(stage, {}))
        if stage != HAS_AMBASSADOR:
            plot.calls.append((week, HELPED if stage == LEARNING else ALONE))


def _tell(plot: Plot, calendar: Calendar, days: Sequence[date]) -> Told:
    return Told(
        household=_household(plot, days, calendar.listed),
        member=_member(plot, days),
        ambassador=_ambassador(plot, days),
        changes=list(_changes(plot, days)),
        visits=[_visit(outcome, days[week]) for week, outcome in plot.calls],
        recent=sum(week >= calendar.weeks - RECENT for week, _outcome in plot.calls),
        moves=list(_moves(plot)),
        calls=list(_calls(plot)),
    )


def _household(plot: Plot, days: Sequence[date], listed: date) -> str:
    met, now = plot.week_of(VISITED), plot.now
    closed = now.stage if now.stage in CLOSED else NOT_SET
    last = f"{days[plot.calls[-1][0]]} {MORNING}" if plot.calls else NOT_SET
    return _line(
        now.stage, f"{days[met]} {MORNING}" if met is not None else NOT_SET, last, closed, now.alone, now.helped,
        now.vneid, f"{listed} {NOON}",
    )  # fmt: skip


def _member(plot: Plot, days: Sequence[date]) -> str:
    """The one who was met; "" where nobody was."""
    met = plot.week_of(VISITED)
    if met is None:
        return ""
    since = [_day(plot.week_of(stage), days) for stage in (LEARNING, PROFICIENT)]
    said = str(days[met]) if plot.now.vneid else NOT_SET
    skills = plot.now.alone, plot.now.helped
    return _line(1960 + met % 40, "head", "vi", "plain", *since, *skills, said, f"{days[met]} {NOON}")


def _ambassador(plot: Plot, days: Sequence[date]) -> str:
    since = plot.week_of(HAS_AMBASSADOR)
    return "" if since is None else _line(days[since], "")


def _changes(plot: Plot, days: Sequence[date]) -> Iterator[str]:
    before = NOT_REACHED
    for week, stand in plot.stands:
        yield _change(before, stand.stage, days[week], MORNING)
        before = stand.stage


def _change(old: str | None, new: str, on: date, at: str) -> str:
    return _line(old or NOT_SET, new, f"{on} {at}", on, "")


def _visit(outcome: str, on: date) -> str:
    return _line("bench", f"{on} {MORNING}", f"{on} {NOON}", outcome, "", "home")


def _moves(plot: Plot) -> Iterator[tuple[int, int]]:
    before = tallies.share_of(Plot().now)
    for week, stand in plot.stands:
        after = tallies.share_of(stand)
        for column, name in enumerate(COUNTED):
            if after[name] != before[name]:
                yield week * len(COUNTED) + column, after[name] - before[name]
        before = after


def _calls(plot: Plot) -> Iterator[tuple[int, int]]:
    sheet: Counter[int] = Counter()
    for week, outcome in plot.calls:
        sheet[week * CALLS] += 1
        if outcome in OUTCOMES:
            sheet[week * CALLS + 1 + OUTCOMES.index(outcome)] += 1
    yield from sheet.items()


def _day(week: int | None, days: Sequence[date]) -> str:
    return NOT_SET if week is None else str(days[week])


def _line(*values: object) -> str:
    return "\t".join(map(str, values))
