"""The reminder of a follow-up visit, the day before: who gets it, what it says, when it is taken back.

The outbox knows numbers and words; who is due is known here.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts.models import LEADER, Account
from outreach.areas.models import Area
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.lib import phones, quiet_hours, sms_text
from outreach.queue import QUEUED, WORKING
from outreach.sms import outbox, texts
from outreach.sms.models import UNKNOWN, OptOut, Sms
from outreach.visits.models import FollowUp, Visit, VisitMet

log = logging.getLogger(__name__)

PURPOSE = "follow_up"
VERSION = "1"  # of the wording in templates/sms/texts; raise it with every change of the words
WAITING = (
    select(Sms.recipient)
    .where(Sms.recipient.in_(bindparam("members", expanding=True)))
    .where(Sms.purpose == PURPOSE, Sms.state.in_((QUEUED, WORKING, UNKNOWN)))
    .distinct()
)


class _Reminder(NamedTuple):
    """One household that will be visited, who is told, and the number that person may call."""

    village: Area
    member: Member
    call: str
    due_on: date


def plan(s: Session, today: date, support_phone: str = "") -> int:
    """Put a reminder in the outbox for each follow-up due tomorrow; how many stand there. May run any number of times.

    What waits there but is no longer due (visited meanwhile, moved away, other ambassador) is taken back.
    `support_phone` is named where a village has neither a leader nor the volunteer who promised to come.
    """
    due_on = today + timedelta(days=1)
    rows = [_put(s, reminder, today) for reminder in _reminders(s, due_on, support_phone)]
    standing = {row.key for row in rows if row is not None}
    waiting = select(Sms.key, Sms.recipient).where(
        Sms.purpose == PURPOSE, Sms.state == QUEUED, Sms.not_after > clock.now()
    )
    for key, recipient in s.execute(waiting).all():
        if key not in standing:
            outbox.cancel(s, recipient, outbox.NO_LONGER_DUE, PURPOSE)
    return len(standing)


def forget(s: Session, household: Household) -> None:
    """Take back the reminders of this household: it was visited before they went out."""
    members = [_recipient(member.id) for member in household.members]
    for recipient in s.scalars(WAITING, {"members": members}).all():
        outbox.cancel(s, recipient, outbox.NO_LONGER_DUE, PURPOSE)


def _recipient(member_id: int) -> str:
    return f"member:{member_id}"


def _put(s: Session, reminder: _Reminder, today: date) -> Sms | None:
    """One that cannot be written (a village is called like an address) is left out; the others still go."""
    try:
        return _write(s, reminder, today)
    except (outbox.HasLink, sms_text.MissingValue, phones.BadPhone) as fault:
        log.error("no reminder can be written for %s: %s", reminder.village.code, type(fault).__name__)
        return None


def _write(s: Session, reminder: _Reminder, today: date) -> Sms | None:
    village, member = reminder.village, reminder.member
    commune = village.parent or village
    body = texts.write(
        PURPOSE, member.language, commune=commune.title, village=village.full_name, day=f"{reminder.due_on:%d/%m}",
        phone=phones.show(reminder.call),
    )  # fmt: skip
    return outbox.put(
        s, recipient=_recipient(member.id), to=member.phone or "", area_id=commune.id, purpose=PURPOSE,
        version=VERSION, due_on=reminder.due_on, due_at=datetime.combine(today, quiet_hours.OPENS, clock.place()),
        not_after=datetime.combine(today, quiet_hours.CLOSES, clock.place()), body=body,
    )  # fmt: skip


def _reminders(s: Session, due_on: date, support_phone: str) -> Iterator[_Reminder]:
    """A household without anybody to tell, or without a number to call and say "no more", gets no reminder."""
    due = s.execute(
        _due(due_on).with_only_columns(Household, Account).join(Visit, Visit.id == FollowUp.visit_id)
        .join(Account, Account.id == Visit.by_id).options(joinedload(Household.village).joinedload(Area.parent))
        .order_by(Household.id, FollowUp.id)
    ).all()  # fmt: skip
    told, leaders = _told(s, due_on), _leaders(s, due_on)
    for household, promiser in due:
        member = told.get(household.id)
        leader = leaders.get(household.village_id)
        call = leader.phone if leader else promiser.phone if promiser.is_active else support_phone
        if member and call:
            yield _Reminder(household.village, member, call, due_on)


def _due(due_on: date) -> Select[int]:
    """The households with an open follow-up on this day."""
    return (
        select(FollowUp.household_id)
        .join(Household, Household.id == FollowUp.household_id)
        .where(FollowUp.due_on == due_on, FollowUp.ended_at.is_(None))
        .where(Household.merged_into_id.is_(None), Household.closed_as.is_(None))
    )


def _told(s: Session, due_on: date) -> Mapping[int, Member]:
    """By household, who is told: the ambassador, else who was met; only with consent, a number and no opt-out."""
    may_be_told = (
        Member.left_on.is_(None),
        Member.phone.is_not(None),
        Member.phone.not_in(select(OptOut.phone)),
        Member.id.in_(select(Consent.member_id).where(Consent.purpose == "sms", Consent.withdrawn_at.is_(None))),
        Member.household_id.in_(_due(due_on)),
    )
    met = (
        select(Member)
        .join(VisitMet, VisitMet.member_id == Member.id)
        .join(FollowUp, FollowUp.visit_id == VisitMet.visit_id)
        .where(*may_be_told, FollowUp.due_on == due_on, FollowUp.ended_at.is_(None))
        .order_by(Member.id.desc())
    )
    ambassadors = (
        select(Member)
        .join(Ambassador, Ambassador.member_id == Member.id)
        .where(*may_be_told, Ambassador.until.is_(None))
    )
    return _by_household([*s.scalars(met), *s.scalars(ambassadors)])


def _by_household(members: Iterable[Member]) -> dict[int, Member]:
    return {member.household_id: member for member in members}  # the last one counts


def _leaders(s: Session, due_on: date) -> dict[int, Account]:
    """By village, its group's leader."""
    villages = select(Household.village_id).where(Household.id.in_(_due(due_on)))
    leaders = s.scalars(
        select(Account)
        .where(Account.role == LEADER, Account.suspended_at.is_(None), Account.area_id.in_(villages))
        .order_by(Account.id.desc())
    )
    return {leader.area_id: leader for leader in leaders}
