"""Classes in person: made by an official or a leader, changed or called off by them; who was told what is not so."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.households import queries as households
from outreach.households.models import Household, Member
from outreach.queue import WORKING
from outreach.reminders.models import ClassMeeting
from outreach.sms import outbox
from outreach.sms.models import ACCEPTED, SENT, UNKNOWN, Sms
from outreach.sms.purposes import CLASS

PAGE = 30
TOLD = (WORKING, SENT, ACCEPTED, UNKNOWN)  # it may have reached them
WHO = literal("member:").concat(cast(Member.id, String))  # as the outbox calls them


class Listing(NamedTuple):
    """Classes to come, and one page of those that were; pages are counted from 1."""

    coming: Sequence[ClassMeeting]
    past: Sequence[ClassMeeting]
    number: int
    pages: int


class Told(NamedTuple):
    """One page of people who were told of a class, and how many there are.

    `misled`: they were told another day, hour or place, and nothing else since; the others are not listed then.
    """

    rows: Sequence[Member]
    number: int
    pages: int
    total: int
    misled: bool = False


class Over(Exception):
    """The class has begun, or was called off before."""


def commune_id(account: Account) -> int | None:
    """The commune whose classes concern the account."""
    area = account.area
    return area.id if area.kind == COMMUNE else area.parent_id if area.kind == VILLAGE else None


def places(s: Session, account: Account) -> Sequence[Area]:
    """The villages for which the account may make a class of their own."""
    return areas.villages(s, account.area)


def make(
    s: Session, by: Account, *, village_id: int | None, place: str, at: datetime, lesson: str = ""
) -> ClassMeeting:
    """A class for a village, or (None) for the whole commune of who makes it."""
    made = ClassMeeting(
        commune_id=commune_id(by), village_id=village_id, place=place, at=at, lesson=lesson, by_id=by.id,
        made_at=clock.now(),
    )  # fmt: skip
    s.add(made)
    s.flush()
    where = village_id or made.commune_id
    audit.record(s, "class.create", "class", made.id, area_id=where, actor_id=by.id, at=at.isoformat())
    return made


def change(
    s: Session, meeting: ClassMeeting, by: Account, *, village_id: int | None, place: str, at: datetime, lesson: str
) -> None:
    """Change what a class is; the same again changes nothing. Raises Over.

    What waits is planned anew with the new words; what was tried once is not tried again with the old ones. A new day
    is told of by a new message, another hour or place on the same day is not: nobody gets two messages for one day.
    """
    _still(meeting)
    wanted = {"village_id": village_id, "place": place, "at": at, "lesson": lesson}
    changed = [name for name, value in wanted.items() if getattr(meeting, name) != value]
    for name in changed:
        setattr(meeting, name, wanted[name])
    if {"at", "place"} & set(changed):
        meeting.changed_at = clock.now()
        _take_back(s, meeting)
    if changed:
        audit.record(
            s, "class.update", "class", meeting.id, area_id=village_id or meeting.commune_id, actor_id=by.id,
            changed=changed,
        )  # fmt: skip
    s.flush()


def cancel(s: Session, meeting: ClassMeeting, by: Account) -> int:
    """Call it off; how many messages that waited were taken back. Raises Over."""
    _still(meeting)
    meeting.cancelled_at = clock.now()
    s.flush()
    audit.record(
        s, "class.cancel", "class", meeting.id, area_id=meeting.village_id or meeting.commune_id, actor_id=by.id
    )  # fmt: skip
    return _take_back(s, meeting)


def _take_back(s: Session, meeting: ClassMeeting) -> int:
    return outbox.take_back(
        s, outbox.NO_LONGER_DUE, area_id=meeting.commune_id, purpose=CLASS, about=str(meeting.id)
    )  # fmt: skip


def _still(meeting: ClassMeeting) -> None:
    if meeting.cancelled_at or meeting.at <= clock.now():
        raise Over(meeting.id)


def may_change(account: Account, meeting: ClassMeeting) -> bool:
    """Officials all classes of their commune, leaders those of their own village."""
    return account.role == OFFICIAL or (account.role == LEADER and account.area_id == meeting.village_id)


def listing(s: Session, account: Account, number: int = 1) -> Listing:
    """Classes that concern the account: all of today and later, the next one first; a page of those before, and of
    those that were called off.
    """
    here, today = _seen_by(account), clock.day_start(clock.today())
    past = or_(ClassMeeting.at < today, ClassMeeting.cancelled_at.is_not(None))
    pages = max(1, -(-(s.scalar(select(func.count(ClassMeeting.id)).where(here, past)) or 0) // PAGE))
    number = min(max(1, number), pages)
    coming = _whole(here).where(~past).order_by(ClassMeeting.at, ClassMeeting.id)
    before = _whole(here).where(past).order_by(ClassMeeting.at.desc(), ClassMeeting.id.desc())
    shown = before.limit(PAGE).offset((number - 1) * PAGE)
    return Listing(s.scalars(coming).all(), s.scalars(shown).all(), number, pages)


def find(s: Session, account: Account, meeting_id: int) -> ClassMeeting | None:
    """A class that concerns the account."""
    return s.scalars(_whole(_seen_by(account)).where(ClassMeeting.id == meeting_id)).one_or_none()


def told(s: Session, account: Account, meeting: ClassMeeting, number: int = 1) -> Told:
    """Who may have had a message about this class, of those whom the account may see; where some of them were told what
    is no longer so, only these.
    """
    sent = select(Sms.recipient).where(
        Sms.area_id == meeting.commune_id, Sms.purpose == CLASS, Sms.state.in_(TOLD),
        Sms.key.contains(f"/{CLASS}/{meeting.id}/", autoescape=True),
        Sms.due_at >= clock.day_start(clock.local(meeting.made_at).date()),
    )  # fmt: skip
    if meeting.changed_at and not meeting.cancelled_at:
        before, since = Sms.cleared_at < meeting.changed_at, Sms.cleared_at >= meeting.changed_at
        misled = _who(s, account, number, WHO.in_(sent.where(before)), WHO.not_in(sent.where(since)))
        if misled.total:
            return misled._replace(misled=True)
    return _who(s, account, number, WHO.in_(sent))


def _who(s: Session, account: Account, number: int, *which: ColumnElement[bool]) -> Told:
    seen = households.visible_to(account).with_only_columns(Household.id)
    rows = select(Member).where(Member.household_id.in_(seen), Member.left_on.is_(None), *which)
    total = s.scalar(rows.with_only_columns(func.count(Member.id))) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    page = rows.options(joinedload(Member.household)).order_by(Member.household_id, Member.id)
    return Told(s.scalars(page.limit(PAGE).offset((number - 1) * PAGE)).all(), number, pages, total)


def _seen_by(account: Account) -> ColumnElement[bool]:
    here = ClassMeeting.commune_id == commune_id(account)
    if account.area.kind == COMMUNE:
        return here
    return here & or_(ClassMeeting.village_id.is_(None), ClassMeeting.village_id == account.area_id)


def _whole(here: ColumnElement[bool]) -> Select[ClassMeeting]:
    together = (joinedload(ClassMeeting.commune), joinedload(ClassMeeting.village))
    return select(ClassMeeting).where(here).options(*together)
