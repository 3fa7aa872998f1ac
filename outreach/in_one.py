"""Rows of several tables in one statement of PostgreSQL: the words of it, and how rows are told to it (as JSON)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Integer, Table, TextClause, TextualSelect, column, text
from sqlalchemy.orm import DeclarativeBase

KEY = "id"
ANSWER: ColumnElement[int] = column("answer", Integer)
ADDED, MISSING, CHANGED = "added", "added where missing", "changed"
Row = Mapping[str, Any]


class Part(NamedTuple):
    """Rows of a table with which the same is done (ADDED …), and the columns told of each."""

    table: type[DeclarativeBase]
    how: str
    names: tuple[str, ...]


Parts = dict[Part, list[Row]]


class Closing(NamedTuple):
    """What is done last. `words` know its rows as the JSON `:last`, and how many there are at most as {most}; what they
    give back is put into `answer` when all is written. They see the tables as these were before the rest.
    """

    words: str
    rows: Sequence[Row]
    answer: set[Any]


class Waiting:
    """What will be written together."""

    def __init__(self) -> None:
        self._added: Parts = {}
        self._changes: dict[Any, dict[str, Any]] = {}
        self.closing: Closing | None = None

    def add(self, table: type[DeclarativeBase], how: str, rows: Sequence[Row]) -> None:
        """Rows to come, all with the same columns."""
        self._added.setdefault(Part(table, how, tuple(rows[0])), []).extend(rows)

    def change(self, changes: Mapping[Any, Row]) -> None:
        """Columns of rows that are there. One statement may change a row but once: what is told of one is joined."""
        for entity, values in changes.items():
            self._changes.setdefault(entity, {}).update(values)

    def close(self, words: str, rows: Sequence[Row]) -> set[Any]:
        """Do this last (see Closing); the set is filled when all is written."""
        self.closing = Closing(words, rows, set())
        return self.closing.answer

    def parts(self) -> Parts:
        """All of it."""
        return self._added | alike(self._changes)


def alike(changes: Mapping[Any, Row]) -> Parts:
    """Changed rows, together those of which the same columns are told."""
    parts: Parts = {}
    for entity, values in changes.items():
        row = {KEY: getattr(entity, KEY), **values}
        parts.setdefault(Part(type(entity), CHANGED, tuple(row)), []).append(row)
    return parts


def statement(parts: Parts, closing: Closing | None = None) -> tuple[TextClause | TextualSelect, dict[str, str]]:
    """The statement that writes all parts, and what it is told. Raises ValueError if rows leave out what has a default,
    or tell of a moment without its time zone.
    """
    told = {f"rows{n}": json.dumps(rows, default=_moment) for n, rows in enumerate(parts.values())}
    most = max((len(rows) for part, rows in parts.items() if part.how == CHANGED), default=1)
    if closing is None:
        return _words(tuple(parts), _rounded(most), None), told
    told["last"] = json.dumps(closing.rows, default=_moment)
    return _words(tuple(parts), _rounded(max(most, len(closing.rows))), closing.words), told


def _rounded(most: int) -> int:
    """So that there are few different statements."""
    return 1 if most == 1 else 10 ** len(str(most))


@cache
def _words(parts: tuple[Part, ...], most: int, closing: str | None) -> TextClause | TextualSelect:
    all_parts = [_part(n, part, most) for n, part in enumerate(parts)]
    *ahead, last = [*all_parts, closing.format(most=most)] if closing else all_parts
    named = ", ".join(f"part{n} as ({one})" for n, one in enumerate(ahead))
    said = text(f"with {named} {last}" if ahead else last)
    return said.columns(ANSWER) if closing else said  # named, or the answer is looked into anew each time


def _part(n: int, part: Part, most: int) -> str:
    """What happens to one part's rows. That they are few (`most` or less) must be said: else PostgreSQL reads a small
    table from end to end for them; and said in so many words: a number told later it would weigh anew each time.
    """
    into, columns = part.table.__tablename__, ", ".join(f'"{name}"' for name in part.names)
    rows = f'select {columns} from json_populate_recordset(null::"{into}", cast(:rows{n} as json))'  # noqa: S608
    if part.how == CHANGED:
        new = ", ".join(f'"{name}" = told."{name}"' for name in part.names if name != KEY)
        return f'update "{into}" held set {new} from ({rows} limit {most}) told where held.{KEY} = told.{KEY}'  # noqa: S608
    columns_of = cast(Table, part.table.__table__).columns
    if left := [one.name for one in columns_of if one.default is not None and one.name not in part.names]:
        raise ValueError(f"{into} would get no {left}")
    insertion = f'insert into "{into}" ({columns}) {rows}'
    return f"{insertion} on conflict do nothing" if part.how == MISSING else insertion


def _moment(value: date) -> str:
    """How JSON is told of a day or a moment."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return value.isoformat()
