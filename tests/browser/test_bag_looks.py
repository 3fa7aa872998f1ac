"""The bag in the hand: few touches, every screen whole and well made."""

import re
from time import monotonic

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.visits.models import Visit
from tests.browser.bag import LONG, Bag, last
from tests.browser.house import House
from tests.browser.phone import BEYOND, PHONE
from tests.browser.test_looks import faults
from tests.world import World

vietnamese, english = (
    pytest.mark.parametrize("language", [pytest.param(code, marks=pytest.mark.browser)], indirect=True)
    for code in ("vi", "en")
)
A_TOUCH = 3  # seconds
# Every touch of the screen, on whatever page.
COUNTING = """addEventListener("pointerdown", () => {
    sessionStorage.touches = Number(sessionStorage.touches || 0) + 1;
}, true);"""


@vietnamese
def test_a_visit_from_todays_list_takes_at_most_six_touches_and_thirty_seconds_with_and_without_a_network(
    bag: Bag, afield: tuple[House, World], written: Engine
) -> None:
    """In Vietnamese, from *Hôm nay* to the page that says it is saved, or put by.

    The seconds are those of the phone and the house, measured here, and three for each touch: as long as somebody in
    a doorway takes to read a question and find the answer. What is talked about meanwhile is the visit itself.
    """
    page, before = bag.page, last(written, Visit)
    bag.context.add_init_script(COUNTING)
    page.goto(f"{bag.house.address}/hom-nay")
    assert page.locator("html").get_attribute("lang") == "vi"
    _six_touches_and_thirty_seconds(bag, re.compile(r"/ho/\d+\?tham=\d+$"))
    expect(page.get_by_text(bag.words("The visit is saved."))).to_be_visible()
    bag.context.set_offline(True)
    bag.open()
    bag.until("() => errand.state.unfilled", "no-network")  # the list is drawn anew until then
    _six_touches_and_thirty_seconds(bag, "**/tui#hom-nay")
    bag.waits(1)
    bag.context.set_offline(False)
    bag.sent()
    with Session(written) as s:
        visits = s.scalars(select(Visit).where(Visit.id > before)).all()
        assert [(len(one.met), len(one.taught), one.next_on is not None) for one in visits] == [(1, 1, True)] * 2


def _six_touches_and_thirty_seconds(bag: Bag, end: str | re.Pattern[str]) -> None:
    bag.page.evaluate("() => { sessionStorage.touches = 0; }")
    begun = monotonic()
    _visit_from_today(bag)
    bag.page.wait_for_url(end)
    seconds, touches = monotonic() - begun, int(bag.page.evaluate("() => sessionStorage.touches"))
    assert touches <= 6
    assert seconds + A_TOUCH * touches <= 30


def _visit_from_today(bag: Bag) -> None:
    """Who was met, what was gone through, how it went, when to come again: the first house of the list."""
    bag.part(".save-bar a.button-big").click()
    for name in ("met", "taught", "outcome", "again"):
        card = bag.part(f'label.choice:has([name="{name}"])')
        (card.nth(2) if name == "outcome" else card.first).click()
    bag.save()


@english
def test_every_screen_of_the_bag_has_no_fault_that_axe_knows_and_fits_the_phone(
    bag: Bag, afield: tuple[House, World]
) -> None:
    page, sen = bag.page, afield[1].sens_house.id
    bag.context.set_offline(True)
    (waiting,) = bag.many(sen, 1)
    found = []
    places = ("hom-nay", "tim", f"ho/{sen}", f"ho/{sen}/tham", "ho/moi", f"ho/{sen}/nguoi/moi", f"ho/{sen}/dai-su",
              "cho-gui", f"cho-gui/{waiting}", "bai-hoc", "diem")  # fmt: skip
    for place in places:
        bag.go(place)
        found += [f"{place}: {fault}" for fault in faults(page, PHONE) + page.evaluate(BEYOND)]
    page.reload()
    expect(bag.part("#pin")).to_be_visible(timeout=LONG)
    found += [f"locked: {fault}" for fault in faults(page, PHONE) + page.evaluate(BEYOND)]
    assert found == []
    bag.part("#pin").fill("274905")
    bag.is_open()
    bag.context.set_offline(False)
    bag.sent()
