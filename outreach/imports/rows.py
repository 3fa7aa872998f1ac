"""A row of a household list and what it says: the village it stands under, its values, or why it cannot be taken."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from outreach.imports import places, whereabouts
from outreach.imports.columns import (
    ADDRESS,
    BIRTH,
    CODE,
    FAMILY,
    HEAD,
    KIND,
    LANE,
    LAT,
    LON,
    NAME,
    NUMBER,
    PHONE,
    RELATION,
    VILLAGE,
    WALK,
)  # fmt: skip
from outreach.imports.copying import MARK, Record
from outreach.lib import phones, words

LONGEST = {HEAD: 120, NAME: 120, CODE: 40}
LONGEST_ADDRESS = 200
FIRST_YEAR = 1900
EXCEL_ZERO = date(1899, 12, 30)  # day 0 of Excel's calendar; days since May 1927 have five digits
INDEX_CELL = re.compile(r"\(?(\d{1,2}|[A-ZĐ])\)?([=+-].*)?")
FURNITURE = re.compile(
    r"^(tong( so| cong)?|cong)\b|^(nguoi lap|ky,? ghi ro|ky ten|xac nhan cua|tm (uy ban|ubnd)|can bo|noi nhan)\b"
    r"|\bngay( \d+)? thang( \d+)? nam\b"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d\d)")
TOGETHER = re.compile(r"[0-3]\d[01]\d((?:19|20)\d\d)")
RELATIONS = (
    ("head", re.compile(r"^(la )?chu ho$|^ch$|^ban than$|^head")),
    ("spouse", re.compile(r"^(vo|chong|vo chong|spouse|wife|husband)$")),
    ("child", re.compile(r"^con( de| trai| gai| ruot| nuoi| ca| ut| thu)*$|^(child|son|daughter)$")),
    ("parent", re.compile(r"^(bo|me|cha|ba me|bo me|cha me)( de| ruot| nuoi)?$|^(parent|father|mother)$")),
    ("grandchild", re.compile(r"^chau( noi| ngoai| ruot)?$|^grandchild$")),
    ("sibling", re.compile(r"^(anh|chi|em)( trai| gai| ruot)*$|^(sibling|brother|sister)$")),
)  # fmt: skip


class Reason(StrEnum):
    """Why a row was not taken, or (the last ones) what of it was left out."""

    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    ID_NUMBER = "id_number"
    NO_VILLAGE = "no_village"
    UNKNOWN_VILLAGE = "unknown_village"
    TWICE = "twice"
    CODE_OF_ANOTHER = "code_of_another"
    NO_HOUSEHOLD = "no_household"
    WITH_HOUSEHOLD = "with_household"  # another row of this household must be mended first
    BIRTH = "birth"
    PLACE = "place"
    WALK = "walk"
    PHONE_NOT_A_NUMBER = "phone_not_a_number"
    PHONE_TOO_SHORT = "phone_too_short"
    PHONE_TOO_LONG = "phone_too_long"
    PHONE_OLD = "phone_old_11_digits"
    PHONE_LANDLINE = "phone_landline"
    PHONE_FOREIGN = "phone_not_vietnamese_mobile"


LEFT_OUT = {Reason.BIRTH, Reason.PLACE, Reason.WALK}
REMARKS = frozenset(LEFT_OUT | {reason for reason in Reason if reason.startswith("phone_")})


@dataclass(frozen=True)
class Reading:
    """How a list is to be read: its headings, which column is which, and whether a row is a person or a household."""

    headings: Sequence[str]
    columns: Mapping[str, int]
    persons: bool
    today: date

    @cached_property
    def folded(self) -> dict[str, str]:
        """Field → its heading, folded."""
        return {name: words.fold(self.headings[at]) for name, at in self.columns.items() if at < len(self.headings)}


@dataclass
class Line:
    """A row that says something. `upto` = rows consumed up to and with it."""

    number: int
    upto: int
    cells: list[str]
    village: str
    values: dict[str, str]
    birth_year: int | None = None
    phone: str | None = None
    place: tuple[float, float] | None = None  # latitude, longitude
    walk_no: int | None = None
    remark: tuple[Reason, str] | None = None
    fault: tuple[Reason, str] | None = field(default=None)

    @property
    def name(self) -> str:
        """The person this row is about."""
        return self.values.get(NAME) or self.values.get(HEAD, "")

    @property
    def address(self) -> str:
        """House number, lane and address in one."""
        parts = (self.values.get(NUMBER, ""), self.values.get(LANE, ""), self.values.get(ADDRESS, ""))
        return ", ".join(part for part in parts if part)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of family the list names, of models.FAMILY_TYPES."""
        return whereabouts.kinds(self.values.get(KIND, ""))

    @property
    def relation(self) -> str:
        """The relation to the head, one of models.RELATIONS."""
        return relation(self.values.get(RELATION, ""))


def lines(records: Iterable[Record], reading: Reading) -> Iterator[Line]:
    """The rows that mean something. A village named once (a merged cell, a line of its own) holds for what follows."""
    village = ""
    for upto, record in enumerate(records, start=1):
        cells = dict(enumerate(record.cells))
        values = {name: cells[at] for name, at in reading.columns.items() if cells.get(at)}
        filled = [cell for cell in record.cells if cell]
        if len(filled) == 1 and places.is_heading(filled[0]):
            village = filled[0]
        elif not _furniture(record, values, reading):
            village = values.get(VILLAGE, village)
            yield _judged(Line(record.number, upto, record.cells, village, _whole_name(values)), reading)


def _whole_name(values: dict[str, str]) -> dict[str, str]:
    """Where the list parts a name into two columns (Họ và tên đệm, Tên), the one name it is."""
    given = NAME if NAME in values else HEAD
    if FAMILY not in values or given not in values:
        return values
    return values | {given: f"{values[FAMILY]} {values[given]}"}


def _furniture(record: Record, values: Mapping[str, str], reading: Reading) -> bool:
    """Whether the row is no household: headings again, (1) (2) (3), HXL tags, a sum, a signature, a bare number."""
    if not values.keys() - {CODE, VILLAGE} or all(cell.startswith("#") for cell in record.cells if cell):
        return True
    folded = [words.fold(cell) for cell in record.cells if cell]
    if any(FURNITURE.search(cell) for cell in folded[:2]) and len(folded) <= 4:
        return True
    if len(folded) > 2 and all(INDEX_CELL.fullmatch(cell) for cell in record.cells if cell):
        return True
    repeated = sum(words.fold(value) == reading.folded.get(name) for name, value in values.items())
    return repeated >= 2 or repeated == len(values)


def _judged(line: Line, reading: Reading) -> Line:
    line.fault = next(filter(None, (check(line) for check in CHECKS)), None)
    if line.fault is None:
        _take(line, PHONE, _phone)
        _take(line, BIRTH, lambda cell: birth_year(cell, reading.today))
        _take_place(line)
    return line


def _id_number(line: Line) -> tuple[Reason, str] | None:
    return next(((Reason.ID_NUMBER, name) for name, value in line.values.items() if MARK in value), None)


def _no_name(line: Line) -> tuple[Reason, str] | None:
    return None if sum(map(str.isalpha, line.name)) >= 2 else (Reason.NO_NAME, NAME if NAME in line.values else HEAD)


def _too_long(line: Line) -> tuple[Reason, str] | None:
    if len(line.address) > LONGEST_ADDRESS:
        return Reason.TOO_LONG, ADDRESS
    longer = (name for name, most in LONGEST.items() if len(line.values.get(name, "")) > most)
    return next(((Reason.TOO_LONG, name) for name in longer), None)


CHECKS = (_id_number, _no_name, _too_long)


class _Unfit(Exception):
    """A value that is left out; the row is taken without it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def _take(line: Line, name: str, parse: Callable[[str], object]) -> None:
    """Read a value; what cannot be one does not cost the household its place, only a remark."""
    cell = line.values.get(name, "")
    try:
        value = parse(cell) if cell else None
    except _Unfit as unfit:
        line.remark = line.remark or (unfit.reason, name)
        return
    setattr(line, "phone" if name == PHONE else "birth_year", value)


def _take_place(line: Line) -> None:
    """Where the house is and when one comes by; what cannot be read costs a remark."""
    lat, lon = line.values.get(LAT, ""), line.values.get(LON, "")
    try:
        line.place = whereabouts.coordinates(lat, lon)
    except whereabouts.Unclear:
        line.remark = line.remark or (Reason.PLACE, LAT if lat else LON)
    try:
        line.walk_no = whereabouts.place(line.values.get(WALK, ""))
    except whereabouts.Unclear:
        line.remark = line.remark or (Reason.WALK, WALK)


def _phone(cell: str) -> str | None:
    if not any(map(str.isdecimal, cell)):
        return None  # "không có", "chưa"
    try:
        return phones.parse(cell).e164
    except phones.BadPhone as bad:
        raise _Unfit(Reason(f"phone_{bad.reason.value}")) from None


def birth_year(cell: str, today: date) -> int | None:
    """The year in a year, a day in any spelling or one of Excel's serial days; None when nothing is said."""
    if not any(map(str.isdecimal, cell)):
        return None
    year = _year(cell, today)
    if year is None or not FIRST_YEAR <= year <= today.year:
        raise _Unfit(Reason.BIRTH)
    return year


def _year(cell: str, today: date) -> int | None:
    found = YEAR.search(cell) or TOGETHER.fullmatch(cell)
    if found:
        return int(found[1])
    if cell.isdecimal() and len(cell) == 5:
        return (EXCEL_ZERO + timedelta(days=int(cell))).year
    short = SHORT_YEAR.fullmatch(cell)
    if short:
        return int(short[1]) + (1900 if int(short[1]) > today.year % 100 else 2000)
    return None


def relation(cell: str) -> str:
    """The relation to the head as lists write it, as one of models.RELATIONS."""
    folded = words.fold(cell)
    return next((name for name, rule in RELATIONS if rule.search(folded)), "other")
