"""Browser tests: skipped with a reason where there is no Chromium, and a failure there when CI says so."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outreach.db import make_engine
from tests import databases, world
from tests.browser import house


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a process."""
    if house.chromium() is None:
        reason = "no chromium on this machine: apt-get install -y chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with house.open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def own_engine(kind: str) -> Iterator[Engine]:
    """A database with the cast, for the house to run on."""
    engine = make_engine(databases.new(kind, "browser"))
    with Session(engine) as s:
        world.build(s)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def running(own_engine: Engine) -> Iterator[house.House]:
    """The house, open."""
    opened = house.House(own_engine.url.render_as_string(hide_password=False)).wait()
    yield opened
    opened.stop()
