"""Text in a cell stays text, whatever a spreadsheet would make of it."""

import pytest

from outreach.lib import cells


@pytest.mark.parametrize("text", ["=1", "+84912", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cells.inert(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Nguyễn Văn Tám", "Ngõ 3 = 5", "a@b", "'=1"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert cells.inert(text) == text
