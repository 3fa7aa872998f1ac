"""Pouring a made-up country into a database: PostgreSQL by COPY over several connections, SQLite row by row.

What is poured is as durable as what people record: tables with a log, fsync on. Keys and indexes of the tables that are
filled are taken off before and made again after, as one does with any list of this size.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from os import cpu_count

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.orm import Session

from outreach import clock, db, migrating
from outreach.areas import loading
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.coverage import folding
from outreach.coverage.models import Fold
from outreach.households import tallies
from outreach.households.models import COUNTED, Household, Tally
from outreach.visits.models import Visit
from outreach.wordings import house
from tests.bench import country, rebuilding
from tests.bench.country import COLUMNS, POURED, Country, Rows, Teller, Village
from tests.bench.stories import NOT_SET, Calendar

AT_ONCE = 100  # villages a transaction
NUMBERED = ("area", "account", "handset", "household", "member", "ambassador", "stage_change", "visit")
SIZES = {"28k": 28_000, "280k": 280_000, "2.8m": 2_800_000, "28m": 28_000_000}
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Poured:
    """How long it took, in seconds: all, and of that the rows alone."""

    seconds: float
    rows: float


def pour(url: str, households: int, *, first: str = "", every_visit: bool = False, tell: Tell | None = None) -> Poured:
    """Build a country into an empty database. `first`: the code of the province to begin with."""
    began, tell = time.perf_counter(), tell or on_terminal
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with db.transaction(engine) as s:
        loading.load(s)
        house.bring(s)
        made = country.plan(s, households, Calendar.until(clock.today()), first=first, every_visit=every_visit)
    rows = _into_sqlite(engine, made) if url.startswith("sqlite") else _into_postgres(engine, made, tell)
    tell("sums")
    with db.transaction(engine) as s:
        _sum_up(s)
    engine.dispose()
    return Poured(time.perf_counter() - began, rows)


def on_terminal(line: str) -> None:
    """Say how far it is, one line that is written over again where somebody looks."""
    print(f"\r\033[K{line}" if sys.stderr.isatty() else line, file=sys.stderr, end="" if sys.stderr.isatty() else "\n")


def _into_postgres(engine: Engine, made: Country, tell: Tell) -> float:
    with db.transaction(engine) as s:
        _copy(s, made.once)
    later = rebuilding.take_off(engine, POURED)
    began = time.perf_counter()
    _by_several(engine, made, tell)
    rows = time.perf_counter() - began
    rebuilding.put_on(engine, later, list(COLUMNS), tell)
    return rows


def _by_several(engine: Engine, made: Country, tell: Tell) -> None:
    url = engine.url.render_as_string(hide_password=False)
    parts = [made.villages[n : n + AT_ONCE] for n in range(0, len(made.villages), AT_ONCE)]
    total, done, told = sum(one.size for one in made.villages), 0, -1
    begin = (url, made.calendar, made.every_visit, clock.place().key)
    with get_context("spawn").Pool((cpu_count() or 1) + 1, _open, begin) as pool:
        for households in pool.imap_unordered(_pour, parts):
            done += households
            if done * 50 // total > told:
                told = done * 50 // total
                tell(f"[{'#' * told}{'.' * (50 - told)}] {done:,} of {total:,} households")


class _Hand:
    """What one of the processes works with."""

    session: Session
    teller: Teller


def _open(url: str, calendar: Calendar, every_visit: bool, place: str) -> None:
    _Hand.session = Session(db.make_engine(url))
    _Hand.teller = Teller(calendar, every_visit=every_visit)


def _pour(villages: Sequence[Village]) -> int:
    _copy(_Hand.session, _Hand.teller.tell(villages))
    _Hand.session.commit()
    return sum(one.size for one in villages)


def _copy(s: Session, rows: Rows) -> None:
    driver = s.connection().connection.driver_connection
    assert driver
    with driver.cursor() as cursor:
        cursor.execute("set local timezone to 'UTC'")
        for table, lines in rows.items():
            columns = ", ".join(f'"{name}"' for name in COLUMNS[table].split())
            with cursor.copy(f"copy {table} ({columns}) from stdin") as into:
                into.write("\n".join([*lines, ""]))


def _into_sqlite(engine: Engine, made: Country) -> float:
    began, teller = time.perf_counter(), Teller(made.calendar, every_visit=made.every_visit)
    with engine.begin() as connection:
        _insert(connection, made.once)
        for n in range(0, len(made.villages), AT_ONCE):
            _insert(connection, teller.tell(made.villages[n : n + AT_ONCE]))
    return time.perf_counter() - began


def _insert(connection: Connection, rows: Rows) -> None:
    for table, lines in rows.items():
        names = [f'"{name}"' for name in COLUMNS[table].split()]
        into = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
        values = [tuple(None if one == NOT_SET else one for one in line.split("\t")) for line in lines]
        if values:
            connection.exec_driver_sql(into, values)


def _sum_up(s: Session) -> None:
    """The tallies as the house counts them, all that is folded from them, and that all of it has been folded."""
    communes, provinces = _above(s, VILLAGE), _above(s, COMMUNE)
    counted = select(Household.village_id, *tallies.shares()).group_by(Household.village_id)
    rows = [
        {"village_id": id, "commune_id": communes[id], "province_id": provinces[communes[id]]}
        | dict(zip(COUNTED, shares, strict=True))
        for id, *shares in s.execute(counted)
    ]
    s.execute(insert(Tally), rows)
    folding.days(s, folding.Touched(None, date.min))
    folding.standing(s)
    s.add(Fold(id=1, at=clock.now(), visit_id=s.scalar(select(func.max(Visit.id))) or 0))
    if s.get_bind().dialect.name == "postgresql":
        for table in NUMBERED:
            s.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"))


def _above(s: Session, kind: str) -> dict[int, int]:
    return {id: parent or 0 for id, parent in s.execute(select(Area.id, Area.parent_id).where(Area.kind == kind))}


if __name__ == "__main__":
    poured = pour(sys.argv[1], SIZES.get(sys.argv[2]) or int(sys.argv[2]), every_visit="visits=all" in sys.argv)
    print(f"\n{poured.seconds:.1f} s, of that {poured.rows:.1f} s for the rows")
