"""How many visits there were within some days and what came of them, place by place; from the days' tables only."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, VILLAGE, Area
from outreach.coverage.folding import VISITS
from outreach.coverage.models import AreaDay, VisitDay
from outreach.coverage.numbers import Day, Row, Visits
from outreach.coverage.queries import PAGE_SIZE, Overview
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.visits import queries as visits
from outreach.visits.models import ALONE, HELPED, NOBODY, OUTCOMES, REFUSED, SHOWN, Visit

OUTCOMES_OF = {
    "visits": OUTCOMES,
    "alone": (ALONE,),
    "helped": (HELPED,),
    "shown": (SHOWN,),
    "nobody": (NOBODY, REFUSED),
}
KEYS = tuple(OUTCOMES_OF)  # what is counted of visits, and what a table of them may be sorted by


def of_days(days: Iterable[Day]) -> Visits:
    """All of them together."""
    return Visits(*map(sum, zip(Visits(), *(day.visits for day in days), strict=True)))


class Listed(NamedTuple):
    """One page of the visits behind a number; pages are counted from 1."""

    rows: Sequence[Visit]
    number: int
    pages: int
    total: int


def nobody(visits: Visits) -> int:
    """On how many nobody was met, or nobody wished to take part."""
    return visits.visits - visits.met


def value(visits: Visits, key: str) -> int:
    """One of KEYS."""
    return nobody(visits) if key == "nobody" else int(getattr(visits, key))


def month(s: Session, page: Overview) -> Visits:
    """Those of the area itself in the month shown; one query."""
    area = page.area
    table: Any = AreaDay if area.kind in (COUNTRY, PROVINCE) else VisitDay
    here = {COMMUNE: VisitDay.commune_id, VILLAGE: VisitDay.village_id}.get(area.kind, AreaDay.area_id)
    sums = select(*(func.coalesce(func.sum(getattr(table, name)), 0) for name in VISITS))
    found = s.execute(sums.where(here == area.id, table.on.between(page.month, page.last_day))).one()
    return Visits(*map(int, found))


def below(s: Session, page: Overview) -> list[tuple[Row[Area], Visits]]:
    """The places directly below with the visits of the month shown, in the page's order; one query."""
    if page.area.kind == VILLAGE:
        return []
    found = _sums(s, page.area, page.month, page.last_day)
    return [(row, found.get(row.place.id, Visits())) for row in page.rows]


def listed(s: Session, account: Account, page: Overview, key: str, number: int = 1) -> Listed:
    """The visits behind a number of the month shown, as `folding` counts them, the newest first. `key`: one of KEYS.

    Households come through `households.visible_to`: where the account sees none, the list is empty.
    """
    first, end = clock.day_start(page.month), clock.day_start(page.last_day + timedelta(days=1))
    moment, here = visits.HAPPENED, select(Area.id).where(areas.within(page.area))
    living = select(Visit.id).join(Household, Household.id == Visit.household_id)
    living = living.where(Household.village_id.in_(here), Visit.stays_in_id.is_(None))
    staying = select(Visit.id).where(Visit.stays_in_id.in_(here))  # in a village that has ended since
    counted = (
        select(Visit)
        .where(Visit.household_id.in_(households.visible_to(account).with_only_columns(Household.id)))
        .where(Visit.id.in_(living.union_all(staying)), visits.standing(), Visit.outcome.in_(OUTCOMES_OF[key]))
        .where(moment >= first, moment < end, Visit.at >= first, Visit.received_at >= first)
    )
    total = s.scalar(counted.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    newest = counted.order_by(moment.desc(), Visit.id.desc())
    rows = newest.options(joinedload(Visit.by), joinedload(Visit.household)).limit(PAGE_SIZE)
    return Listed(s.scalars(rows.offset((number - 1) * PAGE_SIZE)).unique().all(), number, pages, total)


def ordered(rows: Sequence[tuple[Row[Area], Visits]], key: str, *, descending: bool) -> list[tuple[Row[Area], Visits]]:
    """Sorted by one of KEYS, or as they are ("name"); equals keep their order."""
    if key not in KEYS:
        return list(reversed(rows)) if descending else list(rows)
    return sorted(rows, key=lambda row: -value(row[1], key) if descending else value(row[1], key))


def _sums(s: Session, area: Area, first: date, last: date) -> dict[int, Visits]:
    table: Any = AreaDay if area.kind in (COUNTRY, PROVINCE) else VisitDay
    key, here = (VisitDay.village_id, VisitDay.commune_id) if area.kind == COMMUNE else (table.area_id, table.parent_id)
    sums = select(key, *(func.sum(getattr(table, name)) for name in VISITS))
    rows = s.execute(sums.where(here == area.id, table.on.between(first, last)).group_by(key))
    return {row[0]: Visits(*map(int, row[1:])) for row in rows}
