"""The pictures of an area: how far households get, the visits of a year day by day, the trend of twelve months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach.coverage import funnel, heat, numbers, queries, trend, visiting
from outreach.coverage.heat import Calendar
from outreach.coverage.numbers import Day, Month, Visits
from outreach.coverage.queries import Overview
from outreach.coverage.trend import Chart
from outreach.lib.months import first_of, last_months

MONTHS = 12


class MonthOf(NamedTuple):
    """A month: where it ended, and its visits."""

    month: Month
    visits: Visits


@dataclass(frozen=True)
class Charts:
    """What the page of charts draws and tells; months are the newest first."""

    steps: Sequence[funnel.Step]
    calendar: Calendar
    trend: Chart
    months: Sequence[MonthOf]


def of(s: Session, page: Overview) -> Charts:
    """The charts up to the day that a page shows; two queries more."""
    area, last = page.area, page.last_day
    months = [first for first in last_months(page.month, MONTHS) if first >= first_of(area.valid_from)]
    earliest = min(months[0], last - timedelta(days=7 * heat.WEEKS))
    days = queries.days(s, area, earliest, last)
    ends = numbers.series(page.total.proficient, {day.on: day.counts.proficient for day in days}, months)
    by_day = {day.on: day.visits.visits for day in days}
    told = [MonthOf(end, visiting.of_days(_within(days, end.first))) for end in reversed(ends)]
    return Charts(funnel.steps(page.total), heat.draw(by_day, last), trend.draw(ends), told)


def _within(days: Sequence[Day], first: date) -> Sequence[Day]:
    return [day for day in days if first_of(day.on) == first]
