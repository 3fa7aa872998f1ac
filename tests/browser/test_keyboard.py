"""By keyboard alone: signing in and recording a visit, the focus seen at every stop, the way past the header."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.world import PASSWORD, World

MOST_STOPS = 80
# The element with the focus, if nobody can see that it has it: no outline on itself or on the card around it.
UNSEEN = """() => {
    const e = document.activeElement;
    const rings = [e, e.closest("label")].filter(Boolean).map(one => getComputedStyle(one));
    const seen = rings.some(ring => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2);
    return seen ? "" : e.outerHTML.slice(0, 160);
}"""
KIND = """() => {
    const e = document.activeElement;
    return e === document.body ? "" : e.closest("label.choice") ? "choice" : e.tagName.toLowerCase();
}"""


def tab(phone: Phone) -> str:
    """One stop further; the kind of thing that has the focus now, "" behind the last one."""
    phone.page.keyboard.press("Tab")
    kind: str = phone.page.evaluate(KIND)
    assert not kind or phone.page.evaluate(UNSEEN) == ""
    return kind


def tab_to(phone: Phone, wanted: Locator) -> None:
    """Tab until this has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        tab(phone)
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def choose(phone: Phone, group: str, text: str) -> None:
    """Tab into a group of which one is chosen, then the arrows."""
    tab_to(phone, phone.page.locator(f"#{group} input").first)
    wanted = phone.choice(text).locator("input")
    for _ in range(10):
        if wanted.is_checked():
            return
        phone.page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {text}")


def test_signing_in_and_recording_a_visit_need_only_the_keyboard(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    lan = phone(told[0].address)
    keys = lan.page.keyboard
    lan.go("/dang-nhap")
    lan.choose_language()
    tab_to(lan, lan.field(words("Mobile number")))
    keys.type("0912 000 006")
    tab_to(lan, lan.field(words("Password")))
    keys.type(PASSWORD)
    keys.press("Enter")
    tab_to(lan, lan.link(f"{words('Record')}: Nguyễn Văn Tám"))
    keys.press("Enter")
    tab_to(lan, lan.choice("Nguyễn Văn Tám").locator("input"))
    keys.press("Space")
    choose(lan, "outcome", words("Was shown how, has not done it yet"))
    choose(lan, "again", words("No day yet"))
    tab_to(lan, lan.button(words("Save the visit")))
    keys.press("Enter")
    lan.sees(words("Visit: %(outcome)s", outcome=words("Was shown how, has not done it yet")))
    lan.sees(words("Met: %(names)s", names="Nguyễn Văn Tám"))


@pytest.mark.parametrize("path", ["/ho/{sen}/tham", "/ho/{sen}", "/ho"])
def test_whoever_tabs_through_a_page_sees_at_every_stop_where_she_is(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words, path: str
) -> None:
    house, w = told
    lan = phone(house.address)
    lan.go("/dang-nhap")
    lan.choose_language()
    lan.sign_in(w.lan)
    lan.go(path.format(sen=w.sens_house.id))
    kinds = []
    while kind := tab(lan):
        kinds.append(kind)
        assert len(kinds) < MOST_STOPS
    assert {"a", "button"} <= set(kinds)
    assert ("choice" in kinds) == path.endswith("tham")


def test_the_first_stop_leads_past_the_header_to_the_main_part(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    anybody = phone(told[0].address)
    anybody.go("/dang-nhap")
    anybody.choose_language()
    tab(anybody)
    skip = anybody.link(words("Skip to the main part"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    anybody.page.keyboard.press("Enter")
    expect(anybody.page.locator("main")).to_be_focused()
    tab(anybody)
    expect(anybody.field(words("Mobile number"))).to_be_focused()
