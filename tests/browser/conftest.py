"""Browser tests: skipped with a reason where there is no Chromium, and a failure there when CI says so.

Each language has a house of its own, Vietnamese on PostgreSQL and English on SQLite, and stays with one test process
(tests/conftest.py, Sharing).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, expect
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from outreach.db import make_engine
from tests import databases, world
from tests.browser import house, story
from tests.browser.bag import LONG, Bag, hurry
from tests.browser.phone import PHONE, Phone, Words

DATABASE = {"vi": "postgresql", "en": "sqlite"}
# A browser, a server and a test share two processors: what goes wrong once is played once more, and named in the
# summary (RERUN); what goes wrong twice is a fault.
MARKS = (pytest.mark.browser, pytest.mark.flaky(reruns=1))
expect.set_options(timeout=LONG)
LANGUAGES = [pytest.param(code, marks=MARKS) for code in DATABASE]


@pytest.fixture(scope="session", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Every browser test plays in both languages."""
    return str(request.param)


@pytest.fixture(scope="session")
def words(language: str) -> Words:
    """What a text is in this language."""
    return Words(language)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of a process."""
    if house.chromium_shell() is None:
        reason = "no chromium on this machine: apt-get install -y chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with house.open_browser() as opened:
        yield opened


@pytest.fixture
def own_engine(language: str) -> Iterator[Engine]:
    """A database of this test's own with the cast, who read this language."""
    engine = make_engine(databases.new(DATABASE[language], f"main_job_{language}"))
    with Session(engine) as s:
        story.cast(s, language)
    yield engine
    engine.dispose()


@pytest.fixture
def own_house(browser: Browser, own_engine: Engine) -> Iterator[house.House]:
    """An open house on it; its worker has not come yet."""
    yield from _open(own_engine)


@pytest.fixture(scope="session")
def told(browser: Browser, language: str) -> Iterator[tuple[house.House, world.World]]:
    """A house in which something has happened already, so that no page is empty; shared by tests that change little."""
    yield from _told(language, "told")


@pytest.fixture(scope="session")
def afield(browser: Browser, language: str) -> Iterator[tuple[house.House, world.World]]:
    """Another one like it, for the bag's tests: they record visits by the dozen."""
    yield from _told(language, "afield")


def _told(language: str, name: str) -> Iterator[tuple[house.House, world.World]]:
    engine = make_engine(databases.new(DATABASE[language], f"{name}_{language}"))
    with Session(engine, expire_on_commit=False) as s:
        w = story.cast(s, language)
        story.tell(s, w)
        s.commit()
    for opened in _open(engine):
        yield opened, w
    engine.dispose()


def _open(engine: Engine) -> Iterator[house.House]:
    opened = house.House(engine).wait()
    try:
        yield opened
    finally:
        opened.stop()


@pytest.fixture
def phone(browser: Browser, words: Words) -> Iterator[Callable[..., Phone]]:
    """Hands out phones (`phone(address)`); whatever went wrong on one of them fails the test at its end."""
    handed: list[Phone] = []

    def hand_out(address: str, **changes: object) -> Phone:
        handed.append(Phone(browser, address, words, **changes))  # type: ignore[arg-type]
        return handed[-1]

    yield hand_out
    for one in handed:
        one.context.close()
    assert [wrong for one in handed for wrong in one.wrong] == []


@pytest.fixture(scope="session")
def lans_cookies(afield: tuple[house.House, world.World]) -> list[Any]:
    """With which Lan is signed in there, once she has been: to sign in each time takes as long as what a test does."""
    return []


@pytest.fixture
def bag(
    browser: Browser, afield: tuple[house.House, world.World], words: Words, lans_cookies: list[Any]
) -> Iterator[Bag]:
    """Lan's phone in reach of the shared house, its bag set up and open."""
    opened, w = afield
    context = browser.new_context(base_url=opened.address, viewport=PHONE, locale=words.language)
    made = Bag(hurry(context), opened, words)
    made.come_back(w.lan, lans_cookies)
    made.set_up()
    yield made
    context.close()


@pytest.fixture
def lans_phone(browser: Browser, own_house: house.House, words: Words, tmp_path: Path) -> Iterator[Callable[[], Bag]]:
    """Starts the same phone again and again, with all that lies on it, in reach of this test's own house."""
    opened: list[BrowserContext] = []

    def start() -> Bag:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=house.chromium_shell(), args=house.FLAGS, base_url=own_house.address,
            viewport=PHONE, locale=words.language,
        )  # fmt: skip
        context.add_cookies([{"name": "lang", "value": words.language, "url": own_house.address}])
        opened.append(context)
        return Bag(hurry(context), own_house, words)

    yield start
    for context in opened:
        with suppress(Error):
            context.close()


@pytest.fixture
def written(afield: tuple[house.House, world.World]) -> Iterator[Engine]:
    """What the shared house has written down."""
    engine = make_engine(afield[0].env["DATABASE_URL"])
    yield engine
    engine.dispose()
