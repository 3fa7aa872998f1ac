"""Whoever writes what a message says sees meanwhile how it travels and what it costs, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MARKS
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.world import World

PAGE = "/mau-tin/follow_up/vi"
IN_VIETNAMESE = pytest.mark.parametrize("language", [pytest.param("vi", marks=MARKS)], indirect=True)
IN_ENGLISH = pytest.mark.parametrize("language", [pytest.param("en", marks=MARKS)], indirect=True)
PLAIN = "{commune}: Ngay {day} to cong nghe so {village} den nha. Khong muon nhan: goi {phone}."
GSM, UCS = "GSM-7: 160 in one part, 153 in each of several", "UCS-2: 70 in one part, 67 in each of several"


def at_the_words(anh: Phone, w: World) -> Phone:
    """The admin at the sheet of a promised visit."""
    anh.go(f"/dang-nhap?lang={anh.words.language}")
    anh.sign_in(w.anh)
    anh.go(PAGE)
    return anh


@IN_VIETNAMESE
def test_while_one_types_letters_parts_and_price_follow(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    anh = at_the_words(phone(told[0].address), told[1])
    field, shown = anh.field(words("Without accents")), anh.page.locator("#preview section").last
    asked: list[str] = []
    anh.page.on("request", lambda request: asked.append(request.url))
    field.fill(PLAIN)
    expect(shown).to_contain_text("Khong muon nhan")
    expect(shown).to_contain_text(words(GSM))
    expect(shown).to_contain_text("800 đ")
    expect(shown).not_to_contain_text(words("What makes it dear"))
    field.press("Control+End")
    field.press_sequentially(" ố €")
    expect(shown).to_contain_text(words(UCS))
    expect(shown).to_contain_text("ố →")
    expect(shown).to_contain_text(words("%(count)s parts: paid %(count)s times", count=2))
    expect(shown).to_contain_text("1.600 đ")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"{PLAIN} ố €")
    assert {url.rpartition("/")[2] for url in asked} == {"xem-thu"}


@IN_ENGLISH
def test_without_scripts_a_button_shows_the_same(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    anh = at_the_words(phone(told[0].address, scripts=False), told[1])
    anh.field(words("Without accents")).fill(f"{PLAIN} [ố]")
    anh.button(words("See how it reads")).click()
    anh.sees(words(UCS), "ố →", words("%(count)s parts: paid %(count)s times", count=2), "1,600 đ")
    expect(anh.field(words("Without accents"))).to_have_value(f"{PLAIN} [ố]")
    anh.field(words("Without accents")).fill(f"{PLAIN} []")
    anh.button(words("See how it reads")).click()
    anh.sees(words(GSM), "[, ] →", words("each counts as two characters"), "800 đ")
