"""Reading visits: the last one at a house, what it promised, and who may have come along."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, case, exists, select, true
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.accounts.models import FIELD, Account
from outreach.areas.models import Area
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.visits.models import Correction, FollowUp, Visit

HAPPENED = case((Visit.at < Visit.received_at, Visit.at), else_=Visit.received_at)  # never in the future
JUST_NOW = timedelta(minutes=5)  # so long may a phone be on the way to the page that says a visit is saved


def standing(visit: type[Visit] = Visit) -> ColumnElement[bool]:
    """Whether a visit counts: nobody has corrected it. `visit` may be an alias. Whoever counts visits asks this."""
    return ~exists().where(Correction.visit_id == visit.id)


def last(s: Session, household: Household) -> Visit | None:
    """The household's latest visit that stands."""
    rows = select(Visit).where(Visit.household_id == household.id, standing())
    return s.scalars(rows.order_by(Visit.at.desc(), Visit.id.desc()).limit(1)).one_or_none()


def find(s: Session, account: Account, visit_id: int) -> Visit | None:
    """The visit, if this account may see the household."""
    seen = households.visible_to(account).with_only_columns(Household.id)
    return s.scalars(select(Visit).where(Visit.id == visit_id, Visit.household_id.in_(seen))).one_or_none()


def just_saved(s: Session, by: Account, household: Household, visit_id: int | None) -> bool:
    """Whether this is a visit at this household that the account has recorded in the last minutes."""
    visit = s.get(Visit, visit_id) if visit_id is not None else None
    if visit is None or (visit.household_id, visit.by_id) != (household.id, by.id):
        return False
    return clock.now() - visit.received_at < JUST_NOW


def correction(s: Session, visit: Visit) -> Correction | None:
    """What says that this visit was noted wrongly, if it was."""
    return s.get(Correction, visit.id)


def promise(s: Session, household: Household) -> FollowUp | None:
    """The promise to come again that is still open, the earliest if there are several."""
    rows = select(FollowUp).where(FollowUp.household_id == household.id, FollowUp.ended_at.is_(None))
    return s.scalars(rows.order_by(FollowUp.due_on).limit(1)).one_or_none()


def colleagues(s: Session, household: Household, me: Account, *, gone_too: bool = False) -> Sequence[Account]:
    """Who may have come along: the group of the household's village, without the one who records.

    `gone_too`: with those who are suspended or work elsewhere in the commune by now, for what was written before it
    arrived.
    """
    village = aliased(Area)
    commune = select(village.id).join(Area, Area.parent_id == village.parent_id).where(Area.id == household.village_id)
    there = Account.area_id.in_(commune) if gone_too else Account.area_id == household.village_id
    group = select(Account).where(
        there, Account.role.in_(FIELD), Account.id != me.id, true() if gone_too else Account.suspended_at.is_(None)
    )
    return s.scalars(group.order_by(Account.folded, Account.id)).all()
