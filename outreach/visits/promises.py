"""Promises to come again: kept by the next visit, made by this one."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session

from outreach import db
from outreach.visits import queries
from outreach.visits.models import FollowUp, Visit

# Written once: putting a question together takes as long as asking it.
HOUSES: BindParameter[int] = bindparam("houses", expanding=True)
OPEN = (
    select(FollowUp.id, FollowUp.household_id, Visit.at)
    .join(Visit, Visit.id == FollowUp.visit_id)
    .where(FollowUp.household_id.in_(HOUSES), FollowUp.ended_at.is_(None))
)
END = (
    update(FollowUp)
    .where(FollowUp.id == bindparam("promise"))
    .values(ended_at=bindparam("moment"), ended_by_visit_id=bindparam("visit"))
)
SINCE = (
    select(Visit.household_id, Visit.at, Visit.id)
    .where(Visit.household_id.in_(HOUSES), Visit.at > bindparam("first"), queries.standing())
    .order_by(Visit.at.desc(), Visit.id.desc())
)


def keep(s: Session, visits: Sequence[Visit]) -> set[int]:
    """End what was promised before these visits (of different households); ids of the households it was ended for.

    A visit that arrives late keeps no promise that was made after it.
    """
    at_house = {visit.household_id: visit for visit in visits}
    promised = s.connection().execute(OPEN, {"houses": [*at_house]})
    kept = [(id, at_house[house]) for id, house, at in promised if at <= at_house[house].at]
    if kept:
        s.connection().execute(END, [
            {"promise": id, "moment": visit.received_at, "visit": visit.id} for id, visit in kept
        ])  # fmt: skip
    return {visit.household_id for _id, visit in kept}


def make(s: Session, visits: Sequence[Visit]) -> None:
    """Note what these visits (of different households) promise; a later visit may have kept it already."""
    promising = {visit.household_id: visit for visit in visits if visit.next_on is not None}
    if not promising:
        return
    first = min(visit.at for visit in promising.values())
    since = s.connection().execute(SINCE, {"houses": [*promising], "first": first})
    keeper = {house: id for house, at, id in since if at > promising[house].at}  # the last one here came next
    db.add_rows(s, FollowUp, [
        {
            "household_id": house, "visit_id": visit.id, "due_on": visit.next_on,
            "ended_at": visit.received_at if house in keeper else None, "ended_by_visit_id": keeper.get(house),
        }
        for house, visit in promising.items()
    ])  # fmt: skip
