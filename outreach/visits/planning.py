"""Whom to visit next, and why: a short list of reasons, each with a weight and one query, best first.

A household is listed once, under its weightiest reason. A promise to come again is kept before anything else; with a
promise for a later day, the lesser reasons wait for that day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, null, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.accounts.models import Account
from outreach.assessments import queries as assessments
from outreach.households import queries as households
from outreach.households.models import HAS_AMBASSADOR, PROFICIENT, VISITED, Ambassador, Household
from outreach.lessons.models import Learner, Progress
from outreach.visits.models import NOBODY, FollowUp, Visit
from outreach.visits.queries import standing

LIMIT = 20
STOPPED_AFTER = timedelta(days=5)  # an ambassador who has not opened a lesson for so long needs a hand


class Why(NamedTuple):
    """A household that a reason found: the day the reason speaks of, and the member it is about."""

    household_id: int
    lane: str  # folded address: neighbours stand together
    sort_key: str
    day: date | None = None
    member: str = ""


class Asked(NamedTuple):
    """Who asks, and on which day."""

    account: Account
    today: date


@dataclass(frozen=True)
class Reason:
    """Why a household should be visited. A heavier one comes first; `by_day` puts the oldest day before the lane."""

    name: str
    weight: int
    find: Callable[[Session, Asked], list[Why]]
    by_day: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A household to visit, with the reason's name and what it speaks of."""

    household: Household
    reason: str
    day: date | None
    member: str


@dataclass(frozen=True)
class Plan:
    """The best suggestions, how many households each reason gives, and how many in all."""

    suggestions: Sequence[Suggestion]
    counts: Mapping[str, int]
    total: int


def plan(s: Session, account: Account, limit: int = LIMIT) -> Plan:
    """Today's plan for this account's village: as many queries as there are reasons, and a few."""
    asked = Asked(account, clock.today())
    chosen: dict[int, tuple[str, Why]] = {}
    counts: dict[str, int] = {}
    for reason in sorted(REASONS, key=lambda r: -r.weight):
        before = len(chosen)
        for why in sorted(reason.find(s, asked), key=_by_day if reason.by_day else _by_lane):
            chosen.setdefault(why.household_id, (reason.name, why))
        counts[reason.name] = len(chosen) - before
    return Plan(_with_households(s, list(chosen.values())[:limit]), counts, len(chosen))


def _by_lane(why: Why) -> tuple[str, str]:
    return why.lane, why.sort_key


def _by_day(why: Why) -> tuple[date, str, str]:
    return why.day or date.max, why.lane, why.sort_key


def _with_households(s: Session, ranked: Sequence[tuple[str, Why]]) -> list[Suggestion]:
    rows = s.scalars(select(Household).where(Household.id.in_([why.household_id for _, why in ranked])))
    found = {h.id: h for h in rows}
    return [Suggestion(found[why.household_id], name, why.day, why.member) for name, why in ranked]


def follow_ups(s: Session, asked: Asked) -> list[Why]:
    """A promise to come again is due today or overdue; the longest overdue first."""
    due = func.min(FollowUp.due_on)
    promised = (FollowUp.household_id == Household.id) & FollowUp.ended_at.is_(None) & (FollowUp.due_on <= asked.today)
    return _found(s, _homes(asked, due).join(FollowUp, promised).group_by(Household.id))


def stopped(s: Session, asked: Asked) -> list[Why]:
    """The ambassador began a lesson, did not finish it, and has opened none for five days; nobody came since."""
    until = clock.day_start(asked.today - STOPPED_AFTER + timedelta(days=1))
    open_lessons = func.sum(case((Progress.finished_at.is_(None), 1), else_=0))
    learning = (
        _homes(asked, func.max(Progress.last_at))
        .join(Ambassador, (Ambassador.household_id == Household.id) & Ambassador.until.is_(None))
        .join(Learner, Learner.member_id == Ambassador.member_id)
        .join(Progress, Progress.learner_id == Learner.id)
        .where(Household.stage != PROFICIENT, _not_visited_since(until), _nothing_promised())
    )
    return _found(s, learning.group_by(Household.id).having(func.max(Progress.last_at) < until, open_lessons > 0))


def waiting(s: Session, asked: Asked) -> list[Why]:
    """Somebody has shown every skill that is needed: a second visit, by somebody else, confirms it."""
    homes = ((r.member.household, r.member.name) for r in assessments.ready(s, asked.account))
    unproven = ((h, name) for h, name in homes if h.stage != PROFICIENT)
    return [Why(h.id, h.address_folded, h.sort_key, member=name) for h, name in unproven]


def not_begun(s: Session, asked: Asked) -> list[Why]:
    """There is an ambassador for five days or more, who has not begun a lesson; nobody came since."""
    since = asked.today - STOPPED_AFTER
    idle = (
        _homes(asked, Ambassador.since)
        .join(Ambassador, (Ambassador.household_id == Household.id) & Ambassador.until.is_(None))
        .where(Household.stage == HAS_AMBASSADOR, Ambassador.since <= since)
    )
    return _found(s, idle.where(_not_visited_since(clock.day_start(since)), _nothing_promised()))


def never_visited(s: Session, asked: Asked) -> list[Why]:
    """Nobody has ever come to this house."""
    return _found(s, _homes(asked, null()).where(Household.last_visit_at.is_(None)))


def nobody_home(s: Session, asked: Asked) -> list[Why]:
    """The last time, on an earlier day, nobody was at home."""
    later = aliased(Visit)
    newer = exists().where(later.household_id == Visit.household_id, later.at > Visit.at, standing(later))
    missed = _homes(asked, Visit.at).join(Visit, Visit.household_id == Household.id)
    missed = missed.where(Visit.outcome == NOBODY, standing(), ~newer)
    return _found(s, missed.where(_not_visited_since(clock.day_start(asked.today)), _nothing_promised()))


def no_ambassador(s: Session, asked: Asked) -> list[Why]:
    """Somebody was met on an earlier day, and nobody of the house is an ambassador yet."""
    met = _homes(asked, Household.last_visit_at).where(Household.stage == VISITED)
    return _found(s, met.where(_not_visited_since(clock.day_start(asked.today)), _nothing_promised()))


REASONS: Final = (
    Reason("follow_up", 100, follow_ups, by_day=True),
    Reason("stopped", 80, stopped),
    Reason("waiting", 60, waiting),
    Reason("not_begun", 50, not_begun),
    Reason("never_visited", 40, never_visited),
    Reason("nobody_home", 30, nobody_home),
    Reason("no_ambassador", 20, no_ambassador),
)


def _homes(asked: Asked, day: Any) -> Select[Any]:
    """The open households of the one who asks, with the day a reason speaks of."""
    seen = households.visible_to(asked.account).where(Household.closed_as.is_(None))
    columns = (Household.id, Household.address_folded, Household.sort_key, day)
    return seen.with_only_columns(*columns, maintain_column_froms=True)


def _found(s: Session, rows: Select[Any]) -> list[Why]:
    found = s.execute(rows)
    return [Why(id_, lane, key, _day(day)) for id_, lane, key, day in found]


def _day(day: date | None) -> date | None:
    return clock.local(day).date() if isinstance(day, datetime) else day


def _nothing_promised() -> ColumnElement[bool]:
    return ~exists().where(FollowUp.household_id == Household.id, FollowUp.ended_at.is_(None))


def _not_visited_since(moment: datetime) -> ColumnElement[bool]:
    return or_(Household.last_visit_at.is_(None), Household.last_visit_at < moment)
