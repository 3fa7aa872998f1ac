"""Household lists as communes have them, built in code, and the way they are loaded in tests."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.areas.models import Area
from outreach.households.models import Household
from outreach.imports import copying, importing, preview, sheets
from outreach.imports.models import ImportFile, RejectedRow
from outreach.jobs.models import Job
from tests.world import World

HEADINGS = ("Mã hộ", "Họ tên chủ hộ", "Năm sinh", "Địa chỉ", "Số điện thoại", "Thôn")


def xlsx(rows: Iterable[Sequence[Any]], *, merged: Sequence[str] = (), sheet: str = "Danh sách") -> bytes:
    """A workbook with these rows; `merged` = ranges such as "F2:F5"."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def csv_file(rows: Iterable[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV file in an encoding."""
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return held.getvalue().encode(encoding)


def a_list(*rows: Sequence[Any]) -> bytes:
    """A tidy list: the usual headings and these rows (code, head, born, address, telephone, village)."""
    return xlsx([HEADINGS, *rows])


def upload(s: Session, w: World, content: bytes) -> ImportFile:
    """What Cúc uploads for xã Tân Hưng."""
    return preview.upload(s, w.tan_hung, "danh-sach.xlsx", copying.keep(sheets.read(content)), w.cuc.id)


def load(s: Session, w: World, content: bytes, *, village: Area | None = None, new: Sequence[str] = ()) -> "Outcome":
    """Upload a list and load it to its end, as it was guessed."""
    file = upload(s, w, content)
    return run(s, file, importing.start(s, file, w.tan_hung, village, new, w.cuc.id))


def run(s: Session, file: ImportFile, job: Job) -> "Outcome":
    """Do the work of the job as a worker does, without the worker."""
    result: dict[str, int] = {}
    for progress in importing.run(s, job):
        job.done, job.total, result = progress
    s.commit()
    return Outcome(s, file, result)


class Outcome:
    """What came of a list."""

    def __init__(self, s: Session, file: ImportFile, result: dict[str, int]) -> None:
        self.s, self.file, self.result = s, file, result

    def __getattr__(self, name: str) -> int:
        return self.result[name]

    @property
    def reasons(self) -> dict[int, str]:
        """Row → why it was given back."""
        found = self.s.scalars(select(RejectedRow).where(RejectedRow.import_file_id == self.file.id))
        return {row.row: row.reason for row in found}

    @property
    def given_back(self) -> list[RejectedRow]:
        """The rows given back, in order."""
        query = select(RejectedRow).where(RejectedRow.import_file_id == self.file.id).order_by(RejectedRow.row)
        return list(self.s.scalars(query))


def house(s: Session, head: str) -> Household:
    """The one household with this head."""
    return s.scalars(select(Household).where(Household.head_name == head)).one()


def heads(s: Session, village: Area) -> list[str]:
    """Who heads the households of a village, in the order they were noted."""
    return list(s.scalars(select(Household.head_name).where(Household.village_id == village.id).order_by(Household.id)))
