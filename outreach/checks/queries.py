"""Reading what is asked about visits and not settled yet."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session, contains_eager

from outreach.accounts.models import Account
from outreach.checks.models import DIFFERENT, WRONG, Doubt, Sample
from outreach.visits.models import Visit
from outreach.visits.queries import standing


def of_visits(s: Session, visit_ids: Iterable[int]) -> dict[int, list[Doubt]]:
    """What is asked about these visits and not settled, by visit."""
    asked = select(Doubt).where(Doubt.visit_id.in_(list(visit_ids)), Doubt.verdict.is_(None))
    told: dict[int, list[Doubt]] = {}
    for doubt in s.scalars(asked.order_by(Doubt.id)):
        told.setdefault(doubt.visit_id, []).append(doubt)
    return told


def found_wrong(s: Session, visit_ids: Iterable[int]) -> set[int]:
    """Which of these visits somebody looked into and found otherwise than noted, and nobody has corrected yet."""
    ids = list(visit_ids)
    doubted = select(Visit.id).join(Doubt, Doubt.visit_id == Visit.id).where(Doubt.verdict == WRONG)
    drawn = select(Visit.id).join(Sample, Sample.visit_id == Visit.id).where(Sample.result == DIFFERENT)
    both = (rows.where(Visit.id.in_(ids), standing()) for rows in (doubted, drawn))
    return set(s.scalars(union_all(*both)))


def asked_about(s: Session, author: Account) -> Sequence[Doubt]:
    """What is asked about somebody's own visits and not settled, newest visit first."""
    asked = select(Doubt).join(Doubt.visit).where(Visit.by_id == author.id, Doubt.verdict.is_(None), standing())
    together = contains_eager(Doubt.visit).joinedload(Visit.household)
    return s.scalars(asked.options(together).order_by(Visit.at.desc()).limit(50)).all()
