"""Counting anew which skills people have shown, for the tallies: by the rule that counts for a confirmation.

Alone is what the default standard takes as shown. Helped is what somebody was only seen, or rehearsed, to do with help;
to be shown how is not to do it. What a person merely says counts for neither.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.assessments import queries, standard
from outreach.assessments.standard import OBSERVED, PRACTICE, Proof
from outreach.households import skills, stages
from outreach.households.models import Household, Member, Unweighed

PIECE = 500  # notes at once


def weigh(s: Session) -> bool:
    """Take up a piece of what was noted since, the oldest first; whether there was any. The caller commits."""
    notes = s.execute(select(Unweighed.id, Unweighed.member_id).order_by(Unweighed.id).limit(PIECE)).all()
    if not notes:
        return False
    again(s, {member_id for _id, member_id in notes})
    s.execute(delete(Unweighed).where(Unweighed.id.in_([id for id, _member_id in notes])))
    return True


def again(s: Session, member_ids: Iterable[int]) -> None:
    """Count the skills of these members, and so of their households, from all that speaks for them.

    Members are read when their households are held, not before: a merge may have taken them elsewhere meanwhile. Whom
    it took to a household that is not held is noted once more.
    """
    these = Member.id.in_(set(member_ids))
    homes = select(Household).where(Household.id.in_(select(Member.household_id).where(these)))
    held = {home.id for home in stages.hold(s, homes)}
    found = s.scalars(select(Member).where(these).execution_options(populate_existing=True)).all()
    members = [member for member in found if member.household_id in held]
    skills.changed(s, (member.id for member in found if member.household_id not in held))
    proofs = queries.proofs(s, select(Member.id).where(Member.id.in_([member.id for member in members])))
    stages.weighed(s, {member: weighed(proofs.get(member.id, ())) for member in members})


def weighed(proofs: Iterable[Proof]) -> tuple[int, int]:
    """The skills that these proofs come to: alone, helped, as bits."""
    proofs = tuple(proofs)
    alone = skills.bits(standard.judge(queries.default(), proofs).shown)
    seen = {p.skill for p in proofs if p.aided == standard.HELPED and p.kind in (OBSERVED, PRACTICE)}
    return alone, skills.bits(seen) & ~alone
