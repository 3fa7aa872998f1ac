"""The database: base class, engine, one session a request."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from select import POLLIN, poll
from typing import Any, ClassVar, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Insert,
    MetaData,
    Select,
    String,
    Table,
    TextClause,
    any_,
    create_engine,
    event,
    insert,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite has no time zones, so it keeps UTC and gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments: they have no meaning across machines."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand back an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


WAITING = "rows that are written together"  # in a session's own notes
Waiting = dict[tuple["type[Base]", bool], list[Mapping[str, Any]]]  # by table, and whether only what is missing

# Folded names and paths are compared byte by byte, so that prefix searches use the index on both engines.
Bytewise = String().with_variant(String(collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}


def make_engine(url: str) -> Engine:
    """Open a database. SQLite is put in WAL mode with foreign keys on and real transactions.

    Errors never show parameters: logs hold no names and no numbers of residents.
    """
    if not url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True, pool_size=5, max_overflow=10)
        event.listen(engine, "checkout", _still_there)
        event.listen(engine, "handle_error", _say_no_row)
        return engine
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _sqlite_manners)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _still_there(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """A server that went away has hung up, and the line shows it; to ask it each time costs a request one in forty."""
    line = poll()
    line.register(connection.fileno(), POLLIN)
    if line.poll(0):
        raise InvalidatePoolError


def _say_no_row(context: ExceptionContext) -> None:
    """PostgreSQL tells the whole failing row as a detail ("contains (12, Trần Văn Dê, …)"): only the fact is kept."""
    fault, told = context.original_exception, context.sqlalchemy_exception
    detail = getattr(getattr(fault, "diag", None), "message_detail", None)
    if detail and told is not None:
        fault.args = tuple(str(said).split("\nDETAIL:")[0] for said in fault.args)
        told.args = tuple(str(said).split("\nDETAIL:")[0] for said in told.args)


def _sqlite_begin(connection: Connection) -> None:
    """Take the write lock at once unless only reading: a reader that turns writer half-way cannot wait, it fails."""
    reading = has_request_context() and request.method in ("GET", "HEAD") and not g.get("writes", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _sqlite_manners(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own guesses at BEGIN break savepoints
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def init_app(app: Flask, engine: Engine) -> None:
    """Give the app its engine; each request's session is closed when the request ends."""
    app.extensions["engine"] = engine
    app.teardown_appcontext(_close)


def engine() -> Engine:
    """The app's engine."""
    found: Engine = current_app.extensions["engine"]
    return found


def session() -> Session:
    """This request's session: one request, one transaction; the view commits."""
    if "session" not in g:
        make = current_app.extensions.get("make_session", _new_session)
        g.session = make()
    opened: Session = g.session
    return opened


def _new_session() -> Session:
    return Session(engine(), expire_on_commit=False)


def _close(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()


def add_rows(s: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert plain rows: all in one go and without an object for each, which takes a third of the time."""
    _add(s, table, rows, missing=False)


def add_missing(s: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert plain rows, but those whose unique key is there already."""
    _add(s, table, rows, missing=True)


@contextmanager
def together(s: Session) -> Iterator[None]:
    """Rows added meanwhile, to whatever tables, PostgreSQL gets at the end in one statement: a third of the work.

    Nobody may ask for them before. SQLite, which is in the house, gets each at once.
    """
    if s.get_bind().dialect.name != "postgresql":
        yield
        return
    waiting: Waiting = s.info.setdefault(WAITING, {})
    try:
        yield
    finally:
        del s.info[WAITING]
    if waiting:
        parts = tuple((table, missing, tuple(rows[0])) for (table, missing), rows in waiting.items())
        told = {f"rows{n}": json.dumps(rows, default=_moment) for n, rows in enumerate(waiting.values())}
        s.connection().execute(_all_in_one(parts), told)


def _add(s: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, missing: bool) -> None:
    waiting: Waiting | None = s.info.get(WAITING)
    if rows and waiting is not None:
        waiting.setdefault((table, missing), []).extend(rows)
    elif rows:
        s.connection().execute(unless_there(s, table) if missing else _insertion(table), rows)


def among(s: Session, column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values. PostgreSQL gets them as one array: hundreds of places in a statement
    take longer to write down than the rows to be found.
    """
    if s.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(column.type)))
    return column.in_(values)


def one_of(column: InstrumentedAttribute[Any], ids: Select[int] | range) -> ColumnElement[bool]:
    """Whether a column is one of these ids: of a select, or all of a range, which an index has side by side."""
    return column.between(ids.start, ids.stop - 1) if isinstance(ids, range) else column.in_(ids)


def unless_there(
    s: Session, table: type[Base], *given_back: InstrumentedAttribute[Any]
) -> "pg.Insert | sqlite.Insert | ReturningInsert[Any]":
    """The INSERT that leaves out what is there already; it waits for whoever is writing the same one.

    `given_back`: columns to be told of each row that was not there.
    """
    return _unless_there(table, s.connection().dialect.name, given_back)


@cache
def _all_in_one(parts: tuple[tuple[type[Base], bool, tuple[str, ...]], ...]) -> TextClause:
    """Each part is a table, whether rows that are there already are left out, and the columns told of each row."""
    for table, _missing, names in parts:
        if left := [one.name for one in _of(table).columns if one.default is not None and one.name not in names]:
            raise ValueError(f"{table.__tablename__} would get no {left}")
    *ahead, last = (_from_json(n, *part) for n, part in enumerate(parts))
    named = ", ".join(f"part{n} as ({one})" for n, one in enumerate(ahead))
    return text(f"with {named} {last}" if ahead else last)


def _from_json(n: int, table: type[Base], missing: bool, names: tuple[str, ...]) -> str:
    into, columns = table.__tablename__, ", ".join(f'"{name}"' for name in names)
    rows = f'json_populate_recordset(null::"{into}", cast(:rows{n} as json))'
    insertion = f'insert into "{into}" ({columns}) select {columns} from {rows}'  # noqa: S608 (names of ours alone)
    return f"{insertion} on conflict do nothing" if missing else insertion


def _moment(value: date) -> str:
    """How JSON is told of a day or a moment."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return value.isoformat()


@cache
def _insertion(table: type[Base]) -> Insert:
    return insert(_of(table)).inline()


@cache
def _unless_there(
    table: type[Base], dialect: str, given_back: tuple[InstrumentedAttribute[Any], ...]
) -> "pg.Insert | sqlite.Insert | ReturningInsert[Any]":
    make = pg.insert if dialect == "postgresql" else sqlite.insert
    insertion = make(_of(table)).on_conflict_do_nothing()
    return insertion.returning(*given_back) if given_back else insertion


def _of(table: type[Base]) -> Table:
    return cast(Table, table.__table__)


@contextmanager
def transaction(bind: Engine) -> Iterator[Session]:
    """A session of its own outside a request: committed at the end, rolled back on an error."""
    with Session(bind, expire_on_commit=False) as s, s.begin():
        yield s
