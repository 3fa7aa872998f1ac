"""The demo commune on a PostgreSQL of its own, served as the Procfile says: where the bench of field work happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from outreach import db, migrating
from outreach.areas import loading as areas
from outreach.demo import loading as demo
from tests.bench.postgres import Server
from tests.bench.serving import Served

HOUSEHOLDS = 9_000  # 300 to each of the 30 villages


@dataclass
class Town:
    """What is running; `server` is its database, `url` the address there."""

    server: Server
    url: str
    engine: Engine
    served: Served


@contextmanager
def open_town(folder: Path, households: int = HOUSEHOLDS, line: str = "web") -> Iterator[Town]:
    """Open it by a line of the Procfile; everything that was started ends with it."""
    server = Server(folder / "pg")
    url = server.new("bench")
    engine = settle(url, households)
    served = Served(url, line)
    try:
        yield Town(server, url, engine, served.wait())
    finally:
        served.stop()
        engine.dispose()
        server.close()


def settle(url: str, households: int = HOUSEHOLDS) -> Engine:
    """Build the demo commune into a database."""
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with db.transaction(engine) as s:
        areas.load(s)
        demo.load(s, households=households)
    return engine
