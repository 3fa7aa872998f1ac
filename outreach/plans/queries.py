"""Reading plans: the one in force for an area, who is behind it; and what communes know of their villages' poverty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from typing import NamedTuple

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, Area
from outreach.coverage.models import AreaTally
from outreach.households.models import LADDER
from outreach.plans import path
from outreach.plans.models import Plan, VillageFact
from outreach.plans.path import Point
from outreach.visits.models import Visit

LATELY = timedelta(days=28)


def standing(s: Session, area: Area) -> Plan | None:
    """The plan in force for an area: its own, or that of the nearest place above. At most three statements."""
    line = [one.id for one in areas.line(s, area)]
    plans = s.scalars(_in_force().where(Plan.area_id.in_(line))).all()
    return max(plans, key=lambda plan: (len(plan.area.path), plan.id), default=None)


def own(s: Session, area: Area) -> Plan | None:
    """An area's own plan, if one is in force."""
    return s.scalars(_in_force().where(Plan.area_id == area.id)).first()


def of_villages(s: Session, commune: Area) -> Sequence[Plan]:
    """The plans in force that a commune has set for its living villages, in Vietnamese order."""
    mine = select(Plan).join(Plan.area).where(Area.parent_id == commune.id, Area.kind == VILLAGE, areas.living())
    there = mine.where(Plan.ended_at.is_(None)).options(contains_eager(Plan.area))
    return s.scalars(there.order_by(Area.sort_key)).all()


def earlier(s: Session, area: Area, most: int = 5) -> Sequence[Plan]:
    """An area's own plans that have ended, the last first."""
    ended = select(Plan).where(Plan.area_id == area.id, Plan.ended_at.is_not(None)).options(joinedload(Plan.ended_by))
    return s.scalars(ended.order_by(Plan.ended_at.desc(), Plan.id.desc()).limit(most)).all()


def points(plan: Plan) -> list[Point]:
    """The way a plan means to go: from where it began, over its milestones, to its target."""
    began = Point(clock.local(plan.set_at).date(), plan.start)
    marks = [Point(path.end_of(one.month), one.share / 100) for one in plan.milestones]
    return [began, *(mark for mark in marks if began.on < mark.on < plan.target_on),
            Point(plan.target_on, plan.share / 100)]  # fmt: skip


def behind(s: Session, on: date, least: Callable[[str], int] = lambda _path: 0) -> dict[int, dict[str, int]]:
    """The communes, provinces and the country that are behind the plan in force for them, by id.

    `least`: by how many points of a hundred at least, by an area's path; households count, not what is rounded.
    Facts: `share` per cent that is proficient (rounded down), `wanted` per cent the plan asks for by that day
    (rounded), `short` households missing. Three statements, from the sums of communes and what lies above.
    """
    above = _in_force().where(Plan.area_id.in_(select(Area.id).where(Area.kind != VILLAGE)))
    plans = {plan.area.path: plan for plan in s.scalars(above)}
    if not plans:
        return {}
    ways = {way: points(plan) for way, plan in plans.items()}
    in_scope = sum((getattr(AreaTally, stage) for stage in LADDER[1:]), getattr(AreaTally, LADDER[0]))
    rows = select(Area.id, Area.path, in_scope, AreaTally.proficient).join(AreaTally, AreaTally.area_id == Area.id)
    found = {}
    for id_, where, there, proficient in s.execute(rows.where(areas.living())):
        way = next((ways[above] for above in _upwards(where) if above in ways), None)
        short = path.households(way, on, there) - proficient if way else 0
        if way and short > 0 and 100 * short >= least(where) * there:
            wanted = round(100 * path.expected(way, on))
            found[id_] = {"share": floor(100 * proficient / there), "wanted": wanted, "short": short}
    return found


def volunteers(s: Session, area: Area) -> int:
    """How many people of a village or commune have recorded a visit in the last four weeks."""
    went = select(Visit.id).where(Visit.by_id == Account.id, Visit.at >= clock.now() - LATELY)
    here = select(Area.id).where(areas.within(area))
    return s.scalar(select(func.count()).where(Account.area_id.in_(here), went.exists())) or 0


class Hardship(NamedTuple):
    """Poverty as counts, of one village or of those of a place together; None: nobody has said.

    `special`: how many villages "in special difficulty"; `villages`: of how many anything is known; `as_of`: the day
    of the review, of several the earliest.
    """

    poor: int | None
    near_poor: int | None
    special: int
    villages: int
    as_of: date


def hardship(s: Session, area: Area) -> dict[int, Hardship]:
    """What is known of poverty, by id of what stands directly below an area (of a village: of itself). One statement.

    Of each village its latest review counts. A place of which nothing is known is missing: that is not zero.
    """
    if area.kind in (COMMUNE, VILLAGE):
        found = s.scalars(latest(area))
        return {one.village_id: Hardship(one.poor, one.near_poor, int(one.hardship), 1, one.as_of) for one in found}
    fact, village, commune = latest(area).subquery(), aliased(Area), aliased(Area)
    below = village.parent_id if area.kind == PROVINCE else commune.parent_id
    special = func.sum(case((fact.c.hardship, 1), else_=0))
    sums = select(
        below, func.sum(fact.c.poor), func.sum(fact.c.near_poor), special, func.count(), func.min(fact.c.as_of)
    )
    joined = sums.join(village, village.id == fact.c.village_id).join(commune, commune.id == village.parent_id)
    return {row[0]: Hardship(*row[1:]) for row in s.execute(joined.group_by(below))}


@dataclass(frozen=True)
class Facts:
    """The villages of a commune with their latest facts, in Vietnamese order; the day and source of the last review."""

    rows: Sequence[tuple[Area, VillageFact | None]]
    as_of: date | None
    source: str


def facts(s: Session, commune: Area) -> Facts:
    """What a commune has entered. Two statements."""
    known = {one.village_id: one for one in s.scalars(latest(commune))}
    last = max(known.values(), key=lambda one: one.as_of, default=None)
    rows = [(village, known.get(village.id)) for village in areas.villages(s, commune)]
    return Facts(rows, last.as_of if last else None, last.source if last else "")


def latest(area: Area) -> Select[VillageFact]:
    """The latest fact of each living village within an area."""
    within = select(Area.id).where(areas.within(area), Area.kind == VILLAGE, areas.living())
    newest = (
        select(VillageFact.village_id, func.max(VillageFact.as_of).label("as_of"))
        .where(VillageFact.village_id.in_(within))
        .group_by(VillageFact.village_id)
        .subquery()
    )
    same = and_(newest.c.village_id == VillageFact.village_id, newest.c.as_of == VillageFact.as_of)
    return select(VillageFact).join(newest, same)


def _in_force() -> Select[Plan]:
    loaded = joinedload(Plan.area), joinedload(Plan.set_by), selectinload(Plan.milestones)
    return select(Plan).where(Plan.ended_at.is_(None)).options(*loaded).order_by(Plan.id)


def _upwards(where: str) -> list[str]:
    """The paths of an area and of all above it, its own first."""
    codes = where.split("/")[:-1]
    return ["/".join(codes[:n]) + "/" for n in range(len(codes), 0, -1)]
