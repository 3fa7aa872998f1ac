"""Learner cards: a short code on paper that joins a phone to a member, without account or password."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import attempts, audit
from outreach.accounts import codes as short_codes
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.cards.models import LearnerCard
from outreach.households.models import Household, Member
from outreach.lib import words

# Crockford's base 32 without A, D, E, W, Y: with Telex on, a Vietnamese keyboard makes other letters of these
# (DD → Đ, EE → Ê, W → Ư) and hangs tones on the vowels. 27 signs, eight places: 38 bits, behind a slow door.
ALPHABET = "0123456789BCFGHJKMNPQRSTVXZ"
LENGTH = 8
ISSUERS = (OFFICIAL, LEADER, VOLUNTEER, AGENT)  # who may make cards and hand them over
DOOR = "card"


class Locked(Exception):
    """Too many wrong codes from here; `until` is when the door opens again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def issue(s: Session, member: Member, by: Account) -> LearnerCard:
    """A new card for the member. It ends the old one, which may be lost."""
    now = clock.now()
    older = update(LearnerCard).where(LearnerCard.member_id == member.id, LearnerCard.ended_at.is_(None))
    s.execute(older.values(ended_at=now))
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    card = LearnerCard(member_id=member.id, code=code, issued_at=now, issued_by_id=by.id)
    s.add(card)
    audit.record(s, "card.issue", "member", member.id, area_id=member.household.village_id)
    s.flush()
    return card


def current(s: Session, member: Member) -> LearnerCard | None:
    """The member's card that is in use."""
    held = select(LearnerCard).where(LearnerCard.member_id == member.id, LearnerCard.ended_at.is_(None))
    return s.scalars(held.order_by(LearnerCard.id.desc()).limit(1)).one_or_none()


def read(typed: str) -> str:
    """A code as somebody types it, made plain: any case, blanks, dashes, accents; O for 0, I and L for 1."""
    return short_codes.tidy(words.fold(typed))


def show(code: str) -> str:
    """A code as it is printed: XXXX-XXXX."""
    return short_codes.show(code)


def find(s: Session, code: str, address: str) -> Member | None:
    """Whose card this plain code is on; None for a wrong or ended one, which counts as a failure (caller commits).

    Raises Locked after too many wrong codes from this network address (accounts.attempts has the figures).
    """
    until = attempts.locked_until(s, DOOR, code, address)
    if until:
        raise Locked(until)
    home = joinedload(LearnerCard.member).joinedload(Member.household).joinedload(Household.village)
    held = select(LearnerCard).where(LearnerCard.code == code, LearnerCard.ended_at.is_(None))
    card = s.scalars(held.options(home)).one_or_none()
    if card is None or card.member.left_on is not None:
        attempts.failed(s, DOOR, code, address)
        return None
    return card.member
