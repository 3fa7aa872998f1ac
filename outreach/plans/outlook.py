"""All that a place's plan page tells: where it stands beside its plan, its pace, its forecast, what is needed."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, VILLAGE, Area
from outreach.coverage import numbers
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Counts, Day, Row
from outreach.lib.months import first_of, last_months
from outreach.plans import forecast, needed, pacing, path, queries, supposing
from outreach.plans.forecast import Forecast
from outreach.plans.models import Plan
from outreach.plans.needed import Need
from outreach.plans.pacing import Weeks
from outreach.plans.path import Mark, Point

MONTHS, MOST_MONTHS = 6, 24  # how far the line of what was looks back: at least, at most
LIKELY, OPEN, UNLIKELY = "likely", "open", "unlikely"


class Standing(NamedTuple):
    """A place below beside the same plan: how many households it asks for by today; a negative `short` is ahead."""

    place: Area
    counts: Counts
    expected: int

    @property
    def short(self) -> int:
        """How many of these are missing."""
        return self.expected - self.counts.proficient


@dataclass(frozen=True)
class Outlook:
    """A place as it stands today, with the plan in force for it, if any."""

    area: Area
    today: date
    as_of: datetime
    total: Counts
    rows: Sequence[Row[Area]]  # what stands directly below; none for a village
    plan: Plan | None
    days: Sequence[Day]
    weeks: Weeks
    visits_a_gain: float | None  # of the place, else of its province

    @property
    def own(self) -> bool:
        """Whether the plan was made for this very place."""
        return self.plan is not None and self.plan.area_id == self.area.id

    @cached_property
    def points(self) -> list[Point]:
        """The plan's way; none without a plan."""
        return queries.points(self.plan) if self.plan else []

    @property
    def share(self) -> float:
        """What is to be reached in the end, 0 to 1: without a plan every household."""
        return self.plan.share / 100 if self.plan else 1.0

    @property
    def target(self) -> int:
        """The same in households in scope today."""
        return self.total.proficient + self.remaining

    @property
    def remaining(self) -> int:
        """How many households are missing to it."""
        return needed.lacking(self.total, self.share)

    @property
    def expected(self) -> int | None:
        """How many households the plan asks for by today."""
        return path.households(self.points, self.today, self.total.in_scope) if self.points else None

    @property
    def short(self) -> int:
        """How many of these are missing; a negative number is ahead of the plan."""
        return 0 if self.expected is None else self.expected - self.total.proficient

    @cached_property
    def standings(self) -> list[Standing]:
        """The places below that have households, the furthest behind first; none without a plan."""
        there = [row for row in self.rows if self.points and row.counts.in_scope > 0]
        found = [
            Standing(row.place, row.counts, path.households(self.points, self.today, row.counts.in_scope))
            for row in there
        ]
        return sorted(found, key=lambda one: -one.short)

    @cached_property
    def forecast(self) -> Forecast:
        """When the target is reached at the present pace."""
        return forecast.forecast(self.remaining, self.weeks.gains)

    @cached_property
    def need(self) -> Need[Area] | None:
        """What has to be done each week; None without a plan, or when its day has passed."""
        if self.plan is None or self.plan.target_on < self.today:
            return None
        return needed.need(self.total, self.rows, path.goal(self.points, self.today), self.today)

    def suppose(self, order: str, factor: float, goal: Point | None = None) -> Forecast:
        """When the target, or a goal before it, is reached with `factor` times the work, in an order of houses."""
        places = [row.counts for row in self.rows] or [self.total]
        share = goal.share if goal else self.share
        return supposing.suppose(order, needed.lacking(self.total, share), self.weeks.gains, factor, places, share)

    @property
    def next(self) -> Point | None:
        """The milestone worked for now; None where there is none, or only the target itself."""
        return self.need.goal if self.need and self.need.goal != self.points[-1] else None

    def verdict(self, found: Forecast, goal: Point | None = None) -> str:
        """Whether the plan's day (or a goal's) is kept so: LIKELY, OPEN, UNLIKELY; "" where nobody can say, or need."""
        if self.plan is None or found.when is None or found.when.late == 0:
            return ""
        left = ((goal or self.points[-1]).on - self.today).days / 7
        if found.when.late is not None and found.when.late <= left:
            return LIKELY
        return OPEN if found.when.early is not None and found.when.early <= left else UNLIKELY

    @cached_property
    def marks(self) -> list[Mark]:
        """The line of what was and what is planned, month by month, today among them."""
        first = first_of(_first_day(self.plan, self.today))
        past = [path.end_of(month) for month in _months_between(first, self.today)]
        days = {*(day for day in past if day < self.today), self.today, *(point.on for point in self.points)}
        return [self._mark(day) for day in sorted(days) if day >= first]

    def _mark(self, on: date) -> Mark:
        planned = path.expected(self.points, on) if self.points and on >= self.points[0].on else None
        if on > self.today:
            return Mark(on, planned, None)
        later = self._later[bisect_right(self._later, on, key=lambda one: one[0]) :][:1] or [(on, 0, 0)]
        in_scope = self.total.in_scope - later[0][1]
        was = (self.total.proficient - later[0][2]) / in_scope if in_scope > 0 else None
        return Mark(on, planned, None if was is None else min(1.0, max(0.0, was)))

    @cached_property
    def _later(self) -> list[tuple[date, int, int]]:
        """For each day, oldest first: by how much in scope and proficient changed on it and ever since."""
        found, in_scope, proficient = [], 0, 0
        for day in reversed(self.days):
            in_scope, proficient = in_scope + day.counts.in_scope, proficient + day.counts.proficient
            found.append((day.on, in_scope, proficient))
        return found[::-1]


def look(s: Session, area: Area) -> Outlook:
    """Read it; at most eighteen statements, however much stands below. Above a commune only sums are read."""
    today, plan = clock.today(), queries.standing(s, area)
    rows = coverage.at_level(s, area, coverage.BELOW[area.kind], first_of(today), today)
    total = numbers.total(row.counts for row in rows)
    days = coverage.days(s, area, min(_first_day(plan, today), pacing.window(today)), today)
    weeks = pacing.weeks(days, total, today)
    rows = [] if area.kind == VILLAGE else sorted(rows, key=lambda row: row.place.sort_key)
    return Outlook(
        area, today, coverage.as_of(s, area), total, rows, plan, days, weeks,
        weeks.visits_a_gain or _visits_above(s, area, today),
    )  # fmt: skip


def _visits_above(s: Session, area: Area, today: date) -> float | None:
    """Where too few were gained to tell how many visits that takes: how many it takes in the province."""
    if area.kind in (COUNTRY, PROVINCE) or area.parent is None:
        return None
    province = area.parent if area.kind == COMMUNE else area.parent.parent
    if province is None:
        return None
    days = coverage.days(s, province, pacing.window(today), today)
    total = numbers.total(row.counts for row in coverage.at_level(s, province, PROVINCE, today, today))
    return pacing.weeks(days, total, today).visits_a_gain


def _first_day(plan: Plan | None, today: date) -> date:
    """From where on the line of what was is drawn."""
    months = last_months(first_of(today), MOST_MONTHS)
    began = first_of(clock.local(plan.set_at).date()) if plan else today
    return max(months[0], min(began, months[-MONTHS]))


def _months_between(first: date, last: date) -> list[date]:
    months = last_months(first_of(last), MOST_MONTHS)
    return [month for month in months if month >= first]
