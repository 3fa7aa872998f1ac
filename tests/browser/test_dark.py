"""In the dark: words can be read on every kind of page, drawings keep their paper, and what is printed is light."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.house import House
from tests.browser.phone import Phone
from tests.browser.story import LESSON
from tests.browser.test_looks import AXE, RUN_AXE
from tests.world import World

PAGES = {
    "": ("/", f"/bai-hoc/{LESSON}/5", f"/bai-hoc/{LESSON}/cau-hoi", f"/luyen-tap/{LESSON}", "/dang-nhap", "/tui"),
    "lan": ("/hom-nay", "/ho/{sen}/tham", "/nguoi/{hanh}/sua"),
    "cuc": ("/do-phu/11977", "/do-phu/11977/bieu-do", "/do-phu/11977/theo-nhom", "/canh-bao", "/tin-nhan", "/ho/nhap"),
}
GROUND = "() => getComputedStyle(document.body).backgroundColor"


def faint(page: Page) -> list[str]:
    """Words that do not stand out from their ground."""
    rule = RUN_AXE.replace('{type: "tag", values: tags}', '{type: "rule", values: ["color-contrast"]}')
    found: list[str] = page.evaluate(rule, [])
    return found


@pytest.mark.parametrize("who", PAGES)
def test_words_can_be_read_in_the_dark(told: tuple[House, World], phone: Callable[..., Phone], who: str) -> None:
    house, world = told
    theirs = phone(house.address)
    theirs.page.add_init_script(path=AXE)
    theirs.go("/dang-nhap" if who else "/")
    theirs.choose_language()
    theirs.page.emulate_media(color_scheme="dark")
    if who:
        theirs.sign_in(getattr(world, who))
    found = []
    for path in PAGES[who]:
        theirs.go(path.format(hanh=world.hanh.id, sen=world.sens_house.id))
        assert theirs.page.evaluate(GROUND) != "rgb(255, 255, 255)", f"{path} is light"
        found += [f"{path}: {one}" for one in faint(theirs.page)]
    assert found == []


def test_what_is_printed_is_light_whatever_the_screen_is(
    told: tuple[House, World], phone: Callable[..., Phone]
) -> None:
    house, _world = told
    theirs = phone(house.address)
    theirs.go(f"/bai-hoc/{LESSON}/5")
    theirs.page.emulate_media(color_scheme="dark")
    assert theirs.page.evaluate(GROUND) == "rgb(27, 31, 36)"
    theirs.page.emulate_media(color_scheme="dark", media="print")
    assert theirs.page.evaluate(GROUND) == "rgb(255, 255, 255)"
