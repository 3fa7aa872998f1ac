"""What is kept of a person beside the list of households itself, and its end: with her yes, or when it is of no use.

The list is the commune's own: a name and a number stand there until somebody corrects them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach import clock
from outreach.households.models import MERGED, Consent, HouseholdMerge, Member
from outreach.households.parting import GOOD_FOR
from outreach.sms import keeping
from outreach.sms.models import Sms

OF_HER = ("name", "folded", "phone", "differs")  # who she is, and how to reach her


def forget(s: Session, member: Member) -> None:
    """She took back that she is registered: blank her messages, what others noted otherwise of her, and what merges of
    her entries know of her. Should one be undone, the entry that comes back has no number, and the name of the other.
    """
    keeping.forget(s, f"member:{member.id}", member.phone)
    member.differs = None
    hers = {member.id}
    for merge in sorted(_merges(s, member.household_id), key=lambda merge: -merge.id):
        if hers & {merge.moved["member"], merge.moved["gone"]["id"]}:
            if merge.undone_at is None:
                hers.add(merge.moved["gone"]["id"])
            parts = ("gone", "kept")
            merge.moved = merge.moved | {part: _blanked(merge.moved[part]) for part in parts}
    s.flush()


def took_back(member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether a member took back that she is registered, as a condition on her id.

    Not yet where a merge alone ended a yes and may still be undone.
    """
    one = aliased(Consent)
    hers = select(one.id).where(one.member_id == member_id, one.purpose == "registered")
    newly = one.withdrawn_at >= clock.day_start(clock.today() - GOOD_FOR)
    stands = or_(one.withdrawn_at.is_(None), and_(one.withdrawn_how == MERGED, newly))
    return and_(hers.exists(), ~hers.where(stands).exists())


def let_go(s: Session) -> int:
    """Blank what merges keep for being undone where that is over; how many.

    Whoever's yes ended by such a merge is forgotten then. Messages that a worker held, or nobody knew of, when
    somebody took her yes back have come to their end by now.
    """
    for recipient in s.scalars(_still_told_of()).all():
        keeping.forget(s, recipient, None)
    over = or_(HouseholdMerge.undone_at.is_not(None), HouseholdMerge.at < clock.day_start(clock.today() - GOOD_FOR))
    rows = s.scalars(select(HouseholdMerge).where(over, cast(HouseholdMerge.moved, String) != "{}")).all()
    for merge in rows:
        ended, merge.moved = merge.moved if merge.undone_at is None else {}, {}
        member = s.get(Member, ended["member"]) if ended.get("consents") else None
        if member is not None and not _is_registered(s, member):
            forget(s, member)
    s.flush()
    return len(rows)


def _still_told_of() -> Select[str]:
    """Whose messages' words are kept though they took back that they are registered, as the outbox calls them."""
    hers = Sms.recipient == literal("member:").concat(cast(Consent.member_id, String))
    ended = select(Sms.recipient).distinct().select_from(Consent).join(Sms, hers)
    return ended.where(
        Consent.purpose == "registered", Consent.withdrawn_at.is_not(None), Sms.body != "", took_back(Consent.member_id)
    )


def _blanked(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in OF_HER}


def _merges(s: Session, household_id: int) -> Iterator[HouseholdMerge]:
    """Those of people in a household, or in one that became it, that tell something still."""
    looked, ahead = set[int](), {household_id}
    while ahead:
        looked |= ahead
        merges = s.scalars(select(HouseholdMerge).where(HouseholdMerge.keep_id.in_(ahead))).all()
        yield from (merge for merge in merges if merge.of_person and merge.moved)
        ahead = {merge.other_id for merge in merges} - looked


def _is_registered(s: Session, member: Member) -> bool:
    hers = select(Consent.id).where(Consent.member_id == member.id, Consent.withdrawn_at.is_(None))
    return s.scalars(hers.where(Consent.purpose == "registered").limit(1)).first() is not None
