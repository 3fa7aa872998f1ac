"""Reading what is asked about visits and not settled yet."""

from collections.abc import Iterable, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

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

    What its own author noted anew is still the visit that was found wrong.
    """
    stands = select(Visit.id.label("now"), Visit.id.label("was")).where(Visit.id.in_(list(visit_ids)), standing())
    chain = stands.cte("chain", recursive=True)
    earlier = select(chain.c.now, Correction.visit_id).join(Correction, Correction.new_visit_id == chain.c.was)
    chain = chain.union(earlier.join(Visit, Visit.id == Correction.visit_id).where(Correction.by_id == Visit.by_id))
    doubted = exists().where(Doubt.visit_id == chain.c.was, Doubt.verdict == WRONG)
    drawn = exists().where(Sample.visit_id == chain.c.was, Sample.result == DIFFERENT)
    return set(s.scalars(select(chain.c.now).where(doubted | drawn)))


def asked_about(s: Session, author: Account) -> Sequence[Doubt]:
    """What is asked about somebody's own visits and not settled, newest visit first."""
    asked = select(Doubt).join(Doubt.visit).where(Visit.by_id == author.id, Doubt.verdict.is_(None), standing())
    together = contains_eager(Doubt.visit).joinedload(Visit.household)
    return s.scalars(asked.options(together).order_by(Visit.at.desc()).limit(50)).all()
