"""Confirming a member as digitally proficient, and taking it back: always somebody other than the teacher."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.areas.models import Area
from outreach.assessments import queries
from outreach.assessments.models import Confirmation, Standard
from outreach.assessments.standard import Proof, Verdict, judge
from outreach.households import stages
from outreach.households.models import Household, Member

CONFIRMERS = (LEADER, OFFICIAL)


class CannotConfirm(Exception):
    """Nothing was confirmed; the subclass is the reason."""


class NotAConfirmer(CannotConfirm):
    """Only a group leader or an official confirms."""


class TaughtByYou(CannotConfirm):
    """Whoever taught a member, or saw the skill, may not confirm it."""


class OwnHousehold(CannotConfirm):
    """Nobody confirms the people one lives with, nor oneself."""


class NotEnough(CannotConfirm):
    """The evidence does not come to enough; `verdict` says what is missing."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(", ".join(verdict.missing))
        self.verdict = verdict


class AlreadyConfirmed(CannotConfirm):
    """A confirmation of this member stands."""


class HasLeft(CannotConfirm):
    """The member lives elsewhere now."""


class AlreadyWithdrawn(Exception):
    """This confirmation was taken back before."""


def confirm(s: Session, member: Member, by: Account) -> Confirmation:
    """Confirm a member under today's standard, which is kept with the proofs; raises a CannotConfirm."""
    _hold(s, member)
    rule = queries.standard_for(s, member.household.village)
    verdict = judge(rule, queries.proofs_of(s, member))
    _refuse_if_due(s, member, by, verdict)
    shown = {skill: [_kept(proof) for proof in given] for skill, given in verdict.shown.items()}
    made = Confirmation(member_id=member.id, at=clock.now(), by_id=by.id, standard=rule.record(), shown=shown)
    s.add(made)
    s.flush()
    stages.proficient(s, member, clock.today(), by.id)
    _log(s, "confirmation.create", made, member, by, skills=sorted(shown))
    return made


def withdraw(s: Session, confirmation: Confirmation, by: Account, reason: str) -> None:
    """Take a confirmation back, with the reason; the household falls back to where its facts say.

    Where two entries of one person were confirmed before they became one, both are taken back.
    """
    member = confirmation.member
    _hold(s, member)
    s.refresh(confirmation, ["withdrawn_at"])
    if confirmation.withdrawn_at is not None:
        raise AlreadyWithdrawn
    for one in queries.standing(s, member):
        one.withdrawn_at, one.withdrawn_by_id, one.withdrawn_reason = clock.now(), by.id, reason
        _log(s, "confirmation.withdraw", one, member, by)
    stages.proficient(s, member, None, by.id)


def set_standard(s: Session, commune: Area, skills: list[str], needed: int, by: Account) -> Standard:
    """Set a commune's own standard; earlier confirmations stand. ValueError if `needed` is more than the skills."""
    known = [skill.id for skill in queries.default().skills if skill.id in skills]
    if not 0 < needed <= len(known):
        raise ValueError(needed)
    made = Standard(area_id=commune.id, needed=needed, skills=known, set_at=clock.now(), set_by_id=by.id)
    s.add(made)
    s.flush()
    audit.record(
        s, "standard.update", "standard", made.id, area_id=commune.id, actor_id=by.id, skills=known, needed=needed
    )
    return made


def _hold(s: Session, member: Member) -> None:
    """Lock the household first, as `stages` does, so that two confirmers at once are two in a row."""
    s.execute(select(Household.id).where(Household.id == member.household_id).with_for_update())


def _refuse_if_due(s: Session, member: Member, by: Account, verdict: Verdict) -> None:
    if by.role not in CONFIRMERS:
        raise NotAConfirmer
    if member.left_on:
        raise HasLeft
    if by.id in queries.teachers(s, member):
        raise TaughtByYou
    if by.id in queries.at_home(s, member):
        raise OwnHousehold
    if queries.confirmation(s, member):
        raise AlreadyConfirmed
    if not verdict.enough:
        raise NotEnough(verdict)


def _kept(proof: Proof) -> dict[str, object]:
    return {"kind": proof.kind, "at": proof.at.isoformat(), "by_id": proof.by_id, "ref": proof.ref}


def _log(s: Session, act: str, confirmation: Confirmation, member: Member, by: Account, **details: Any) -> None:
    village_id = member.household.village_id
    audit.record(
        s, act, "confirmation", confirmation.id, area_id=village_id, actor_id=by.id, member_id=member.id, **details
    )
