"""Workbooks: their columns' letters, and that a house in which nobody opened one carries none of what reads them."""

import subprocess
import sys
from io import BytesIO

import pytest
from openpyxl.utils import get_column_letter

from outreach.lib import excel

HEAVY = {"openpyxl", "openbadgeslib", "xlsxwriter", "weasyprint", "alembic", "faker", "holidays"}


@pytest.mark.parametrize("house", ["outreach.app", "outreach.worker"])
def test_a_house_that_just_opened_carries_nothing_it_may_never_need(house: str) -> None:
    loads = f"import sys, {house}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


def test_columns_are_named_as_excel_names_them() -> None:
    assert [excel.column(at) for at in range(2_000)] == [get_column_letter(at + 1) for at in range(2_000)]


def test_a_cell_that_looks_like_a_formula_or_a_link_stays_text() -> None:
    held = BytesIO()
    book = excel.new(held, in_memory=True)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "=1+1")
    sheet.write(0, 1, "https://example.vn")
    book.close()
    cells = next(iter(excel.opened(held.getvalue()).worksheets[0].iter_rows()))
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("https://example.vn", "s")]
