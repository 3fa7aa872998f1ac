"""The rows of the datasets as they may be told to everybody (`suppressing`), from the sums of communes and provinces.

Every commune and province has a row, also where nothing is known: a missing one would tell that there is nobody.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, PROVINCE, Area
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Row
from outreach.helpdesk.models import HelpPoint
from outreach.lib.months import after
from outreach.open_data import tables
from outreach.open_data.suppressing import added, share, told

Cells = list[Any]  # in the order of a dataset's columns
Told = tuple[Area, dict[str, int | None]]  # a commune, and what may be told of each of its counts


def month(s: Session, first: date) -> dict[str, list[Cells]]:
    """The rows of all monthly datasets for a month that is over. At most eight statements, whatever there is."""
    country, last = areas.country(s), after(first) - timedelta(days=1)
    communes = coverage.at_level(s, country, COMMUNE, first, last)
    return {**households(communes), tables.VISITS: _visits(s, country, first, last)}


def households(rows: Iterable[Row[Area]]) -> dict[str, list[Cells]]:
    """What is told of these communes, which stand in the order of their provinces, and of the provinces."""
    communes = [_told(row) for row in rows]
    provinces = [list(ones) for _code, ones in groupby(communes, key=lambda one: _province(one[0]).code)]
    return {
        tables.COMMUNES: [_commune(*one) for one in communes],
        tables.PROVINCES: [_coverage(ones) for ones in provinces],
        tables.SKILLS: [_skills(ones) for ones in provinces],
    }


def points(s: Session) -> list[Cells]:
    """Each commune of today with its places of help. Two statements."""
    places = areas.of_kind_on(s, areas.country(s), COMMUNE, clock.today())
    there = select(HelpPoint).where(HelpPoint.ended_at.is_(None)).order_by(HelpPoint.area_id, HelpPoint.id)
    helping = {place: list(rows) for place, rows in groupby(s.scalars(there), key=lambda one: one.area_id)}
    return [cells for place in places for cells in _points(place, helping.get(place.id, ()))]


def _told(row: Row[Area]) -> Told:
    names = dict.fromkeys((*tables.COUNTS, *tables.SKILL_COUNTS))
    return row.place, {name: told(row.counts.of(name)) for name in names}


def _commune(place: Area, counts: dict[str, int | None]) -> Cells:
    numbers = [counts[name] for name in tables.COUNTS]
    percent = share(counts["proficient"], counts["in_scope"])
    return [*_named(_province(place)), *_named(place), place.lat, place.lon, *numbers, percent]


def _coverage(communes: Sequence[Told]) -> Cells:
    sums, withheld = _sums(communes, tables.COUNTS)
    by_name = dict(zip(tables.COUNTS, sums, strict=True))
    percent = share(by_name["proficient"], by_name["in_scope"])
    return [*_named(_province(communes[0][0])), *sums, percent, *withheld]


def _skills(communes: Sequence[Told]) -> Cells:
    sums, withheld = _sums(communes, tables.SKILL_COUNTS)
    return [*_named(_province(communes[0][0])), *sums, *withheld]


def _sums(communes: Sequence[Told], names: Iterable[str]) -> tuple[list[int | None], list[int]]:
    found = [added(counts[name] for _place, counts in communes) for name in names]
    return [one.told for one in found], [one.withheld for one in found]


def _visits(s: Session, country: Area, first: date, last: date) -> list[Cells]:
    by_province = coverage.days_below(s, country, first, last)
    found = []
    for place in areas.of_kind_on(s, country, PROVINCE, last):
        made = [day.visits for day in by_province.get(place.id, ())]
        sums = [sum(numbers) for numbers in zip(*made, strict=True)] or [0] * len(tables.VISIT_COUNTS)
        found.append([*_named(place), *map(told, sums)])
    return found


def _points(place: Area, helping: Iterable[HelpPoint]) -> list[Cells]:
    where = [*_named(_province(place)), *_named(place)]
    at = [place.lat, place.lon]
    return [
        [COMMUNE, *where, place.title, "", "", "", *at],
        *([one.kind, *where, one.name, one.address, one.phone, one.hours, *at] for one in helping),
    ]


def _named(place: Area) -> tuple[str, str]:
    return place.code, place.title


def _province(commune: Area) -> Area:
    if commune.parent is None:
        raise ValueError(f"the commune {commune.code} lies in no province")
    return commune.parent
