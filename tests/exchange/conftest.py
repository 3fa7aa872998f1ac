"""What the tests of exchange share: a day in November, visits of given days, files read back."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
import time_machine
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households.models import Household
from outreach.visits import recording
from outreach.visits.models import SHOWN, Visit
from outreach.visits.recording import VisitDraft
from tests.visitor import Page

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)  # 12:00 in the communes
Go = Callable[..., Visit]


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """It is 21 November 2026, noon."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def go(s: Session) -> Go:
    """Somebody goes to a household at a moment (local time as text)."""

    def made(
        by: Account, house: Household, at: str = "2026-11-20 09:30", outcome: str = SHOWN, **told: object
    ) -> Visit:
        moment = datetime.fromisoformat(f"{at}+07:00")
        draft = VisitDraft(recording.new_client_id(), outcome, at=moment, **told)  # type: ignore[arg-type]
        visit = recording.record(s, by, house, draft).visit
        s.commit()
        return visit

    return made


def rows(page: Page) -> list[dict[str, str]]:
    """The rows of a CSV answer by the codes of its columns."""
    codes, _tags, *found = cells(page)
    return [dict(zip(codes, row, strict=True)) for row in found]


def cells(page: Page) -> list[list[str]]:
    """Every row of a CSV answer."""
    text = page.answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline="")))


def book(page: Page) -> list[list[list[object]]]:
    """The sheets of a workbook, their rows, their cells."""
    opened = openpyxl.load_workbook(BytesIO(page.answer.get_data()))
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in opened.worksheets]
