"""Where each ambassador stands and what to teach next: for the volunteer and the leader, village by village.

What to teach next is decided by few plain rules: go on with what was begun; else the first skill that is not shown yet,
by a lesson on it that is not finished, by a rehearsal, or by doing it once while somebody watches.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.assessments import queries, standard
from outreach.assessments.standard import Standard, Verdict
from outreach.households import queries as households
from outreach.households.models import Ambassador, Household, Member
from outreach.learning import queries as learning
from outreach.learning.models import Learner, Progress
from outreach.lessons import queries as lessons
from outreach.lessons.content import Kind, Lesson
from outreach.practice import queries as practice

PAGE: Final = 50
GO_ON, LEARN, REHEARSE, WATCH, CONFIRM = "go_on", "learn", "rehearse", "watch", "confirm"


class Next(NamedTuple):
    """What to do with somebody next: one of the deeds above, with the lesson (or rehearsal) and the skill it is for."""

    deed: str
    lesson: str = ""
    skill: str = ""


@dataclass(frozen=True)
class Pupil:
    """One ambassador: lessons begun and finished, the verdict so far, what next; `last_at` None: never opened one."""

    member: Member
    progress: Mapping[str, learning.Standing]
    verdict: Verdict
    next: Next
    last_at: datetime | None

    @property
    def finished(self) -> int:
        """How many lessons are done to the end."""
        return sum(one.finished_at is not None for one in self.progress.values())


@dataclass(frozen=True)
class Board:
    """One page of ambassadors, those who have waited longest first; pages count from 1."""

    pupils: Sequence[Pupil]
    number: int
    pages: int
    total: int


def board(s: Session, account: Account, village: Area | None, number: int) -> Board:
    """The ambassadors this account may see, of one village if given: a handful of queries, however many there are."""
    last = func.max(Progress.last_at)
    ids = _ambassadors(account, village).with_only_columns(Member.id)
    total = s.scalar(select(func.count()).select_from(ids.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    waiting = (
        _ambassadors(account, village)
        .outerjoin(Learner, Learner.member_id == Member.id)
        .outerjoin(Progress, Progress.learner_id == Learner.id)
        .with_only_columns(Member.id, last)
        .group_by(Member.id)
        .order_by(last.is_not(None), last, Member.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    order = [(member_id, at) for member_id, at in s.execute(waiting)]
    return Board(_pupils(s, account, order), number, pages, total)


def _ambassadors(account: Account, village: Area | None) -> Select[Member]:
    seen = households.visible_to(account).with_only_columns(Household.id)
    if village is not None:
        seen = seen.where(Household.village_id == village.id)
    current = select(Ambassador.member_id).where(Ambassador.until.is_(None), Ambassador.household_id.in_(seen))
    return select(Member).where(Member.id.in_(current), Member.left_on.is_(None))


def _pupils(s: Session, account: Account, order: Sequence[tuple[int, datetime | None]]) -> list[Pupil]:
    ids = [member_id for member_id, _at in order]
    home = select(Member).join(Member.household).join(Household.village)
    home = home.options(contains_eager(Member.household).contains_eager(Household.village))
    members = {one.id: one for one in s.scalars(home.where(Member.id.in_(ids)))}
    progress, proofs = learning.progress_of(s, ids), queries.proofs(s, select(Member.id).where(Member.id.in_(ids)))
    rule = queries.standard_for(s, account.area)
    found = []
    for member_id, at in order:
        own, verdict = progress.get(member_id, {}), standard.judge(rule, proofs.get(member_id, []))
        found.append(Pupil(members[member_id], own, verdict, what_next(rule, verdict, own), at))
    return found


def what_next(rule: Standard, verdict: Verdict, progress: Mapping[str, learning.Standing]) -> Next:
    """What to teach somebody next (see the top of this module)."""
    begun = learning.unfinished(progress)
    if begun:
        return Next(GO_ON, begun.lesson)
    if verdict.enough:
        return Next(CONFIRM)
    done = {slug for slug, one in progress.items() if one.finished_at}
    skill = verdict.missing[0]
    lesson = next((one for one in _on(skill, done) if one.slug not in done), None)
    return Next(LEARN, lesson.slug, skill) if lesson else _show(rule, skill)


def _on(skill: str, done: Collection[str]) -> list[Lesson]:
    """The lessons on a skill: the first steps before whole procedures, of which one (whichever) will do."""
    tagged = [one for one in lessons.catalogue().values() if skill in one.skills]
    basics = [one for one in tagged if one.kind is Kind.BASICS]
    whole = [one for one in tagged if one.kind is Kind.PROCEDURE]
    return basics if any(one.slug in done for one in whole) else basics + whole[:1]


def _show(rule: Standard, skill_id: str) -> Next:
    """All was learned; now it has to be shown."""
    skill = next(one for one in rule.skills if one.id == skill_id)
    flows = [flow.slug for flow in practice.catalogue().values() if skill_id in flow.skills]
    return Next(REHEARSE, flows[0], skill_id) if skill.practice and flows else Next(WATCH, "", skill_id)
