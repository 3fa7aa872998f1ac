"""What every test may ask for: a database of each kind, the app, its cast, a client that lints pages."""

import gc
import os
import sys
from collections.abc import Iterator
from zlib import crc32
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from outreach import shelf
from outreach.app import create_app
from outreach.latecomers import handset_views
from outreach.settings import ROOT, Settings
from tests import databases, ready, world
from tests.visitor import Visitor
from tests.watching import WatchedSession

# Tests start a hundred processes: each module is compiled for the first of them, whatever the machine thinks of caches.
COMPILED = ROOT / "var" / "compiled"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(COMPILED)
sys.dont_write_bytecode = False

ENDS = ("sqlite", "", "postgresql")  # what a test needs, in the order of the queue


class Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of a file that need the same kind of database stay together, for they share what is made once. One
    process takes SQLite's from the front of the queue, the next PostgreSQL's from its back, so that each makes ready
    one kind alone; between them lie tests that need none. Here instead of marks, which get lost on the way between
    this pytest and this xdist."""

    def _split_scope(self, nodeid: str) -> str:
        return " ".join(_shared(nodeid))

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def _shared(nodeid: str) -> tuple[str, str]:
    """What a test shares with others: (kind of database or "", file); in a browser all tests of a language are one."""
    file, _bracket, params = nodeid.partition("::")[0], *nodeid.partition("[")[1:]
    if file.startswith("tests/browser/"):
        return {"vi": "postgresql", "en": "sqlite"}.get(params[:2], ""), "browser"
    return next((kind for kind in databases.KINDS if kind in params), ""), file


def pytest_configure() -> None:
    """Tests hurry; a bench that borrows something from here does not."""
    gc.set_threshold(200_000, 20, 100)  # rubbish that holds itself is rare, and looking for it takes a seventh of a run
    os.environ.setdefault(ready.SHARED, str(databases.folder()))  # made by the first process of a run
    ready.hurry()
    hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault
    hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    """Several test processes share the tests like this."""
    config.option.loadscopereorder = False  # the order below is meant
    return Sharing(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A page says the same whatever keeps its data: its tests play on one kind of database, half of them on each.

    What rooms ask and do is tested on both, and so is that every page opens (tests/guards). A test of a page that is
    about what a database answers says `each_kind`.
    """
    if not {"kind", "visitor"} <= set(metafunc.fixturenames) or metafunc.definition.get_closest_marker("each_kind"):
        return
    if not any("kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")):
        chosen = databases.KINDS[crc32(metafunc.function.__name__.encode()) % 2]
        metafunc.definition.add_marker(pytest.mark.parametrize("kind", [chosen], indirect=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """SQLite's tests, those without a database, PostgreSQL's; at either end the browser's, which take longest."""
    items.sort(key=lambda item: _place(*_shared(item.nodeid)))


def _place(kind: str, file: str) -> tuple[int, bool]:
    return ENDS.index(kind), (file == "browser") == (kind == "postgresql")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look through it each time."""
    gc.freeze()


def settings(url: str, **changes: object) -> Settings:
    """A desk's settings with this database."""
    made: dict[str, object] = {
        "environment": "development", "secret_key": "tests-only", "database_url": url,
        "public_base_url": "http://localhost",
        "timezone": ZoneInfo("Asia/Ho_Chi_Minh"), "sms_gateway": "console", "twilio": None,
        "support_phone": "1800 1096",
        "sms_daily_limit": 3, "max_upload_bytes": 20 * 1024 * 1024,
    }  # fmt: skip
    return Settings(**(made | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session", params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every test that needs a database runs once on each kind."""
    return str(request.param)


@pytest.fixture(scope="session")
def engine(kind: str) -> Iterator[Engine]:
    """One migrated database a kind; each test's changes are rolled back."""
    made = databases.engine(kind, "shared")
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def cast(kind: str) -> Iterator[tuple[Engine, world.Ids]]:
    """Another one, in which the cast lives already, and under which ids."""
    ids: world.Ids = {}
    with databases.filled(kind, "cast", lambda s: ids.update(world.settle(s))) as made:
        yield made, ids


@pytest.fixture
def connection(kind: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The connection that this test's sessions share, to the cast's database if it asks for `w`; commits inside are
    savepoints."""
    engine = request.getfixturevalue("cast")[0] if "w" in request.fixturenames else request.getfixturevalue("engine")
    with engine.connect() as opened, opened.begin() as outer:
        yield opened
        outer.rollback()


@pytest.fixture
def s(connection: Connection) -> Iterator[Session]:
    """A session of the test's own."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def one_app(engine: Engine) -> Flask:
    """The app, made once a kind."""
    made = create_app(settings(str(engine.url)), engine)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def app(one_app: Flask, connection: Connection) -> Flask:
    """The app, working inside this test's transaction; what other tests drew is off its shelf."""
    for kept in (shelf.ON_THE_SHELF, handset_views.COUNTED):
        one_app.extensions.pop(kept, None)
    one_app.extensions["make_session"] = lambda: WatchedSession(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    return one_app


@pytest.fixture
def w(s: Session, cast: tuple[Engine, world.Ids]) -> world.World:
    """The cast."""
    return world.Met(s, cast[1])


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody with a phone who has not signed in; every page she is given is checked."""
    return Visitor(app)


@pytest.fixture
def real_db(kind: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of its own with real commits, for what several connections do at once."""
    made = databases.engine(kind, f"own_{abs(hash(request.node.nodeid)) % 10**9}")
    yield made
    made.dispose()
