"""What a report tells, read from tallies and days: an area in a month, what changed, how its places compare."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import VILLAGE, Area
from outreach.bag import quiet
from outreach.bag.quiet import Quiet
from outreach.coverage import numbers, queries, visiting
from outreach.coverage.numbers import Counts, Day, Row, Visits
from outreach.coverage.queries import Overview
from outreach.lib.months import before, first_of
from outreach.plans import path
from outreach.plans import queries as plans
from outreach.reports import ranking, words
from outreach.reports.ranking import Ranked
from outreach.reports.words import Fact, Place, Story


class Span(NamedTuple):
    """Days of a month: the first and the last."""

    first: date
    last: date


@dataclass(frozen=True)
class Contents:
    """An area's month. `ranked` are the places directly below, the highest share first; none below a village."""

    page: Overview
    story: Story[Area]
    facts: Sequence[Fact[Area]]
    ranked: Sequence[Ranked[Row[Area]]]
    beside: Span  # what the month is put beside: the month before, as far as this one has come
    since: datetime  # what a phone has sent after this moment may still change the numbers
    phones: Quiet  # those that have not sent since then

    @property
    def area(self) -> Area:
        """What it is about."""
        return self.page.area


def read(s: Session, area: Area, month: date) -> Contents:
    """An area's month, by its first day. Some fifteen statements, however many households or places there are."""
    page = queries.overview(s, area, month)
    beside = beside_of(page.month, page.last_day, past=page.past)
    here = queries.days(s, area, beside.first, page.last_day)
    story = replace(_story(page, beside, here, _places(s, page)), planned=_planned(s, page))
    since = clock.day_start(page.last_day + timedelta(days=1)) if page.past else page.as_of - timedelta(days=1)
    phones = quiet.count(s, area, since)
    return Contents(page, story, words.facts(story), compare(page.rows), beside, since, phones)


def _planned(s: Session, page: Overview) -> int | None:
    """How many households the plan in force asks for by the last day; None before it was made, or without one."""
    plan = plans.standing(s, page.area)
    way = plans.points(plan) if plan else ()
    return path.households(way, page.last_day, page.total.in_scope) if way and way[0].on <= page.last_day else None


def compare(rows: Sequence[Row[Area]]) -> list[Ranked[Row[Area]]]:
    """Places by their share, each with its interval and ranks.

    Sums that are wrong until the night's proof mends them are kept within what can be, so that the page opens.
    """
    return ranking.rank(rows, _counted)


def _counted(row: Row[Area]) -> tuple[int, int]:
    there = row.counts.in_scope
    return max(0, min(row.counts.proficient, there)), there


def beside_of(month: date, last_day: date, *, past: bool) -> Span:
    """The days of the month before that a month is put beside: all of them, or as many as have passed of this one."""
    end = month - timedelta(days=1)
    first = before(month)
    return Span(first, end if past else min(end, first + (last_day - month)))


def _places(s: Session, page: Overview) -> list[Place[Area]]:
    changed = queries.changed_below(s, page.area, page.month, page.last_day) if page.rows else {}
    return [
        Place(row.place, row.counts, changed.get(row.place.id, Counts()), visits.visits)
        for row, visits in visiting.below(s, page)
    ]


def _story(page: Overview, beside: Span, here: Sequence[Day], places: Sequence[Place[Area]]) -> Story[Area]:
    now, earlier = Span(page.month, page.last_day), first_of(page.area.valid_from) < page.month
    change, visits = _sum(here, now)
    counts_before, visits_before = _sum(here, beside)
    return Story(
        page.total, change, visits, counts_before if earlier else None, visits_before if earlier else None, places
    )


def _sum(days: Sequence[Day], span: Span) -> tuple[Counts, Visits]:
    """All that changed in the span, and its visits."""
    found = [day for day in days if span.first <= day.on <= span.last]
    visits = Visits(*(sum(n) for n in zip(*(day.visits for day in found), strict=True))) if found else Visits()
    return numbers.total(day.counts for day in found), visits


def reportable(area: Area) -> bool:
    """Whether there are reports of it: of a commune, a province, the country. A village stands in its commune's."""
    return area.kind != VILLAGE
