"""Promises to come again: kept by the next visit, made by this one."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, Boolean, ColumnElement, bindparam, literal_column, select, update
from sqlalchemy.orm import Session, aliased

from outreach import db
from outreach.visits import queries
from outreach.visits.models import FollowUp, Visit

# Written once: putting a question together takes as long as asking it.
HOUSES: BindParameter[int] = bindparam("houses", expanding=True)
# Whether a visit's household was promised one, as the visit's own row is written: most were not, and need not be asked.
OPEN: ColumnElement[bool] = literal_column(
    "exists (select 1 from follow_up where follow_up.household_id = visit.household_id and follow_up.ended_at is null)",
    Boolean,
)
KEEPER, PROMISED = aliased(Visit), aliased(Visit)
KEEP = (
    update(FollowUp)
    .where(
        KEEPER.id.in_(bindparam("visits", expanding=True)), KEEPER.household_id == FollowUp.household_id,
        FollowUp.ended_at.is_(None), PROMISED.id == FollowUp.visit_id, PROMISED.at <= KEEPER.at,
    )
    .values(ended_at=KEEPER.received_at, ended_by_visit_id=KEEPER.id)
    .returning(FollowUp.household_id)
)  # fmt: skip
SINCE = (
    select(Visit.household_id, Visit.at, Visit.id)
    .where(Visit.household_id.in_(HOUSES), Visit.at > bindparam("first"), queries.standing())
    .order_by(Visit.at.desc(), Visit.id.desc())
)


def keep(s: Session, visits: Sequence[Visit]) -> set[int]:
    """End what was promised before these visits (of different households); ids of the households it was ended for.

    A visit that arrives late keeps no promise that was made after it.
    """
    if not visits:
        return set()
    return set(s.connection().scalars(KEEP, {"visits": [visit.id for visit in visits]}))


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
