"""A lesson costs little on a weak network: a page fetched cold is four requests, the next one is one more.

Here one lesson is weighed, in a real browser; the bytes of all of them are weighed by `make bench`.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from outreach.lessons.queries import catalogue
from tests.browser.bag import LONG
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.browser.story import LESSON
from tests.world import World

REQUESTS, BYTES, NEXT = 4, 50_000, 8_000
ALL_HERE = """() => window.htmx || !document.querySelector("script[type='text/later']")"""


class Scales:
    """What a page fetches and how many bytes come over the wire, headers and all; nothing is taken from the cache."""

    def __init__(self, page: Page) -> None:
        self.page, self.bytes = page, 0
        self._asked: set[str] = set()
        self._asks = ""  # the address of the page whose requests count, not of one that is just being left
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._came)

    def _sent(self, event: dict[str, Any]) -> None:
        if urlsplit(event["documentURL"]).path == self._asks:
            self._asked.add(event["requestId"])

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self.bytes += int(event["encodedDataLength"])

    def weigh(self, path: str) -> tuple[int, int]:
        """Requests and bytes of one page."""
        self._empty(path)
        self.open(path)
        return len(self._asked), self.bytes

    def open(self, path: str) -> None:
        """Until all of a page is there, also the script that comes once it is painted."""
        self.page.goto(path)
        self.page.wait_for_function(ALL_HERE, timeout=LONG)
        self.page.wait_for_load_state("networkidle")

    def weigh_next(self, pushed: str, there: str) -> tuple[int, int]:
        """Requests and bytes of pressing a button until its page is there."""
        self._empty(urlsplit(self.page.url).path)
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as came:
            self.page.get_by_role("button", name=pushed, exact=True).click()
        self.page.wait_for_url(there)
        sizes = came.value.request.sizes()
        return len(self._asked), sizes["responseHeadersSize"] + sizes["responseBodySize"]

    def _empty(self, asks: str) -> None:
        self._asked.clear()
        self._asks = asks
        self.bytes = 0


def test_a_lesson_fits_a_weak_network(told: tuple[House, World], phone: Callable[..., Phone], words: Words) -> None:
    mai = phone(told[0].address)
    mai.go("/")
    mai.choose_language()
    scales, first, steps = Scales(mai.page), f"/bai-hoc/{LESSON}", len(catalogue()[LESSON].steps)
    weights = {path: scales.weigh(path) for path in ("/", first, f"{first}/cau-hoi", f"{first}/1")}
    assert all(size > 1_000 for _requests, size in weights.values()), "nothing was weighed"
    assert {path: w for path, w in weights.items() if w[0] > REQUESTS or w[1] > BYTES} == {}
    scales.open(f"{first}/1")
    there = [*(f"{first}/{n}" for n in range(2, steps + 1)), f"{first}/cau-hoi"]
    turned = {path: scales.weigh_next(words("Next"), f"**{path}") for path in there}
    assert {path: w for path, w in turned.items() if w[0] > 1 or not 500 < w[1] <= NEXT} == {}
