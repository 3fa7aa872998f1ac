"""Setting a plan: it ends the one before, which stays on record; or ending one without another, with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.access import sees
from outreach.accounts.models import OFFICE, OFFICIAL, Account
from outreach.areas.models import VILLAGE, Area
from outreach.coverage.numbers import Counts
from outreach.plans.models import Milestone, Plan


@dataclass(frozen=True)
class Wish:
    """By when an area wants which share (per cent) of its households; `milestones`: month's first day → per cent."""

    target_on: date
    share: int
    milestones: Mapping[date, int]


def may_set(account: Account, area: Area) -> bool:
    """Whether this account is in charge of this very area: each level plans for itself, a commune for its villages."""
    if account.role not in OFFICE or not sees(account, area):
        return False
    return account.area_id == area.id or (account.role == OFFICIAL and area.kind == VILLAGE)


def set_plan(s: Session, area: Area, wish: Wish, now: Counts, by: Account) -> Plan:
    """The area's plan from now on; `now` is how it stands, where the way begins. What was set today already stays."""
    at = clock.now()
    before = s.scalars(select(Plan).where(Plan.area_id == area.id, Plan.ended_at.is_(None)).with_for_update()).all()
    for plan in before:
        if clock.local(plan.set_at).date() == clock.today() and _wish(plan) == wish:
            return plan
        plan.ended_at, plan.ended_by_id = at, by.id
    marks = [Milestone(month=month, share=share) for month, share in wish.milestones.items()]
    made = Plan(
        area_id=area.id, target_on=wish.target_on, share=wish.share, start=now.share or 0.0, set_by_id=by.id,
        set_at=at, milestones=marks,
    )  # fmt: skip
    s.add(made)
    s.flush()
    audit.record(
        s, "plan.set", "plan", made.id, area_id=area.id, actor_id=by.id, target_on=f"{wish.target_on:%Y-%m-%d}",
        share=wish.share,
    )  # fmt: skip
    return made


def end_plan(s: Session, plan: Plan, reason: str, by: Account) -> bool:
    """From now on the plan of the nearest place above is in force, if there is one. False: it has ended already."""
    s.refresh(plan, ["ended_at"], with_for_update=True)
    if plan.ended_at is not None:
        return False
    plan.ended_at, plan.ended_by_id, plan.end_reason = clock.now(), by.id, reason
    audit.record(s, "plan.end", "plan", plan.id, area_id=plan.area_id, actor_id=by.id)
    s.flush()
    return True


def _wish(plan: Plan) -> Wish:
    return Wish(plan.target_on, plan.share, {one.month: one.share for one in plan.milestones})
