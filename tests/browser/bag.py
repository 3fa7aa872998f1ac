"""Somebody with a bag on the phone: sets it up, opens it, writes things down in it; what the house has of it."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households.models import Member
from tests.browser.house import House
from tests.browser.phone import Words
from tests.world import PASSWORD

PIN, OTHER_PIN = "274905", "830617"
LONG = 20_000  # ms: what may keep one waiting on a busy machine
# As many visits as are wanted, put by in an instant: [household, how many] → their client_ids
MANY = """async ([house, count]) => {
    const ids = [];
    for (let n = 0; n < count; n++) {
        const id = sealed.newId(), fields = [["outcome", "nobody"], ["note", `Lượt ${n + 1}`], ["client_id", id]];
        const record = errand.stamp({ client_id: id, url: `/ho/${house}/tham`, fields });
        await sealed.put(errand.state.keys.row, record);
        ids.push(id);
    }
    await errand.look();
    return ids;
}"""
# A PIN is sealed slowly so that guessing takes long; here nobody guesses, so it is only seen that it would be slow.
HURRY = """() => {
    const { deriveBits } = window.SubtleCrypto?.prototype || {};
    if (deriveBits) SubtleCrypto.prototype.deriveBits = function (how, ...rest) {
        if (how.name === "PBKDF2" && how.iterations < 600000) throw new RangeError("a PIN would soon be guessed");
        return deriveBits.call(this, how.name === "PBKDF2" ? { ...how, iterations: 1000 } : how, ...rest);
    };
}"""
WAITING = "async () => (await sealed.all('queue')).length"
# The moment a network is said to be back is often too early for the first try; the bag's next one is 15 seconds off.
AT_ONCE = "async () => { if (errand.state.next) errand.send(); return (await sealed.all('queue')).length; }"
# While it is locked the door stands there, whatever the address.
DRAWN = "() => !errand.state.keys || document.getElementById('tui').dataset.shown === location.hash"


class Bag:
    """A page of one browser, in the hands of somebody who carries a bag."""

    def __init__(self, context: BrowserContext, house: House, words: Words) -> None:
        self.context, self.house, self.words = context, house, words
        self.page: Page = context.pages[0] if context.pages else context.new_page()
        self.page.set_default_timeout(LONG)

    def sign_in(self, account: Account) -> None:
        """From the sign-in page to this person's first page."""
        self.page.goto(f"{self.house.address}/dang-nhap?lang={self.words.language}")
        self.page.locator("[name=phone]").fill("0" + account.phone.removeprefix("+84"))
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        expect(self.page.locator("footer").get_by_text(account.name)).to_be_visible(timeout=LONG)

    def come_back(self, account: Account, cookies: list[Any]) -> None:
        """Signed in already, as long as the house knows these cookies; or else signed in anew, and they are kept."""
        self.context.add_cookies(cookies)
        known = cookies and self.context.request.get(f"{self.house.address}/tai-khoan", max_redirects=0).status == 200
        if not known:
            self.sign_in(account)
            cookies[:] = self.context.cookies()

    def go(self, place: str = "") -> None:
        """Turn to a page of the bag, as a link does, until it is drawn; opened anew where another page was open."""
        self.page.goto(f"{self.house.address}/tui#{place}")
        self.until(DRAWN, True)

    def set_up(self, pin: str = PIN) -> None:
        """Choose a PIN, and wait until the bag is there, with its page."""
        if not self.page.url.split("#")[0].endswith("/tui"):
            self.go()
        self.choose_pin(pin)
        self.is_open()
        self.is_kept()

    def choose_pin(self, pin: str = PIN) -> None:
        """Type it twice, and press the button."""
        self.page.locator("#pin-new").fill(pin)
        self.page.locator("#pin-again").fill(pin)
        self.page.locator("[data-form=set-up] button").click()

    def is_kept(self) -> None:
        """Wait until its page opens without a network."""
        self.until("() => Boolean(errand.state.kept && navigator.serviceWorker.controller)", True)

    def open(self, place: str = "", pin: str = PIN) -> None:
        """Come to the page and type the PIN."""
        self.go(place)
        self.page.reload()
        self.page.locator("#pin").fill(pin)
        self.is_open()

    def is_open(self) -> None:
        """Wait until it is."""
        self.until("() => Boolean(errand.state.keys && !errand.state.busy)", True)
        expect(self.page.locator("[data-form=unlock], [data-form=set-up]")).to_have_count(0, timeout=LONG)

    def part(self, what: str) -> Locator:
        """A part of the page by its selector."""
        return self.page.locator(what)

    def choose(self, name: str, value: object) -> None:
        """Press the card of a choice."""
        self.part(f'label.choice:has([name="{name}"][value="{value}"])').click()

    def save(self) -> None:
        """Press the sheet's one big button."""
        self.part("form .save-bar button").click()

    def put_by(self) -> None:
        """Press it, and wait until one is back at today's list."""
        self.save()
        self.page.wait_for_url("**/tui#hom-nay")
        self.until(DRAWN, True)

    def note_visit(self, house: object, met: object, outcome: str = "shown") -> None:
        """A visit, written down and put by."""
        self.go(f"ho/{house}/tham")
        self.choose("met", met)
        self.choose("outcome", outcome)
        self.put_by()

    def many(self, house: int, count: int) -> list[str]:
        """So many visits at once."""
        found: list[str] = self.page.evaluate(MANY, [house, count])
        return found

    def until(self, ask: str, answer: object) -> None:
        """Ask the page until it gives this answer."""
        said = None
        for _ in range(400):
            with suppress(Exception):  # it is just going elsewhere
                said = self.page.evaluate(ask)
            if said == answer:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{ask}: {said}, not {answer}\n{self.page.locator('main').inner_text()}")

    def sent(self) -> None:
        """Wait until nothing waits on this phone, whoever wrote it; what was tried too early is tried again at once."""
        self.until(AT_ONCE, 0)

    def waits(self, count: int) -> None:
        """So many records wait on this phone."""
        self.until(WAITING, count)

    def send(self) -> None:
        """Have it try now."""
        self.page.evaluate("() => errand.send()")


def hurry(context: BrowserContext) -> BrowserContext:
    """From now on its pages seal cheaply."""
    context.add_init_script(f"({HURRY})()")
    return context


def cast(engine: Engine) -> tuple[Account, Member]:
    """Lan and Bà Sen, in a house of a test's own."""
    with Session(engine, expire_on_commit=False) as s:
        lan = s.scalars(select(Account).where(Account.name == "Trần Thị Lan")).one()
        return lan, s.scalars(select(Member).where(Member.name == "Hoàng Thị Sen")).one()


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
