"""A lesson kept on the phone opens without a network; what is done there reaches the house later, once.

In the long story the network is cut by ending the server, so that neither a page nor its service worker gets through;
the phone is a browser with a profile of its own, which is killed and started again.
"""

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Route, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.db import make_engine
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons.queries import catalogue
from outreach.practice import portal
from outreach.practice import queries as practice
from outreach.practice.models import Run
from tests.browser.house import FLAGS, House, chromium_shell
from tests.browser.phone import PHONE, Phone, Words
from tests.browser.story import LESSON
from tests.browser.test_rehearsals import PRESS
from tests.world import World

FIRST = f"/bai-hoc/{LESSON}"
KEPT = "async () => (await caches.keys()).filter(name => name.startsWith('giu:'))"
ALL_THAT_IS_KEPT = """async () => {
    const cache = await caches.open((await caches.keys()).find(name => name.startsWith("giu:")));
    return (await Promise.all((await cache.keys()).map(async key => (await cache.match(key)).text()))).join("");
}"""
# What was kept here is of an older version.
AGE = """async name => {
    const now = await caches.open(name), old = await caches.open(name.replace(/[^:]*$/, "old"));
    const told = await (await now.match("/giu.json")).json();
    await old.put("/giu.json", new Response(JSON.stringify({ ...told, version: "old" })));
    await caches.delete(name);
}"""
VOICE = """async () => {
    const address = "/bai-hoc/x/nghe/y.opus?v=1", said = [];
    await (await caches.open("giu:vi:/bai-hoc/x:1")).put(address, new Response("abcdefghij"));
    for (const range of ["bytes=2-4", "bytes=7-", ""]) {
        const answer = await fetch(address, range ? { headers: { range } } : {});
        said.push(answer.status, answer.headers.get("Content-Range"), await answer.text());
    }
    await caches.delete("giu:vi:/bai-hoc/x:1");
    return said.filter(one => one !== null);
}"""
# As a browser does it when the phone's storage is full in the middle of the work.
FULL = """{
    const put = Cache.prototype.put;
    let left = 9;
    Cache.prototype.put = function (...what) {
        return left-- > 0 ? put.apply(this, what) : Promise.reject(new DOMException("full", "QuotaExceededError"));
    };
}"""
LONG = 20_000  # ms: what may keep one waiting on a busy machine
NO_PAGE = "This page cannot open without a network."
vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
Deed = tuple[str, dict[str, str]]


class Pocket:
    """A phone with a script that keeps things."""

    def __init__(self, context: BrowserContext, words: Words) -> None:
        self.context, self.words = context, words
        self.page = context.pages[0] if context.pages else context.new_page()
        self.page.set_default_timeout(LONG)

    def sees(self, text: str) -> None:
        """Wait until this can be read."""
        expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True, timeout=LONG)

    def heading(self, text: str) -> None:
        """Wait until the page is about this."""
        expect(self.page.locator("h1")).to_have_text(text, timeout=LONG)

    def press(self, text: str) -> None:
        """A button or link of the page, by its words in the reader's language; its script is there by then."""
        self.page.wait_for_load_state()
        named = self.page.locator("main, footer").locator("a, button").filter(has_text=self.words(text))
        named.filter(visible=True).first.click()

    def keep(self) -> None:
        """Keep the lesson, and wait until it is kept."""
        self.page.goto(FIRST)
        self.press("Keep on this phone")
        self.sees(self.words("Kept on this phone."))

    def until(self, ask: str, answer: object) -> None:
        """Ask the page until it gives this answer; the test's own time limit is that of a page."""
        for _ in range(400):
            if self.page.evaluate(ask) == answer:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{ask}: {self.page.evaluate(ask)}, not {answer}")

    def do(self, *deeds: Deed) -> None:
        """Put deeds into the outbox."""
        for deed in deeds:
            self.page.evaluate("([url, fields]) => outreachOutbox.add(url, fields)", list(deed))

    def sent(self) -> None:
        """Wait until nothing waits."""
        self.until("async () => (await outreachOutbox.waiting()).length", 0)

    def shows_waiting(self, count: int) -> None:
        """So many deeds wait here, and the line over the four buttons says so."""
        said = self.words("On this phone, %(count)s not sent yet", count=count)
        expect(self.page.locator("[data-unsent]")).to_have_text(said, timeout=LONG)
        assert len(self.page.evaluate("() => outreachOutbox.waiting()")) == count

    def answer(self, choice: str) -> None:
        """Choose, and press Answer."""
        self.page.wait_for_load_state()
        self.page.locator(f"label.choice:has([value={choice}])").click()
        self.press("Answer")
        expect(self.page).to_have_url(re.compile(f"chon={choice}$"), timeout=LONG)


@pytest.fixture
def switch_on(browser: Browser, words: Words, tmp_path: Path) -> Iterator[Callable[[House], Pocket]]:
    """Starts the same phone, with all that it kept."""
    opened: list[BrowserContext] = []

    def start(house: House) -> Pocket:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium_shell(), args=FLAGS, base_url=house.address, viewport=PHONE,
            locale=words.language,
        )  # fmt: skip
        context.add_cookies([{"name": "lang", "value": words.language, "url": house.address}])
        opened.append(context)
        return Pocket(context, words)

    yield start
    for context in opened:
        with suppress(Error):
            context.close()


@pytest.fixture
def pocket(browser: Browser, told: tuple[House, World], words: Words) -> Iterator[Pocket]:
    """A phone in reach of a house."""
    context = browser.new_context(base_url=told[0].address, viewport=PHONE, locale=words.language)
    context.add_cookies([{"name": "lang", "value": words.language, "url": told[0].address}])
    yield Pocket(context, words)
    context.close()


@pytest.fixture
def house_rows(told: tuple[House, World]) -> Iterator[Engine]:
    """What the house has written down."""
    engine = make_engine(told[0].env["DATABASE_URL"])
    yield engine
    engine.dispose()


def rows(engine: Engine, table: type[Any], after: int = 0) -> list[Any]:
    """All rows, or those written after one of this id."""
    with Session(engine) as s:
        return list(s.scalars(select(table).where(table.id > after).order_by(table.id)))


def last(engine: Engine, table: type[Any]) -> int:
    """The newest row's id."""
    return max((one.id for one in rows(engine, table)), default=0)


def kill(folder: Path) -> None:
    """End the browser with this profile at once, in the middle of whatever it does."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            said = process.read_bytes()
            if str(folder).encode() in said and b"--type=" not in said:
                os.kill(int(process.parent.name), signal.SIGKILL)


@contextmanager
def silence(address: str) -> Iterator[None]:
    """Somebody takes every call at this address and never says a word, as a very weak network does."""
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind((host, int(port)))
        mute.listen(50)
        yield


def play_rehearsal(pocket: Pocket) -> None:
    """From the end of the lesson to the end of its rehearsal, the first right way."""
    flow = practice.catalogue()[LESSON]
    pocket.press("Rehearse it first")
    pocket.press("Begin")
    expect(pocket.page).to_have_url(re.compile("tat-ca$"), timeout=LONG)
    pocket.page.wait_for_load_state()
    for screen, button in portal.ways(flow)[0]:
        pocket.page.evaluate(PRESS, [screen.id, button.id, portal.right_values(flow, screen)])
    pocket.press("I did it alone")


@vietnamese
def test_a_whole_lesson_is_learned_without_a_network_and_arrives_once(
    own_house: House, own_engine: Engine, switch_on: Callable[[House], Pocket], words: Words, tmp_path: Path
) -> None:
    lesson, said, pocket = catalogue()[LESSON], catalogue()[LESSON].words_in(words.language), switch_on(own_house)
    wrong = next(one for one in lesson.quiz[0].choices if one != lesson.quiz[0].answer)
    deeds = len(lesson.steps) + len(lesson.quiz) + 1
    pocket.keep()
    pocket.page.goto(f"{FIRST}/1")
    with own_house.out_of_reach():
        with silence(own_house.address):
            pocket.press("Next")  # of a page that came over the network: it goes on without
            expect(pocket.page).to_have_url(re.compile("/2$"), timeout=LONG)
            pocket.shows_waiting(1)
        for n, step in list(enumerate(lesson.steps, start=1))[1:]:
            pocket.heading(said.step(step.id).heading)
            pocket.shows_waiting(n - 1)
            pocket.press("Next")
        pocket.shows_waiting(len(lesson.steps))
        pocket.page.goto(FIRST)
        pocket.press("Go on learning")
        expect(pocket.page).to_have_url(re.compile("/cau-hoi$"), timeout=LONG)
        for n, asked in enumerate(lesson.quiz):
            pocket.answer(asked.answer if n else wrong)
            pocket.press("Next")
        pocket.sees(words("Of the answers kept here, %(right)s of %(given)s are right.", right=3, given=4))
        play_rehearsal(pocket)
        pocket.shows_waiting(deeds)
        kill(tmp_path / "profile")
        pocket = switch_on(own_house)
        pocket.page.goto("/")
        pocket.sees(words(NO_PAGE))
        pocket.shows_waiting(deeds)
        pocket.page.get_by_role("link", name=said.title).click()
        pocket.sees(words("Kept on this phone."))
        pocket.page.goto(f"{FIRST}/xong")
        pocket.sees(words("On this phone, not sent yet."))
        assert rows(own_engine, Learner) == []
    pocket.page.evaluate("() => dispatchEvent(new Event('online'))")
    pocket.sees(words("Well done: you have finished this lesson!"))
    pocket.page.evaluate("async () => { await outreachOutbox.flush(); await outreachOutbox.flush(); }")
    (learner,), (row,), (run,) = (rows(own_engine, table) for table in (Learner, Progress, Run))
    answers = rows(own_engine, Answer)
    assert [one.choice for one in answers] == [wrong, *(asked.answer for asked in lesson.quiz[1:])]
    assert row.steps_seen.split() == [step.id for step in lesson.steps]
    assert row.finished_at
    assert (run.flow, run.hints, run.wrong, run.alone) == (LESSON, 0, 0, True)
    assert {row.learner_id, run.learner_id, *(one.learner_id for one in answers)} == {learner.id}


@english
def test_a_phone_that_dies_while_sending_has_sent_everything_once(
    switch_on: Callable[[House], Pocket], told: tuple[House, World], house_rows: Engine, tmp_path: Path
) -> None:
    pocket, taken = switch_on(told[0]), []
    before = {table: last(house_rows, table) for table in (Answer, Learner)}

    def take_and_say_nothing(route: Route) -> None:
        taken.append(route.fetch().status)

    pocket.page.goto(FIRST)
    pocket.page.route("**/cau-hoi", take_and_say_nothing)
    pocket.do((f"{FIRST}/cau-hoi", {"choice": "tu-go"}), (f"{FIRST}/cau-hoi", {"choice": "bam-link"}))
    for _ in range(1000):
        if taken:
            break
        pocket.page.wait_for_timeout(20)
    kill(tmp_path / "profile")
    assert len(rows(house_rows, Answer, before[Answer])) == 1
    pocket = switch_on(told[0])
    pocket.page.goto("/")
    pocket.sent()
    assert [one.choice for one in rows(house_rows, Answer, before[Answer])] == ["tu-go", "bam-link"]
    assert len(rows(house_rows, Learner, before[Learner])) == 1


@english
def test_a_lesson_that_cannot_be_kept_whole_is_not_kept_at_all(pocket: Pocket, words: Words) -> None:
    page = pocket.page
    page.route("**/3?tieng=*", lambda route: route.abort())
    page.goto(FIRST)
    pocket.press("Keep on this phone")
    pocket.sees(words("The network broke off."))
    assert page.evaluate(KEPT) == []
    page.unroute_all()
    page.add_init_script(FULL)
    page.reload()
    pocket.press("Keep on this phone")
    pocket.sees(words("There is not enough room on this phone."))
    assert page.evaluate(KEPT) == []
    expect(page.get_by_role("button", name=words("Keep on this phone"))).to_be_visible(timeout=LONG)


@english
def test_nothing_that_is_kept_tells_who_kept_it(
    phone: Callable[..., Phone], told: tuple[House, World], words: Words
) -> None:
    house, w = told
    lan = phone(house.address)
    lan.go("/dang-nhap")
    lan.choose_language()
    lan.sign_in(w.lan)
    pocket = Pocket(lan.context, words)
    pocket.keep()
    assert w.lan.name not in lan.page.evaluate(ALL_THAT_IS_KEPT)
    lan.context.set_offline(True)
    lan.go("/hom-nay")
    lan.sees(words(NO_PAGE))
    assert w.lan.name not in lan.page.content()
    lan.wrong.clear()  # no network: that is what was tried


@english
def test_a_copy_is_shown_only_to_whoever_reads_its_language(pocket: Pocket, words: Words) -> None:
    page, vietnamese = pocket.page, catalogue()[LESSON].words_in("vi")
    page.goto(f"{FIRST}?lang=vi")
    page.locator("[data-keep] button").first.click()
    expect(page.locator("[data-when=kept]").first).to_be_visible(timeout=LONG)
    page.goto("/?lang=en")
    pocket.context.set_offline(True)
    page.goto(f"{FIRST}/1")
    pocket.sees(words(NO_PAGE))
    page.get_by_role("link", name=vietnamese.title).click()
    pocket.heading(vietnamese.title)
    page.goto(f"{FIRST}/1")
    pocket.heading(vietnamese.step(catalogue()[LESSON].steps[0].id).heading)


@english
def test_an_older_copy_gives_way_to_the_new_one_and_a_removed_one_leaves_nothing(pocket: Pocket) -> None:
    page = pocket.page
    pocket.keep()
    (now,) = page.evaluate(KEPT)
    page.evaluate(AGE, now)
    page.goto("/")
    pocket.until(KEPT, [now])
    assert page.evaluate(VOICE) == [206, "bytes 2-4/10", "cde", 206, "bytes 7-9/10", "hij", 200, "abcdefghij"]
    page.get_by_role("link", name=catalogue()[LESSON].words_in("en").title).click()
    pocket.press("Remove from this phone")
    pocket.until("() => caches.keys()", [])
    pocket.until("async () => (await navigator.serviceWorker.getRegistrations()).length", 0)


@english
def test_what_the_house_can_never_take_is_let_go_and_told_and_the_rest_goes_on(
    pocket: Pocket, house_rows: Engine
) -> None:
    before, address = last(house_rows, Answer), f"{FIRST}/cau-hoi"
    pocket.page.goto("/")
    pocket.context.set_offline(True)
    pocket.do((address, {"choice": "khong-con"}), (address, {"choice": "tu-go", "key": "mat-roi"}))
    pocket.do((address, {"choice": "tu-go"}))
    pocket.shows_waiting(3)
    pocket.context.set_offline(False)
    pocket.sent()
    expect(pocket.page.locator("[data-refused]")).to_be_visible(timeout=LONG)
    assert [one.choice for one in rows(house_rows, Answer, before)] == ["tu-go"]
