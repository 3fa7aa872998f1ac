"""Days that a family asks to be reminded of: noted at the door or the desk, and ended when they are done."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households import forgetting, stages
from outreach.households import queries as households
from outreach.households.models import Household, Member
from outreach.reminders import due_dates
from outreach.reminders.models import DueDate
from outreach.sms import outbox

DONE, UNWANTED, OVER = "done", "unwanted", "over"


def note(s: Session, member: Member, wanted: DueDate, by: Account) -> DueDate:
    """Note a day for a member; the same again gives the one that is noted. Fills in who noted it, and when."""
    stages.lock(s, member.household)
    there = s.scalars(
        select(DueDate).where(
            DueDate.member_id == member.id, DueDate.kind == wanted.kind, DueDate.due_on == wanted.due_on,
            DueDate.said == wanted.said, DueDate.ended_at.is_(None),
        ).order_by(DueDate.id)
    ).first()  # fmt: skip
    if there:
        return there
    wanted.member_id, wanted.taken_by_id, wanted.taken_at = member.id, by.id, clock.now()
    s.add(wanted)
    s.flush()
    audit.record(
        s, "due_date.create", "member", member.id, area_id=member.household.village_id, actor_id=by.id,
        kind=wanted.kind, due_on=str(wanted.due_on),
    )  # fmt: skip
    return wanted


def end(s: Session, due: DueDate, how: str, by: Account | None) -> None:
    """Done with, or no longer wanted: what waits about it is taken back at once, and what the family called it is no
    longer kept. Twice is the same as once. `by` None: the house itself.
    """
    if due.ended_at is not None:
        return
    due.ended_at, due.ended_how, due.said = clock.now(), how, ""
    purpose = next(name for name, kinds in due_dates.KINDS.items() if due.kind in kinds)
    outbox.cancel(s, f"member:{due.member_id}", outbox.NO_LONGER_DUE, purpose, str(due.id))
    audit.record(
        s, "due_date.end", "member", due.member_id, area_id=due.member.household.village_id,
        actor_id=by.id if by else None, kind=due.kind, how=how,
    )  # fmt: skip
    s.flush()


def let_go(s: Session, before: date) -> int:
    """End the days of those who took back that they are registered, and those over before then; how many."""
    took_back = forgetting.took_back(DueDate.member_id)
    wanted = select(DueDate).where(DueDate.ended_at.is_(None), or_(took_back, DueDate.due_on < before))
    found = s.scalars(wanted.order_by(DueDate.id)).all()
    for due in found:
        end(s, due, OVER if due.due_on < before else UNWANTED, None)
    return len(found)


def standing(s: Session, household: Household) -> Sequence[DueDate]:
    """The household's days that are not ended, the next one first."""
    here = _members().where(Member.household_id == household.id, DueDate.ended_at.is_(None))
    return s.scalars(here.order_by(DueDate.due_on, DueDate.id)).all()


def find(s: Session, account: Account, due_id: int) -> DueDate | None:
    """A day of somebody whose household the account may see."""
    seen = households.visible_to(account).with_only_columns(Household.id)
    return s.scalars(_members().where(DueDate.id == due_id, Member.household_id.in_(seen))).one_or_none()


def _members() -> Select[DueDate]:
    rows = select(DueDate).join(Member, Member.id == DueDate.member_id).options(joinedload(DueDate.member))
    return rows.where(Member.left_on.is_(None))
