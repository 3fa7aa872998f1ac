"""What writers may write, and what never reaches a page."""

import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lib.markdown import TAGS, inline, plain, render


def test_plain_words_become_paragraphs() -> None:
    assert render("Bấm sai cũng không sao.\n\nLàm lại.") == "<p>Bấm sai cũng không sao.</p>\n<p>Làm lại.</p>"


def test_strong_words_lists_and_web_links_survive() -> None:
    html = render("**Giấy chứng sinh**\n\n- một\n- hai\n\n[cổng](https://dichvucong.gov.vn)")
    assert "<strong>Giấy chứng sinh</strong>" in html
    assert html.count("<li>") == 2
    assert 'href="https://dichvucong.gov.vn"' in html


@pytest.mark.parametrize(
    "trick",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[bấm đây](javascript:alert(1))",
        "[bấm đây](data:text/html;base64,PHNjcmlwdD4=)",
        "![ảnh](https://example.org/a.png)",
        '<a href="https://example.org" style="position:fixed">x</a>',
    ],
)
def test_nothing_that_runs_or_loads_gets_through(trick: str) -> None:
    elements = html5lib.parseFragment(render(trick), namespaceHTMLElements=False).iter()
    for element in elements:
        assert element.tag not in ("script", "img", "iframe")
        href = element.attrib.get("href", "https:")
        assert href.startswith("https:")
        assert set(element.attrib) <= {"href", "rel"}


def test_portal_words_in_curly_quotes_are_marked_as_vietnamese() -> None:
    assert inline("Press “Đăng nhập”.", quoted="vi") == 'Press <span lang="vi">“Đăng nhập”</span>.'
    assert inline("Bấm “Đăng nhập”.") == "Bấm “Đăng nhập”."


def test_a_language_code_cannot_smuggle_markup() -> None:
    with pytest.raises(ValueError, match="language code"):
        inline("“x”", quoted='vi" onclick="x')


def test_one_line_stays_one_line() -> None:
    assert inline("Bấm **nút** này") == "Bấm <strong>nút</strong> này"


@given(st.text())
def test_whatever_is_typed_only_the_allowed_tags_come_out(text: str) -> None:
    for part in (render(text), render(text, quoted="vi")):
        assert set(re.findall(r"<([a-z][a-z0-9]*)", part)) <= TAGS | {"span"}


def test_plain_words_carry_no_mark_up_and_keep_the_portals_quotes() -> None:
    text = (
        "Gõ **dichvucong.gov.vn**, rồi\nbấm “Đăng nhập”. Xem [cổng](https://x.vn).\n\n- *một*\n- hai\n\n3 < 5 & 5 > 3"
    )
    assert plain(text).splitlines() == [
        "Gõ dichvucong.gov.vn, rồi bấm “Đăng nhập”. Xem cổng.",
        "một",
        "hai",
        "3 < 5 & 5 > 3",
    ]
