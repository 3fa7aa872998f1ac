"""What a commune notes of its villages' poverty: counts of its yearly review, never which household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.plans import hardship
from outreach.plans.models import VillageFact


@dataclass(frozen=True)
class Fact:
    """One village: poor and near-poor households (None: not known), and whether it is "in special difficulty"."""

    village_id: int
    poor: int | None
    near_poor: int | None
    hardship: bool

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return self.poor is None and self.near_poor is None and not self.hardship


def note(s: Session, commune: Area, facts: Sequence[Fact], as_of: date, source: str, by: Account) -> int:
    """Note the facts of a review; how many villages they are about. The same day again corrects that review.

    A village about which nothing is said has no fact of that day. Reviews of other days stay as they are.
    """
    ids = [fact.village_id for fact in facts]
    there = select(VillageFact).where(VillageFact.village_id.in_(ids), VillageFact.as_of == as_of)
    known = {one.village_id: one for one in s.scalars(there)}
    for fact in facts:
        row = known.get(fact.village_id)
        if fact.empty and row is not None:
            s.delete(row)
        elif not fact.empty:
            row = row or VillageFact(village_id=fact.village_id, as_of=as_of)
            row.poor, row.near_poor, row.hardship = fact.poor, fact.near_poor, fact.hardship
            row.source, row.set_by_id, row.set_at = source, by.id, clock.now()
            s.add(row)
    told = sum(not fact.empty for fact in facts)
    audit.record(
        s, "village_fact.set", "area", commune.id, area_id=commune.id, actor_id=by.id, as_of=f"{as_of:%Y-%m-%d}",
        villages=told,
    )  # fmt: skip
    s.flush()
    hardship.fold(s, commune)
    return told
