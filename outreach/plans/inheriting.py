"""After a reform of areas: what is known of a village's poverty is known of the one that took over.

Plans stay with the area that set them and end with it: a new commune takes the plan above until it sets its own.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.plans.models import VillageFact


def hand_over_facts(s: Session, old: Area, heir: Area) -> None:
    """Each review goes on in the heir; of villages that became one the counts of the same day add up.

    The old village keeps its own, as it keeps its months.
    """
    theirs = select(VillageFact).where(VillageFact.village_id.in_((old.id, heir.id))).order_by(VillageFact.as_of)
    rows = s.scalars(theirs).all()
    there = {one.as_of: one for one in rows if one.village_id == heir.id}
    for fact in (one for one in rows if one.village_id == old.id):
        twin = there.get(fact.as_of)
        if twin is None:
            s.add(_copy(fact, heir))
        else:
            twin.poor, twin.near_poor = _both(twin.poor, fact.poor), _both(twin.near_poor, fact.near_poor)
            twin.hardship = twin.hardship or fact.hardship
    s.flush()


def _copy(fact: VillageFact, heir: Area) -> VillageFact:
    return VillageFact(
        village_id=heir.id, as_of=fact.as_of, poor=fact.poor, near_poor=fact.near_poor, hardship=fact.hardship,
        source=fact.source, set_by_id=fact.set_by_id, set_at=fact.set_at,
    )  # fmt: skip


def _both(one: int | None, other: int | None) -> int | None:
    """Together; where one of them is not known, nobody knows."""
    return None if one is None or other is None else one + other
