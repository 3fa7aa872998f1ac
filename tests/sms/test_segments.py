"""What a message costs: we count its segments as Twilio does. Twilio's own calculator is asked, by node."""

import os
import unicodedata

import pytest

from outreach.lib import sms_text
from tests.sms import segments


@pytest.fixture(scope="module")
def drawn():
    """The texts, with what the calculator makes of them; skipped where it is missing, a failure where CI says so."""
    texts = segments.texts()
    try:
        return dict(zip(texts, segments.told(texts), strict=True))
    except segments.NoCalculator as fault:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(fault))


def test_the_texts_are_of_every_kind(drawn):
    composed = {unicodedata.normalize("NFC", text) for text in drawn}
    assert len(drawn) == segments.NUMBER
    assert {number for _encoding, number in drawn.values()} >= {1, 2, 3, 4}
    assert {encoding for encoding, _number in drawn.values()} == {"GSM-7", "UCS-2"}
    assert len(drawn.keys() - composed) > segments.NUMBER / 5
    for rare in ("đ", "ư", "€", "[", "]", "{", "}", "😀", "\u200d"):
        assert any(rare in text for text in composed), rare


def test_segments_are_those_of_twilios_own_calculator(drawn):
    assert dict(zip(drawn, segments.measured(list(drawn)), strict=True)) == drawn


@pytest.mark.parametrize("text", ["Mai tổ đến nhà ạ", "Đường Hưng Vương, số 5", "Xã Tân Hưng: " + "ạ" * 60])
def test_letters_in_pieces_are_counted_as_they_are_sent_composed(text):
    pieces = unicodedata.normalize("NFD", text)
    assert len(pieces) > len(text)
    assert sms_text.measure(pieces) == sms_text.measure(text)
    assert sms_text.fill("{words}", {"words": pieces}) == text


@pytest.mark.parametrize(
    "picture",
    ["👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🇻🇳", "❤\ufe0f", "1\ufe0f\u20e3", "🏳\ufe0f\u200d🌈", "x\u0323"],
    ids=["a family", "a dark thumb", "a flag", "a red heart", "a key", "a rainbow", "a letter in two pieces"],
)
def test_a_picture_made_of_several_moves_whole_into_the_next_segment(picture):
    units = len(picture.encode("utf-16-le")) // 2
    for left in range(1, units):
        text = "ạ" * (67 - left) + picture + "ạ" * (67 - units)
        assert sms_text.measure(text).segments == 2, left
        assert sms_text.measure(text + "ạ").segments == 3, left
    assert sms_text.measure("ạ" * (67 - units) + picture + "ạ" * 67).segments == 2


def test_two_flags_may_part_but_neither_is_torn():
    assert sms_text.measure("ạ" * 63 + "🇻🇳🇻🇳" + "ạ" * 63).segments == 2
    assert sms_text.measure("ạ" * 65 + "🇻🇳🇻🇳" + "ạ" * 64).segments == 3
