"""Promises to come again: kept by the next visit, made by this one."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, select, update
from sqlalchemy.orm import Session, aliased

from outreach import db
from outreach.visits import queries
from outreach.visits.drafts import Written
from outreach.visits.models import FollowUp, Visit

# Written once: putting a question together takes as long as asking it.
HOUSES: BindParameter[int] = bindparam("houses", expanding=True)
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
# The same where the visits are written in the same statement (see `db.together`).
KEEP_TOGETHER = (
    "update follow_up held set ended_at = told.received_at, ended_by_visit_id = told.id "
    "from (select id, household_id, at, received_at "
    "from json_populate_recordset(null::visit, cast(:last as json)) limit {most}) told, visit promised "
    "where held.household_id = told.household_id and held.ended_at is null "
    "and promised.id = held.visit_id and promised.at <= told.at returning held.household_id answer"
)
SINCE = (
    select(Visit.household_id, Visit.at, Visit.id)
    .where(Visit.household_id.in_(HOUSES), Visit.at > bindparam("first"), queries.standing())
    .order_by(Visit.at.desc(), Visit.id.desc())
)


def keep(s: Session, visits: Sequence[Written]) -> set[int]:
    """End what was promised before these visits (of different households); ids of the households it was ended for.

    A visit that arrives late keeps no promise that was made after it. Of visits that are written together with it the
    set is filled when that is done.
    """
    together = db.waiting(s)
    if together is None:
        return set(s.connection().scalars(KEEP, {"visits": [visit.id for visit in visits]}))
    return together.close(KEEP_TOGETHER, [
        {"id": visit.id, "household_id": visit.household_id, "at": visit.at, "received_at": visit.received_at}
        for visit in visits
    ])  # fmt: skip


def make(s: Session, visits: Sequence[Written]) -> None:
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
