"""Counting what is asked of the database, for pages and verbs that must ask the same however much there is."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    """The SQL that goes over this connection meanwhile. What nobody holds any more is swept up before, or how much a
    session still knows would depend on when that was done last."""
    gc.collect(1)
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            said.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", note)
