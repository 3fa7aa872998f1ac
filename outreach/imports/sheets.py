"""Reading a household list as communes have it: .xlsx and .csv, row by row, every cell as tidy text.

Nothing is held in memory but the row at hand, and a file that would unpack to more than it may is refused before
it is opened.
"""

import csv
import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from itertools import islice
from pathlib import PurePath
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from outreach.lib import excel, words

MOST_ROWS = 200_000
MOST_COLUMNS = 60
MOST_BLANKS = 2_000  # a sheet formatted down to its last row is not read to its last row
MOST_UNPACKED = 400 * 1024 * 1024
MOST_STRINGS = 80 * 1024 * 1024  # a workbook's shared texts are held in memory
LONGEST_TITLE = 100  # of a sheet
MOST_CELL = 1_001  # characters: one more than the longest note, so that one that is too long is seen to be
BATCH = 500
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
OLD_FONT_LETTERS = frozenset("¸µ¶·¹¨»¾¼½©®ª«¬")  # what TCVN3 letters look like when read as Unicode
DELIMITERS = ",;\t|"
ENDINGS = ("", ".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt")  # of a list's name; what is in it is seen by reading


class Fault(Enum):
    """Why a file cannot be read; the view turns it into what to do."""

    OLD_EXCEL = "old_excel"  # .xls, or locked with a password: both are the same container
    NOT_A_LIST = "not_a_list"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    OLD_FONT = "old_font"
    EMPTY = "empty"


class Unreadable(Exception):
    """The file cannot be read; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Row(NamedTuple):
    """A row that holds something: its sheet, its number as Excel counts, its cells as text."""

    sheet: str
    number: int
    cells: list[str]


def read(content: bytes, width: int = MOST_COLUMNS) -> Iterator[Row]:
    """The rows of an .xlsx or .csv that hold anything, sheet after sheet; raises Unreadable, also half-way.

    Of each row the first `width` cells are read.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(Fault.OLD_EXCEL)
    found = old_fashioned = 0
    for row in _xlsx(content, width) if content.startswith(b"PK") else _csv(content, width):
        found += 1
        if found > MOST_ROWS:
            raise Unreadable(Fault.TOO_LARGE)
        old_fashioned += not OLD_FONT_LETTERS.isdisjoint("".join(row.cells))
        if found == 200 and old_fashioned > 40:
            raise Unreadable(Fault.OLD_FONT)
        yield row
    if not found or old_fashioned * 5 > found:
        raise Unreadable(Fault.OLD_FONT if found else Fault.EMPTY)


def named_so(name: str) -> None:
    """Raise Unreadable where a file's name says that it is something else than a list."""
    if PurePath(name).suffix.lower() not in ENDINGS:
        raise Unreadable(Fault.NOT_A_LIST)


def text(value: Any) -> str:
    """A cell as one line of NFC text: whole numbers without ".0", days as 21/11/2026, Excel's errors as nothing.

    A moment keeps its hour ("21/11/2026 09:00"); Excel's midnight is a day without one.
    """
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%d/%m}/{value.year} {value:%H:%M}"
    if isinstance(value, (datetime, date)):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    tidy = " ".join(words.nfc(str(value).replace("\0", "")).split())[:MOST_CELL]
    return "" if tidy in ERRORS else tidy


def _xlsx(content: bytes, width: int) -> Iterator[Row]:
    _weigh(content)
    try:
        book = excel.opened(content)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()  # some programs write a wrong size
                yield from _filled(text(sheet.title)[:LONGEST_TITLE], _values(sheet, width), width)
        book.close()
    except (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError, EOFError):
        raise Unreadable(Fault.DAMAGED) from None


def _weigh(content: bytes) -> None:
    """Refuse what is no workbook, or would unpack to more than a list can need."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
    except zipfile.BadZipFile:
        raise Unreadable(Fault.DAMAGED) from None
    if "xl/workbook.xml" not in sizes:
        raise Unreadable(Fault.NOT_A_LIST)
    if sum(sizes.values()) > MOST_UNPACKED or sizes.get("xl/sharedStrings.xml", 0) > MOST_STRINGS:
        raise Unreadable(Fault.TOO_LARGE)


def _values(sheet: Any, width: int) -> Iterator[Iterable[Any]]:
    rows = sheet.iter_rows(max_col=width, values_only=True)
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # telephone numbers dressed up as dates
            batch = list(islice(rows, BATCH))
        if not batch:
            return
        yield from batch


def _csv(content: bytes, width: int) -> Iterator[Row]:
    encoding = _encoding(content)
    beginning = content[:40_000].decode(encoding, "replace").lstrip("\ufeff")
    if beginning.lstrip().startswith(("<", "%PDF", "{\\rtf")) or "\0" in beginning:
        raise Unreadable(Fault.NOT_A_LIST)
    lines = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    try:
        yield from _filled("", csv.reader(lines, delimiter=_delimiter(beginning)), width)
    except csv.Error:
        raise Unreadable(Fault.DAMAGED) from None


def _encoding(content: bytes) -> str:
    """UTF-8 or UTF-16, with their mark or without; what is neither was saved by an old Vietnamese Windows."""
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content[:2000:2].count(0) > 200 or content[1:2000:2].count(0) > min(200, len(content) // 4):
        return "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"


def _delimiter(beginning: str) -> str:
    """What parts the cells: whatever cuts the most lines into the same number of pieces."""
    lines = [line for line in beginning.splitlines()[:40] if line.strip()]

    def evenness(delimiter: str) -> int:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if len(cells) > 1)
        return max((width * times for width, times in widths.items()), default=0)

    return max(DELIMITERS, key=evenness)


def _filled(sheet: str, rows: Iterable[Iterable[Any]], width: int) -> Iterator[Row]:
    """Rows that hold something, numbered as Excel numbers them; ends where nothing follows for long."""
    blanks = 0
    for number, values in enumerate(rows, start=1):
        cells = [text(value) for value in islice(values, width)]
        while cells and not cells[-1]:
            cells.pop()
        blanks = 0 if cells else blanks + 1
        if blanks > MOST_BLANKS:
            return
        if not blanks:
            yield Row(sheet, number, cells)
