"""What a search engine reads of the residents' pages: one address for each page and language, and words of its own."""

import re
from html import unescape

import pytest

from outreach.procedures import loading
from tests.databases import sqlite_only
from tests.guards.samples import LESSON, PROCEDURE, REHEARSAL

pytestmark = sqlite_only
PAGES = (
    "/", "/bai-hoc", f"/bai-hoc/{LESSON}", f"/bai-hoc/{LESSON}/2", f"/bai-hoc/{LESSON}/cau-hoi", "/luyen-tap",
    f"/luyen-tap/{REHEARSAL}", "/thu-tuc", f"/thu-tuc/{PROCEDURE}", "/diem-ho-tro", "/chung-nhan", "/the-hoc",
)  # fmt: skip


OWN, ABOUT = r'<link rel="canonical" href="([^"]*)"', r'<meta name="description" content="([^"]*)"'


@pytest.fixture
def pages(s, w, visitor):
    """(path, language) → the page's text."""
    loading.load(s)
    s.commit()
    return {(path, code): visitor.get(f"{path}?tieng={code}").text for path in PAGES for code in ("vi", "en")}


def told(text, what):
    [found] = re.findall(what, text)
    return unescape(found)


def test_every_page_says_its_own_address_in_each_language(pages):
    for (path, code), text in pages.items():
        assert told(text, OWN) == f"http://localhost{path}" + ("?tieng=en" if code == "en" else "")


def test_every_page_has_a_description_of_its_own_in_each_language(pages):
    said = {told(text, ABOUT) for text in pages.values()}
    assert len(said) == len(pages)
    assert all(20 < len(one) < 300 for one in said), said


def test_a_page_drawn_as_the_answer_to_next_says_its_own_address_and_not_that_of_the_step_before(s, w, visitor):
    steps = f"/bai-hoc/{LESSON}/1", f"/bai-hoc/{LESSON}/2"
    by_htmx = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
    answered = visitor.client.post(f"{steps[0]}?tieng=vi", headers=by_htmx)
    assert told(answered.text, OWN) == f"http://localhost{steps[1]}"
    assert told(visitor.get(f"{steps[1]}?tieng=vi").text, OWN) == f"http://localhost{steps[1]}"


def test_no_page_asks_not_to_be_found(pages, visitor):
    assert not any("noindex" in text for text in pages.values())
    assert not any("X-Robots-Tag" in visitor.get(path).headers for path in PAGES)
