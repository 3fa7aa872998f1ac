"""What is summed up for others: coverage by place and the visits of a period; no personal data."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach import clock
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, VILLAGE, Area
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Counts
from outreach.exchange.periods import Period
from outreach.households.models import STAGES, Household
from outreach.visits.models import Visit
from outreach.visits.queries import standing

LEVELS = {COUNTRY: (PROVINCE, COMMUNE), PROVINCE: (COMMUNE, VILLAGE), COMMUNE: (VILLAGE, COMMUNE), VILLAGE: (VILLAGE,)}
SUMS = ("in_scope", "reached", "with_ambassador", *STAGES)


class Made(NamedTuple):
    """The visits of a period that count, and to how many households they went."""

    visits: int = 0
    households: int = 0


class Figure(NamedTuple):
    """A place: how it stood at the period's end, and what was done there in the period."""

    place: Area
    counts: Counts
    moved: int
    made: Made

    @property
    def known(self) -> bool:
        """Whether any household is on the list there. Where none is, nothing is known: that is not zero."""
        return self.counts.in_scope + self.counts.closed > 0


def moments(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period, and the first one after it."""
    return clock.day_start(period.first), clock.day_start(period.last + timedelta(days=1))


def as_of(period: Period) -> date:
    """The evening whose figures a period shows."""
    return min(period.last, clock.today())


def figures(s: Session, area: Area, kind: str, period: Period) -> list[Figure]:
    """The places of a kind within an area, in the order of their codes' paths; the same few queries for any area."""
    rows = coverage.at_level(s, area, kind, period.first, as_of(period))
    made = _made(s, area, kind, period)
    return [Figure(row.place, row.counts, row.moved, made.get(row.place.id, Made())) for row in rows]


def _made(s: Session, area: Area, kind: str, period: Period) -> dict[int, Made]:
    """By place. A visit belongs to where the household lives, wherever it was made; one of before a reform to the
    village that it was made for (see `coverage.folding`), so that a period which was told before is told alike again.
    """
    commune, (begins, ends) = aliased(Area), moments(period)
    key: InstrumentedAttribute[int | None] | InstrumentedAttribute[int]
    key = {VILLAGE: Area.id, COMMUNE: Area.parent_id}.get(kind, commune.parent_id)
    here = select(Area.id).where(areas.within(area))
    then = Visit.at >= begins, Visit.at < ends, standing()
    living = select(Visit.id, Visit.household_id, Household.village_id.label("village_id")).join(Household)
    living = living.where(*then, Household.village_id.in_(here), Visit.stays_in_id.is_(None))
    staying = select(Visit.id, Visit.household_id, Visit.stays_in_id).where(*then, Visit.stays_in_id.in_(here))
    made = living.union_all(staying).subquery()
    query = select(key, func.count(), func.count(made.c.household_id.distinct())).select_from(made)
    query = query.join(Area, Area.id == made.c.village_id).join(commune, commune.id == Area.parent_id)
    return {place: Made(visits, houses) for place, visits, houses in s.execute(query.group_by(key)) if place}


def rows(found: list[Figure], period: Period) -> Iterator[tuple[object, ...]]:
    """The rows of the table of coverage (tables.TABLES); the figures of a place that is not known are empty."""
    for one in found:
        share = one.counts.share
        told = (
            *(one.counts.of(name) for name in SUMS), None if share is None else round(100 * share, 1), one.moved,
            *one.made,
        )  # fmt: skip
        yield (period.text, as_of(period), *_line(one.place), *(told if one.known else (None for _ in told)))


def _line(place: Area) -> list[str | None]:
    """Code and name of province, commune and village; nothing where the place stands higher."""
    line = {place.kind: place}
    above = place.parent
    while above is not None:
        line[above.kind] = above
        above = above.parent if above.kind != PROVINCE else None
    return [said for kind in (PROVINCE, COMMUNE, VILLAGE) for said in _named(line.get(kind))]


def _named(place: Area | None) -> tuple[str | None, str | None]:
    return (place.code, place.title) if place else (None, None)
