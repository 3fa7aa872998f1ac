"""Who stopped half-way in a lesson, and who has finished one and might take up the next: once each, and gently.

Only the lesson somebody touched last is spoken of. Whoever takes up any lesson again is busy, and is left alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.households.models import Member
from outreach.learning import queries as learning
from outreach.learning.models import Learner, Progress
from outreach.lessons.content import Kind, Lesson
from outreach.lessons.queries import catalogue
from outreach.reminders import people
from outreach.reminders.people import Asked, Due, Rows
from outreach.sms.money_queries import Going, Reader
from outreach.sms.purposes import LESSON_STOPPED, NEXT_LESSON
from outreach.visits.planning import STOPPED_AFTER
from outreach.wordings import refusing

A_DAY = timedelta(days=1)
GOOD_FOR = timedelta(days=10)  # it may wait for the end of Tết


def stopped(s: Session, asked: Asked) -> Iterator[Due]:
    """Began a lesson, did not finish it, and has opened none for five days: once for this lesson and this stop."""
    rows = _joined(people.of_members(Progress.lesson, Progress.last_at))
    for slug, last_at, *who in people.pieces(s, _stopped(asked, Progress.id), rows, Progress.id):
        lesson, stop = catalogue().get(slug), _day(last_at)
        if lesson and _may_be_named(lesson, who):
            yield _due(who, lesson, stop + STOPPED_AFTER, stop, slug)


def stopped_days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are, one for each."""
    rows = s.execute(_stopped(asked, Progress.last_at, *people.READER))
    return [Going(_day(at) + STOPPED_AFTER, Reader(*reader)) for at, *reader in rows]


def following(s: Session, asked: Asked) -> Iterator[Due]:
    """Finished one of the first skills yesterday, and there is a further one: once for the one finished."""
    rows = _joined(people.of_members(Progress.lesson, Progress.finished_at))
    for piece in people.batches(people.pieces(s, _finished(asked, Progress.id), rows, Progress.id)):
        done = learning.progress_of(s, [member_id for _slug, _at, member_id, *_more in piece])
        for slug, finished_at, *who in piece:
            finished = {one.lesson for one in done[who[0]].values() if one.finished_at}
            lesson = next_after(slug, finished)
            if lesson and _may_be_named(lesson, who):
                yield _due(who, lesson, _day(finished_at) + A_DAY, _day(finished_at), slug)


def following_days(s: Session, asked: Asked) -> list[Going]:
    """For which days such messages are; after the last of the first skills there is none."""
    rows = _finished(asked, Progress.finished_at, *people.READER).where(Progress.lesson.in_(first_skills()[:-1]))
    return [Going(_day(at) + A_DAY, Reader(*reader)) for at, *reader in s.execute(rows)]


def first_skills() -> list[str]:
    """Slugs of the lessons that build on each other, in their order. Procedures do not: nobody who has registered a
    marriage wants to hear of registering a death next.
    """
    return [lesson.slug for lesson in catalogue().values() if lesson.kind is Kind.BASICS]


def next_after(slug: str, finished: set[str]) -> Lesson | None:
    """The first lesson after this one, in the suggested order, that is not finished."""
    order = first_skills()
    later = order[order.index(slug) + 1 :] if slug in order else []
    return next((catalogue()[one] for one in later if one not in finished), None)


def _may_be_named(lesson: Lesson, who: Sequence[Any]) -> bool:
    """Some lessons are about paying or passwords. A message that names them would look like those of fraudsters."""
    return not refusing.requests(lesson.words_in(people.member(who).language).title)


def _due(who: Sequence[Any], lesson: Lesson, on: date, speaks_of: date, about: str) -> Due:
    person = people.member(who)
    title = lesson.words_in(person.language).title
    until = people.evening(on + GOOD_FOR)
    return Due(person, on, until, speaks_of, about, {"name": person.name, "lesson": title})


def _stopped(asked: Asked, *columns: Any) -> Rows:
    begin, end = _span(asked, STOPPED_AFTER)
    here = (Progress.finished_at.is_(None), Progress.last_at >= begin, Progress.last_at < end, ~_busy_since())
    return _joined(select(*columns)).where(*here, *people.reachable(LESSON_STOPPED, asked))


def _finished(asked: Asked, *columns: Any) -> Rows:
    begin, end = _span(asked, A_DAY)
    # Nothing is finished after it was last touched, and that column has an index.
    here = (Progress.last_at >= begin, Progress.finished_at >= begin, Progress.finished_at < end, ~_busy_since())
    return _joined(select(*columns)).where(*here, *people.reachable(NEXT_LESSON, asked))


def _joined(query: Rows) -> Rows:
    learns = query.select_from(Progress).join(Learner, Learner.id == Progress.learner_id)
    return people.at_home(learns.join(Member, Member.id == Learner.member_id))


def _busy_since() -> ColumnElement[bool]:
    """Whether the member has touched another lesson since, or has finished this one in another entry of hers."""
    later, theirs = aliased(Progress), aliased(Learner)
    newer = or_(later.last_at > Progress.last_at, and_(later.last_at == Progress.last_at, later.id > Progress.id))
    done = and_(later.lesson == Progress.lesson, later.finished_at.is_not(None))
    return exists().where(
        theirs.member_id == Learner.member_id, later.learner_id == theirs.id, later.id != Progress.id,
        or_(newer, done),
    )  # fmt: skip


def _span(asked: Asked, after: timedelta) -> tuple[datetime, datetime]:
    """The moments after which so much time ends on a day that is asked for."""
    return clock.day_start(asked.first - after), clock.day_start(asked.last - after + A_DAY)


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
