"""What the demo's messages cost: a price and a budget, as invented as its people, and the days on which none goes."""

from datetime import timedelta

from sqlalchemy import select, update

from outreach.accounts.models import ADMIN, OFFICIAL, Account
from outreach.areas.models import Area
from outreach.demo.theatre import Theatre
from outreach.limits import money
from outreach.sms import holidays
from outreach.sms.models import Sms

A_PART = 800  # đồng
A_MONTH = 100_000


def fill(theatre: Theatre, commune: Area) -> None:
    """Messages that went have their price; most of the month's money is spent."""
    s = theatre.s
    admin = s.scalars(select(Account).where(Account.role == ADMIN)).one()
    official = s.scalars(select(Account).where(Account.role == OFFICIAL, Account.area_id == commune.id)).one()
    money.set_price(s, "+84", A_PART, theatre.today - timedelta(days=90), admin)
    s.execute(update(Sms).where(Sms.cleared_at.is_not(None)).values(price=Sms.segments * A_PART))
    money.set_budget(s, commune, A_MONTH, official)
    holidays.bring_near(s)
