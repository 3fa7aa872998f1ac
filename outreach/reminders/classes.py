"""Who is told of a class in person, the day before it.

Those who learn and are not proficient yet, and everybody of a household in which nobody is: a class is for them. The
others, and those without a yes or a number, are told by telephone or over the loudspeaker.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households import consent
from outreach.households.models import PROFICIENT, Household, Member
from outreach.reminders import people
from outreach.reminders.models import ClassMeeting
from outreach.reminders.people import COMMUNE, VILLAGE, Asked, Due, Rows
from outreach.sms.days import hours as open_hours
from outreach.sms.money_queries import Going, Reader
from outreach.sms.purposes import CLASS

AT_LEAST = timedelta(hours=1)  # before it begins, or nobody can come any more
A_DAY = timedelta(days=1)
MEANT = and_(
    Member.left_on.is_(None), Member.proficient_since.is_(None), Household.closed_as.is_(None),
    Household.merged_into_id.is_(None), or_(Member.learning_since.is_not(None), Household.stage != PROFICIENT),
)  # fmt: skip
HERE = and_(
    ClassMeeting.commune_id == VILLAGE.parent_id,
    or_(ClassMeeting.village_id.is_(None), ClassMeeting.village_id == VILLAGE.id),
)


class Reach(NamedTuple):
    """How many people get a message, and how many households have to hear of it otherwise."""

    people: int
    households: int


def find(s: Session, asked: Asked) -> Iterator[Due]:
    """Everybody who is told of a class, class by class: the day before, or at once where it was made later."""
    open_ones = select(ClassMeeting).where(_coming(asked)).order_by(ClassMeeting.id)
    if asked.only is not None:  # right before messages go: no look at the classes of other communes
        theirs = people.at_home(select(COMMUNE.id).select_from(Member)).where(asked.who(Member.id))
        open_ones = open_ones.where(ClassMeeting.commune_id.in_(theirs))
    for meeting in s.scalars(open_ones).all():
        on = told_on(meeting.at, meeting.made_at)
        if asked.first <= on <= asked.last:
            yield from _told(s, asked, meeting, on)


def days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are, and for how many who read alike."""
    of = (ClassMeeting.id, ClassMeeting.at, ClassMeeting.made_at, *people.READER)
    rows = people.at_home(select(*of, func.count(Member.id)).select_from(Member)).join(ClassMeeting, HERE)
    rows = rows.where(_coming(asked), MEANT, *people.reachable(CLASS, asked))
    found = s.execute(rows.group_by(*of)).all()
    told = (Going(told_on(at, made_at), Reader(*reader), many) for _id, at, made_at, *reader, many in found)
    return [one for one in told if asked.first <= one.on <= asked.last]


def told_on(at: datetime, made_at: datetime) -> date:
    """The day before a class; where it was made later than that, the day it was made."""
    return max(clock.local(at).date() - A_DAY, clock.local(made_at).date())


def about(meeting_id: int, at: datetime) -> str:
    """What its messages are known by: the class on its day, so that of another day one is told anew."""
    return f"{meeting_id}/{clock.local(at).date()}"


def goes_on(s: Session, meeting: ClassMeeting) -> date | None:
    """The open day on which the message goes; None: none is left before the class begins."""
    known = meeting.changed_at or meeting.made_at
    at = open_hours(s).opening(max(people.morning(told_on(meeting.at, meeting.made_at)), known)).at
    return clock.local(at).date() if at <= meeting.at - AT_LEAST else None


def reach(s: Session, meeting: ClassMeeting) -> Reach:
    """Whom a message about this class reaches, and whom not: one query."""
    may = func.max(case((consent.may_text(CLASS), 1), else_=0))
    texts = func.sum(case((consent.may_text(CLASS), 1), else_=0)).label("texts")
    homes = _of(select(Household.id, texts, may.label("any")).select_from(Member), meeting)
    each = homes.where(MEANT).group_by(Household.id).subquery()
    counted = select(func.sum(each.c.texts), func.sum(1 - each.c.any))
    found, missing = s.execute(counted).one()
    return Reach(int(found or 0), int(missing or 0))


def _told(s: Session, asked: Asked, meeting: ClassMeeting, on: date) -> Iterator[Due]:
    begins = clock.local(meeting.at)
    values = {"place": meeting.place, "day": f"{begins:%d/%m}", "hour": f"{begins:%H:%M}"}
    wanted = _of(select(Member.id), meeting).where(MEANT, *people.reachable(CLASS, asked))
    rows = people.at_home(people.of_members().select_from(Member))
    for row in people.pieces(s, wanted, rows, Member.id):
        yield Due(people.member(row), on, meeting.at - AT_LEAST, begins.date(), about(meeting.id, begins), values)


def _of(query: Rows, meeting: ClassMeeting) -> Rows:
    """The query, of members, for those who live where the class is for."""
    place = VILLAGE.id == meeting.village_id if meeting.village_id else COMMUNE.id == meeting.commune_id
    return people.at_home(query).where(place)


def _coming(asked: Asked) -> ColumnElement[bool]:
    """Classes of which somebody may be told in these days; `told_on` knows exactly."""
    return and_(
        ClassMeeting.cancelled_at.is_(None), ClassMeeting.at >= clock.day_start(asked.first),
        ClassMeeting.at < clock.day_start(asked.last + 2 * A_DAY), asked.where(ClassMeeting.commune_id),
    )  # fmt: skip
