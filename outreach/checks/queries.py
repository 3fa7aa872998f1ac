"""Reading what is asked about visits and not settled yet."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from outreach.accounts.models import Account
from outreach.checks.models import DIFFERENT, WRONG, Doubt, Sample
from outreach.visits.models import Correction, Visit
from outreach.visits.queries import standing


def of_visits(s: Session, visit_ids: Iterable[int]) -> dict[int, list[Doubt]]:
    """What is asked about these visits and not settled, by visit."""
    asked = select(Doubt).where(Doubt.visit_id.in_(list(visit_ids)), Doubt.verdict.is_(None))
    told: dict[int, list[Doubt]] = {}
    for doubt in s.scalars(asked.order_by(Doubt.id)):
        told.setdefault(doubt.visit_id, []).append(doubt)
    return told


def found_wrong(s: Session, visit_ids: Iterable[int]) -> set[int]:
    """Which of these visits somebody looked into and found otherwise than noted, and nobody else has corrected yet.

    What its own author noted anew is still the visit that was found wrong: put in its place, or noted after it was
    found, at that house and for a time before it was found, once the other was taken back.
    """
    stands = select(Visit.id.label("now"), Visit.id.label("was")).where(Visit.id.in_(list(visit_ids)), standing())
    chain = stands.cte("chain", recursive=True)
    earlier = select(chain.c.now, Correction.visit_id).join(Correction, Correction.new_visit_id == chain.c.was)
    chain = chain.union(earlier.join(Visit, Visit.id == Correction.visit_id).where(Correction.by_id == Visit.by_id))
    found = [
        exists().where(row.visit_id == Visit.id, says) | _noted_anew(row.visit_id, says, at)
        for row, says, at in ((Doubt, Doubt.verdict == WRONG, Doubt.settled_at),
                              (Sample, Sample.result == DIFFERENT, Sample.checked_at))
    ]  # fmt: skip
    return set(s.scalars(select(chain.c.now).join(Visit, Visit.id == chain.c.was).where(or_(*found))))


def _noted_anew(visit_id: Any, says: ColumnElement[bool], found_at: Any) -> ColumnElement[bool]:
    """Whether a visit stands in for one that was found wrong and taken back by the author of both."""
    other = aliased(Visit)
    return exists().where(
        visit_id == other.id, says, Correction.visit_id == other.id, Correction.by_id == other.by_id,
        other.by_id == Visit.by_id, other.household_id == Visit.household_id,
        Visit.at <= found_at, Visit.received_at > found_at,
    )  # fmt: skip


def asked_about(s: Session, author: Account) -> Sequence[Doubt]:
    """What is asked about somebody's own visits and not settled, newest visit first."""
    asked = select(Doubt).join(Doubt.visit).where(Visit.by_id == author.id, Doubt.verdict.is_(None), standing())
    together = contains_eager(Doubt.visit).joinedload(Visit.household)
    return s.scalars(asked.options(together).order_by(Visit.at.desc()).limit(50)).all()
