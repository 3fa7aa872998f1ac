"""Visits written with all that follows: who was met, promises, skills seen, stages, the audit log.

All as plain rows and by the same few statements however many visits there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from outreach import db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.assessments import evidence
from outreach.assessments.evidence import Seen
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.lessons.queries import catalogue
from outreach.visits import promises, reminders
from outreach.visits.drafts import VisitDraft, Written
from outreach.visits.models import ALONE, MET, Taught, Visit, VisitCame, VisitMet


class Slip(NamedTuple):
    """One of those that were sent: its place among them, and its household as it is held."""

    place: int
    by: Account
    household: Household
    draft: VisitDraft
    said_at: datetime | None

    def met(self) -> list[Member]:
        return [member for member in self.household.members if member.id in self.draft.met]

    def row(self, number: int, now: datetime) -> Written:
        """What is written: a visit is paid by its day and never lies ahead, whatever the phone's clock showed."""
        draft = self.draft
        return Written(
            number, draft.client_id, draft.digest(self.household.id, self.by.id), self.household.id, self.by.id,
            min(draft.at or now, now), self.said_at, now, draft.outcome, draft.note, draft.next_on, draft.way,
            draft.place_id,
        )  # fmt: skip


def write(s: Session, slips: Sequence[Slip], numbers: Sequence[int], now: datetime) -> list[Written]:
    """Write visits to different households with all that follows from them. `numbers` are their ids, `now` is when they
    arrived.
    """
    written = [(slip, slip.row(number, now)) for slip, number in zip(slips, numbers, strict=True)]
    visits = [visit for _slip, visit in written]
    with db.together(s):
        db.add_rows(s, Visit, [visit._asdict() for visit in visits])
        kept = _follow(s, written)
    for slip, _visit in written:
        if slip.household.id in kept:
            reminders.forget(s, slip.household)
    return visits


def _follow(s: Session, written: Sequence[tuple[Slip, Written]]) -> set[int]:
    """Gives the ids of the households whose promise was kept, once all is written."""
    visits = [visit for _slip, visit in written]
    _name(s, written)
    _came_by(s, written)
    kept = promises.keep(s, visits)
    promises.make(s, visits)
    deeds = _learned(s, [(slip, visit) for slip, visit in written if visit.outcome in MET])
    deeds += [
        audit.deed(
            "visit.create", "visit", visit.id, area_id=slip.household.village_id, actor_id=visit.by_id,
            outcome=visit.outcome,
        )
        for slip, visit in written
    ]  # fmt: skip
    audit.record_all(s, deeds)
    return kept


def _came_by(s: Session, written: Sequence[tuple[Slip, Written]]) -> None:
    """Put the households' last visit right."""
    db.change(s, {
        slip.household: {"last_visit_at": visit.at} for slip, visit in written
        if slip.household.last_visit_at is None or slip.household.last_visit_at < visit.at
    })  # fmt: skip


def _name(s: Session, written: Sequence[tuple[Slip, Written]]) -> None:
    """Who was met, who came along, what was taught."""
    rows: Mapping[type[db.Base], list[dict[str, Any]]] = {
        VisitMet: [{"visit_id": visit.id, "member_id": m.id} for slip, visit in written for m in slip.met()],
        VisitCame: [{"visit_id": visit.id, "account_id": a} for slip, visit in written for a in set(slip.draft.came)],
        Taught: [{"visit_id": visit.id, "lesson": slug} for slip, visit in written for slug in set(slip.draft.taught)],
    }
    for table, named in rows.items():
        db.add_rows(s, table, named)


def _learned(s: Session, meetings: Sequence[tuple[Slip, Written]]) -> list[dict[str, Any]]:
    """Who taught whom, what was seen, and which households were met for the first time; gives the deeds to note."""
    if not meetings:
        return []
    evidence.taught_all(s, {
        (member.id, account_id): visit.at
        for slip, visit in meetings for member in slip.met() for account_id in (visit.by_id, *slip.draft.came)
    })  # fmt: skip
    stages.met_all(s, [(slip.household, visit.at) for slip, visit in meetings], meetings[0][1].by_id)
    return evidence.observe_all(s, [seen for slip, visit in meetings for seen in _seen(slip, visit)])


def _seen(slip: Slip, visit: Written) -> Iterator[Seen]:
    """What was seen of whom. What somebody did with help is noted for each one met, and never counts."""
    if visit.outcome == ALONE:
        doers = [m for m in slip.met() if m.id == slip.draft.observed_of]
        skills: Sequence[str] = slip.draft.observed
    else:
        doers, known = slip.met(), catalogue()
        skills = [skill for slug in slip.draft.taught if slug in known for skill in known[slug].skills]
    for doer in doers:
        yield Seen(doer, skills, visit.outcome, visit.at, visit.by_id, f"visit:{visit.id}")
