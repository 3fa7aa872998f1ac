"""A table as a file: CSV sent piece by piece, or a workbook written to the disk row by row.

CSV is RFC 4180 in UTF-8 with a byte order mark, so that Excel reads the Vietnamese; days as 2026-11-21, moments as
2026-11-21T09:30:00+07:00, numbers with a point. Row 1 holds the codes, row 2 the HXL tags.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from typing import IO, Any

from outreach import clock
from outreach.exchange.tables import Column
from outreach.lib import cells, excel

BOM = "\ufeff"
MOST_ROWS = 1_000_000  # of a workbook; Excel itself ends 48,576 rows later
WIDTH = 18
READ = 64 * 1024  # bytes
Rows = Iterable[Sequence[object]]


def csv_pieces(columns: Sequence[Column], pieces: Iterable[Rows]) -> Iterator[str]:
    """The file, piece after piece."""
    yield BOM + csv_text([[column.code for column in columns], [column.tag for column in columns]])
    for piece in pieces:
        yield csv_text([_plain(cell) for cell in row] for row in piece)


def csv_text(rows: Rows) -> str:
    """Rows as CSV."""
    out = StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _plain(cell: object) -> object:
    if isinstance(cell, str):
        return cells.inert(cell)
    if isinstance(cell, datetime):
        return clock.local(cell).isoformat(timespec="seconds")
    return cell


def workbook(columns: Sequence[Column], pieces: Iterable[Rows], dictionary: Rows, titles: tuple[str, str]) -> IO[bytes]:
    """An .xlsx of two sheets, the table and its dictionary (`titles` names them), as a file of the disk at its start.

    Text is written as text, so no cell of it is a formula.
    """
    held = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it, and then it is gone
    book = excel.new(held, constant_memory=True)
    day, moment = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    bold = book.add_format({"bold": True})
    sheet = _sheet(book, titles[0], len(columns))
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.code, bold)
    for at, column in enumerate(columns):
        sheet.write_string(1, at, column.tag)
    for number, row in enumerate((row for piece in pieces for row in piece), start=2):
        for at, cell in enumerate(row):
            _write(sheet, number, at, cell, day, moment)
    explained = _sheet(book, titles[1], 3)
    for number, row in enumerate(dictionary):
        for at, cell in enumerate(row):
            if cell:
                explained.write_string(number, at, str(cell), bold if number == 0 else None)
    book.close()
    held.seek(0)
    return held


def _sheet(book: Any, title: str, columns: int) -> Any:
    sheet = book.add_worksheet(title)
    sheet.set_column(0, columns - 1, WIDTH)
    sheet.freeze_panes(2 if book.worksheets()[0] is sheet else 1, 0)
    return sheet


def _write(sheet: Any, row: int, at: int, cell: object, day: Any, moment: Any) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, at, clock.local(cell).replace(tzinfo=None), moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, at, cell, day)
    elif isinstance(cell, int | float):
        sheet.write_number(row, at, cell)
    elif cell is not None and cell != "":
        sheet.write_string(row, at, str(cell))


def read(held: IO[bytes]) -> Iterator[bytes]:
    """A file of the disk piece by piece; closed, and so gone, at its end or when nobody reads on."""
    with held:
        yield from iter(lambda: held.read(READ), b"")
