"""How far somebody is, and whom to call for help."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from outreach.accounts.models import LEADER, Account
from outreach.areas.models import Area
from outreach.households.models import Household, Member
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import engine
from outreach.lessons import queries as lessons
from outreach.lessons.content import Lesson


@dataclass(frozen=True)
class Standing:
    """How far somebody is in one lesson. `answers` are the last ones, by question; empty where not asked for."""

    lesson: str
    seen: tuple[str, ...]
    answers: Mapping[str, str]
    started_at: datetime
    last_at: datetime
    finished_at: datetime | None

    def steps_seen(self, lesson: Lesson) -> int:
        """How many of today's steps were gone past; ids of steps since removed do not count."""
        return sum(step.id in self.seen for step in lesson.steps)

    def place(self, lesson: Lesson) -> engine.Page:
        """The page to go on from."""
        return engine.resume(lesson, self.seen, self.answers)


def learner(s: Session, token: str | None) -> Learner | None:
    """Whose phone this is, by its cookie, with the member and the village it is joined to."""
    if not token:
        return None
    home = joinedload(Learner.member).joinedload(Member.household).joinedload(Household.village)
    return s.scalars(select(Learner).where(Learner.token == token).options(home)).one_or_none()


def teller(s: Session, client_id: str | None) -> Learner | None:
    """Who gave this answer before, as long as it is nobody by name.

    A phone that sends it again, and has no cookie, never got the reply to the first time: it is that learner.
    """
    first = select(Learner).join(Answer, Answer.learner_id == Learner.id).where(Answer.client_id == client_id)
    return s.scalars(first.where(Learner.member_id.is_(None))).one_or_none() if client_id else None


def standings(s: Session, who: Learner | None) -> dict[str, Standing]:
    """How far this learner is, by lesson, all phones of the same member together: at most two queries."""
    if who is None:
        return {}
    rows = s.scalars(select(Progress).where(_of(who, Progress.learner_id))).all()
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    given = select(Answer.lesson, Answer.question, Answer.choice).where(_of(who, Answer.learner_id))
    for slug, question, choice in s.execute(given.order_by(Answer.at, Answer.id)) if rows else ():
        answers[slug][question] = choice
    return _together(rows, answers)


def standing(s: Session, who: Learner | None, lesson: Lesson) -> Standing | None:
    """How far this learner is in one lesson; None where it was never begun."""
    return standings(s, who).get(lesson.slug)


def unfinished(found: Mapping[str, Standing]) -> Standing | None:
    """The lesson to go on with: the one touched last, of those begun and not finished."""
    open_ones = [one for one in found.values() if one.finished_at is None and one.lesson in lessons.catalogue()]
    return max(open_ones, key=lambda one: one.last_at, default=None)


def progress_of(s: Session, member_ids: Collection[int]) -> dict[int, dict[str, Standing]]:
    """How far these members are, by member and lesson (without answers): one query, however many they are."""
    joined = select(Learner.member_id, Progress).join(Learner, Learner.id == Progress.learner_id)
    rows: dict[int, list[Progress]] = defaultdict(list)
    for member_id, row in s.execute(joined.where(Learner.member_id.in_(member_ids)).order_by(Progress.id)):
        if member_id is not None:
            rows[member_id].append(row)
    return {member_id: _together(own, {}) for member_id, own in rows.items()}


def finished(s: Session, member_id: int) -> list[tuple[str, datetime]]:
    """Lessons this member has finished (every step gone past, the quiz passed) and when, oldest first."""
    found = progress_of(s, [member_id]).get(member_id, {}).values()
    return sorted(((one.lesson, one.finished_at) for one in found if one.finished_at), key=lambda pair: pair[1])


def helper_phone(s: Session, member: Member | None) -> str | None:
    """The telephone of the group leader of a member's village; None where nobody is known."""
    if member is None:
        return None
    leader = select(Account.phone).where(
        Account.role == LEADER, Account.area_id == member.household.village_id, Account.suspended_at.is_(None)
    )
    return s.scalars(leader.order_by(Account.id).limit(1)).one_or_none()


def helper_of(s: Session, token: str) -> tuple[Area | None, str | None]:
    """The village of whom a phone is joined to, by its cookie, and its leader's telephone: one query."""
    leads = (Account.area_id == Area.id) & (Account.role == LEADER) & Account.suspended_at.is_(None)
    found = (
        select(Area, Account.phone)
        .join(Household, Household.village_id == Area.id)
        .join(Member, Member.household_id == Household.id)
        .join(Learner, Learner.member_id == Member.id)
        .outerjoin(Account, leads)
        .where(Learner.token == token)
    )
    village, number = s.execute(found.order_by(Account.id).limit(1)).one_or_none() or (None, None)
    return village, number


def _of(who: Learner, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    if who.member_id is None:
        return column == who.id
    return column.in_(select(Learner.id).where(Learner.member_id == who.member_id))


def _together(rows: Collection[Progress], answers: Mapping[str, Mapping[str, str]]) -> dict[str, Standing]:
    """One standing a lesson; a member who became one out of two entries may have two rows for it."""
    found: dict[str, Standing] = {}
    for row in rows:
        seen = tuple(row.steps_seen.split())
        other = found.get(row.lesson)
        ends = [at for at in (row.finished_at, other and other.finished_at) if at]
        found[row.lesson] = Standing(
            lesson=row.lesson,
            seen=tuple(dict.fromkeys((*other.seen, *seen))) if other else seen,
            answers=answers.get(row.lesson, {}),
            started_at=min(row.started_at, other.started_at) if other else row.started_at,
            last_at=max(row.last_at, other.last_at) if other else row.last_at,
            finished_at=min(ends, default=None),
        )
    return found
