"""Summing up hardship above the commune, so that no page of a province or the country reads all its villages.

Summed up each night, and for a commune whenever it notes a review: what it noted is there at once.
"""

from typing import Any

from sqlalchemy import Select, case, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.households.models import LADDER, Tally
from outreach.plans import queries
from outreach.plans.models import HardshipTally

SPECIAL, OTHERS, UNTOLD = KEYS = "special", "others", "untold"
SUMS = ("villages", "poor", "near_poor", "since", *LADDER)
COLUMNS = ("area_id", "parent_id", "key", *SUMS, "folded_at")


def fold(s: Session, area: Area) -> None:
    """Sum up what lies within an area: a commune, or the country. The caller commits."""
    queue.alone(s, "hardship")
    within = select(Area.id).where(areas.within(area), Area.kind == COMMUNE)
    _anew(s, HardshipTally.area_id.in_(within), _communes(area))
    above = select(Area.parent_id).where(areas.within(area), Area.kind == COMMUNE).correlate(None)
    _anew(s, HardshipTally.area_id.in_(above), _provinces(above))


def _anew(s: Session, old: Any, sums: Select[Any]) -> None:
    s.execute(delete(HardshipTally).where(old).execution_options(synchronize_session=False))
    s.execute(insert(HardshipTally).from_select(COLUMNS, sums))


def _communes(area: Area) -> Select[Any]:
    fact = queries.latest(area).subquery()
    key = case((fact.c.hardship.is_(None), UNTOLD), (fact.c.hardship, SPECIAL), else_=OTHERS)
    told = func.count(), func.sum(fact.c.poor), func.sum(fact.c.near_poor), func.min(fact.c.as_of)
    sums = select(
        Tally.commune_id, Tally.province_id, key, *told, *(func.sum(getattr(Tally, stage)) for stage in LADDER), _now()
    )
    living = select(Area.id).where(Area.kind == VILLAGE, areas.within(area), areas.living())
    joined = sums.outerjoin(fact, fact.c.village_id == Tally.village_id).where(Tally.village_id.in_(living))
    return joined.group_by(Tally.commune_id, Tally.province_id, key)


def _provinces(ids: Select[Any]) -> Select[Any]:
    """From those of communes, and as old as the oldest of these."""
    one = HardshipTally
    told = func.sum(one.villages), func.sum(one.poor), func.sum(one.near_poor), func.min(one.since)
    stood = [func.sum(getattr(one, stage)) for stage in LADDER]
    sums = select(one.parent_id, Area.parent_id, one.key, *told, *stood, func.min(one.folded_at))
    joined = sums.join(Area, Area.id == one.parent_id).where(one.parent_id.in_(ids))
    return joined.group_by(one.parent_id, Area.parent_id, one.key)


def _now() -> Any:
    return literal(clock.now(), HardshipTally.__table__.columns["folded_at"].type)
