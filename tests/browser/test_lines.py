"""Tables of very many rows on a phone: each row two lines, the headings in sight, every number named."""

from collections.abc import Callable

import pytest

from tests.browser.house import House
from tests.browser.phone import PHONE, Phone, Words
from tests.world import World

PAGES = ("/bao-cao/11977/so-sanh", "/do-phu/11977/theo-nhom")
ROWS = """() => [...document.querySelectorAll('.as-lines tbody tr')].map(row => [
    row.getBoundingClientRect().height, [...row.querySelectorAll('td')].every(cell => cell.dataset.label)])"""
STAYS = """() => { const table = document.querySelector('.as-lines'), row = table.querySelector('tbody tr:last-child');
    window.scrollTo(0, row.getBoundingClientRect().top + window.scrollY - 150);
    return Math.round(table.tHead.getBoundingClientRect().top); }"""


@pytest.mark.parametrize("path", PAGES)
def test_a_row_takes_two_lines_on_a_phone_and_the_headings_stay(
    told: tuple[House, World], phone: Callable[..., Phone], words: Words, path: str
) -> None:
    one = phone(told[0].address)
    one.go("/dang-nhap")
    one.choose_language()
    one.sign_in(told[1].cuc)
    one.page.set_viewport_size(PHONE)
    one.go(path)
    rows = one.page.evaluate(ROWS)
    assert rows
    assert max(height for height, _named in rows) < 150  # px; as a card 250 to 370
    assert all(named for _height, named in rows)
    assert one.page.evaluate(STAYS) == 0
