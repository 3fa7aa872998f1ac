"""A route sheet typed in by keyboard: a letter chooses how it went, Enter goes on, and what is typed is a visit."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from outreach.visits import route
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.world import World

TYPE = "/to-di-duong/nhap"


def here(page: Page) -> str:
    """The name of what has the focus."""
    name: str = page.evaluate("document.activeElement.name || document.activeElement.type")
    return name


def test_a_row_is_typed_without_a_mouse_and_enter_goes_on_to_the_next(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    house, w = told
    lan = phone(house.address)
    lan.go("/dang-nhap")
    lan.choose_language()
    lan.sign_in(w.lan)
    lan.go("/ho?q=Thơm")
    address = lan.link("Vũ Thị Thơm").get_attribute("href") or ""
    lan.go(TYPE)
    page, keys = lan.page, lan.page.keyboard
    letter = page.locator("option[value=shown]").first.inner_text()[0]
    page.locator("[name=rows-1-outcome]").select_option("alone")
    page.locator("[name=rows-1-lesson]").focus()
    keys.press("Enter")
    assert here(page) == "rows-1-observed", "a skill is seen where somebody did it alone, and nowhere else"
    page.locator("[name=rows-1-outcome]").select_option("")
    page.locator("[name=rows-0-code]").focus()
    keys.type(route.code(int(address.rpartition("/")[2])).lower())
    keys.press("Enter")
    assert here(page) == "rows-0-outcome"
    keys.press(letter)
    expect(page.locator("[name=rows-0-outcome]")).to_have_value("shown")
    for expected in ("rows-0-lesson", "rows-0-day", "rows-0-next_on", "rows-0-note"):
        keys.press("Enter")
        assert here(page) == expected
    keys.type("Bà Thơm sẽ gọi con về")
    keys.press("Enter")
    assert here(page) == "rows-1-code"
    keys.press("Control+Enter")
    lan.sees(words("Please tick whom you met, or choose that nobody was home."))  # whose code it is, it knows only now
    lan.wrong.clear()
    page.locator("[name=rows-0-outcome]").focus()
    keys.press("Enter")
    assert here(page) == "rows-0-met"
    keys.press("Space")
    keys.press("Enter")
    assert here(page) == "rows-0-lesson"
    keys.press("Control+Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    lan.go(address)
    lan.sees("Bà Thơm sẽ gọi con về")
