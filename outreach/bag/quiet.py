"""How many phones may still hold something: what lies on them is missing in every number of their place."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.accounts.models import LEADER, VOLUNTEER, Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.bag.models import Handset


class Quiet(NamedTuple):
    """Of `all` phones `quiet` have not sent everything since a moment; `url`: where who reads it sees which."""

    quiet: int
    all: int
    url: str = ""


def count(s: Session, area: Area, since: datetime) -> Quiet:
    """The phones of volunteers and leaders who work in an area: not heard of since then, or holding records when last
    heard of. Phones that were wiped and people who may not work any more are left out."""
    of = Account.role.in_((VOLUNTEER, LEADER)) & Account.suspended_at.is_(None)
    phones = (
        select(func.count(), func.count().filter(or_(Handset.seen_at < since, Handset.waiting > 0)))
        .select_from(Handset)
        .join(Account, Account.id == Handset.account_id)
        .join(Area, Area.id == Account.area_id)
        .where(of, Handset.wiped_at.is_(None), areas.within(area))
    )
    everyone, some = s.execute(phones).one()
    return Quiet(some, everyone)
