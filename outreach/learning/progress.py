"""Noting what was learned: first for the phone alone, then for the member whose card was shown on it.

Each phone is a learner with a token of its own. Once joined, all that a member learns stands under the first of that
member's learners, so that two telephones, or one shared by two people, never mix or split what somebody has done.
Lock order: household (stages), then the learners by id, then their rows; so two taps at once count once.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households import skills, stages
from outreach.households.models import Member
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import engine
from outreach.lessons.content import Lesson

Catalogue = Mapping[str, Lesson]


class Forgotten(Exception):
    """Meanwhile all that this learner did was taken away (kiosk.sharing): there is nobody to note anything for."""


def begin(s: Session) -> Learner:
    """A phone that starts to learn; nobody knows whose it is, and nobody needs to."""
    learner = Learner(token=secrets.token_urlsafe(32), created_at=clock.now())
    s.add(learner)
    s.flush()
    return learner


def see(s: Session, learner: Learner, lesson: Lesson, step_id: str, *, at: datetime | None = None) -> Progress:
    """The learner has gone past a step. The same step again changes nothing but the time.

    `at`: when it was, where it was done without network and is told later; else now. Raises Forgotten.
    """
    row = _open(s, learner, lesson, at or clock.now())
    row.steps_seen = _still_there(lesson, [*row.steps_seen.split(), step_id])
    _settle(s, row, lesson)
    return row


def answer(
    s: Session, learner: Learner, lesson: Lesson, question: str, choice: str,
    *, at: datetime | None = None, client_id: str | None = None,
) -> Progress:  # fmt: skip
    """The learner answered a quiz question. Every try is kept; the last one counts.

    `at` as for `see`. `client_id` makes it the same try however often the phone sends it. Raises Forgotten.
    """
    at = at or clock.now()
    row = _open(s, learner, lesson, at)
    if client_id and s.scalar(select(Answer.id).where(Answer.client_id == client_id)):
        return row
    right = any(asked.id == question and asked.answer == choice for asked in lesson.quiz)
    s.add(
        Answer(
            learner_id=row.learner_id, lesson=lesson.slug, question=question, choice=choice, right=right, at=at,
            client_id=client_id,
        )
    )  # fmt: skip
    _settle(s, row, lesson)
    return row


def join(
    s: Session, learner: Learner | None, member: Member, catalogue: Catalogue, *, together: bool = True
) -> Learner:
    """From now on this phone learns for the member; returns the phone's learner, which may be a new one.

    What the phone learned before anybody was known is the member's too, unless `together` is false. What it learned
    for another member stays with that other member.
    """
    stages.lock(s, member.household)
    if learner is None or (learner.member_id != member.id and (learner.member_id is not None or not together)):
        learner = begin(s)
    if learner.member_id is None:
        learner.member, learner.joined_at = member, clock.now()
    first = _gather(s, learner, catalogue)
    began = s.scalar(select(func.min(Progress.started_at)).where(Progress.learner_id == first.id))
    if began is not None:
        stages.learning(s, member, clock.local(began).date())
    skills.changed(s, [member.id])  # what the phone learned and rehearsed before is the member's from now on
    return learner


def _open(s: Session, learner: Learner, lesson: Lesson, at: datetime) -> Progress:
    """The learner's row for this lesson, made if there is none, held until the transaction ends."""
    if learner.member is not None:
        stages.learning(s, learner.member, clock.local(at).date())
    first = _gather(s, learner, {lesson.slug: lesson})
    row = s.scalars(
        select(Progress).where(Progress.learner_id == first.id, Progress.lesson == lesson.slug)
    ).one_or_none()
    if row is None:
        row = Progress(learner_id=first.id, lesson=lesson.slug, steps_seen="", started_at=at, last_at=at)
        s.add(row)
    row.started_at = min(row.started_at, at)
    row.last_at = max(row.last_at, at)
    return row


def _gather(s: Session, learner: Learner, catalogue: Catalogue) -> Learner:
    """Hold all learners of the same person and bring their rows under the first, which is returned."""
    s.flush()
    own = Learner.id == learner.id
    if learner.member_id is not None:
        own = or_(own, Learner.member_id == learner.member_id)
    hold = select(Learner).where(own).order_by(Learner.id).with_for_update(of=Learner)
    held = s.scalars(hold.execution_options(populate_existing=True)).all()
    if not held:
        raise Forgotten
    first, others = held[0], [one.id for one in held[1:]]
    if others:
        _bring(s, first, others, catalogue)
    return first


def _bring(s: Session, first: Learner, others: Sequence[int], catalogue: Catalogue) -> None:
    rows = s.scalars(select(Progress).where(Progress.learner_id.in_(others)).order_by(Progress.id)).all()
    if not rows:
        return
    s.execute(update(Answer).where(Answer.learner_id.in_(others)).values(learner_id=first.id))
    standing = {row.lesson: row for row in s.scalars(select(Progress).where(Progress.learner_id == first.id))}
    for row in rows:
        kept = standing.setdefault(row.lesson, row)
        if kept is row:
            row.learner_id = first.id
        else:
            _merge(kept, row)
            s.delete(row)
    s.flush()
    for slug, row in standing.items():
        if slug in catalogue:
            _settle(s, row, catalogue[slug])


def _merge(kept: Progress, row: Progress) -> None:
    kept.steps_seen = " ".join(dict.fromkeys((*kept.steps_seen.split(), *row.steps_seen.split())))
    kept.started_at = min(kept.started_at, row.started_at)
    kept.last_at = max(kept.last_at, row.last_at)
    kept.quiz_passed_at = _first(kept.quiz_passed_at, row.quiz_passed_at)
    kept.finished_at = _first(kept.finished_at, row.finished_at)


def _settle(s: Session, row: Progress, lesson: Lesson) -> None:
    """Note when the quiz was first passed and the lesson finished: at the last deed; neither is taken back later."""
    if row.finished_at is not None:
        return
    s.flush()
    answers = _last_answers(s, row)
    if engine.passed(lesson, answers):
        row.quiz_passed_at = row.quiz_passed_at or row.last_at
    if engine.completed(lesson, row.steps_seen.split(), answers):
        row.finished_at = row.last_at
        who = s.scalars(select(Learner.member_id).where(Learner.id == row.learner_id, Learner.member_id.is_not(None)))
        skills.changed(s, (member_id for member_id in who if member_id))


def _last_answers(s: Session, row: Progress) -> dict[str, str]:
    given = select(Answer.question, Answer.choice).where(
        Answer.learner_id == row.learner_id, Answer.lesson == row.lesson
    )
    return dict(s.execute(given.order_by(Answer.at, Answer.id)).all())


def _still_there(lesson: Lesson, seen: Iterable[str]) -> str:
    """Step ids once each, in the order seen; those the lesson no longer has would only fill the column."""
    known = {step.id for step in lesson.steps}
    return " ".join(step_id for step_id in dict.fromkeys(seen) if step_id in known)


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)
