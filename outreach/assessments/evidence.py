"""Noting what speaks for a person's skills, and who taught them: called by visits and by the confirm page."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.assessments.models import Evidence, Teaching
from outreach.assessments.standard import AIDED, ALONE, OBSERVED, SAID
from outreach.households.models import Member


def observe(
    s: Session, member: Member, skills: Iterable[str], *, aided: str, at: datetime, by_id: int, ref: str = ""
) -> list[Evidence]:
    """Somebody watched the member do a task: `aided` is alone, helped or shown; only "alone" will ever count."""
    if aided not in AIDED:
        raise ValueError(aided)
    return _note(s, member, skills, OBSERVED, aided, at, by_id, ref)


def say(s: Session, member: Member, skills: Iterable[str], *, at: datetime, by_id: int) -> list[Evidence]:
    """The member says they can: kept, shown to whoever confirms, never counted."""
    return _note(s, member, skills, SAID, ALONE, at, by_id, "")


def taught(s: Session, members: Collection[Member], account_ids: Collection[int], at: datetime) -> None:
    """These accounts worked with these members: kept apart from evidence, as one may teach and see no skill."""
    member_ids = [m.id for m in members]
    before = select(Teaching.member_id, Teaching.account_id).where(Teaching.member_id.in_(member_ids))
    known = set(s.execute(before))
    pairs = {(m, a) for m in member_ids for a in account_ids} - known
    s.add_all(Teaching(member_id=m, account_id=a, since=at) for m, a in sorted(pairs))


def _note(
    s: Session, member: Member, skills: Iterable[str], kind: str, aided: str, at: datetime, by_id: int, ref: str
) -> list[Evidence]:
    rows: Sequence[Evidence] = [
        Evidence(member_id=member.id, skill=skill, kind=kind, aided=aided, at=at, by_id=by_id, ref=ref)
        for skill in dict.fromkeys(skills)
    ]
    s.add_all(rows)
    if rows:
        audit.record(
            s, f"evidence.{kind}", "member", member.id, area_id=member.household.village_id, actor_id=by_id,
            skills=[row.skill for row in rows], aided=aided,
        )  # fmt: skip
    return list(rows)
