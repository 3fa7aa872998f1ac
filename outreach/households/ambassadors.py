"""Who is a household's digital ambassador: one at a time, a member of it, and every earlier one stays on record.

`registering.ambassador` is the way in (it takes the consent as well); this module keeps the rows true.
"""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households import stages
from outreach.households.models import Ambassador, Household, Member
from outreach.sms import outbox


def current(s: Session, household: Household) -> Ambassador | None:
    """Today's ambassador, asked of the database so that two phones agree."""
    return s.scalars(_current(household)).first()


def appoint(s: Session, household: Household, member: Member, by: Account, reason: str = "") -> Ambassador:
    """Make a member the ambassador; whoever was it before ends today, with the reason. Twice is the same as once."""
    stages.lock(s, household)
    before = current(s, household)
    if before is not None and before.member_id == member.id:
        return before
    if before is not None:
        _end(s, before, by, reason or "handed_over")
    made = Ambassador(
        household_id=household.id, member_id=member.id, since=clock.today(), registered_by_id=by.id, ended_reason=""
    )
    s.add(made)
    s.flush()
    stages.restage(s, household, by.id)
    _note(s, "ambassador.create", made, household)
    return made


def end(s: Session, household: Household, by: Account, reason: str) -> Ambassador | None:
    """The household has no ambassador from today on; returns who was it, None if nobody."""
    stages.lock(s, household)
    before = current(s, household)
    if before is None:
        return None
    _end(s, before, by, reason)
    stages.restage(s, household, by.id, reason)
    _note(s, "ambassador.end", before, household)
    return before


def end_if(s: Session, member: Member, by: Account, reason: str) -> None:
    """End the member's being ambassador, if she is."""
    now = current(s, member.household)
    if now is not None and now.member_id == member.id:
        end(s, member.household, by, reason)


def _end(s: Session, ambassador: Ambassador, by: Account, reason: str) -> None:
    ambassador.until = clock.today()
    ambassador.ended_by_id = by.id
    ambassador.ended_reason = reason
    outbox.cancel(s, f"member:{ambassador.member_id}", outbox.NO_LONGER_DUE)


def _current(household: Household) -> Select[Ambassador]:
    return (
        select(Ambassador)
        .where(Ambassador.household_id == household.id, Ambassador.until.is_(None))
        .order_by(Ambassador.id)
    )


def _note(s: Session, act: str, ambassador: Ambassador, household: Household) -> None:
    audit.record(s, act, "household", household.id, area_id=household.village_id, member=ambassador.member_id)
