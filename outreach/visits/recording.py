"""Recording visits: each once per `client_id`, however often it is sent, with all that follows in one transaction.

There is one way for a single form and for a phone's whole day: `record` is `record_many` of one. What is asked of the
database does not grow with the number of visits.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload

from outreach import clock, db
from outreach.accounts.models import Account
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.visits import promises
from outreach.visits.drafts import VisitDraft, new_client_id
from outreach.visits.following import Slip, follow
from outreach.visits.models import ALONE, OUTCOMES, WAYS, Visit

__all__ = ["VisitDraft", "new_client_id"]  # beside what stands here
AT_THE_DOOR = (
    load_only(
        Household.village_id, Household.stage, Household.visited_at, Household.last_visit_at, Household.closed_as,
        Household.merged_into_id, Household.alone, Household.helped, Household.vneid,
    ),
    joinedload(Household.members).load_only(Member.household_id, Member.name, Member.left_on),
    lazyload(Household.village),
)  # fmt: skip
CLOCK_AHEAD = timedelta(days=1)  # a clock that runs ahead by more than this is wrong


class Recorded(NamedTuple):
    """The visit, and whether it was written now (False: it was there before)."""

    visit: Visit
    new: bool


class OtherContent(Exception):
    """A visit with this `client_id` is there already and says something else: `visit` is the one that stands."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.client_id)
        self.visit = visit


Sent = tuple[Household, VisitDraft, datetime | None]  # where, what, and what the phone's clock showed
Fate = Recorded | OtherContent | ValueError


def open_door(s: Session, by: Account, household_id: int) -> Household | None:
    """The household that a visit is about to be recorded at, if this account may see it: held, with its members."""
    found = stages.take(s, _door(by.role, by.area.kind), households.by_number(by, household_id))
    return found[0] if found else None


@cache
def _door(role: str, kind: str) -> Select[Household]:
    return stages.holding(households.numbered(role, kind).options(*AT_THE_DOOR))


def record(
    s: Session, by: Account, household: Household, draft: VisitDraft, said_at: datetime | None = None
) -> Recorded:
    """Write a visit and what follows: last visit, stage, promises kept and made, skills seen, who taught.

    `said_at` is what the phone's clock showed, if `draft.at` is that put right. Sent again with the same content it
    changes nothing; with other content it raises OtherContent. ValueError if the draft names people who are not of
    this house or this group, an unknown outcome, or a moment more than a day ahead.
    """
    (fate,) = record_many(s, by, [(household, draft, said_at)])
    if isinstance(fate, Recorded):
        return fate
    raise fate


def record_many(s: Session, by: Account, sent: Sequence[Sent]) -> list[Fate]:
    """Write visits as `record` does, in this order and each as if it were alone; one fate for each, in its place.

    Whoever writes other things in the same transaction holds all its households first (`stages.hold`), so that two
    phones never wait for each other.
    """
    homes = _held(s, [household for household, _draft, _said_at in sent])
    people = _strangers(s, by, [draft for _household, draft, _said_at in sent])
    slips = [Slip(n, by, homes[sent_to.id], draft, said_at) for n, (sent_to, draft, said_at) in enumerate(sent)]
    fates: dict[int, Fate] = {}
    for turn in _turns(slips):
        fates.update(_take(s, turn, people))
    return [fates[n] for n in range(len(sent))]


def _held(s: Session, doors: Sequence[Household]) -> Mapping[int, Household]:
    """By the id it was sent to, the household: held before anything refers to it, so that two at the same door wait
    and never deadlock. If an official merged it while we waited, it is the one it was merged into.
    """
    stages.lock(s, *doors)
    homes = {door.id: _living(s, door) for door in doors}
    unread = [home.id for home in homes.values() if "members" not in home.__dict__]
    if unread:
        s.scalars(select(Household).where(Household.id.in_(unread)).options(selectinload(Household.members))).all()
    return homes


def _living(s: Session, household: Household) -> Household:
    while household.merged_into_id is not None:
        household = s.get_one(Household, household.merged_into_id)
        stages.lock(s, household)
    return household


def _strangers(s: Session, by: Account, drafts: Sequence[VisitDraft]) -> set[int]:
    """Ids of those who are said to have come along and are nobody, or whoever reports it."""
    named = {account_id for draft in drafts for account_id in draft.came}
    known = set(s.scalars(select(Account.id).where(Account.id.in_(named)))) if named else set()
    return named - known | {by.id}


def _turns(slips: Sequence[Slip]) -> list[list[Slip]]:
    """One after the other what concerns the same household or bears the same mark, all else at once."""
    turns: list[list[Slip]] = []
    free: dict[int | str, int] = {}  # from which turn on a household, or a mark, is free
    for slip in slips:
        about = slip.household.id, slip.draft.client_id
        turn = max(free.get(one, 0) for one in about)
        free |= dict.fromkeys(about, turn + 1)
        if turn == len(turns):
            turns.append([])
        turns[turn].append(slip)
    return turns


def _take(s: Session, slips: Sequence[Slip], strangers: set[int]) -> Iterator[tuple[int, Fate]]:
    """Write those that can be and are not there yet; no household and no mark comes twice among them."""
    now = clock.now()
    faults = {slip.draft.client_id: _fault(slip, strangers, now) for slip in slips}
    rows = [slip.row(now) for slip in slips if faults[slip.draft.client_id] is None]
    written, promised = _write(s, {row["client_id"]: row for row in rows})
    follow(s, [(slip, written[slip.draft.client_id]) for slip in slips if slip.draft.client_id in written], promised)
    others = [slip.draft.client_id for slip in slips if slip.draft.client_id not in written]
    earlier = s.scalars(select(Visit).where(Visit.client_id.in_(others))).all() if others else ()
    standing = {visit.client_id: visit for visit in earlier}
    for slip in slips:
        mark = slip.draft.client_id
        if mark in written:
            yield slip.place, Recorded(written[mark], new=True)
        elif mark in standing:
            yield slip.place, _again(s, slip, standing[mark])
        else:
            yield slip.place, faults[mark] or ValueError(slip.draft)


def _write(s: Session, rows: Mapping[str, dict[str, Any]]) -> tuple[dict[str, Visit], list[Visit]]:
    """By their marks, the visits that were not there yet and are now; and those whose households were promised one."""
    if not rows:
        return {}, []
    insertion = db.unless_there(s, Visit, Visit.client_id, Visit.id, promises.OPEN)
    written, promised = {}, []
    for mark, id, was_promised in s.connection().execute(insertion, [*rows.values()]):
        written[mark] = db.known(s, Visit, {"id": id, **rows[mark]})
        if was_promised:
            promised.append(written[mark])
    return written, promised


def _fault(slip: Slip, strangers: set[int], now: datetime) -> ValueError | None:
    draft = slip.draft
    if draft.outcome not in OUTCOMES or draft.way not in WAYS:
        return ValueError(draft)
    if len(slip.met()) != len(set(draft.met)) or strangers.intersection(draft.came):
        return ValueError(draft)
    if draft.observed and (draft.outcome != ALONE or draft.observed_of not in draft.met):
        return ValueError("a skill is seen when somebody who was met did it alone")
    if draft.at is not None and draft.at > now + CLOCK_AHEAD:
        return ValueError("a visit cannot lie ahead")
    return None


def _again(s: Session, slip: Slip, stands: Visit) -> Fate:
    """Sent once more: the same words on this house, or on a part of it from when that was an entry of its own?"""
    parts = households.parts(s, slip.household.id)
    marks = {slip.draft.digest(house_id, slip.by.id) for house_id in (slip.household.id, *parts)}
    return Recorded(stands, new=False) if stands.digest in marks else OtherContent(stands)
