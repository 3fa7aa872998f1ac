"""What a text message costs, and what it may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lib.sms_text import (
    MissingValue,
    UnknownPlaceholder,
    fill,
    has_link,
    measure,
    placeholders,
    plain,
)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("ạ" * 70, "UCS-2", 70, 1, 0),
        ("ạ" * 71, "UCS-2", 71, 2, 63),
        ("ạ" * 134, "UCS-2", 134, 2, 0),
        ("ạ" * 135, "UCS-2", 135, 3, 66),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("[" * 81, "GSM-7", 162, 2, 143),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 36, "UCS-2", 72, 2, 61),
        ("Chào bà", "GSM-7", 7, 1, 153),
        ("Chào bạ", "UCS-2", 7, 1, 63),
    ],
)
def test_a_text_is_measured_as_the_carrier_charges_it(
    text: str, encoding: str, units: int, segments: int, left: int
) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units) == (encoding, units)
    assert (measured.segments, measured.per_segment_left) == (segments, left)


def test_an_escape_pair_moves_whole_into_the_next_segment() -> None:
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3


def test_a_surrogate_pair_moves_whole_into_the_next_segment() -> None:
    assert measure("ạ" * 66 + "😀" + "ạ" * 66).segments == 3


def test_letters_in_two_pieces_cost_no_more_than_whole_ones() -> None:
    assert measure("ha\u0323") == measure("hạ")


def test_the_letters_that_make_a_text_dear_are_named_once_each() -> None:
    assert measure("Mời bạn, mời bà [5]").costly == ("ờ", "ạ")
    assert measure("Gia 5€ [a]").costly == ("€", "[", "]")
    assert measure("Chao ba").costly == ()


@given(st.text(max_size=400))
def test_segments_hold_all_units(text: str) -> None:
    measured = measure(text)
    alone, in_parts = (160, 153) if measured.encoding == "GSM-7" else (70, 67)
    room = alone if measured.segments <= 1 else in_parts * measured.segments
    assert measured.units <= room
    assert 0 <= measured.per_segment_left <= alone


def test_the_plain_form_has_no_accents_and_keeps_capitals() -> None:
    assert plain("Đặng Thị Ươm đi chợ Huế") == "Dang Thi Uom di cho Hue"
    assert plain("ho\u0323p") == "hop"


def test_the_plain_form_has_the_quotes_and_dashes_of_a_phone() -> None:
    assert plain("“Đăng nhập” – lúc 19:00\u00a0…") == '"Dang nhap" - luc 19:00 ...'


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặĐƯỜ .,0123456789", max_size=200))
def test_a_plain_vietnamese_text_travels_cheaply(text: str) -> None:
    assert measure(plain(text)).encoding == "GSM-7"


def test_a_template_is_filled_with_its_values() -> None:
    values = {"name": "bà Hoa", "day": "21/11", "place": None}
    filled = fill("Chào {name}, hẹn {day}. {name} nhớ nhé.", values)
    assert filled == "Chào bà Hoa, hẹn 21/11. bà Hoa nhớ nhé."


def test_braces_in_a_value_are_not_taken_for_placeholders() -> None:
    assert fill("Chào {name}", {"name": "{day}"}) == "Chào {day}"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_message_with_a_hole_is_never_made(value: str | None) -> None:
    with pytest.raises(MissingValue) as missing:
        fill("Chào {name}", {"name": value})
    assert missing.value.name == "name"


@pytest.mark.parametrize("template", ["{nmae}", "Chào {Tên}", "Chào {name", "Chào name}", "Chào {}", "{{name}}"])
def test_an_unknown_placeholder_or_a_stray_brace_is_refused(template: str) -> None:
    with pytest.raises(UnknownPlaceholder):
        fill(template, {"name": "Hoa"})


def test_the_placeholders_of_a_template_are_listed_once_each() -> None:
    assert placeholders("{name} {day_2} {name}") == ("name", "day_2")


@pytest.mark.parametrize(
    "text",
    [
        "Xem http://abc.xyz/1",
        "https://dichvucong.gov.vn",
        "bit.ly/abc",
        "BIT.LY/ABC",
        "vào dichvucong.gov.vn.",
        "vneid.gov.vn để tải",
        "www.abc",
        "tênmiền.vn",
        "xn--tn-mia.vn",
        "zalo.me/123",
        "t.me/nhom",
        "goi abc@gmail.com",
        "bit\u200b.ly/abc",
        "ｂｉｔ．ｌｙ／ａｂｃ",
        "market://details?id=1",
    ],
)
def test_a_link_is_recognised(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hẹn bà Hoa 8.30 ngày 21.11.2026 tại nhà văn hóa.",
        "UBND TP.HCM, P.Bến Nghé",
        "Chao ba.Me con co nha khong?",
        "Thon to.to 5",
        "Gọi 0210.3855.123",
        "10.000 đ/lần",
        "Xã Vân Hà... mời bà con",
        "và/hoặc",
    ],
)
def test_ordinary_vietnamese_is_no_link(text: str) -> None:
    assert not has_link(text)
