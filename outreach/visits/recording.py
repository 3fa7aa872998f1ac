"""Recording visits: each once per `client_id`, however often it is sent, with all that follows in one transaction.

There is one way for a single form and for a phone's whole day: `record` is `record_many` of one. What is asked of the
database does not grow with the number of visits.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload, lazyload, make_transient_to_detached, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.assessments import evidence
from outreach.assessments.evidence import Seen
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.lessons.queries import catalogue
from outreach.visits import promises, reminders
from outreach.visits.models import ALONE, AT_HOME, MET, OUTCOMES, WAYS, Taught, Visit, VisitCame, VisitMet

CLOCK_AHEAD = timedelta(days=1)  # a clock that runs ahead by more than this is wrong
LAST_VISIT = update(Household).where(Household.id == bindparam("household")).values(last_visit_at=bindparam("moment"))
MANY = ("met", "came", "taught", "observed")  # what one may tick several of, in any order


@dataclass(frozen=True)
class VisitDraft:
    """What the form said. `met` are member ids, `came` ids of colleagues, `taught` lesson slugs, `observed` skill ids.

    `at` is when it happened (None: nobody said); it is no part of the content, because a form sent twice without
    an answer may carry two times. `observed_of` is the member who did the `observed` skills alone. `way` is one of
    WAYS, `place_id` the area where it took place if that is not the household's own village.
    """

    client_id: str
    outcome: str
    met: tuple[int, ...] = ()
    came: tuple[int, ...] = ()
    taught: tuple[str, ...] = ()
    note: str = ""
    next_on: date | None = None
    observed_of: int | None = None
    observed: tuple[str, ...] = ()
    at: datetime | None = field(default=None, compare=False)
    way: str = AT_HOME
    place_id: int | None = None

    def digest(self, household_id: int, by_id: int) -> str:
        """A mark of the content (64 hex digits): the same words on the same house by the same person, the same mark.

        What a visit at home does not say leaves no trace in it: marks of earlier releases hold.
        """
        said = vars(self) | {"at": None, "household": household_id, "by": by_id}
        said |= {many: sorted(said[many]) for many in MANY}
        if self.way == AT_HOME and self.place_id is None:
            del said["way"], said["place_id"]
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def new_client_id() -> str:
    """A mark for a visit that has not been sent yet (UUID)."""
    return str(uuid4())


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
    wanted = households.visible_to(by).where(Household.id == household_id)
    found = stages.hold(s, wanted.options(joinedload(Household.members), lazyload(Household.village)))
    return found[0] if found else None


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
    slips = [_Slip(n, by, homes[sent_to.id], draft, said_at) for n, (sent_to, draft, said_at) in enumerate(sent)]
    fates: dict[int, Fate] = {}
    for turn in _turns(slips):
        fates.update(_take(s, turn, people))
    return [fates[n] for n in range(len(sent))]


class _Slip(NamedTuple):
    """One of those that were sent: its place among them, and its household as it is held."""

    place: int
    by: Account
    household: Household
    draft: VisitDraft
    said_at: datetime | None

    def met(self) -> list[Member]:
        return [member for member in self.household.members if member.id in self.draft.met]

    def row(self, now: datetime) -> dict[str, Any]:
        draft = self.draft
        return {
            "client_id": draft.client_id, "digest": draft.digest(self.household.id, self.by.id),
            "household_id": self.household.id, "by_id": self.by.id, "at": draft.at or now, "said_at": self.said_at,
            "received_at": now, "outcome": draft.outcome, "note": draft.note, "next_on": draft.next_on,
            "way": draft.way, "place_id": draft.place_id,
        }  # fmt: skip


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


def _turns(slips: Sequence[_Slip]) -> list[list[_Slip]]:
    """One after the other what concerns the same household or bears the same mark, all else at once."""
    turns: list[list[_Slip]] = []
    free: dict[int | str, int] = {}  # from which turn on a household, or a mark, is free
    for slip in slips:
        about = slip.household.id, slip.draft.client_id
        turn = max(free.get(one, 0) for one in about)
        free |= dict.fromkeys(about, turn + 1)
        if turn == len(turns):
            turns.append([])
        turns[turn].append(slip)
    return turns


def _take(s: Session, slips: Sequence[_Slip], strangers: set[int]) -> Iterator[tuple[int, Fate]]:
    """Write those that can be and are not there yet; no household and no mark comes twice among them."""
    now = clock.now()
    faults = {slip.draft.client_id: _fault(slip, strangers, now) for slip in slips}
    rows = [slip.row(now) for slip in slips if faults[slip.draft.client_id] is None]
    written = _write(s, {row["client_id"]: row for row in rows})
    _follow(s, [(slip, written[slip.draft.client_id]) for slip in slips if slip.draft.client_id in written])
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


def _write(s: Session, rows: Mapping[str, dict[str, Any]]) -> dict[str, Visit]:
    """By their marks, the visits that were not there yet and are now, as if they had been read."""
    if not rows:
        return {}
    insertion = db.unless_there(s, Visit).returning(Visit.client_id, Visit.id)
    written = {
        mark: Visit(id=id, **rows[mark]) for mark, id in s.connection().execute(insertion, [*rows.values()])
    }  # fmt: skip
    for visit in written.values():
        make_transient_to_detached(visit)
        s.add(visit)
    return written


def _fault(slip: _Slip, strangers: set[int], now: datetime) -> ValueError | None:
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


def _again(s: Session, slip: _Slip, stands: Visit) -> Fate:
    """Sent once more: the same words on this house, or on a part of it from when that was an entry of its own?"""
    merged = s.scalars(select(Household.id).where(Household.merged_into_id == slip.household.id))
    marks = {slip.draft.digest(house_id, slip.by.id) for house_id in (slip.household.id, *merged)}
    return Recorded(stands, new=False) if stands.digest in marks else OtherContent(stands)


def _follow(s: Session, written: Sequence[tuple[_Slip, Visit]]) -> None:
    """All that follows from visits to different households that were just written."""
    if not written:
        return
    visits = [visit for _slip, visit in written]
    _name(s, written)
    _came_by(s, written)
    kept = promises.keep(s, visits)
    promises.make(s, visits)
    for slip, _visit in written:
        if slip.household.id in kept:
            reminders.forget(s, slip.household)
    deeds = _learned(s, [(slip, visit) for slip, visit in written if visit.outcome in MET])
    deeds += [
        audit.deed(
            "visit.create", "visit", visit.id, area_id=slip.household.village_id, actor_id=visit.by_id,
            outcome=visit.outcome,
        )
        for slip, visit in written
    ]  # fmt: skip
    audit.record_all(s, deeds)


def _came_by(s: Session, written: Sequence[tuple[_Slip, Visit]]) -> None:
    """Put the households' last visit right, past the session's own bookkeeping, which takes six times as long."""
    later = [
        (slip.household, _happened(visit)) for slip, visit in written
        if slip.household.last_visit_at is None or slip.household.last_visit_at < _happened(visit)
    ]  # fmt: skip
    if later:
        s.connection().execute(LAST_VISIT, [{"household": house.id, "moment": at} for house, at in later])
    for household, at in later:
        set_committed_value(household, "last_visit_at", at)


def _happened(visit: Visit) -> datetime:
    """A phone's clock may run ahead; what follows from a visit never lies in the future."""
    return min(visit.at, visit.received_at)


def _name(s: Session, written: Sequence[tuple[_Slip, Visit]]) -> None:
    """Who was met, who came along, what was taught."""
    rows: Mapping[type[db.Base], list[dict[str, Any]]] = {
        VisitMet: [{"visit_id": visit.id, "member_id": m.id} for slip, visit in written for m in slip.met()],
        VisitCame: [{"visit_id": visit.id, "account_id": a} for slip, visit in written for a in set(slip.draft.came)],
        Taught: [{"visit_id": visit.id, "lesson": slug} for slip, visit in written for slug in set(slip.draft.taught)],
    }
    for table, named in rows.items():
        db.add_rows(s, table, named)


def _learned(s: Session, meetings: Sequence[tuple[_Slip, Visit]]) -> list[dict[str, Any]]:
    """Who taught whom, what was seen, and which households were met for the first time; gives the deeds to note."""
    if not meetings:
        return []
    evidence.taught_all(s, {
        (member.id, account_id): _happened(visit)
        for slip, visit in meetings for member in slip.met() for account_id in (visit.by_id, *slip.draft.came)
    })  # fmt: skip
    stages.met_all(s, [(slip.household, _happened(visit)) for slip, visit in meetings], meetings[0][1].by_id)
    return evidence.observe_all(s, [seen for slip, visit in meetings for seen in _seen(slip, visit)])


def _seen(slip: _Slip, visit: Visit) -> Iterator[Seen]:
    """What was seen of whom. What somebody did with help is noted for each one met, and never counts."""
    if visit.outcome == ALONE:
        doers = [m for m in slip.met() if m.id == slip.draft.observed_of]
        skills: Sequence[str] = slip.draft.observed
    else:
        doers, known = slip.met(), catalogue()
        skills = [skill for slug in slip.draft.taught if slug in known for skill in known[slug].skills]
    for doer in doers:
        yield Seen(doer, skills, visit.outcome, _happened(visit), visit.by_id, f"visit:{visit.id}")
