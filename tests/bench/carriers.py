"""Volunteers with the real bag in a real Chromium, in a storm: one browser, a context for each, a bad line to each.

They write visits and new households down on the very page, while their network comes and goes, their tabs are closed
in the middle of whatever they do, and the server is killed. What each has put by is known by its own words, so that it
is found once or not, whatever ids the page gave it.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.accounts.models import VOLUNTEER, Account
from outreach.households.models import Household
from outreach.visits.models import Visit
from tests import world
from tests.bench.line import BAD, FAIR, Line
from tests.browser.bag import LONG, PIN, Bag
from tests.browser.house import House
from tests.browser.phone import PHONE, Words

DOORS = 12  # households that all of them go to
# How often, from 0 to 1:
HOUSEHOLDS = 0.15  # somebody finds one that is not on the list
CHANGES = 0.2  # the network comes or goes; the tab is closed and another opened
GONE = 0.1  # the tab is closed just as the button is pressed
TYPED = 300  # ms: what a person takes at least from the last letter to the button
LETTERS = "abcdeghiklmnopqrstuvxy"


class Carrier:
    """One of them. `written`: the words of all that she has put by, a visit's note or a household's name."""

    def __init__(self, browser: Browser, house: House, account: Account, dice: random.Random) -> None:
        self.dice, self.written = dice, list[str]()
        self.line = Line(urlsplit(house.address).port or 80, random.Random(f"{dice.random()}"))
        via = {"server": self.line.address, "bypass": "<-loopback>"}
        self.context = browser.new_context(base_url=house.address, viewport=PHONE, proxy=via)  # type: ignore[arg-type]
        self.bag = Bag(self.context, house, Words("vi"))
        self.bag.sign_in(account)
        self.bag.set_up()
        self.line.weather = BAD

    def writes(self, number: int, doors: Sequence[int]) -> Iterator[None]:
        """Write so many records down, one a step, whatever befalls her before each."""
        while len(self.written) < number:
            if self.dice.random() < CHANGES:
                self._comes_or_goes()
            if self.dice.random() < CHANGES:
                self._turn_tabs(close_first=self.dice.random() < 0.5)
            place = f"ho/{self.dice.choice(doors)}/tham"
            if self.dice.random() < HOUSEHOLDS and len(self.written) < number - 1:
                self._put_by("ho/moi", "head_name")
                yield
                place = self._find(self.written[-1])
            self._put_by(place, "note")
            yield

    def sends(self) -> None:
        """Her page begins to send, if it does not do so already."""
        self.bag.page.evaluate("() => void errand.send()")

    def comes_home(self) -> None:
        """The network holds; a tab is opened, and sends until nothing waits."""
        self.line.weather = FAIR
        self.context.set_offline(False)
        self._turn_tabs(close_first=True)
        self.sends()
        self.bag.sent()

    def _put_by(self, place: str, field: str) -> None:
        """Fill a sheet in and press its button; now and then the tab is gone in that moment."""
        said = f"Lượt {self._word()}" if field == "note" else f"Nguyễn {self._word()} {self._word()}"
        self.bag.go(place)
        if field == "note":
            self.bag.choose("outcome", "nobody")
            self.bag.part("[name=note]").evaluate("note => note.closest('details').open = true")
        self.bag.part(f"[name={field}]").fill(said)
        self.bag.page.wait_for_timeout(TYPED)
        if self.dice.random() < GONE:
            self._gone_while_saving(place, field)
        else:
            self.bag.put_by()
        self.written.append(said)

    def _gone_while_saving(self, place: str, field: str) -> None:
        """Opened again, the sheet is empty where it was put by, and as it was typed where it was not."""
        self.bag.page.evaluate("() => document.querySelector('form .save-bar button').click()")
        self._turn_tabs(place, close_first=True)
        if self.bag.part(f"form:has(.save-bar) [name={field}]").input_value():
            self.bag.put_by()

    def _find(self, name: str) -> str:
        """The household she has just noted, as she finds it by its name: its place in the bag."""
        self.bag.go("tim")
        self.bag.part("#find").fill(name)
        link = self.bag.part(".houses a").filter(has_text=name).first.get_attribute("href")
        return f"{link}/tham".partition("#")[2]

    def _comes_or_goes(self) -> None:
        self.context.set_offline(self.bag.page.evaluate("() => navigator.onLine"))

    def _turn_tabs(self, place: str = "", *, close_first: bool) -> None:
        """A new tab, opened after the old one was closed, or while it still sends."""
        old, self.bag.page = self.bag.page, self.context.new_page()
        if close_first:
            old.close()
        self.bag.page.set_default_timeout(LONG)
        self.bag.go(place)
        self.bag.part("#pin").fill(PIN)
        self.bag.until("() => Boolean(errand.state.keys)", True)
        if not close_first:
            old.close()

    def _word(self) -> str:
        return "".join(self.dice.choices(LETTERS, k=9)).title()


def settle(engine: Engine, number: int) -> tuple[list[Account], list[int]]:
    """The cast with so many volunteers more in one village, and the doors that they go to."""
    with Session(engine, expire_on_commit=False) as s:
        w = world.build(s)
        people = [world.account(s, f"Đào Thị {n}", f"+8491300000{n}", VOLUNTEER, w.dong) for n in range(number)]
        doors = [world.household(s, w.dong, f"Nguyễn Văn Thứ {n}").id for n in range(DOORS)]
        s.commit()
    return people, doors


def blow(carriers: Sequence[Carrier], doors: Sequence[int], each: int, house: House, kills: int) -> None:
    """All of them write, step by step; so many times the server is killed while they send, and is back a step later."""
    days = [carrier.writes(each, doors) for carrier in carriers]
    strikes = {each * (n + 1) // (kills + 1) for n in range(kills)}
    for step in range(each):
        for day in days:
            next(day)
        if step - 1 in strikes:
            house.open_again()
        if step in strikes:
            for carrier in carriers:
                carrier.sends()
            house.crash()
    for carrier in carriers:
        carrier.comes_home()


def counted(engine: Engine, carriers: Sequence[Carrier]) -> tuple[int, int]:
    """How many records are missing, and how many are there more than once."""
    with Session(engine) as s:
        there = Counter([*s.scalars(select(Visit.note)), *s.scalars(select(Household.head_name))])
    written = [one for carrier in carriers for one in carrier.written]
    return sum(not there[one] for one in written), sum(there[one] > 1 for one in written)
