"""The copy of an uploaded list that is kept until it is loaded: text only, without what we must not hold.

Columns of identification numbers, ethnicity and religion keep their heading and lose their cells; a 12-digit number
anywhere else is replaced by a mark, and loading refuses the row. The uploaded file itself is never stored.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import NamedTuple

from outreach.imports import columns
from outreach.imports.sheets import Row
from outreach.lib import id_numbers

MARK = "[đã bỏ số 12 chữ số]"  # stands in the list that goes back to the official
WITH_DIGITS = re.compile(r"\S*\d\S*")
MAY_HOLD_ID = re.compile(r"(?:\d[^\w]*){12}")
RANDOM = re.compile(r"(?:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Record(NamedTuple):
    """A row of the copy: its number as Excel counts, its cells."""

    number: int
    cells: list[str]


def keep(rows: Iterable[Row]) -> bytes:
    """Make the copy of what `sheets.read` gives; its Unreadable passes through."""
    held = io.BytesIO()
    with gzip.open(held, "wt", compresslevel=3, encoding="utf-8", newline="") as out:
        write = csv.writer(out).writerow
        for sheet, group in groupby(rows, key=lambda row: row.sheet):
            for row in _scrubbed(group):
                write([sheet, row.number, *row.cells])
    return held.getvalue()


def sheets(copy: bytes) -> list[str]:
    """The names of the sheets that hold anything, in order."""
    return list(dict.fromkeys(line[0] for line in _lines(copy)))


def records(copy: bytes, sheet: str) -> Iterator[Record]:
    """The rows of a sheet, from the top."""
    return (Record(int(line[1]), line[2:]) for line in _lines(copy) if line[0] == sheet)


def top(copy: bytes, sheet: str, count: int = columns.TOP) -> list[Record]:
    """The first rows of a sheet."""
    return list(islice(records(copy, sheet), count))


def body(copy: bytes, sheet: str, header_row: int) -> Iterator[Record]:
    """The rows below the headings, which stand in row `header_row` as Excel counts."""
    return (record for record in records(copy, sheet) if record.number > header_row)


def headings(copy: bytes, sheet: str, header_row: int) -> list[str]:
    """The headings in row `header_row`; empty when that row holds nothing."""
    for record in records(copy, sheet):
        if record.number >= header_row:
            return record.cells if record.number == header_row else []
    return []


def _lines(copy: bytes) -> Iterator[list[str]]:
    with gzip.open(io.BytesIO(copy), "rt", encoding="utf-8", newline="") as opened:
        yield from csv.reader(opened)


def _scrubbed(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows of one sheet, scrubbed; the top is looked through first, for data may stand above the headings."""
    beginning = list(islice(rows, columns.TOP))
    gone: set[int] = set().union(*(columns.forbidden_in(row.cells) for row in beginning))
    for row in beginning:
        yield _scrub(row, gone)
    for row in rows:
        gone |= columns.forbidden_in(row.cells)  # a second table below the first
        yield _scrub(row, gone)


def _scrub(row: Row, gone: set[int]) -> Row:
    cells = (cell if number not in gone or columns.forbidden(cell) else "" for number, cell in enumerate(row.cells))
    return row._replace(cells=[without_id(cell) for cell in cells])


def without_id(cell: str) -> str:
    """A cell (or a file's name) without its 12-digit number; a mark says where one stood."""
    if len(cell) < 12 or not MAY_HOLD_ID.search(cell) or RANDOM.fullmatch(cell) or not id_numbers.find(cell):
        return cell  # in some of the marks that phones draw (UUID) twelve digits come together by chance
    return " ".join([*WITH_DIGITS.sub(" ", cell).split(), MARK])
