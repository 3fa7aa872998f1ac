"""What the tests of reports share: a month with something in it, a report asked for and made."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach import pdf
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.coverage import folding
from outreach.households import stages
from outreach.reports import asking, making
from outreach.reports.asking import Wish
from outreach.reports.models import MONTHLY, PDF, Report
from tests.world import World

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
RENDER = cache(pdf.render)


@pytest.fixture(autouse=True)
def november() -> Iterator[object]:
    """It is noon of 21 November 2026."""
    with time_machine.travel(NOON, tick=False) as now:
        yield now


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are made in the test's own process, which is sooner, and the same one only once."""
    monkeypatch.setattr(pdf, "render_apart", RENDER)


@pytest.fixture
def moved(s: Session, w: World) -> World:
    """Ông Tám's house became proficient in October, bà Sen's in November; all is summed up."""
    with time_machine.travel(datetime(2026, 10, 20, 5, tzinfo=UTC), tick=False):
        stages.proficient(s, w.tam, date(2026, 10, 20), w.dung.id)
    stages.proficient(s, w.hanh, date(2026, 11, 20), w.dung.id)
    folding.fold(s)
    s.commit()
    return w


def wish(kind: str = MONTHLY, form: str = PDF, month: date = NOVEMBER, language: str = "en") -> Wish:
    """What somebody asks for."""
    return Wish(kind, form, month, language)


def made(s: Session, area: Area, wanted: Wish, by: Account) -> Report:
    """A report asked for, and made by a worker."""
    report = asking.ask(s, area, wanted, by)
    job = asking.job_of(s, report)
    assert job is not None
    list(making.run(s, job))
    s.expire_all()
    return report
