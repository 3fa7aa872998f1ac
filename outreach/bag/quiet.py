"""How many phones may still hold something: what lies on them is missing in every number of their place."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import LEADER, VOLUNTEER, Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.bag.models import Handset

GIVEN_UP = timedelta(days=366)  # what was written longer ago could not be written any more


class Quiet(NamedTuple):
    """Of `all` phones `quiet` have not sent everything `since` a moment; `url`: where who reads it sees which."""

    quiet: int
    all: int
    url: str = ""
    since: datetime | None = None


def count(s: Session, area: Area, since: datetime) -> Quiet:
    """The phones of volunteers and leaders who work in an area: not heard of since then, or holding records when last
    heard of. Of phones that were wiped, and of people who may not work any more, only those that hold records count."""
    works = and_(Account.role.in_((VOLUNTEER, LEADER)), Account.suspended_at.is_(None), Handset.wiped_at.is_(None))
    phones = (
        select(func.count(), func.count().filter(or_(Handset.seen_at < since, Handset.waiting > 0)))
        .select_from(Handset)
        .join(Account, Account.id == Handset.account_id)
        .join(Area, Area.id == Account.area_id)
        .where(or_(works, owes()), areas.within(area))
    )
    everyone, some = s.execute(phones).one()
    return Quiet(some, everyone)


def owes() -> ColumnElement[bool]:
    """Whether a phone held records when it was last heard of, whoever has it now; nobody waits for ever."""
    return and_(Handset.waiting > 0, Handset.seen_at > clock.now() - GIVEN_UP)
