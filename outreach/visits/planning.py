"""Whom to visit next, why, and in which order to walk.

A household is listed once, under its weightiest reason. A promise to come again is kept before anything else; with a
promise for a later day, the lesser reasons wait for that day. Then come the houses one looks after, then the others;
what is worth most for the walking is decided by `walking`. A family of a kind with which the village is behind in a
campaign is worth more, by how far behind it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.accounts.models import Account
from outreach.assessments import queries as assessments
from outreach.assessments.confirming import CONFIRMERS
from outreach.campaigns import queries as campaigns
from outreach.households import queries as households
from outreach.households.models import HAS_AMBASSADOR, PROFICIENT, VISITED, Ambassador, FamilyType, Household
from outreach.learning.models import Learner, Progress
from outreach.visits import walking
from outreach.visits.models import NOBODY, Care, FollowUp, Visit
from outreach.visits.queries import standing

LIMIT = 20
STOPPED_AFTER = timedelta(days=5)  # an ambassador who has not opened a lesson for so long needs a hand
PROMISED, MINE, REST = range(3)  # tiers: what comes before what
A_DAY_LATE, MOST_LATE = 0.02, 30  # a promise weighs more each day it is overdue, up to a month
LOOKED_AFTER = 0.5  # of a house's worth to me, when a colleague looks after it
BEHIND = 0.25  # at least so much of its worth more, for a family of a kind that a campaign is behind with
NOT_MINE_TO_CONFIRM = 0.2  # who waits to be confirmed, when I may not confirm


class Home(NamedTuple):
    """An open household of the village: where it is, what it waits for, who looks after it."""

    id: int
    address: str
    walk_no: int | None
    lat: float | None
    lon: float | None
    name: str  # sorting key of the head's name
    stage: str
    last_visit_at: datetime | None
    due_on: date | None  # the earliest promise that is open
    carer_id: int | None


class Why(NamedTuple):
    """A household that a reason found: the day the reason speaks of, and the member it is about."""

    household_id: int
    day: date | None = None
    member: str = ""


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, in which village.

    `wished` are the households that a campaign is behind with: how far (0 to 1), and their kind of family.
    """

    account: Account
    today: date
    homes: Mapping[int, Home]
    wished: Mapping[int, tuple[float, str]]

    @property
    def free(self) -> Iterable[Home]:
        """Homes to which nobody has promised to come again."""
        return (home for home in self.homes.values() if home.due_on is None)


@dataclass(frozen=True)
class Reason:
    """Why a household should be visited. `worth` is how likely a visit brings it one stage nearer to proficient."""

    name: str
    worth: float
    find: Callable[[Session, Asked], list[Why]]


@dataclass(frozen=True)
class Suggestion:
    """A household to visit, with the reason's name and what it speaks of.

    `metres` is the distance from the one listed before, where the list knows both places; `mine` is whether the one
    who asks looks after it. `wished` is the kind of family that a campaign is behind with, if it is of one.
    """

    household: Household
    reason: str
    day: date | None
    member: str
    metres: float | None = None
    mine: bool = False
    wished: str = ""

    @property
    def lane(self) -> str:
        """The lane, or the whole address where no house number stands in it."""
        return walking.spot(self.household.address).lane


@dataclass(frozen=True)
class Plan:
    """The best suggestions in walking order, how many households each reason gives, and how many in all.

    `cares` is whether the one who asks looks after any household.
    """

    suggestions: Sequence[Suggestion]
    counts: Mapping[str, int]
    total: int
    cares: bool = False


def plan(s: Session, account: Account, limit: int = LIMIT, *, mine: bool = False) -> Plan:
    """Today's plan for this account's village, or (`mine`) for the houses it looks after.

    A fixed number of queries, each over the village alone.
    """
    asked = Asked(account, clock.today(), _homes(s, account), _wished(s, account))
    cares = any(home.carer_id == account.id for home in asked.homes.values())
    chosen: dict[int, tuple[Reason, Why]] = {}
    for reason in sorted(REASONS, key=lambda r: -r.worth):
        for why in reason.find(s, asked):
            if why.household_id in asked.homes and (not mine or _mine(asked, why)):
                chosen.setdefault(why.household_id, (reason, why))
    stops = walking.tour((_house(asked, reason, why) for reason, why in chosen.values()), limit)
    counts = {reason.name: sum(one is reason for one, _why in chosen.values()) for reason in REASONS}
    return Plan(_suggestions(s, asked, stops, chosen), counts, len(chosen), cares)


def _homes(s: Session, account: Account) -> dict[int, Home]:
    open_promises = (
        select(FollowUp.household_id, func.min(FollowUp.due_on).label("due_on"))
        .where(FollowUp.ended_at.is_(None))
        .where(FollowUp.household_id.in_(households.visible_to(account).with_only_columns(Household.id)))
        .group_by(FollowUp.household_id)
        .subquery()
    )
    rows = (
        households.visible_to(account)
        .where(Household.closed_as.is_(None))
        .outerjoin(open_promises, open_promises.c.household_id == Household.id)
        .outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
        .with_only_columns(
            Household.id, Household.address, Household.walk_no, Household.lat, Household.lon, Household.sort_key,
            Household.stage, Household.last_visit_at, open_promises.c.due_on, Care.account_id,
        )
    )  # fmt: skip
    return {home.id: home for home in (Home._make(row) for row in s.execute(rows))}


def _wished(s: Session, account: Account) -> dict[int, tuple[float, str]]:
    """The households not proficient yet of the kinds that a campaign is behind with; of several kinds, the worst."""
    behind = campaigns.behind_with(s, account.area)
    if not behind:
        return {}
    rows = (
        households.visible_to(account)
        .join(FamilyType, FamilyType.household_id == Household.id)
        .where(FamilyType.type.in_(behind), Household.stage != PROFICIENT)
        .with_only_columns(Household.id, FamilyType.type)
    )
    return {id_: (lag, kind) for lag, kind, id_ in sorted((behind[kind], kind, id_) for id_, kind in s.execute(rows))}


def _mine(asked: Asked, why: Why) -> bool:
    return asked.homes[why.household_id].carer_id == asked.account.id


def _house(asked: Asked, reason: Reason, why: Why) -> walking.House:
    home = asked.homes[why.household_id]
    mine, worth = home.carer_id == asked.account.id, reason.worth
    if reason.name == "follow_up" and why.day:
        worth += A_DAY_LATE * min(MOST_LATE, (asked.today - why.day).days)
    if reason.name == "waiting" and asked.account.role not in CONFIRMERS:
        worth = NOT_MINE_TO_CONFIRM
    if home.carer_id and not mine:
        worth *= LOOKED_AFTER
    if home.id in asked.wished:
        worth *= 1 + max(BEHIND, asked.wished[home.id][0])
    tier = PROMISED if reason.name == "follow_up" else MINE if mine else REST
    return walking.House(home.id, worth, tier, home.address, home.walk_no, home.lat, home.lon, home.name)


def _suggestions(
    s: Session, asked: Asked, stops: Sequence[walking.Stop], chosen: Mapping[int, tuple[Reason, Why]]
) -> list[Suggestion]:
    found = {h.id: h for h in s.scalars(select(Household).where(Household.id.in_([stop.id for stop in stops])))}
    told = ((found[stop.id], *chosen[stop.id], stop.metres) for stop in stops)
    return [
        Suggestion(
            home, reason.name, why.day, why.member, metres, _mine(asked, why), asked.wished.get(home.id, (0, ""))[1]
        )
        for home, reason, why, metres in told
    ]


def follow_ups(_s: Session, asked: Asked) -> list[Why]:
    """A promise to come again is due today or overdue."""
    return [Why(h.id, h.due_on) for h in asked.homes.values() if h.due_on and h.due_on <= asked.today]


def stopped(s: Session, asked: Asked) -> list[Why]:
    """The ambassador began a lesson, did not finish it, and has opened none for five days; nobody came since."""
    until = clock.day_start(asked.today - STOPPED_AFTER + timedelta(days=1))
    open_lessons = func.sum(case((Progress.finished_at.is_(None), 1), else_=0))
    learning = (
        _open(asked, func.max(Progress.last_at))
        .join(Ambassador, (Ambassador.household_id == Household.id) & Ambassador.until.is_(None))
        .join(Learner, Learner.member_id == Ambassador.member_id)
        .join(Progress, Progress.learner_id == Learner.id)
        .where(Household.stage != PROFICIENT, _not_visited_since(until), _nothing_promised())
    )
    return _found(s, learning.group_by(Household.id).having(func.max(Progress.last_at) < until, open_lessons > 0))


def waiting(s: Session, asked: Asked) -> list[Why]:
    """Somebody has shown every skill that is needed: a second visit, by somebody else, confirms it."""
    homes = ((r.member.household, r.member.name) for r in assessments.ready(s, asked.account))
    return [Why(h.id, member=name) for h, name in homes if h.stage != PROFICIENT]


def not_begun(s: Session, asked: Asked) -> list[Why]:
    """There is an ambassador for five days or more, who has not begun a lesson; nobody came since."""
    since = asked.today - STOPPED_AFTER
    idle = (
        _open(asked, Ambassador.since)
        .join(Ambassador, (Ambassador.household_id == Household.id) & Ambassador.until.is_(None))
        .where(Household.stage == HAS_AMBASSADOR, Ambassador.since <= since)
    )
    return _found(s, idle.where(_not_visited_since(clock.day_start(since)), _nothing_promised()))


def never_visited(_s: Session, asked: Asked) -> list[Why]:
    """Nobody has ever come to this house."""
    return [Why(home.id) for home in asked.homes.values() if home.last_visit_at is None]


def nobody_home(s: Session, asked: Asked) -> list[Why]:
    """The last time, on an earlier day, nobody was at home."""
    later = aliased(Visit)
    newer = exists().where(later.household_id == Visit.household_id, later.at > Visit.at, standing(later))
    missed = _open(asked, Visit.at).join(Visit, Visit.household_id == Household.id)
    missed = missed.where(Visit.outcome == NOBODY, standing(), ~newer)
    return _found(s, missed.where(_not_visited_since(clock.day_start(asked.today)), _nothing_promised()))


def no_ambassador(_s: Session, asked: Asked) -> list[Why]:
    """Somebody was met on an earlier day, and nobody of the house is an ambassador yet."""
    this_morning = clock.day_start(asked.today)
    met = ((h, h.last_visit_at) for h in asked.free if h.stage == VISITED)
    return [Why(h.id, _day(at)) for h, at in met if at is None or at < this_morning]


REASONS: Final = (
    Reason("follow_up", 1.0, follow_ups),
    Reason("waiting", 0.9, waiting),
    Reason("stopped", 0.7, stopped),
    Reason("not_begun", 0.6, not_begun),
    Reason("never_visited", 0.5, never_visited),
    Reason("nobody_home", 0.4, nobody_home),
    Reason("no_ambassador", 0.35, no_ambassador),
)


def _open(asked: Asked, day: Any) -> Select[Any]:
    """The open households of the one who asks, with the day a reason speaks of."""
    seen = households.visible_to(asked.account).where(Household.closed_as.is_(None))
    return seen.with_only_columns(Household.id, day, maintain_column_froms=True)


def _found(s: Session, rows: Select[Any]) -> list[Why]:
    return [Why(id_, _day(day)) for id_, day in s.execute(rows)]


def _day(day: date | None) -> date | None:
    return clock.local(day).date() if isinstance(day, datetime) else day


def _nothing_promised() -> ColumnElement[bool]:
    return ~exists().where(FollowUp.household_id == Household.id, FollowUp.ended_at.is_(None))


def _not_visited_since(moment: datetime) -> ColumnElement[bool]:
    return or_(Household.last_visit_at.is_(None), Household.last_visit_at < moment)
