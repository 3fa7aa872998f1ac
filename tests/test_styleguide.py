"""The style guide shows every part; a part that cannot be drawn fails here before it fails on a page."""

import re
import zlib
from pathlib import Path

import pytest

from outreach.settings import ROOT
from tests.visitor import Visitor
from tests.world import World


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_style_guide_is_drawn_in_each_language(visitor: Visitor, w: World, lang: str) -> None:
    page = visitor.get(f"/styleguide?lang={lang}")
    assert f'<html lang="{lang}"' in page.text


def test_a_refused_field_says_so_beside_itself_and_in_the_summary(visitor: Visitor, w: World) -> None:
    page = visitor.get("/styleguide?lang=en")
    assert 'href="#wrong-name"' in page.text
    told = r'<input[^>]*aria-describedby="wrong-name-hint wrong-name-error"[^>]*aria-invalid="true"'
    assert re.search(told, page.text)
    assert 'id="wrong-name-error"' in page.text


def test_a_chosen_card_is_checked_and_the_others_are_not(visitor: Visitor, w: World) -> None:
    page = visitor.get("/styleguide")
    assert len(re.findall(r'<input type="radio" name="result"[^>]* checked', page.text)) == 1
    assert len(re.findall(r'<input type="radio" name="result"', page.text)) == 3


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_page_carries_a_style_or_script_of_its_own() -> None:
    faults = [
        f"{path.name}: {found.group()}"
        for path in templates()
        if "print" not in path.parts  # a paper is a document of its own
        for found in re.finditer(r'\sstyle="|<style|\son[a-z]+="|<script(?![^>]*\ssrc=)', path.read_text("utf-8"))
    ]
    assert faults == []


def test_every_picture_asked_for_by_the_style_guide_is_drawn(visitor: Visitor, w: World) -> None:
    page = visitor.get("/styleguide")
    tags = re.findall(r'<li class="tag tag-sand">(.*?)</li>', page.text, re.S)
    assert len(tags) > 40
    assert all("<svg" in one for one in tags)


def test_the_style_sheet_is_light_enough_for_a_weak_network() -> None:
    sheet = (ROOT / "outreach" / "static" / "app.css").read_bytes()
    assert len(zlib.compress(sheet, 9)) <= 8 * 1024
