"""What the tests of plans share: households that become proficient on a day that is told, and plans of areas."""

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.coverage import folding, numbers
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Counts
from outreach.households import stages
from outreach.households.models import Household
from outreach.plans import path, setting
from outreach.plans.models import Plan
from tests import world

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=clock.place())  # a Wednesday


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def on(day: date) -> time_machine.travel:
    """Ten o'clock of a day."""
    return time_machine.travel(datetime.combine(day, time(10), clock.place()), tick=False)


def houses(s: Session, village: Area, many: int) -> list[Household]:
    """So many more households on the list."""
    return world.households(s, village, [f"Lê Văn {n}" for n in range(many)])


def proficient(s: Session, house: Household, day: date) -> None:
    """Somebody of the house is confirmed on a day."""
    with on(day):
        member = world.member(s, house, "Em Giỏi", 1990)
        stages.proficient(s, member, day, None)
    s.flush()


def plan(s: Session, area: Area, by: Account, target_on: date, share: int = 100, **kw: date) -> Plan:
    """A plan along a straight line, made today or on the day `made_on`."""
    today = clock.today()
    total = numbers.total(row.counts for row in coverage.at_level(s, area, coverage.BELOW[area.kind], today, today))
    with on(kw.get("made_on", today)):
        marks = path.proposed(total.share or 0.0, clock.today(), target_on, share)
        return setting.set_plan(s, area, setting.Wish(target_on, share, marks), total, by)


def folded(s: Session) -> None:
    """As a worker does each minute."""
    folding.fold(s)
    s.commit()


def counts(in_scope: int, done: int, **kw: int) -> Counts:
    """A place with so many households, of which some are done and the rest not reached, unless told."""
    return Counts(not_reached=in_scope - done - sum(kw.values()), proficient=done, **kw)
