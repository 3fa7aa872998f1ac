"""The reminder of a follow-up visit, shortly before: who gets it, what it says, when it is taken back.

The outbox knows numbers and words; who is due is known here; whether a commune reminds at all is known upstairs
(`reminders.rules`), where it is planned beside the others.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from outreach import clock, db
from outreach.accounts.models import LEADER, Account
from outreach.areas.models import Area
from outreach.households.consent import may_text
from outreach.households.models import Ambassador, Household, Member
from outreach.lib import phones, quiet_hours
from outreach.queue import QUEUED, WORKING
from outreach.sms import outbox
from outreach.sms.costs import LONGEST_PREFIX
from outreach.sms.days import Hours
from outreach.sms.days import hours as open_hours
from outreach.sms.models import UNKNOWN, Sms
from outreach.sms.money_queries import Going, Reader
from outreach.sms.purposes import FOLLOW_UP
from outreach.visits.models import FollowUp, Visit, VisitMet

log = logging.getLogger(__name__)

OfCommune = Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]  # a condition on the column of a commune's id
A_DAY = timedelta(days=1)
EARLIEST = 3  # days before the visit: by then, who was told longer ago has forgotten it
PIECE = 500  # households looked at together
WAITING = (
    select(Sms.recipient)
    .where(Sms.recipient.in_(bindparam("members", expanding=True)))
    .where(Sms.purpose == FOLLOW_UP, Sms.state.in_((QUEUED, WORKING, UNKNOWN)))
    .distinct()
)
spoken = lru_cache(maxsize=1_000)(phones.show)  # the same few leaders' numbers stand in thousands of messages


class _Told(NamedTuple):
    """A member who may be written to."""

    id: int
    phone: str
    language: str
    form: str


class _Reminder(NamedTuple):
    """One household that will be visited, who is told, and the number that person may call."""

    village: Area
    told: _Told
    call: str
    due_on: date


def notices(s: Session, today: date, support_phone: str, where: OfCommune) -> Iterator[outbox.Notice]:
    """The reminders of visits that are sent today in these communes, some hundred households at a time.

    `support_phone` is named where a village has neither a leader nor the volunteer who promised to come.
    """
    hours = open_hours(s)
    for due_on in (today + n * A_DAY for n in range(1, EARLIEST + 1)):
        if told_on(hours, due_on) == today:
            yield from _of_day(s, due_on, today, support_phone, where)


def told_on(hours: Hours, due_on: date) -> date | None:
    """When a visit is reminded of: on the last open day before it. None: nothing goes in the days before."""
    before = (due_on - n * A_DAY for n in range(1, EARLIEST + 1))
    return next((day for day in before if hours.opens_on(day)), None)


def days(s: Session, where: OfCommune, first: date, last: date) -> list[Going]:
    """On which of these days such reminders go in these communes, one for each household that can be told."""
    hours = open_hours(s)
    ambassador = exists().where(Ambassador.member_id == Member.id, Ambassador.until.is_(None))
    met = exists().where(VisitMet.member_id == Member.id, VisitMet.visit_id == FollowUp.visit_id)
    near = FollowUp.due_on.between(first + A_DAY, last + EARLIEST * A_DAY)
    number = func.substr(Member.phone, 1, LONGEST_PREFIX)
    rows = (
        _open().with_only_columns(FollowUp.due_on, FollowUp.household_id, Member.language, Member.sms_form, number)
        .join(Member, Member.household_id == FollowUp.household_id)
        .where(near, may_text(FOLLOW_UP), or_(ambassador, met), where(Area.parent_id))
        .order_by(case((ambassador, 0), else_=1), Member.id)
    )  # fmt: skip
    told: dict[tuple[date, int], Reader] = {}
    for due_on, household_id, *reader in s.execute(rows):
        told.setdefault((due_on, household_id), Reader(*reader))
    going = ((told_on(hours, due_on), reader) for (due_on, _household_id), reader in told.items())
    return [Going(on, reader) for on, reader in going if on and first <= on <= last]


def leaders(s: Session, village_ids: Collection[int]) -> dict[int, Account]:
    """By village, its group's leader: whom one telephones."""
    found = s.scalars(
        select(Account)
        .where(Account.role == LEADER, Account.suspended_at.is_(None), db.among(s, Account.area_id, village_ids))
        .order_by(Account.id.desc())
    )
    return {leader.area_id: leader for leader in found}


def forget(s: Session, household: Household) -> None:
    """Take back the reminders of this household: it was visited before they went out."""
    members = [_recipient(member.id) for member in household.members]
    for recipient in s.scalars(WAITING, {"members": members}).all():
        outbox.cancel(s, recipient, outbox.NO_LONGER_DUE, FOLLOW_UP)


def _of_day(s: Session, due_on: date, today: date, support_phone: str, where: OfCommune) -> Iterator[outbox.Notice]:
    last = 0
    nearest = _due(due_on).where(where(Area.parent_id)).distinct().order_by(FollowUp.household_id).limit(PIECE)
    while houses := s.scalars(nearest.where(FollowUp.household_id > last)).all():
        for reminder in _reminders(s, due_on, houses, support_phone):
            try:
                yield _notice(reminder, today)
            except phones.BadPhone:
                log.error("no reminder can be written for %s: no number to call", reminder.village.code)
        last = houses[-1]


def _recipient(member_id: int) -> str:
    return f"member:{member_id}"


def _notice(reminder: _Reminder, today: date) -> outbox.Notice:
    village, told, due_on = reminder.village, reminder.told, reminder.due_on
    commune = village.parent or village
    values = {
        "commune": commune.title, "village": village.full_name, "day": f"{due_on:%d/%m}",
        "phone": spoken(reminder.call),
    }  # fmt: skip
    return outbox.Notice(
        recipient=_recipient(told.id), to=told.phone, area_id=commune.id, purpose=FOLLOW_UP, due_on=due_on,
        due_at=datetime.combine(today, quiet_hours.OPENS, clock.place()),
        not_after=datetime.combine(today, quiet_hours.CLOSES, clock.place()), values=values,
        language=told.language, form=told.form, why={"rule": FOLLOW_UP, "on": due_on.isoformat()},
    )  # fmt: skip


def _reminders(s: Session, due_on: date, houses: Sequence[int], support_phone: str) -> Iterator[_Reminder]:
    """A household without anybody to tell, or without a number to call and say "no more", gets no reminder."""
    due = s.execute(
        _due(due_on).where(db.among(s, FollowUp.household_id, houses))
        .with_only_columns(Household.id, Household.village_id, Account.phone, Account.suspended_at)
        .join(Visit, Visit.id == FollowUp.visit_id).join(Account, Account.id == Visit.by_id)
        .order_by(Household.id, FollowUp.id)
    ).all()  # fmt: skip
    villages = {row.village_id for row in due}
    places = select(Area).where(db.among(s, Area.id, villages)).options(joinedload(Area.parent))
    told, leading, place = _told(s, due_on, houses), leaders(s, villages), {one.id: one for one in s.scalars(places)}
    for household_id, village_id, promiser, suspended_at in due:
        member, leader = told.get(household_id), leading.get(village_id)
        call = leader.phone if leader else support_phone if suspended_at else promiser
        if member and call:
            yield _Reminder(place[village_id], member, call, due_on)


def _due(due_on: date) -> Select[int]:
    """The households with an open follow-up on this day."""
    return _open().where(FollowUp.due_on == due_on)


def _open() -> Select[int]:
    return (
        select(FollowUp.household_id)
        .join(Household, Household.id == FollowUp.household_id)
        .join(Area, Area.id == Household.village_id)
        .where(FollowUp.ended_at.is_(None), Household.merged_into_id.is_(None), Household.closed_as.is_(None))
    )


def _told(s: Session, due_on: date, houses: Sequence[int]) -> Mapping[int, _Told]:
    """By household, who is told: the ambassador, else who was met; only who may be written to about it."""
    columns = select(Member.household_id, Member.id, Member.phone, Member.language, Member.sms_form)
    may_be_told = (may_text(FOLLOW_UP), db.among(s, Member.household_id, houses))
    met = (
        columns.join(VisitMet, VisitMet.member_id == Member.id)
        .join(FollowUp, FollowUp.visit_id == VisitMet.visit_id)
        .where(*may_be_told, FollowUp.due_on == due_on, FollowUp.ended_at.is_(None))
        .order_by(Member.id.desc())
    )
    ambassadors = columns.join(Ambassador, Ambassador.member_id == Member.id).where(
        *may_be_told, Ambassador.until.is_(None)
    )
    return {row.household_id: _Told(row.id, row.phone, row.language, row.sms_form)  # the last one counts
            for which in (met, ambassadors) for row in s.execute(which)}  # fmt: skip
