"""The demo's plans of three months ago, the commune's and the province's; and poverty as the commune counts it."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import OFFICIAL, PROVINCE, Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.coverage import numbers
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Counts
from outreach.demo.theatre import Theatre
from outreach.plans import path, poverty, setting

LONG_AGO = timedelta(days=90)
SPECIAL = 3  # villages in special difficulty
SOURCE = "Số liệu minh họa"


def aim(theatre: Theatre, commune: Area) -> None:
    """Both want to be there at the end of next year; after all is counted."""
    s, target = theatre.s, date(theatre.today.year + 1, 12, 31)
    _country, province, _commune = areas.line(s, commune)
    _plan(theatre, province, _in_charge(s, PROVINCE, province), target, 100)
    _plan(theatre, commune, _in_charge(s, OFFICIAL, commune), target, 90)
    _poverty(theatre, commune)


def _plan(theatre: Theatre, area: Area, by: Account, target_on: date, share: int) -> None:
    s, began = theatre.s, theatre.today - LONG_AGO
    then = _stood(s, area, began, theatre.today)
    marks = path.proposed(then.share or 0.0, began, target_on, share)
    setting.set_plan(s, area, setting.Wish(target_on, share, marks), then, by).set_at = clock.day_start(began)
    s.flush()


def _stood(s: Session, area: Area, day: date, today: date) -> Counts:
    now = numbers.total(row.counts for row in coverage.at_level(s, area, coverage.BELOW[area.kind], today, today))
    later = coverage.days(s, area, day + timedelta(days=1), today)
    return now - numbers.total(one.counts for one in later)


def _poverty(theatre: Theatre, commune: Area) -> None:
    dice, villages = theatre.dice, areas.villages(theatre.s, commune)
    special = set(dice.sample([village.id for village in villages], min(SPECIAL, len(villages))))
    facts = [poverty.Fact(one.id, dice.randrange(2, 9), dice.randrange(3, 12), one.id in special) for one in villages]
    review = date(theatre.today.year - 1, 11, 30)
    poverty.note(theatre.s, commune, facts, review, SOURCE, _in_charge(theatre.s, OFFICIAL, commune))


def _in_charge(s: Session, role: str, area: Area) -> Account:
    found = select(Account).where(Account.role == role, Account.area_id == area.id).order_by(Account.id).limit(1)
    return s.scalars(found).one()
