"""Going on in a lesson with a script: no page is loaded anew, and yet everything is where one expects it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from outreach.lessons.queries import catalogue
from tests.browser.house import House
from tests.browser.phone import Phone, Words
from tests.browser.story import LESSON
from tests.world import World

FIRST = f"/bai-hoc/{LESSON}"
SAME_PAGE = "() => window.wasHere === true"


def heading(page: Page, words: Words, n: int) -> str:
    return catalogue()[LESSON].words_in(words.language).steps[catalogue()[LESSON].steps[n - 1].id].heading


def stands_at(mai: Phone, n: int) -> None:
    """Address, title and heading are the step's."""
    title = heading(mai.page, mai.words, n)
    expect(mai.page).to_have_url(re.compile(f"{FIRST}/{n}$"))
    expect(mai.page).to_have_title(title)
    expect(mai.page.get_by_role("heading", level=1)).to_have_text(title)


def test_turning_pages_moves_title_focus_and_place_and_back_leads_back(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    mai = phone(told[0].address)
    mai.go("/")
    mai.choose_language()
    mai.go(f"{FIRST}/1")
    mai.page.evaluate("window.wasHere = true")
    for n in (2, 3):
        mai.page.evaluate("window.scrollTo(0, 9999)")
        mai.button(words("Next")).click()
        expect(mai.page.get_by_role("heading", level=1)).to_be_focused()
        stands_at(mai, n)
        mai.page.wait_for_function("window.scrollY === 0")
    assert mai.page.evaluate(SAME_PAGE), "a page was loaded anew"
    mai.page.go_back()
    stands_at(mai, 2)
    mai.link(words("Go back")).click()
    stands_at(mai, 1)
    mai.page.go_back()
    stands_at(mai, 2)
    mai.button(words("Next")).press("Enter")
    stands_at(mai, 3)


def test_an_answer_is_marked_in_place_and_none_is_asked_for_again(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words
) -> None:
    mai = phone(told[0].address)
    mai.go("/")
    mai.choose_language()
    mai.go(f"{FIRST}/cau-hoi")
    mai.page.evaluate("window.wasHere = true")
    with mai.page.expect_response(lambda answer: answer.status == 422):
        mai.button(words("Answer")).click()
    expect(mai.page.locator("#errors")).to_be_focused()
    mai.wrong.clear()  # the refused answer is what was asked for
    mai.page.locator("label.choice").first.click()
    mai.button(words("Answer")).click()
    expect(mai.page.get_by_role("heading", level=1)).to_be_focused()
    expect(mai.page).to_have_url(re.compile(r"\?chon="))
    assert mai.page.evaluate(SAME_PAGE), "a page was loaded anew"
    mai.sees(words("You chose:"))
