"""Recording a visit: once per `client_id`, however often it is sent, with all that follows in one transaction."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.assessments import evidence
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.lessons.queries import catalogue
from outreach.visits import reminders
from outreach.visits.models import ALONE, MET, OUTCOMES, FollowUp, Taught, Visit


@dataclass(frozen=True)
class VisitDraft:
    """What the form said. `met` are member ids, `came` ids of colleagues, `taught` lesson slugs, `observed` skill ids.

    `at` is the phone's time (None: it did not say); it is no part of the content, because a form sent twice without
    an answer may carry two times. `observed_of` is the member who did the `observed` skills alone.
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

    def digest(self, household_id: int, by_id: int) -> str:
        """A mark of the content (64 hex digits): the same words on the same house by the same person, the same mark."""
        said = asdict(self) | {"at": None, "household": household_id, "by": by_id}
        for many in ("met", "came", "taught", "observed"):
            said[many] = sorted(said[many])
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


def record(s: Session, by: Account, household: Household, draft: VisitDraft) -> Recorded:
    """Write a visit and what follows: last visit, stage, promises kept and made, skills seen, who taught.

    Sent again with the same content it changes nothing; with other content it raises OtherContent. ValueError if the
    draft names people who are not of this house or this group, or an unknown outcome.
    """
    people = _people(s, by, household, draft)
    household = _held(s, household)
    before = s.scalars(select(Visit).where(Visit.client_id == draft.client_id)).one_or_none()
    if before is not None:
        if before.digest not in _marks(s, household, draft, by):
            raise OtherContent(before)
        return Recorded(before, new=False)
    visit = _write(s, by, household, draft, people, draft.digest(household.id, by.id))
    _follow(s, household, visit, draft, people)
    return Recorded(visit, new=True)


def _held(s: Session, household: Household) -> Household:
    """The household, locked before anything refers to it, so that two at the same door wait and never deadlock.

    If an official merged it while we waited, it is the one it was merged into.
    """
    stages.lock(s, household)
    if household.merged_into_id is None:
        return household
    return _held(s, s.get_one(Household, household.merged_into_id))


def _marks(s: Session, household: Household, draft: VisitDraft, by: Account) -> set[str]:
    """The marks of these words on this house, also from when a part of it was an entry of its own."""
    merged = s.scalars(select(Household.id).where(Household.merged_into_id == household.id))
    return {draft.digest(house_id, by.id) for house_id in (household.id, *merged)}


class _People(NamedTuple):
    met: Sequence[Member]
    came: Sequence[Account]


def _people(s: Session, by: Account, household: Household, draft: VisitDraft) -> _People:
    met = [m for m in household.members if m.id in draft.met]
    came = s.scalars(select(Account).where(Account.id.in_(draft.came), Account.id != by.id)).all()
    if draft.outcome not in OUTCOMES or len(met) != len(set(draft.met)) or len(came) != len(set(draft.came)):
        raise ValueError(draft)
    if draft.observed and (draft.outcome != ALONE or draft.observed_of not in draft.met):
        raise ValueError("a skill is seen when somebody who was met did it alone")
    return _People(met, came)


def _write(s: Session, by: Account, household: Household, draft: VisitDraft, people: _People, mark: str) -> Visit:
    now = clock.now()
    visit = Visit(
        client_id=draft.client_id, digest=mark, household_id=household.id, by_id=by.id, at=draft.at or now,
        received_at=now, outcome=draft.outcome, note=draft.note, next_on=draft.next_on,
        came=list(people.came), met=list(people.met), taught=[Taught(lesson=slug) for slug in set(draft.taught)],
    )  # fmt: skip
    s.add(visit)
    s.flush()
    return visit


def _follow(s: Session, household: Household, visit: Visit, draft: VisitDraft, people: _People) -> None:
    at = min(visit.at, visit.received_at)  # a phone's clock may run ahead; what follows never lies in the future
    household.last_visit_at = max(household.last_visit_at or at, at)
    _keep_promises(s, visit)
    reminders.forget(s, household)
    if visit.outcome in MET:
        _learned(s, visit, draft, people, at)
        stages.met(s, household, at, visit.by_id)
    audit.record(
        s, "visit.create", "visit", visit.id, area_id=household.village_id, actor_id=visit.by_id, outcome=visit.outcome
    )


def _keep_promises(s: Session, visit: Visit) -> None:
    """This visit keeps what was promised before it; what it promises, a later visit may have kept already."""
    earlier = select(Visit.id).where(Visit.household_id == visit.household_id, Visit.at <= visit.at)
    due = update(FollowUp).where(
        FollowUp.household_id == visit.household_id, FollowUp.ended_at.is_(None), FollowUp.visit_id.in_(earlier)
    )
    kept = due.values(ended_at=visit.received_at, ended_by_visit_id=visit.id)
    s.execute(kept.execution_options(synchronize_session="fetch"))
    if visit.next_on is None:
        return
    later = select(Visit.id).where(Visit.household_id == visit.household_id, Visit.at > visit.at).order_by(Visit.at)
    ended_by = s.scalars(later.limit(1)).one_or_none()
    ended_at = visit.received_at if ended_by else None
    s.add(
        FollowUp(
            household_id=visit.household_id, visit_id=visit.id, due_on=visit.next_on,
            ended_at=ended_at, ended_by_visit_id=ended_by,
        )
    )  # fmt: skip


def _learned(s: Session, visit: Visit, draft: VisitDraft, people: _People, at: datetime) -> None:
    """Who taught whom, and what was seen. What somebody did with help is noted for each one met, and never counts."""
    evidence.taught(s, people.met, [visit.by_id, *(a.id for a in people.came)], at)
    ref = f"visit:{visit.id}"
    if visit.outcome == ALONE:
        doer = [m for m in people.met if m.id == draft.observed_of]
        seen: Sequence[str] = draft.observed
    else:
        doer = list(people.met)
        known = catalogue()
        seen = [skill for slug in draft.taught if slug in known for skill in known[slug].skills]
    for member in doer:
        evidence.observe(s, member, seen, aided=visit.outcome, at=at, by_id=visit.by_id, ref=ref)
