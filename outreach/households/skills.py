"""The skills of a member or household as bits of a number, and noting that a member's are to be counted anew."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from outreach import db
from outreach.households.models import SKILLS, Unweighed


def bits(skills: Iterable[str]) -> int:
    """These skills as one number: bit by bit, in the order of SKILLS."""
    return sum(1 << n for n, skill in enumerate(SKILLS) if skill in set(skills))


def named(number: int) -> list[str]:
    """The skills that such a number stands for, in order."""
    return [skill for n, skill in enumerate(SKILLS) if number >> n & 1]


def changed(s: Session, member_ids: Iterable[int]) -> None:
    """Something was noted about the skills of these members, or taken back: a worker soon counts them anew.

    It costs whoever writes next to nothing, and a phone at the door does not wait for it.
    """
    db.add_rows(s, Unweighed, [{"member_id": member_id} for member_id in sorted(set(member_ids))])
