"""What happened at a household, newest first: visits, changes of stage and confirmations in one line, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.assessments.models import Confirmation
from outreach.households.models import Household, Member, StageChange
from outreach.visits.models import Correction, Visit

PAGE_SIZE = 20
# At the same moment the consequence stands above its cause.
VISIT, STAGE, CONFIRMED, WITHDRAWN = "1 visit", "2 stage", "3 confirmed", "4 withdrawn"


@dataclass(frozen=True)
class Moment:
    """One thing that happened; one of visit, change, confirmation is set.

    A withdrawn confirmation is told twice: given, and taken. A visit that was noted wrongly stays, with its
    `correction`; one that was written in place of another has `mends`.
    """

    at: datetime
    visit: Visit | None = None
    correction: Correction | None = None
    mends: Correction | None = None
    change: StageChange | None = None
    confirmation: Confirmation | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Page:
    """One page of moments; pages are counted from 1."""

    moments: Sequence[Moment]
    number: int
    pages: int


def page(s: Session, household: Household, number: int = 1) -> Page:
    """One page of a household's history. The number of queries is fixed, however much has happened."""
    happened = _happened(household).subquery()
    total = s.scalar(select(func.count()).select_from(happened)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    ordered = select(happened).order_by(happened.c.at.desc(), happened.c.kind.desc(), happened.c.id.desc())
    rows = s.execute(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(_told(s, rows), number, pages)


def _happened(household: Household) -> CompoundSelect[str, int, datetime]:
    here = Member.household_id == household.id
    visits = select(literal(VISIT).label("kind"), Visit.id.label("id"), Visit.at.label("at"))
    changes = select(literal(STAGE), StageChange.id, StageChange.at)
    given = select(literal(CONFIRMED), Confirmation.id, Confirmation.at).join(Confirmation.member)
    taken = select(literal(WITHDRAWN), Confirmation.id, Confirmation.withdrawn_at).join(Confirmation.member)
    return union_all(
        visits.where(Visit.household_id == household.id),
        changes.where(StageChange.household_id == household.id),
        given.where(here),
        taken.where(here, Confirmation.withdrawn_at.is_not(None)),
    )


def _told(s: Session, rows: Sequence[tuple[str, int, datetime]]) -> list[Moment]:
    kinds = (VISIT, STAGE, CONFIRMED, WITHDRAWN)
    ids = {kind: [row_id for found, row_id, _at in rows if found == kind] for kind in kinds}
    visits, changes = _visits(s, ids[VISIT]), _changes(s, ids[STAGE])
    corrections, mends = _corrections(s, ids[VISIT])
    confirmations = _confirmations(s, ids[CONFIRMED] + ids[WITHDRAWN])
    return [
        Moment(
            at,
            visit=visits[row_id] if kind == VISIT else None,
            correction=corrections.get(row_id) if kind == VISIT else None,
            mends=mends.get(row_id) if kind == VISIT else None,
            change=changes[row_id] if kind == STAGE else None,
            confirmation=confirmations[row_id] if kind in (CONFIRMED, WITHDRAWN) else None,
            withdrawn=kind == WITHDRAWN,
        )
        for kind, row_id, at in rows
    ]


def _visits(s: Session, ids: Sequence[int]) -> dict[int, Visit]:
    named = (joinedload(Visit.by), joinedload(Visit.place))
    together = (*named, selectinload(Visit.came), selectinload(Visit.met), selectinload(Visit.taught))
    return {v.id: v for v in s.scalars(select(Visit).where(Visit.id.in_(ids)).options(*together))}


def _corrections(s: Session, ids: Sequence[int]) -> tuple[dict[int, Correction], dict[int | None, Correction]]:
    """Of these visits: by the one that was wrong, and by the one that took its place."""
    of_these = or_(Correction.visit_id.in_(ids), Correction.new_visit_id.in_(ids))
    rows = s.scalars(select(Correction).where(of_these).options(joinedload(Correction.by))).all()
    return {c.visit_id: c for c in rows}, {c.new_visit_id: c for c in rows if c.new_visit_id}


def _changes(s: Session, ids: Sequence[int]) -> dict[int, StageChange]:
    rows = select(StageChange).where(StageChange.id.in_(ids)).options(joinedload(StageChange.by))
    return {c.id: c for c in s.scalars(rows)}


def _confirmations(s: Session, ids: Sequence[int]) -> dict[int, Confirmation]:
    together = (joinedload(Confirmation.by), joinedload(Confirmation.withdrawn_by), joinedload(Confirmation.member))
    return {c.id: c for c in s.scalars(select(Confirmation).where(Confirmation.id.in_(ids)).options(*together))}
