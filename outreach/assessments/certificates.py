"""Certificates of a confirmation: a paper with a code, that says no more than the person agreed to."""

import secrets
import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit, codes
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.assessments.models import Certificate, Confirmation
from outreach.households.models import Ambassador, Member
from outreach.lib import words

ALPHABET = "0123456789BCFGHJKMNPQRSTVXZ"  # as on learner cards: no letter that a Vietnamese keyboard turns into another
LENGTH = 10
FULL, GIVEN, NONE = "full", "given", "none"
NAMES = (FULL, GIVEN, NONE)  # how the person wants to be called on it


class Withdrawn(Exception):
    """The confirmation was taken back, so there is nothing to certify."""


def issue(s: Session, confirmation: Confirmation, by: Account, name: str) -> Certificate:
    """A certificate with the name as agreed (one of NAMES); an older one of the same confirmation ends.

    Raises Withdrawn.
    """
    s.refresh(confirmation, with_for_update=True)  # two at once are two in a row, and the second ends the first
    if confirmation.withdrawn_at is not None:
        raise Withdrawn
    member, now = confirmation.member, clock.now()
    older = (Certificate.confirmation_id == confirmation.id) & Certificate.withdrawn_at.is_(None)
    s.execute(update(Certificate).where(older).values(withdrawn_at=now, withdrawn_by_id=by.id))
    made = Certificate(
        confirmation=confirmation, commune=areas.line(s, member.household.village)[-2], name=_called(member, name),
        code="".join(secrets.choice(ALPHABET) for _ in range(LENGTH)), credential=str(uuid.uuid4()),
        issued_at=now, issued_by_id=by.id,
    )  # fmt: skip
    s.add(made)
    s.flush()
    audit.record(s, "certificate.issue", "member", member.id, area_id=member.household.village_id, name=name)
    return made


def current(s: Session, confirmation: Confirmation) -> Certificate | None:
    """The confirmation's certificate that is in use."""
    held = select(Certificate).where(Certificate.confirmation_id == confirmation.id, Certificate.withdrawn_at.is_(None))
    return s.scalars(held.order_by(Certificate.id.desc()).limit(1)).one_or_none()


def find(s: Session, code: str) -> Certificate | None:
    """The certificate of a code as it was printed or typed, with what it certifies; withdrawn ones too."""
    held = joinedload(Certificate.confirmation), joinedload(Certificate.commune)
    return s.scalars(select(Certificate).where(Certificate.code == plain(code)).options(*held)).one_or_none()


def holds(certificate: Certificate) -> bool:
    """Whether it still says something true."""
    return certificate.withdrawn_at is None and certificate.confirmation.withdrawn_at is None


def withdrawn(s: Session, numbers: range, commune: Area | None = None) -> Sequence[int]:
    """The ids, of these (and of this commune), that no longer hold."""
    gone = or_(Certificate.withdrawn_at.is_not(None), Confirmation.withdrawn_at.is_not(None))
    told = select(Certificate.id).join(Certificate.confirmation).where(gone)
    if commune is not None:
        told = told.where(Certificate.commune_id == commune.id)
    return s.scalars(told.where(Certificate.id.between(numbers[0], numbers[-1]))).all()


def ambassador(s: Session, certificate: Certificate) -> bool:
    """Whether it is a digital ambassador's: somebody else of a household may be confirmed as well."""
    named = select(Ambassador.id).where(Ambassador.member_id == certificate.confirmation.member_id)
    return s.scalar(named.limit(1)) is not None


def plain(code: str) -> str:
    """A code as somebody types it, made plain: any case, blanks, dashes, accents; O for 0, I and L for 1."""
    return codes.tidy(words.fold(code))[:12]


def shown(code: str) -> str:
    """A code as it is printed: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"


def _called(member: Member, name: str) -> str:
    return {FULL: member.name, GIVEN: words.given_name(member.name), NONE: ""}[name]
