"""Phone numbers as they come from notebooks and spreadsheets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lib.phones import BadPhone, Phone, Reason, parse, parse_any, parse_many, show

PREFIXES = re.findall(
    r"\d+",
    "032 033 034 035 036 037 038 039 086 096 097 098 081 082 083 084 085 088 091 094 087 070 076 077 078 079 "
    "0896 0899 090 093 0522 0528 056 058 092 059 0990 0559",
)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "0912–345–678",
        "(0912) 345 678",
        "+84912345678",
        "+84 912 345 678",
        "+84 (0)912 345 678",
        "(+84) 912 345 678",
        "84912345678",
        "0084912345678",
        "912345678",
        "912345678.0",
        "84912345678.0",
        "０９１２３４５６７８",
        "0912\u00a0345\u00a0678",
        "ĐT: 0912 345 678 (chị Lan)",
        "0912345678 (2)",
    ],
)
def test_a_mobile_number_is_understood_however_it_is_written(typed: str) -> None:
    assert parse(typed) == Phone("+84912345678")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_mobile_prefix_in_use_is_accepted(prefix: str) -> None:
    typed = f"{prefix}1234567"[:10]
    assert parse(typed).e164 == f"+84{typed[1:]}"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.NOT_A_NUMBER),
        ("không có", Reason.NOT_A_NUMBER),
        ("8.49E+10", Reason.NOT_A_NUMBER),
        ("0912 345", Reason.TOO_SHORT),
        ("1022", Reason.TOO_SHORT),
        ("0912 345 6789", Reason.TOO_LONG),
        ("034 123 456 789", Reason.TOO_LONG),
        ("0167 234 5678", Reason.OLD_11_DIGITS),
        ("+84 1672 345 678", Reason.OLD_11_DIGITS),
        ("1672345678", Reason.OLD_11_DIGITS),
        ("024 3825 1234", Reason.LANDLINE),
        ("0210 3855 123", Reason.LANDLINE),
        ("0412345678", Reason.NOT_VIETNAMESE_MOBILE),
        ("1800 1096", Reason.NOT_VIETNAMESE_MOBILE),
        ("+1 415 555 2671", Reason.NOT_VIETNAMESE_MOBILE),
    ],
)
def test_a_number_we_cannot_write_to_is_refused_with_the_reason(typed: str, reason: Reason) -> None:
    with pytest.raises(BadPhone) as refused:
        parse(typed)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "cell",
    [
        "0912345678/0987654321",
        "0912345678 0987654321",
        "0912 345 678 0987 654 321",
        "0912.345.678 - 0987.654.321",
        "0912345678; 0987654321; 0912 345 678",
        "0912345678\n+84987654321",
        "0912345678 hoặc 0987654321",
    ],
)
def test_two_numbers_in_one_cell_give_the_first_and_tell_of_the_second(cell: str) -> None:
    assert parse(cell) == Phone("+84912345678")
    assert parse_many(cell) == [Phone("+84912345678"), Phone("+84987654321")]


def test_the_mobile_number_is_taken_where_a_landline_stands_before_it() -> None:
    assert parse_many("024 3825 1234 - 0912 345 678") == [Phone("+84912345678")]
    assert parse("024 3825 1234, 0912 345 678") == Phone("+84912345678")


def test_an_id_number_is_never_taken_for_a_phone() -> None:
    assert parse_many("034 123 456 789") == parse_many("034123456789") == []


def test_a_cell_without_a_number_gives_none() -> None:
    assert parse_many("chưa có") == []


def test_a_number_is_shown_as_it_is_read_aloud() -> None:
    assert show("+84912345678") == str(Phone("+84912345678")) == "0912 345 678"
    assert show("+842438251234") == "024 3825 1234"
    assert show("+14155552671") == "+1 415-555-2671"


def test_showing_what_is_no_number_is_refused() -> None:
    with pytest.raises(BadPhone):
        show("chị Lan")


@given(st.sampled_from(PREFIXES), st.integers(1_000_000, 1_999_999))
def test_what_is_shown_can_be_typed_in_again(prefix: str, rest: int) -> None:
    phone = parse(f"{prefix}{rest:07}"[:10])
    assert parse(str(phone)) == phone


@given(st.text(st.sampled_from("0123456789+84 .-/()a\n"), max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = parse_many(text)
    assert all(phone.e164.startswith("+84") and len(phone.e164) == 12 for phone in found)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("0912 345 678", "+84912345678", "0912 345 678"),
        ("(0221) 3866.123", "+842213866123", "0221 3866 123"),
        ("+84 24 3826 1234", "+842438261234", "024 3826 1234"),
        ("1022", "1022", "1022"),
        ("1800 1096", "18001096", "1800 1096"),
        ("19008888", "19008888", "1900 8888"),
    ],
)
def test_a_number_to_call_may_be_a_mobile_a_landline_a_companys_or_a_short_one(typed, kept, shown):
    assert parse_any(typed) == kept
    assert show(kept) == shown


@pytest.mark.parametrize("typed", ["", "chị Lan", "12", "0168 234 5678", "0221 12", "+1 202 555 0142", "036095001234"])
def test_what_cannot_be_called_here_is_no_number(typed):
    with pytest.raises(BadPhone):
        parse_any(typed)
