"""The periods of an exchange as DHIS2 writes them: a month "202611", a quarter "2026Q4"."""

import re
from datetime import date, timedelta
from typing import NamedTuple

MONTH = re.compile(r"(20\d\d)(0[1-9]|1[0-2])")
QUARTER = re.compile(r"(20\d\d)Q([1-4])")
MONTHS, QUARTERS = 13, 5  # how many are offered


class NoPeriod(ValueError):
    """What was asked for is no period, or has not begun."""


class Period(NamedTuple):
    """A month or a quarter: how it is written, its first and its last day."""

    text: str
    first: date
    last: date

    @property
    def quarter(self) -> bool:
        """Whether it is a quarter."""
        return "Q" in self.text


def parse(text: str, today: date) -> Period:
    """The period written so; raises NoPeriod, also for one that has not begun."""
    month, quarter = MONTH.fullmatch(text), QUARTER.fullmatch(text)
    if month:
        found = of_month(date(int(month[1]), int(month[2]), 1))
    elif quarter:
        found = of_quarter(date(int(quarter[1]), 3 * int(quarter[2]) - 2, 1))
    else:
        raise NoPeriod(text)
    if found.first > today:
        raise NoPeriod(text)
    return found


def of_month(day: date) -> Period:
    """The month of a day."""
    return Period(f"{day:%Y%m}", day.replace(day=1), _last(day.year, day.month))


def of_quarter(day: date) -> Period:
    """The quarter of a day."""
    number = (day.month + 2) // 3
    return Period(f"{day.year}Q{number}", date(day.year, 3 * number - 2, 1), _last(day.year, 3 * number))


def latest(today: date) -> list[Period]:
    """The months and then the quarters that are offered, the running one first."""
    months, quarters = [of_month(today)], [of_quarter(today)]
    while len(months) < MONTHS:
        months.append(of_month(months[-1].first - timedelta(days=1)))
    while len(quarters) < QUARTERS:
        quarters.append(of_quarter(quarters[-1].first - timedelta(days=1)))
    return months + quarters


def _last(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
