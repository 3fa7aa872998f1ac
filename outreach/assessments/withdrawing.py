"""Taking back what was noted by mistake on an occasion: it speaks for nobody's skills, and nobody taught there."""

from collections.abc import Collection

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.assessments.models import Evidence, Teaching
from outreach.households.models import Member
from outreach.households.skills import changed


def unseen(s: Session, ref: str, by_id: int) -> None:
    """What was noted on an occasion (`ref`, such as "visit:12") goes; the audit log keeps which skills of whom."""
    gone = s.scalars(select(Evidence).where(Evidence.ref == ref)).all()
    for member in {row.member_id: s.get_one(Member, row.member_id) for row in gone}.values():
        audit.record(
            s, "evidence.withdraw", "member", member.id, area_id=member.household.village_id, actor_id=by_id,
            skills=sorted(row.skill for row in gone if row.member_id == member.id), ref=ref,
        )  # fmt: skip
    changed(s, {row.member_id for row in gone})
    s.execute(delete(Evidence).where(Evidence.ref == ref))


def untaught(s: Session, pairs: Collection[tuple[int, int]]) -> None:
    """These (member id, account id) have not worked together after all, and on no other occasion."""
    if pairs:
        s.execute(delete(Teaching).where(tuple_(Teaching.member_id, Teaching.account_id).in_(sorted(pairs))))
