"""The tables of areas are whole, current and spelt one way."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

import outreach

DATA = Path(outreach.__file__).parent / "areas" / "data"
Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PROVINCES = read("provinces.csv")
COMMUNES = read("communes.csv")
OLD_UNITS = read("old_units.csv")


def sharing(keys: Iterable[object]) -> int:
    return sum(count for count in Counter(keys).values() if count > 1)


def test_there_are_nine_cities_and_twenty_five_provinces() -> None:
    assert Counter(province["type"] for province in PROVINCES) == {"tỉnh": 25, "thành phố": 9}


def test_the_three_cities_of_2026_are_cities() -> None:
    cities = {province["name"] for province in PROVINCES if province["type"] == "thành phố"}
    assert {"Quảng Ninh", "Bắc Ninh", "Đồng Nai"} < cities


def test_there_are_3321_communes_wards_and_special_zones() -> None:
    assert Counter(commune["type"] for commune in COMMUNES) == {"xã": 2621, "phường": 687, "đặc khu": 13}


def test_codes_are_official_numbers_with_their_zeros_and_none_is_used_twice() -> None:
    provinces = [province["code"] for province in PROVINCES]
    communes = [commune["code"] for commune in COMMUNES]
    assert all(len(code) == 2 and code.isdigit() for code in provinces)
    assert all(len(code) == 5 and code.isdigit() for code in communes)
    assert sharing(provinces) == sharing(communes) == 0


def test_hung_yen_has_its_code_and_its_104_communes() -> None:
    assert {province["name"]: province["code"] for province in PROVINCES}["Hưng Yên"] == "33"
    assert sum(commune["province_code"] == "33" for commune in COMMUNES) == 104


def test_every_commune_belongs_to_a_province_and_every_province_has_communes() -> None:
    assert {commune["province_code"] for commune in COMMUNES} == {province["code"] for province in PROVINCES}


@pytest.mark.parametrize("file", ["provinces.csv", "communes.csv", "old_units.csv"])
def test_a_table_is_plain_text_in_one_form(file: str) -> None:
    raw = (DATA / file).read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", raw)
    assert "\r" not in raw
    assert "  " not in raw
    assert "’" not in raw


def test_names_stand_without_their_type_and_begin_with_a_capital() -> None:
    names = [row["name"] for row in PROVINCES + COMMUNES]
    assert not [name for name in names if name.startswith(("Xã ", "Phường ", "Đặc khu ", "Tỉnh ", "Thành phố "))]
    assert not [name for name in names if name[0].islower() or name != name.strip()]


def test_the_tone_stands_on_the_first_vowel_everywhere() -> None:
    names = [row["name"] for row in COMMUNES + OLD_UNITS]
    second_vowel = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
    words = [word for name in names for word in name.casefold().split()]
    assert not [word for word in words if word.endswith(second_vowel) and not word.startswith("qu")]


def test_every_place_lies_within_vietnam() -> None:
    for row in PROVINCES + COMMUNES:
        assert 8.0 < float(row["lat"]) < 23.5, row["name"]
        assert 102.0 < float(row["lon"]) < 115.0, row["name"]


def test_the_far_islands_are_on_the_table() -> None:
    islands = {commune["name"]: float(commune["lon"]) for commune in COMMUNES if commune["type"] == "đặc khu"}
    assert islands["Hoàng Sa"] > 111
    assert islands["Trường Sa"] > 111


def test_areas_are_known_but_for_four_and_add_up_to_the_country() -> None:
    areas = [float(commune["area_km2"]) for commune in COMMUNES if commune["area_km2"]]
    assert len(areas) == 3321 - 4
    assert min(areas) > 0
    assert 320_000 < sum(areas) < 335_000


def test_many_communes_share_a_name_but_none_within_one_province() -> None:
    assert sharing((commune["type"], commune["name"]) for commune in COMMUNES) == 576
    assert sharing((commune["province_code"], commune["name"]) for commune in COMMUNES) == 0


def test_every_old_unit_went_to_a_living_commune() -> None:
    living = {commune["code"] for commune in COMMUNES}
    successors = [code for old in OLD_UNITS for code in [old["commune_code"], *old["also"].split()]]
    assert len(OLD_UNITS) == 10_040
    assert set(successors) == living


def test_a_split_unit_names_each_successor_once() -> None:
    split = [[old["commune_code"], *old["also"].split()] for old in OLD_UNITS if old["also"]]
    assert len(split) == 471
    assert all(len(codes) == len(set(codes)) for codes in split)


def test_the_old_districts_and_provinces_can_be_found() -> None:
    assert len({(old["district"], old["province"]) for old in OLD_UNITS}) == 696
    assert len({old["province"] for old in OLD_UNITS}) == 63


def test_no_old_unit_stands_twice() -> None:
    assert sharing((old["name"], old["district"], old["province"]) for old in OLD_UNITS) == 0


def test_an_old_address_leads_to_its_commune() -> None:
    place = ("Xã Mường Phăng", "Thành phố Điện Biên Phủ", "Tỉnh Điện Biên")
    found = [old["commune_code"] for old in OLD_UNITS if (old["name"], old["district"], old["province"]) == place]
    names = {commune["code"]: commune["name"] for commune in COMMUNES}
    assert [(code, names[code]) for code in found] == [("03325", "Mường Phăng")]
