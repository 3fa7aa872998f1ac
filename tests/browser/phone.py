"""A person's phone in a browser test: cookies of its own, words in her language, an ear for all that goes wrong."""

import os
from typing import Any

from babel.support import Translations
from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, Response, ViewportSize, expect

from outreach.accounts.models import Account
from tests.browser.house import ROOT
from tests.world import PASSWORD

SHOTS = ROOT / "screenshots"
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
# Bars that stick to the screen's edge would stand in the middle of a picture of the whole page.
BARS = "place => document.querySelectorAll('.save-bar, .four-foot').forEach(bar => { bar.style.position = place; })"
# At most three seconds: without a network it may never come.
ALL_HERE = """() => new Promise(here => {
    const end = Date.now() + 3000, due = () => document.querySelector("script[type='text/later']") && !window.htmx;
    const look = () => due() && Date.now() < end ? setTimeout(look, 10) : here();
    look();
})"""
BEYOND = """() => {
    const width = document.documentElement.clientWidth, name = e => `${e.tagName}.${e.getAttribute("class") || ""}`;
    const told = e => `${name(e)} ${e.textContent.trim().slice(0, 40)}`;
    const all = [...document.body.querySelectorAll("*")];
    const hides = e => getComputedStyle(e).overflowX === "hidden" && e.clientWidth > 1;
    const cuts = e => hides(e) && e.scrollWidth > e.clientWidth + 1;
    const cut = all.filter(cuts).map(e => "cut off in " + told(e));
    if (document.documentElement.scrollWidth <= width) return cut;
    const beyond = all.filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 3).map(told);
    return [...cut, ...beyond, `${document.documentElement.scrollWidth} px`];
}"""


class Words:
    """What a text is in a language: `words("Save the visit")`; a text that nobody has translated is a fault."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = Translations.load(str(ROOT / "translations"), [language])

    def __call__(self, text: str, **values: object) -> str:
        said = self._catalogue.gettext(text)
        assert self.language == "en" or said != text, f"not translated: {text}"
        return said % values if values else said

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """A text that counts."""
        said = self._catalogue.ngettext(one, several, count)
        assert self.language == "en" or said not in (one, several), f"not translated: {one}"
        return said % values

    def number(self, value: float, places: int = 0) -> str:
        """1.234,5 in Vietnamese, 1,234.5 in English."""
        said = f"{value:,.{places}f}"
        return said if self.language == "en" else said.translate(str.maketrans(",.", ".,"))


class Phone:
    """A browser context of one person. `wrong` gathers errors of the console, failed requests and refused pages."""

    def __init__(
        self, browser: Browser, address: str, words: Words, *, folder: str = "", size: Any = PHONE, scripts: bool = True
    ) -> None:
        self.context = browser.new_context(
            base_url=address, viewport=size, locale=words.language, java_script_enabled=scripts
        )
        self.words, self.folder, self.scripts = words, folder, scripts
        self.wrong: list[str] = []
        self._stops = 0
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error on {self.page.url}: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console on {self.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_ABORTED":  # she went on before all of a page had come
            return
        self.wrong.append(f"no answer: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def go(self, path: str) -> None:
        """Type an address, and wait for what comes once the page is painted."""
        self.page.goto(path)
        if self.scripts:
            self.page.evaluate(ALL_HERE)

    def link(self, text: str) -> Locator:
        """The link of this name that can be seen."""
        return self.page.get_by_role("link", name=text, exact=True)

    def button(self, text: str) -> Locator:
        """The button of this name."""
        return self.page.get_by_role("button", name=text, exact=True)

    def choice(self, text: str) -> Locator:
        """The card of a choice, as a finger meets it."""
        return self.page.locator("label.choice", has_text=text)

    def field(self, text: str) -> Locator:
        """Where one types or picks, by its label; no tick."""
        typed = "input:not([type=checkbox], [type=radio]), select, textarea"
        return self.page.get_by_label(text).and_(self.page.locator(typed))

    def choose_language(self) -> None:
        """Press the language's own name, where the page speaks another one."""
        if self.words.language == "en":
            self.link("English").click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.words.language)

    def sign_in(self, account: Account) -> None:
        """From the sign-in page to this person's first page."""
        self.field(self.words("Mobile number")).fill("0" + account.phone.removeprefix("+84"))
        self.field(self.words("Password")).fill(PASSWORD)
        self.button(self.words("Sign in")).click()
        expect(self.page.locator("footer").get_by_text(account.name)).to_be_visible()

    def sees(self, *texts: str) -> None:
        """Wait until each text can be read on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True)

    def stop(self, name: str, *texts: str) -> None:
        """A stop on the way: the texts are read, nothing stands beyond the screen, and a picture is kept."""
        self.sees(*texts)
        expect(self.page.locator("html")).to_have_attribute("lang", self.words.language)
        beyond = self.wider()
        assert not beyond, f"{self.page.url} is wider than the screen: {beyond}"
        self.keep(name)

    def wider(self) -> list[str]:
        """What stands beyond the right edge of the screen, or is cut off."""
        self.page.wait_for_load_state()
        found: list[str] = self.page.evaluate(BEYOND)
        return found

    def keep(self, name: str) -> None:
        """Keep a picture of the whole page under screenshots/, where pictures are wanted (`make pictures`)."""
        if not os.environ.get("PICTURES"):
            return
        path = SHOTS / self.folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(BARS, "static")
        self.page.screenshot(path=path, full_page=True)
        self.page.evaluate(BARS, "")
