"""A lesson costs little on a weak network: every page, fetched cold, is a few requests and a few kilobytes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from outreach.lessons.queries import catalogue
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.world import World

REQUESTS, BYTES = 3, 50_000  # besides the site's icon (under 1 kB), which browsers fetch when they like, once


class Scales:
    """What a page fetches and how many bytes come over the wire, headers and all; nothing is taken from the cache."""

    def __init__(self, page: Page) -> None:
        self.page, self.bytes = page, 0
        self._asked: set[str] = set()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", self._goes)
        wire.on("Network.loadingFinished", self._came)

    def _goes(self, event: dict[str, Any]) -> None:
        if "/icon.svg" not in event["request"]["url"]:
            self._asked.add(event["requestId"])

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self.bytes += int(event["encodedDataLength"])

    def weigh(self, path: str) -> tuple[int, int]:
        """Requests and bytes of one page."""
        self._asked.clear()
        self.bytes = 0
        self.page.goto(path)
        self.page.evaluate("() => document.fonts.ready.then(() => null)")  # whatever was on its way is told by now
        return len(self._asked), self.bytes


@pytest.mark.parametrize("slug", sorted(catalogue()))
def test_every_page_of_a_lesson_fits_a_weak_network(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words, slug: str
) -> None:
    mai = phone(told[0].address)
    mai.go("/")
    mai.choose_language()
    scales, lesson = Scales(mai.page), catalogue()[slug]
    steps = [f"/bai-hoc/{slug}/{number}" for number in range(1, len(lesson.steps) + 1)]
    weights = {path: scales.weigh(path) for path in ("/", f"/bai-hoc/{slug}", *steps, f"/bai-hoc/{slug}/cau-hoi")}
    assert all(size > 1_000 for _requests, size in weights.values()), "nothing was weighed"
    assert {path: w for path, w in weights.items() if w[0] > REQUESTS or w[1] > BYTES} == {}
