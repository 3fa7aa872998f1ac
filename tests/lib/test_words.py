"""Vietnamese words fold, sort and split as a Vietnamese reader expects."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lib.words import ALPHABET, fold, given_name, given_name_key, nfc, sort_key

IN_ORDER = [
    "1", "2", "10a", "An", "Ánh", "Ạnh", "Ăn", "Ân", "Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Bắc", "Ca", "Chi",
    "Cường", "Da", "Dũng", "Dương", "Đông", "Đức", "Em", "Ến", "Giang", "Hà", "Hả", "Hã", "Há", "Hạ", "Hà An",
    "Hạ An", "Hà Nam", "Hoa", "Hòa", "Hóa", "Hồng", "Hơn", "Kỳ", "Lê", "Lý", "Ly Sơn", "Mai", "Nga", "Oanh",
    "Ông", "Ơn", "Phú", "Quý", "Sơn", "Tâm", "Thảo", "Trang", "Uyên", "Ưng", "Vinh", "Xuân", "Yến",
]  # fmt: skip

vietnamese = st.text(ALPHABET + ALPHABET.upper() + "àảãáạềểễếệựĐ 1", max_size=30)


def test_words_sort_in_the_order_of_the_vietnamese_alphabet_and_its_tones() -> None:
    shuffled = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=sort_key) == IN_ORDER


def test_every_letter_of_the_alphabet_has_its_place() -> None:
    assert sorted(set(ALPHABET), key=sort_key) == list(ALPHABET)


def test_the_five_tones_follow_the_plain_letter() -> None:
    assert sorted("ạáãảàa", key=sort_key) == list("aàảãáạ")


def test_tones_count_only_between_words_of_the_same_letters() -> None:
    assert sort_key("Hạ An") < sort_key("Hà Nam")


def test_villages_with_numbers_are_counted_up() -> None:
    assert sorted(["Thôn 10", "Thôn 9A", "Thôn 9", "Thôn 2"], key=sort_key) == [
        "Thôn 2",
        "Thôn 9",
        "Thôn 9A",
        "Thôn 10",
    ]


def test_case_form_and_place_of_the_tone_do_not_change_the_order() -> None:
    assert sort_key("HÒA BÌNH") == sort_key("Hoà Bình") == sort_key("Ho\u0300a  Bi\u0300nh")


def test_letters_of_highland_languages_stand_with_their_plain_letter() -> None:
    assert sorted(["Ca", "Ƀuôn", "Ba", "Čư"], key=sort_key) == ["Ba", "Ƀuôn", "Ca", "Čư"]


def test_letters_of_other_scripts_come_last() -> None:
    assert sorted(["ខ្មែរ", "Zung", "An"], key=sort_key) == ["An", "Zung", "ខ្មែរ"]


@given(st.text(max_size=40))
def test_a_sort_key_is_short_and_made_of_digits_and_small_letters(text: str) -> None:
    key = sort_key(text)
    assert len(key) <= 3 * len(text)
    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


@given(st.text(max_size=40))
def test_a_name_key_keeps_its_promised_length(text: str) -> None:
    assert len(given_name_key(text)) <= 3 * len(text) + 2


@given(vietnamese, vietnamese)
def test_only_texts_that_are_found_by_the_same_search_share_a_place_in_the_order(a: str, b: str) -> None:
    if sort_key(a) == sort_key(b):
        assert fold(a) == fold(b)


@given(vietnamese, st.sampled_from(ALPHABET))
def test_a_longer_word_comes_after_its_beginning(text: str, letter: str) -> None:
    assert sort_key(text.strip() + letter) > sort_key(text.strip())


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(vietnamese)
def test_both_unicode_forms_of_a_text_fold_and_sort_alike(text: str) -> None:
    apart = text.replace("ạ", "a\u0323").replace("á", "a\u0301")
    assert (fold(apart), sort_key(apart)) == (fold(text), sort_key(text))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Nguyễn Thị Đường", "nguyen thi duong"),
        ("  Đặng   Đình Quý ", "dang dinh quy"),
        ("H’Đơi Niê", "hdoi nie"),
        ("Ea H'Leo", "ea hleo"),
        ("Ƀuôn Ya", "buon ya"),
        ("Lang Biang - Đà Lạt", "lang biang da lat"),
        ("Ðồng Nai", "dong nai"),
        ("Phường\u200b 12", "phuong 12"),
        ("Thuỷ", "thuy"),
        ("…", ""),
    ],
)
def test_a_search_finds_a_name_typed_without_accents(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_people_are_ordered_by_given_name_and_then_by_the_rest() -> None:
    people = ["Lê Văn Đức", "Trần An", "Nguyễn Thị Hoa", "Lê Thị Hòa", "Bùi Thị Hoa", "Phạm Ân", "Hoa"]
    assert sorted(people, key=given_name_key) == [
        "Trần An", "Phạm Ân", "Lê Văn Đức", "Hoa", "Bùi Thị Hoa", "Nguyễn Thị Hoa", "Lê Thị Hòa",
    ]  # fmt: skip


def test_a_given_name_is_the_last_word() -> None:
    assert (given_name("Nguyễn Thị Hoa"), given_name("Hoa "), given_name("")) == ("Hoa", "Hoa", "")


def test_nobody_without_a_name_breaks_a_list() -> None:
    assert (given_name_key("  "), sort_key("")) == ("", "")


def test_stored_text_has_one_code_point_a_letter() -> None:
    assert nfc("Hue\u0302\u0301") == "Huế"
