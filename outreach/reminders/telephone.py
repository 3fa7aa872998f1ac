"""Whom to telephone, or to go and see: who needs a reminder this week that no message brings.

The days are those of `due_dates`, `classes` and the promised visits; whom one may write to is `consent.may_text`, and a
number that the phone company knows; what becomes of the messages themselves is told by `fates`.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import consent
from outreach.households import queries as households
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.reminders import people
from outreach.reminders.classes import AT_LEAST, MEANT, about, told_on
from outreach.reminders.due_dates import KINDS, LONG_BEFORE, RESULT, RESULT_GOOD_FOR, sendings
from outreach.reminders.fates import MISLED, Fates, Reminder
from outreach.reminders.models import ClassMeeting, DueDate
from outreach.sms.models import OptOut
from outreach.sms.numbers import is_wrong
from outreach.sms.purposes import CLASS, DUE_DATE, FOLLOW_UP, RESULT_READY
from outreach.visits import reminders as visits
from outreach.visits.models import FollowUp, VisitMet

WEEK = timedelta(days=7)
NO_NUMBER, WRONG, STOPPED, NO_YES = "no_number", "wrong", "stopped", "no_yes"  # no message can reach this person
LESS, NOT_MET = "less", "not_met"  # none about this
OTHERS = 2  # the rank of those who are neither ambassador nor were met


class Need(NamedTuple):
    """What somebody should hear of: one of `sms.purposes`, when that is, and a kind of due date or a place."""

    purpose: str
    at: date | datetime
    what: str = ""


class Row(NamedTuple):
    """One person to be told. `why`: what keeps a message from reaching her. `phone`: only where calls are agreed to."""

    household: Household
    member: Member | None
    needs: Sequence[Need]
    why: str
    phone: str | None


class _Candidate(NamedTuple):
    """Somebody who could be told of a need by this reminder; the smallest `rank` first.

    `may_text`: she may be written to about it. `why`: what keeps the message away all the same.
    """

    village_id: int
    household_id: int
    member_id: int | None
    need: Need
    may_text: bool
    callable: bool
    rank: int
    reminder: Reminder
    why: str = ""

    @property
    def matter(self) -> tuple[int, str, str, int]:
        """For whom it is: a day that somebody asked for is hers alone, the rest is the household's."""
        own = (self.member_id or 0) if self.need.purpose in KINDS else 0
        return self.household_id, self.need.purpose, f"{self.need.at} {self.need.what}", own


def rows(s: Session, account: Account, village: Area) -> list[Row]:
    """Whom to telephone in a village this week, in walking order. As many queries as there are kinds of facts."""
    chosen = _chosen(s, account, Household.village_id == village.id)
    people = _people(s, [one.member_id for one in chosen if one.member_id])
    homes = {
        home.id: home for home in s.scalars(
            households.visible_to(account).where(Household.id.in_({one.household_id for one in chosen}))
            .options(joinedload(Household.village))
        )
    }  # fmt: skip
    whys = _whys(s, list(people.values()))
    each = sorted(chosen, key=lambda one: (one.household_id, one.member_id or 0))
    found = [
        _row(homes[home], people.get(member or 0), list(ones), whys)
        for (home, member), ones in groupby(each, key=lambda one: (one.household_id, one.member_id))
    ]
    return sorted(found, key=lambda row: (row.household.walk_no or 10_000, row.household.sort_key, row.household.id))


def counts(s: Session, account: Account) -> dict[int, int]:
    """How many people are to be told otherwise, by village."""
    each = {(one.village_id, one.household_id, one.member_id) for one in _chosen(s, account)}
    found: dict[int, int] = {}
    for village_id, _household_id, _member_id in each:
        found[village_id] = found.get(village_id, 0) + 1
    return found


def _row(home: Household, member: Member | None, ones: Sequence[_Candidate], whys: dict[int, str]) -> Row:
    needs = sorted({one.need for one in ones}, key=lambda need: (_day(need), need.purpose, need.what))
    first = min(ones, key=lambda one: (_day(one.need), one.need.purpose, one.need.what))
    why = (whys.get(member.id) or first.why) if member else NO_NUMBER
    phone = member.phone if member and ones[0].callable else None
    return Row(home, member, needs, why, phone)


def _day(need: Need) -> date:
    return clock.local(need.at).date() if isinstance(need.at, datetime) else need.at


def _chosen(s: Session, account: Account, *here: ColumnElement[bool]) -> list[_Candidate]:
    """For each household and need that nobody is told of by message: the one to call, or else to see."""
    commune = account.area if account.area.kind == "commune" else account.area.parent or account.area
    fates = Fates(s, commune)
    homes = households.visible_to(account).where(Household.closed_as.is_(None), *here)
    found = (*_follow_ups(s, homes, fates), *_due_dates(s, homes, fates), *_classes(s, homes, commune))
    each = groupby(sorted(found, key=lambda one: one.matter), key=lambda one: one.matter)
    return [one for _matter, ones in each if (one := _to_call(fates, list(ones)))]


def _to_call(fates: Fates, ones: Sequence[_Candidate]) -> _Candidate | None:
    """Of those who could be told of the same: None where a message tells one of them, else whom to call."""
    written = sorted((one for one in ones if one.may_text), key=lambda one: (one.rank, one.member_id))
    if ones[0].need.purpose == FOLLOW_UP:
        written = written[:1]  # one is told for the house
    whys = {one.member_id: fates.why_not(one.reminder) for one in written}
    if "" in whys.values() or any(fates.known(one.reminder) == "" for one in ones):
        return None
    misled = [one for one in ones if whys.get(one.member_id) == MISLED]
    near = misled or [one for one in ones if one.rank < OTHERS] or ones
    chosen = min(near, key=lambda one: (not one.callable, one.rank, one.member_id or 0))
    return chosen._replace(why=whys.get(chosen.member_id) or next(iter(whys.values()), _unwritten(fates, chosen)))


def _unwritten(fates: Fates, one: _Candidate) -> str:
    """Messages may go there, but not about this."""
    return fates.off(one.need.purpose) or (NOT_MET if one.rank == OTHERS else LESS)


def _follow_ups(s: Session, homes: Select[Household], fates: Fates) -> Iterator[_Candidate]:
    """Promised visits: the ambassador is told, or else who was met; where there is neither, anybody of the house."""
    ambassador = exists().where(Ambassador.member_id == Member.id, Ambassador.until.is_(None))
    met = exists().where(VisitMet.member_id == Member.id, VisitMet.visit_id == FollowUp.visit_id)
    rank = case((ambassador, 0), (met, 1), else_=OTHERS)
    told = and_(consent.may_text(FOLLOW_UP), or_(ambassador, met))
    today = clock.today()
    wanted = (
        homes.with_only_columns(*_columns(told, rank), FollowUp.due_on, maintain_column_froms=True)
        .join(FollowUp, FollowUp.household_id == Household.id)
        .outerjoin(Member, and_(Member.household_id == Household.id, Member.left_on.is_(None)))
        .where(FollowUp.ended_at.is_(None), FollowUp.due_on.between(today, today + WEEK))
    )
    for *who, due_on in s.execute(wanted):
        on = visits.told_on(fates.hours, due_on)
        reminder = Reminder(who[2], FOLLOW_UP, due_on, on, people.evening(on or due_on))
        yield _candidate(who, Need(FOLLOW_UP, due_on), reminder)


def _due_dates(s: Session, homes: Select[Household], fates: Fates) -> Iterator[_Candidate]:
    """Days that a member asked to be reminded of: she is told, or nobody."""
    today = clock.today()
    reached = case((and_(DueDate.kind == RESULT, consent.may_text(RESULT_READY)), 1),
                   (and_(DueDate.kind != RESULT, consent.may_text(DUE_DATE)), 1), else_=0)  # fmt: skip
    near = DueDate.due_on.between(today - RESULT_GOOD_FOR, today + timedelta(days=LONG_BEFORE) + WEEK)
    wanted = (
        homes.with_only_columns(
            *_columns(reached == 1, literal(0)), DueDate.id, DueDate.kind, DueDate.due_on, DueDate.taken_at,
            maintain_column_froms=True,
        )
        .join(Member, and_(Member.household_id == Household.id, Member.left_on.is_(None)))
        .join(DueDate, DueDate.member_id == Member.id)
        .where(DueDate.ended_at.is_(None), near)
    )  # fmt: skip
    for *who, id_, kind, due_on, taken_at in s.execute(wanted):
        purpose = next(purpose for purpose, kinds in KINDS.items() if kind in kinds)
        for on, until in sendings(kind, due_on, clock.local(taken_at).date()):
            reminder = Reminder(who[2], purpose, on, on, people.evening(until), str(id_))
            if today <= on < today + WEEK or (on < today <= until and fates.known(reminder)):
                yield _candidate(who, Need(purpose, due_on, kind), reminder)


def _classes(s: Session, homes: Select[Household], commune: Area) -> Iterator[_Candidate]:
    """Classes in person: a household is told by one of those whom the class is for."""
    now = clock.now()
    wanted = (
        homes.with_only_columns(
            *_columns(consent.may_text(CLASS), literal(0)), ClassMeeting.id, ClassMeeting.at, ClassMeeting.made_at,
            ClassMeeting.changed_at, ClassMeeting.place, maintain_column_froms=True,
        )
        .join(Member, Member.household_id == Household.id)
        .join(ClassMeeting, or_(ClassMeeting.village_id.is_(None), ClassMeeting.village_id == Household.village_id))
        .where(ClassMeeting.commune_id == commune.id, ClassMeeting.cancelled_at.is_(None))
        .where(ClassMeeting.at.between(now, now + WEEK), MEANT)
    )  # fmt: skip
    for *who, id_, at, made_at, changed_at, place in s.execute(wanted):
        on = told_on(at, made_at)
        reminder = Reminder(who[2], CLASS, on, on, at - AT_LEAST, about(id_, at), changed_at)
        yield _candidate(who, Need(CLASS, at, place), reminder)


def _columns(reached: ColumnElement[bool], rank: Any) -> tuple[Any, ...]:
    called = and_(Member.phone.is_not(None), _agreed("phone"), ~is_wrong(Member.phone))
    flags = (case((condition, 1), else_=0) for condition in (reached, called))
    return (Household.village_id, Household.id, Member.id, *flags, rank)


def _candidate(row: Sequence[Any], need: Need, reminder: Reminder) -> _Candidate:
    village_id, household_id, member_id, may_text, called, rank = row
    return _Candidate(village_id, household_id, member_id, need, bool(may_text), bool(called), rank or 0, reminder)


def _agreed(purpose: str) -> ColumnElement[bool]:
    return exists().where(Consent.member_id == Member.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))


def _people(s: Session, ids: Sequence[int]) -> dict[int, Member]:
    return {member.id: member for member in s.scalars(select(Member).where(Member.id.in_(ids)))}


def _whys(s: Session, people: Sequence[Member]) -> dict[int, str]:
    """What keeps any message from these members; those who could get one about something else are left out."""
    facts = select(
        Member.id, case((is_wrong(Member.phone), 1), else_=0),
        case((exists().where(OptOut.phone == Member.phone), 1), else_=0),
        case((_agreed("sms"), 1), else_=0),
    ).where(Member.id.in_([member.id for member in people]))  # fmt: skip
    found: dict[int, str] = {}
    numbers = {member.id: member.phone for member in people}
    for id_, dead, stopped, agreed in s.execute(facts):
        why = NO_NUMBER if not numbers[id_] else WRONG if dead else STOPPED if stopped else "" if agreed else NO_YES
        if why:
            found[id_] = why
    return found
