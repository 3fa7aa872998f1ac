"""Correcting a visit that was noted wrongly: it stays on record and counts no more; what followed is put right.

What `recording` does after a visit is undone here step by step, from what still stands: last visit, promises kept and
made, reminders, skills seen, who taught whom, the first meeting and so the stage.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.assessments import withdrawing
from outreach.assessments.models import Confirmation
from outreach.households import stages, tallies
from outreach.households.models import Household, Member
from outreach.visits import queries, recording, reminders
from outreach.visits.models import MET, Correction, FollowUp, Visit, VisitCame, VisitMet
from outreach.visits.recording import VisitDraft


class AlreadyCorrected(Exception):
    """Somebody corrected this visit before; `correction` is what stands."""

    def __init__(self, correction: Correction) -> None:
        super().__init__(correction.visit_id)
        self.correction = correction


def may_correct(account: Account, visit: Visit) -> bool:
    """Whether the account, who sees the household, may correct the visit: its own, or as leader or official."""
    return visit.by_id == account.id or account.role in (LEADER, OFFICIAL)


def correct(s: Session, visit: Visit, by: Account, why: str, draft: VisitDraft | None = None) -> Correction:
    """Strike a visit out, with the reason; `draft` is what it should have said (None: it is taken back).

    The new visit is its author's, whoever corrects. Sent again with the same content it changes nothing; raises
    AlreadyCorrected when another correction stands.
    """
    household = s.get_one(Household, visit.household_id)
    stages.lock(s, household)
    before = s.get(Correction, visit.id, populate_existing=True)
    if before is not None:
        return _the_same(s, before, draft)
    made = Correction(visit_id=visit.id, by_id=by.id, at=clock.now(), why=why)
    s.add(made)
    s.flush()
    _undo(s, household, visit, by)
    if draft is not None:
        instead = recording.record(s, visit.by, household, draft).visit
        instead.stays_in_id, made.new_visit_id = visit.stays_in_id, instead.id
    audit.record(
        s, "visit.correct", "visit", visit.id, area_id=household.village_id, actor_id=by.id, new=made.new_visit_id
    )
    return made


def set_moments(s: Session, household: Household) -> None:
    """When somebody was there last, and when somebody was first met, by the visits that stand."""
    here = (Visit.household_id == household.id) & queries.standing()
    household.last_visit_at = s.scalar(select(func.max(queries.HAPPENED)).where(here))
    household.visited_at = s.scalar(select(func.min(queries.HAPPENED)).where(here, Visit.outcome.in_(MET)))


def leaning(s: Session, visit: Visit) -> Sequence[Member]:
    """Members whose confirmation stands and was given, in part, for what was seen on this visit."""
    rows = select(Confirmation).where(
        Confirmation.member_id.in_([m.id for m in visit.met]), Confirmation.withdrawn_at.is_(None)
    )
    ref = f"visit:{visit.id}"
    cited = (c for c in s.scalars(rows) if any(proof["ref"] == ref for given in c.shown.values() for proof in given))
    return list({c.member_id: c.member for c in cited}.values())


def _the_same(s: Session, before: Correction, draft: VisitDraft | None) -> Correction:
    new = s.get(Visit, before.new_visit_id) if before.new_visit_id else None
    if (new.client_id if new else None) != (draft.client_id if draft else None):
        raise AlreadyCorrected(before)
    return before


def _undo(s: Session, household: Household, visit: Visit, by: Account) -> None:
    before = household.visited_at
    counted_in = visit.stays_in_id or household.village_id
    tallies.fold_again(s, [counted_in], clock.local(min(visit.at, visit.received_at)).date())
    set_moments(s, household)
    if household.visited_at not in (None, before):
        stages.first_met_at_another_time(s, [household], by.id)
    _reopen(s, visit)
    reminders.forget(s, household)
    withdrawing.unseen(s, f"visit:{visit.id}", by.id)
    withdrawing.untaught(s, _pairs(s, visit))
    stages.restage(s, household, by.id, "visit_corrected")


def _reopen(s: Session, visit: Visit) -> None:
    """What it promised is void; what it kept is open again, unless a later visit that stands kept it."""
    its_own = update(FollowUp).where(FollowUp.visit_id == visit.id, FollowUp.ended_at.is_(None))
    s.execute(its_own.values(ended_at=clock.now()).execution_options(synchronize_session="fetch"))
    kept = (
        select(FollowUp, Visit.at)
        .join(Visit, Visit.id == FollowUp.visit_id)
        .where(FollowUp.ended_by_visit_id == visit.id, queries.standing())
    )
    for promise, promised_at in s.execute(kept).all():
        keeper = _next(s, visit.household_id, promised_at)
        promise.ended_by_visit_id = keeper.id if keeper else None
        promise.ended_at = keeper.received_at if keeper else None


def _next(s: Session, household_id: int, after: datetime) -> Visit | None:
    """The first visit to a household after a moment that stands."""
    rows = select(Visit).where(Visit.household_id == household_id, Visit.at > after, queries.standing())
    return s.scalars(rows.order_by(Visit.at, Visit.id).limit(1)).one_or_none()


def _pairs(s: Session, visit: Visit) -> set[tuple[int, int]]:
    """Who worked with whom on this visit and on no other that stands."""
    if visit.outcome not in MET:
        return set()
    met = [m.id for m in visit.met]
    pairs = {(member_id, a) for member_id in met for a in (visit.by_id, *(one.id for one in visit.came))}
    others = (
        select(VisitMet.member_id, Visit.by_id, VisitCame.account_id)
        .join(Visit, Visit.id == VisitMet.visit_id)
        .outerjoin(VisitCame, VisitCame.visit_id == Visit.id)
        .where(VisitMet.member_id.in_(met), Visit.outcome.in_(MET), queries.standing())
    )
    for member_id, by_id, came_id in s.execute(others):
        pairs -= {(member_id, by_id), (member_id, came_id)}
    return pairs
