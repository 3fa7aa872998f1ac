"""A shared device in a real browser: a lesson by finger and by key, then nobody is there, and nothing is left."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.db import make_engine
from outreach.kiosk import sharing
from outreach.learning.models import Learner, Progress
from tests.browser.house import FLAGS, House, chromium_shell
from tests.browser.phone import DESK, Words
from tests.browser.story import LESSON
from tests.browser.test_looks import faults
from tests.world import World

LEFT = """async () => ({
    local: localStorage.length, session: sessionStorage.length,
    databases: (await indexedDB.databases()).map(one => one.name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
FILL = """async () => {
    localStorage.practice = "a go";
    sessionStorage.name = "Sen";
    await (await caches.open("giu:vi:/x:1")).put("/x", new Response("x"));
}"""

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def shows(kiosk: Page, seconds: int) -> None:
    """So long after nine by the device's clock, which then stands still however slow this machine is."""
    kiosk.clock.set_fixed_time(NINE + timedelta(seconds=seconds))
    kiosk.clock.run_for(1_000)


@pytest.fixture
def tables(told: tuple[House, World]) -> Iterator[Engine]:
    """The house's database."""
    engine = make_engine(told[0].env["DATABASE_URL"])
    yield engine
    engine.dispose()


@pytest.fixture
def kiosk(told: tuple[House, World], browser: Browser, tables: Engine) -> Iterator[Page]:
    """A device in the commune hall: Chromium in kiosk mode on a large screen, its clock in the test's hand."""
    house, w = told
    with Session(tables) as s:
        _made, token = sharing.set_up(s, "Trụ sở xã", s.get_one(Account, w.cuc.id))
        s.commit()
    opened = browser.browser_type.launch(executable_path=chromium_shell(), args=[*FLAGS, "--kiosk"])
    context = opened.new_context(base_url=house.address, viewport=DESK, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.clock.install(time=NINE)
    page.clock.set_fixed_time(NINE)
    page.goto(f"/may-chung/mo/{token}")
    page.locator("main form button").tap()
    expect(page.locator("html")).to_have_attribute("data-kiosk", "fresh")
    yield page
    opened.close()


def learned(tables: Engine) -> tuple[int, int]:
    """How many learners without a card the server knows, and lessons begun by them."""
    with Session(tables) as s:
        nobody = select(Learner.id).where(Learner.member_id.is_(None))
        begun = select(func.count()).select_from(Progress).where(Progress.learner_id.in_(nobody))
        return len(s.scalars(nobody).all()), s.scalar(begun) or 0


def test_a_lesson_by_finger_and_by_key_is_forgotten_a_minute_after_the_last_touch(
    kiosk: Page, tables: Engine, words: Words
) -> None:
    before = learned(tables)
    if words.language == "en":
        kiosk.get_by_role("link", name="English").tap()
    kiosk.get_by_role("link", name=words("Learn step by step")).tap()
    kiosk.wait_for_url("**/bai-hoc")
    kiosk.goto(f"/bai-hoc/{LESSON}")
    kiosk.get_by_role("link", name=words("Begin")).tap()
    kiosk.get_by_role("button", name=words("Next")).tap()
    expect(kiosk.locator(".steps b")).to_contain_text("2")
    kiosk.get_by_role("button", name=words("Next")).focus()
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(".steps b")).to_contain_text("3")
    assert learned(tables) == (before[0] + 1, before[1] + 1)
    kiosk.evaluate(FILL)

    shows(kiosk, 46)
    question = kiosk.get_by_role("alertdialog")
    expect(question).to_be_visible()
    expect(question.get_by_role("button")).to_be_focused()
    kiosk.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(kiosk.locator(".steps b")).to_contain_text("3")
    shows(kiosk, 92)
    expect(question).to_be_visible()
    assert learned(tables)[0] == before[0] + 1

    shows(kiosk, 107)
    expect(kiosk.locator(".tiles li")).to_have_count(4)
    expect(kiosk.locator("html")).to_have_attribute("data-kiosk", "fresh")
    expect(kiosk.locator("html")).to_have_attribute("lang", "vi")
    assert learned(tables) == before
    assert [cookie["name"] for cookie in kiosk.context.cookies()] == ["kiosk"]
    assert kiosk.evaluate(LEFT) == {"local": 0, "session": 0, "databases": [], "caches": [], "workers": 0}
    kiosk.go_back()
    expect(kiosk.locator("html")).to_have_attribute("data-kiosk", "used")
    kiosk.goto(f"/bai-hoc/{LESSON}")
    expect(kiosk.locator(".four-next")).to_have_text("Bắt đầu")
    assert learned(tables) == before
    assert [cookie["name"] for cookie in kiosk.context.cookies()] == ["kiosk"]


def test_nobody_is_asked_on_the_first_page_and_whoever_is_finished_may_say_so(kiosk: Page) -> None:
    shows(kiosk, 120)
    expect(kiosk.locator("#still-there")).to_be_hidden()
    assert faults(kiosk, DESK) == []
    kiosk.goto(f"/bai-hoc/{LESSON}/1")
    shows(kiosk, 166)
    expect(kiosk.locator("#still-there")).to_be_visible()
    assert faults(kiosk, DESK) == []
    kiosk.locator("#still-there button").tap()
    expect(kiosk.locator("#still-there")).to_be_hidden()
    expect(kiosk.locator(".steps b")).to_contain_text("1")
    kiosk.locator(".four-next").tap()
    expect(kiosk.locator(".steps b")).to_contain_text("2")
    kiosk.locator("[data-forget] button").tap()
    expect(kiosk.locator(".tiles li")).to_have_count(4)
    assert [cookie["name"] for cookie in kiosk.context.cookies()] == ["kiosk"]
