"""The database: base class, engine, one session a request."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from select import POLLIN, poll
from typing import Any, ClassVar, TypeVar, cast

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    Insert,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Update,
    any_,
    bindparam,
    create_engine,
    event,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.types import TypeDecorator

from outreach import in_one

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


HELD = "held"  # the row to be changed, as a question's blank
WAITING = "rows that are written together"  # in a session's own notes
NUMBERS = text("select nextval(cast(:of as regclass)) from generate_series(1, :count)")

# Folded names and paths are compared byte by byte, so that prefix searches use the index on both engines.
Bytewise = String().with_variant(String(collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}


B = TypeVar("B", bound=Base)


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
    _add(s, table, rows, in_one.ADDED)


def add_missing(s: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert plain rows, but those whose unique key is there already."""
    _add(s, table, rows, in_one.MISSING)


def change(s: Session, changes: Mapping["Base", Mapping[str, Any]]) -> None:
    """Set columns of rows that this transaction holds, past the session's own bookkeeping, which takes six times as
    long. Their table's key is a number, `id`.
    """
    for entity, values in changes.items():
        for name, value in values.items():
            set_committed_value(entity, name, value)
    if (others := waiting(s)) is not None:
        others.change(changes)
        return
    for part, rows in in_one.alike(changes).items():
        told = [{HELD if name == in_one.KEY else name: value for name, value in row.items()} for row in rows]
        s.connection().execute(_changing(part.table), told)


@contextmanager
def together(s: Session) -> Iterator[None]:
    """Rows added or changed meanwhile, of whatever tables, PostgreSQL gets at the end in one statement: a third of the
    work.

    Nobody may ask for them before. SQLite, which is in the house, gets each at once.
    """
    if s.get_bind().dialect.name != "postgresql":
        yield
        return
    here: in_one.Waiting = s.info.setdefault(WAITING, in_one.Waiting())
    try:
        yield
    finally:
        del s.info[WAITING]
    if parts := here.parts():
        written = s.connection().execute(*in_one.statement(parts, here.closing))
        if here.closing is not None:
            here.closing.answer.update(written.scalars())


def waiting(s: Session) -> in_one.Waiting | None:
    """What is to be written together at present, if anything is (see `together`)."""
    return s.info.get(WAITING)


def _add(s: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], how: str) -> None:
    others = waiting(s)
    if rows and others is not None:
        others.add(table, how, rows)
    elif rows:
        s.connection().execute(unless_there(s, table) if how == in_one.MISSING else _insertion(table), rows)


def next_number(s: Session, table: type[Base]) -> ColumnElement[int]:
    """The `id` that the next row of a table will get, as a column of a question in a transaction that writes."""
    return _next_number(table.__tablename__, s.get_bind().dialect.name)


def next_numbers(s: Session, table: type[Base], count: int) -> Sequence[int]:
    """So many of them."""
    if s.get_bind().dialect.name == "postgresql":
        return s.connection().scalars(NUMBERS, {"of": f"{table.__tablename__}_id_seq", "count": count}).all()
    first: int = s.connection().scalars(select(next_number(s, table))).one()
    return range(first, first + count)


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
    s: Session, table: type[Base], *given_back: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> "pg.Insert | sqlite.Insert | ReturningInsert[Any]":
    """The INSERT that leaves out what is there already; it waits for whoever is writing the same one.

    `given_back`: columns to be told of each row that was not there.
    """
    return _unless_there(table, s.connection().dialect.name, given_back)


@cache
def _next_number(table: str, dialect: str) -> ColumnElement[int]:
    """In brackets: once for the whole answer. Whoever writes in SQLite writes alone."""
    drawn = f"nextval('{table}_id_seq')" if dialect == "postgresql" else f"coalesce(max(id), 0) + 1 from {table}"
    return literal_column(f"(select {drawn})", Integer)


@cache
def _changing(table: type[DeclarativeBase]) -> Update:
    return update(_of(table)).where(_of(table).c.id == bindparam(HELD))


@cache
def _insertion(table: type[Base]) -> Insert:
    return insert(_of(table)).inline()


@cache
def _unless_there(
    table: type[Base], dialect: str, given_back: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
) -> "pg.Insert | sqlite.Insert | ReturningInsert[Any]":
    make = pg.insert if dialect == "postgresql" else sqlite.insert
    insertion = make(_of(table)).on_conflict_do_nothing()
    return insertion.returning(*given_back) if given_back else insertion


def _of(table: type[DeclarativeBase]) -> Table:
    return cast(Table, table.__table__)


@contextmanager
def transaction(bind: Engine) -> Iterator[Session]:
    """A session of its own outside a request: committed at the end, rolled back on an error."""
    with Session(bind, expire_on_commit=False) as s, s.begin():
        yield s
