"""What the tests of open data share: the 3rd of December 2026, households by the hundred, files read back."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.households import tallies
from outreach.households.models import Household
from outreach.jobs.models import Job
from outreach.open_data import publishing
from outreach.visits import recording
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft
from tests.visitor import Page
from tests.world import World

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
Stand = Callable[..., None]


@pytest.fixture(autouse=True)
def third() -> Iterator[time_machine.Traveller]:
    """It is the third, at four in the morning, when the worker publishes."""
    with time_machine.travel("2026-12-03 04:00 +0700", tick=False) as now:
        yield now


@pytest.fixture
def stand(s: Session) -> Stand:
    """In a village so many more households (or fewer) stand in these stages, have shown these skills, from a day on."""

    def made(village: Area, on: date, **counts: int) -> None:
        tallies.count(s, {(village.id, on): Counter(counts)})
        tallies.fold_again(s, [village.id], on)
        s.flush()

    return made


@pytest.fixture
def tan_hung(w: World, stand: Stand) -> None:
    """A hundred households in thôn Đông in October, more of them further in November."""
    stand(w.dong, date(2026, 10, 10), not_reached=58, visited=20, has_ambassador=10, learning=7, proficient=3)
    stand(w.dong, date(2026, 11, 20), not_reached=-20, visited=11, proficient=9, alone_payment=8, helped_safety=4)
    stand(w.dong, date(2026, 11, 20), vneid=61)


def visit(s: Session, w: World, house: Household, on: str, outcome: str) -> Visit:
    """Lan goes there."""
    draft = VisitDraft(recording.new_client_id(), outcome, at=datetime.fromisoformat(f"{on} 09:00+07:00"))
    return recording.record(s, w.lan, house, draft).visit


def publish(s: Session) -> int:
    """What the worker does on this day; gives how many versions are new."""
    new = 0
    for progress in publishing.run(s, Job(done=0)):
        new = progress.result["published"]
        s.flush()
    return new


def next_month(now: time_machine.Traveller) -> None:
    """A month later."""
    now.shift(timedelta(days=31))


def rows(page: Page) -> list[dict[str, str]]:
    """The rows of a CSV file by the codes of its columns."""
    text = page.answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    codes, tags, *found = csv.reader(StringIO(text[1:], newline=""))
    assert all(tag.startswith("#") for tag in tags)
    return [dict(zip(codes, row, strict=True)) for row in found]


def document(page: Page) -> Any:
    """A JSON file."""
    return json.loads(page.answer.get_data())
