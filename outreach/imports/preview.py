"""What an official sees of a list before it is loaded: its columns and their meaning, its first rows, its villages."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.imports import columns, copying, importing, places, sheets
from outreach.imports.copying import Record
from outreach.imports.models import VISIT, ImportFile
from outreach.jobs.models import Job
from outreach.lib import excel

SHOWN = 10  # rows below the headings
EXAMPLES = 3
LATEST = 10


class Column(NamedTuple):
    """A column of the list as the preview shows it. A forbidden one has no examples: its cells are gone."""

    letter: str
    heading: str
    examples: list[str]
    forbidden: bool

    @property
    def text(self) -> str:
        """The column as Excel and its heading name it: "C · Họ tên chủ hộ"."""
        return f"{self.letter} · {self.heading}" if self.heading else self.letter


class Preview(NamedTuple):
    """What can be seen of a list. `known`, `unknown` = villages it names that the commune has, or has not."""

    sheets: list[str]
    rows: list[Record]
    columns: list[Column]
    known: list[tuple[str, int]]
    unknown: list[importing.Named]
    unnamed: int
    total: int


def find(s: Session, commune: Area, file_id: int, *, visits: bool = False) -> ImportFile | None:
    """A list of this commune: of households, or of visits."""
    return s.scalars(select(ImportFile).where(ImportFile.id == file_id, *_of(commune, visits))).one_or_none()


def latest(s: Session, commune: Area, *, visits: bool = False) -> Sequence[Row[ImportFile, Job]]:
    """The lists a commune uploaded last, each with its job, if it was started."""
    query = select(ImportFile, Job).outerjoin(Job, Job.id == ImportFile.job_id).where(*_of(commune, visits))
    return s.execute(query.order_by(ImportFile.id.desc()).limit(LATEST)).all()


def _of(commune: Area, visits: bool) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    rows = ImportFile.options["rows"].as_string()
    return ImportFile.commune_id == commune.id, (rows == VISIT) if visits else (rows != VISIT)


def upload(s: Session, commune: Area, name: str, copy: bytes, by_id: int) -> ImportFile:
    """Keep an uploaded list (`copy` = copying.keep) with its columns guessed on its likeliest sheet."""
    made = keep(commune, name, copy, by_id)
    names = copying.sheets(copy)
    guess(made, max(names, key=lambda sheet: len(_guessed(copy, sheet)[1])))
    s.add(made)
    s.flush()
    return made


def keep(commune: Area, name: str, copy: bytes, by_id: int) -> ImportFile:
    """An uploaded list of which nobody knows yet how it is to be read."""
    return ImportFile(
        commune_id=commune.id, name=copying.without_id(sheets.text(name))[-200:], content=copy, header_row=1,
        columns={}, options={}, uploaded_by_id=by_id, uploaded_at=clock.now(),
    )  # fmt: skip


def guess(file: ImportFile, sheet: str, header_row: int | None = None) -> None:
    """Guess where the headings stand (unless said), what they mean, and whether a row is a person."""
    file.sheet = sheet
    file.header_row, file.columns = _guessed(file.content, sheet, header_row)
    named = file.columns.keys()
    persons = columns.RELATION in named or (columns.HEAD in named and columns.NAME in named)
    file.options = {**file.options, "rows": "person" if persons else "household"}


def _guessed(copy: bytes, sheet: str, header_row: int | None = None) -> tuple[int, dict[str, int]]:
    top = copying.top(copy, sheet)
    if header_row is None:
        at = columns.find_header([record.cells for record in top])
        header_row = top[at or 0].number
    return header_row, columns.guess(copying.headings(copy, sheet, header_row))


def preview(s: Session, file: ImportFile, commune: Area) -> Preview:
    """Everything the preview page shows; reads the list through once."""
    rows = first_rows(file)
    index = places.index(areas.villages(s, commune))
    named = importing.villages_named(file)
    shown = {village.id: village.full_name for village in areas.villages(s, commune)}
    known = [(shown[index[one.key]], one.rows) for one in named if one.key in index]
    unknown = [one for one in named if one.key and one.key not in index]
    unnamed = sum(one.rows for one in named if not one.key)
    total = sum(one.rows for one in named)
    return Preview(copying.sheets(file.content), rows, columns_of(file, rows), known, unknown, unnamed, total)


def first_rows(file: ImportFile) -> list[Record]:
    """From the top of the sheet to the tenth row below the headings."""
    rows: list[Record] = []
    for record in copying.records(file.content, file.sheet):
        rows.append(record)
        if sum(row.number > file.header_row for row in rows) == SHOWN or len(rows) == columns.TOP + SHOWN:
            break
    return rows


def columns_of(file: ImportFile, rows: Sequence[Record], most: int = sheets.MOST_COLUMNS) -> list[Column]:
    """The columns of a list with examples from these rows of it, `most` of them."""
    heads = copying.headings(file.content, file.sheet, file.header_row)
    below = [row.cells for row in rows if row.number > file.header_row]
    width = min(max([len(heads), *map(len, below)]), most)
    heads = (heads + [""] * width)[:width]
    above = [row.cells for row in rows if row.number <= file.header_row + 2]
    gone = set().union(*(columns.forbidden_in(cells) for cells in above))
    return [
        Column(excel.column(at), head, [] if at in gone else _examples(below, at), at in gone)
        for at, head in enumerate(heads)
    ]


def _examples(rows: Sequence[Sequence[str]], at: int) -> list[str]:
    return list(dict.fromkeys(cells[at] for cells in rows if at < len(cells) and cells[at]))[:EXAMPLES]
