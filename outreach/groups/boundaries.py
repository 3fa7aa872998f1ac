"""Moving households between villages of a commune from now on: what was counted before stays where it was counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.campaigns import counting
from outreach.households import moving
from outreach.visits import care, lanes
from outreach.visits.lanes import House, Lane
from outreach.visits.models import Care, FollowUp, Visit


@dataclass(frozen=True)
class Plan:
    """What would happen: these houses of `old` stand in `new`; `cared` of them lose who looks after them, `promised`
    have an open promise, which goes along."""

    old: Area
    new: Area
    houses: Sequence[House]
    cared: int
    promised: int

    @property
    def ids(self) -> list[int]:
        """The households' ids."""
        return [house.id for house in self.houses]


def chosen(held: Sequence[Lane], keys: Collection[str], ids: Collection[int]) -> list[House]:
    """The houses of whole lanes (by key), and those chosen one by one."""
    return [house for lane in held for house in lane.houses if lane.key in keys or house.id in ids]


def plan(s: Session, old: Area, new: Area, houses: Sequence[House]) -> Plan:
    """Look before moving; nothing is written."""
    ids = [house.id for house in houses]
    cared = select(func.count(Care.household_id.distinct())).where(Care.household_id.in_(ids), Care.until.is_(None))
    promised = select(func.count(FollowUp.household_id.distinct())).where(
        FollowUp.household_id.in_(ids), FollowUp.ended_at.is_(None)
    )
    return Plan(old, new, houses, s.scalar(cared) or 0, s.scalar(promised) or 0)


def move(s: Session, by: Account, old: Area, new: Area, ids: Sequence[int]) -> int:
    """Do it; returns how many moved. Visits, promises and stages go along; the new group hands the houses out.

    A visit made before keeps the village where it was made, so that the group that made it is credited with it.
    """
    seen = {house.id for lane in lanes.lanes(s, by, old) for house in lane.houses}
    here = sorted(seen.intersection(ids))
    if here:
        counting.close(s)
        counting.go_along(s, old.id, new.id, here)
        care.give(s, here, None, by, area_id=old.id)
        made = update(Visit).where(Visit.household_id.in_(here), Visit.place_id.is_(None))
        s.execute(made.values(place_id=old.id).execution_options(synchronize_session="fetch"))
    return moving.move(s, old, new, here, by)
