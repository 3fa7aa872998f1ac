"""The reader of pages sees what a browser would mend in silence."""

import pytest

from tests.tree import Misnested, parse


def test_a_page_is_read_as_it_was_written() -> None:
    page = parse('<!doctype html><html lang="vi"><body><p>Bà <b>Sen</b> &amp; Hạnh<br>ở nhà</p></body></html>')
    assert page.get("lang") == "vi"
    assert "".join(page.itertext()) == "Bà Sen & Hạnhở nhà"


@pytest.mark.parametrize("torn", ["<p>Bà <b>Sen</p></b>", "<ul><li>Sen</ul>", "<p>Sen", "<p>Sen</p></p>"])
def test_what_is_not_closed_in_order_is_a_fault(torn: str) -> None:
    with pytest.raises(Misnested):
        parse(torn)
