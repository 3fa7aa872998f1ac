"""Colours by day and in the dark: words stand out from their ground in both, and no rule names a colour past the names.

Contrast is WCAG 2.2's: 4.5 to 1 is its level AA for words, 3 to 1 for edges and bars; the house asks 7 to 1 of words.
"""

import re

import pytest

from outreach.settings import ROOT

STATIC = ROOT / "outreach" / "static"
DARK = "@media screen and (prefers-color-scheme: dark) {"
NAMED = re.compile(r"--([\w-]+): (#[0-9a-f]{3,6})\b")
COLOUR = re.compile(r"#[0-9a-f]{3,6}\b")
GROUNDS = ("nen", "giay", "cham-nhat", "son-nhat")  # card, page, chosen, warning
WORDS = {
    "muc": (*GROUNDS, "cat", "vang", "buoc-1", "buoc-2", "buoc-3"), "muc-nhat": (*GROUNDS, "cat"), "cham": GROUNDS,
    "son": ("nen", "giay", "son-nhat"), "tren": ("cham", "son", "an"), "so-dam": ("buoc-4", "buoc-5"),
}  # fmt: skip
EDGES = {"vien": ("nen", "giay", "cat"), "vua": ("nen", "cham-nhat"), "cham": ("nen", "cham-nhat"), "moc": ("nen",)}
ALWAYS = {  # the same by day and in the dark: white on the bar at the top, its hem, the paper of drawings, a focus
    "app.css": {"#fff", "#a9c1da", "#faf7f1"}, "map.css": {"#000"}, "practice.css": set(), "bag.css": set(),
}  # fmt: skip


def sheets() -> dict[str, str]:
    return {name: (STATIC / name).read_text("utf-8") for name in ALWAYS}


def dark_of(sheet: str) -> str:
    """The block of a sheet that counts in the dark."""
    return sheet.partition(DARK)[2].partition("\n}\n")[0]


def by_day() -> dict[str, str]:
    return {
        name: value for sheet in sheets().values() for name, value in NAMED.findall(sheet.replace(dark_of(sheet), ""))
    }


def in_the_dark() -> dict[str, str]:
    return by_day() | {name: value for sheet in sheets().values() for name, value in NAMED.findall(dark_of(sheet))}


def light(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_counted_as_the_standard_counts_it() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [by_day, in_the_dark])
def test_words_stand_out_from_every_ground_they_stand_on(theme) -> None:
    named = theme()
    faint = {
        (ink, ground): round(contrast(named[ink], named[ground]), 2)
        for ink, grounds in WORDS.items() for ground in grounds if contrast(named[ink], named[ground]) < 7
    }  # fmt: skip
    assert faint == {}


@pytest.mark.parametrize("theme", [by_day, in_the_dark])
def test_edges_and_bars_can_be_seen(theme) -> None:
    named = theme()
    faint = {
        (ink, ground): round(contrast(named[ink], named[ground]), 2)
        for ink, grounds in EDGES.items() for ground in grounds if contrast(named[ink], named[ground]) < 3
    }  # fmt: skip
    assert faint == {}


@pytest.mark.parametrize("theme", [by_day, in_the_dark])
def test_white_words_stand_out_from_the_bar_at_the_top(theme) -> None:
    assert contrast("#fff", theme()["bang"]) > 7
    assert contrast("#a9c1da", theme()["bang"]) > 3


def test_the_dark_is_dark() -> None:
    named = in_the_dark()
    assert all(light(named[ground]) < 0.06 for ground in (*GROUNDS, "cat", "vang"))
    assert all(light(by_day()[ground]) > 0.7 for ground in (*GROUNDS, "cat", "vang"))


def test_every_colour_has_a_name_so_that_it_changes_in_the_dark() -> None:
    past = {}
    for name, sheet in sheets().items():
        on_screen = NAMED.sub("", sheet.partition("@media print")[0].replace(dark_of(sheet), ""))
        on_screen = re.sub(r"/\*.*?\*/", "", on_screen, flags=re.DOTALL)
        past[name] = set(COLOUR.findall(on_screen)) - ALWAYS[name]
    assert past == {name: set() for name in ALWAYS}


def test_a_name_that_changes_in_the_dark_is_known_by_day() -> None:
    known = by_day()
    assert {n for sheet in sheets().values() for n, _value in NAMED.findall(dark_of(sheet))} <= set(known)
