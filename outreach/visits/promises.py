"""Promises to come again: kept by the next visit, made by this one."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from outreach.visits import queries
from outreach.visits.models import FollowUp, Visit


def keep(s: Session, visits: Sequence[Visit]) -> set[int]:
    """End what was promised before these visits (of different households); ids of the households it was ended for.

    A visit that arrives late keeps no promise that was made after it.
    """
    by_household = {visit.household_id: visit for visit in visits}
    promised = (
        select(FollowUp.id, FollowUp.household_id, Visit.at)
        .join(Visit, Visit.id == FollowUp.visit_id)
        .where(FollowUp.household_id.in_(by_household), FollowUp.ended_at.is_(None))
    )
    kept = [(id, by_household[house]) for id, house, at in s.execute(promised) if at <= by_household[house].at]
    if kept:
        s.execute(update(FollowUp), [
            {"id": id, "ended_at": visit.received_at, "ended_by_visit_id": visit.id} for id, visit in kept
        ])  # fmt: skip
    return {visit.household_id for _id, visit in kept}


def make(s: Session, visits: Sequence[Visit]) -> None:
    """Note what these visits (of different households) promise; a later visit may have kept it already."""
    promising = {visit.household_id: visit for visit in visits if visit.next_on is not None}
    if not promising:
        return
    first = min(visit.at for visit in promising.values())
    since = select(Visit.household_id, Visit.at, Visit.id).where(
        Visit.household_id.in_(promising), Visit.at > first, queries.standing()
    ).order_by(Visit.at.desc(), Visit.id.desc())  # fmt: skip
    next_one = {house: id for house, at, id in s.execute(since) if at > promising[house].at}  # the last one: the next
    s.execute(insert(FollowUp), [
        {
            "household_id": house, "visit_id": visit.id, "due_on": visit.next_on,
            "ended_at": visit.received_at if house in next_one else None, "ended_by_visit_id": next_one.get(house),
        }
        for house, visit in promising.items()
    ])  # fmt: skip
