"""Recording visits: each once per `client_id`, however often it is sent, with all that follows in one transaction.

There is one way for a single form and for a phone's whole day: `record` is `record_many` of one. What is asked of the
database does not grow with the number of visits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload

from outreach import clock, db
from outreach.accounts.models import Account
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.visits import following
from outreach.visits.drafts import VisitDraft, new_client_id
from outreach.visits.following import Slip
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


@dataclass(frozen=True)
class Recorded:
    """A visit that stands, and whether it was written now (False: it was there before)."""

    s: Session
    id: int
    household_id: int
    new: bool

    @property
    def visit(self) -> Visit:
        """All of it."""
        return self.s.get_one(Visit, self.id)


class Door(NamedTuple):
    """A household held for a visit, with its members. `number` is the id that the visit will get; None where one with
    its mark stands already.
    """

    household: Household
    number: int | None


class OtherContent(Exception):
    """A visit with this `client_id` is there already and says something else: `visit` is the one that stands."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.client_id)
        self.visit = visit


Sent = tuple[Household, VisitDraft, datetime | None]  # where, what, and what the phone's clock showed
Fate = Recorded | OtherContent | ValueError


def open_door(s: Session, by: Account, household_id: int, mark: str) -> Door | None:
    """The household that a visit with this mark is about to be recorded at, if this account may see it."""
    asked = _door(by.role, by.area.kind, db.next_number(s, Visit))
    found = stages.take(s, asked, households.by_number(by, household_id) | {"mark": mark})
    return Door(*found[0]) if found else None


@cache
def _door(role: str, kind: str, number: ColumnElement[int]) -> Select[Household, int | None]:
    unless_there = case((~exists().where(Visit.client_id == bindparam("mark")), number))
    return stages.holding(households.numbered(role, kind).add_columns(unless_there).options(*AT_THE_DOOR))


def record(
    s: Session, by: Account, household: Household, draft: VisitDraft, said_at: datetime | None = None,
    number: int | None = None,
) -> Recorded:  # fmt: skip
    """Write a visit and what follows: last visit, stage, promises kept and made, skills seen, who taught.

    `said_at` is what the phone's clock showed, if `draft.at` is that put right; `number` is what `open_door` told. Sent
    again with the same content it changes nothing; with other content it raises OtherContent. ValueError if the draft
    names people who are not of this house or this group, an unknown outcome, or a moment more than a day ahead.
    IntegrityError if another one with its mark is written at this very moment: nothing stands, and one asks again.
    """
    (fate,) = _record(s, by, [(household, draft, said_at)], number)
    if isinstance(fate, Recorded):
        return fate
    raise fate


def record_many(s: Session, by: Account, sent: Sequence[Sent]) -> list[Fate]:
    """Write visits as `record` does, in this order and each as if it were alone; one fate for each, in its place.

    Whoever writes other things in the same transaction holds all its households first (`stages.hold`), so that two
    phones never wait for each other.
    """
    return _record(s, by, sent)


def _record(s: Session, by: Account, sent: Sequence[Sent], number: int | None = None) -> list[Fate]:
    homes = _held(s, [household for household, _draft, _said_at in sent])
    people = _strangers(s, by, [draft for _household, draft, _said_at in sent])
    slips = [Slip(n, by, homes[sent_to.id], draft, said_at) for n, (sent_to, draft, said_at) in enumerate(sent)]
    fates: dict[int, Fate] = {}
    for turn in _turns(slips):
        fates.update(_take(s, turn, people, number))
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


def _take(s: Session, slips: Sequence[Slip], strangers: set[int], number: int | None) -> Iterator[tuple[int, Fate]]:
    """Write those that can be and are not there yet; no household and no mark comes twice among them. `number`: of the
    only one, if it is known not to be there.
    """
    now = clock.now()
    faults = {slip.place: _fault(slip, strangers, now) for slip in slips}
    marks = [slip.draft.client_id for slip in slips]
    earlier = () if number else s.scalars(select(Visit).where(db.among(s, Visit.client_id, marks)))
    standing = {visit.client_id: visit for visit in earlier}
    new = [slip for slip in slips if not faults[slip.place] and slip.draft.client_id not in standing]
    numbers = [number] if number else db.next_numbers(s, Visit, len(new))
    written = {visit.client_id: visit for visit in following.write(s, new, numbers[: len(new)], now)} if new else {}
    for slip in slips:
        mark = slip.draft.client_id
        if mark in written:
            yield slip.place, Recorded(s, written[mark].id, slip.household.id, new=True)
        elif mark in standing:
            yield slip.place, _again(s, slip, standing[mark])
        else:
            yield slip.place, faults[slip.place] or ValueError(slip.draft)


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
    return Recorded(s, stands.id, stands.household_id, new=False) if stands.digest in marks else OtherContent(stands)
