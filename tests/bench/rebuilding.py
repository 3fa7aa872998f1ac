"""Taking the keys and indexes of PostgreSQL's tables off before much is poured into them, and making them again."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, text

HANDS = 2  # at once
MEMORY = "set maintenance_work_mem = '1GB'; set work_mem = '256MB'"

# What hangs on these tables, each with how to take it off and how to make it: keys of others that point here, too.
FOREIGN = """
select conrelid::regclass::text, format('alter table %s drop constraint %I', conrelid::regclass, conname),
  format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint
where contype = 'f' and (conrelid = any(cast(:tables as regclass[])) or confrelid = any(cast(:tables as regclass[])))
"""
UNIQUE = """
select conrelid::regclass::text, format('alter table %s drop constraint %I', conrelid::regclass, conname),
  format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_constraint
where contype in ('p', 'u') and conrelid = any(cast(:tables as regclass[]))
"""
INDEXES = """
select indrelid::regclass::text, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
from pg_index
where indrelid = any(cast(:tables as regclass[])) and not exists (select from pg_constraint where conindid = indexrelid)
"""
Made = list[tuple[str, str]]  # a table, and the statement that makes something on it
Tell = Callable[[str], None]


def take_off(engine: Engine, tables: Sequence[str]) -> list[Made]:
    """Take everything off; gives what makes it again: first keys and indexes, then what points at keys."""
    later: list[Made] = [[], []]
    with engine.begin() as connection:
        for query, turn in ((FOREIGN, 1), (INDEXES, 0), (UNIQUE, 0)):
            for table, off, on in connection.execute(text(query), {"tables": list(tables)}).all():
                connection.exec_driver_sql(off)
                later[turn].append((table, on))
    return later


def put_on(engine: Engine, later: Sequence[Made], tables: Sequence[str], tell: Tell) -> None:
    """Make it all again, then let the planner look at the tables."""
    for made in (*later, [(table, f"vacuum (analyze) {table}") for table in tables]):
        by_table: dict[str, list[str]] = {}
        for table, statement in made:
            by_table.setdefault(table, []).append(statement)
        with ThreadPoolExecutor(HANDS) as hands:
            for _done in hands.map(lambda statements: _do(engine, statements, tell), by_table.values()):
                pass


def _do(engine: Engine, statements: Sequence[str], tell: Tell) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(MEMORY)
        for statement in statements:
            began = time.perf_counter()
            connection.exec_driver_sql(statement)
            took = time.perf_counter() - began
            if took > 1:
                tell(f"{took:.0f} s: {statement.partition('(')[0].strip()}")
        connection.exec_driver_sql("reset all")
