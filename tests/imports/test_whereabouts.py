"""What lists say of where a house is and what kind of family lives there."""

import pytest

from outreach.households.models import FAMILY_TYPES
from outreach.imports import columns, whereabouts
from outreach.imports.rows import Reason
from tests.imports.sheets.build import house, load, xlsx

HEADINGS = ("Họ tên chủ hộ", "Địa chỉ", "Thôn", "Vĩ độ", "Kinh độ", "Thứ tự đi", "Loại hộ")


def a_list(*rows):
    return xlsx([HEADINGS, *(("Trần Văn Dê", "Ngõ 1", "Đông", *row) for row in rows)])


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Vĩ độ", columns.LAT), ("VĨ ĐỘ (lat)", columns.LAT), ("latitude", columns.LAT),
        ("Kinh độ", columns.LON), ("lng", columns.LON),
        ("Thứ tự đi", columns.WALK), ("Thứ tự đi thăm", columns.WALK), ("Thứ tự hộ", columns.CODE),
        ("Loại hộ", columns.KIND), ("Diện hộ", columns.KIND), ("Nhóm gia đình", columns.KIND),
        ("Tôn giáo", columns.SKIP), ("Thứ tự", columns.SKIP),
    ],
)  # fmt: skip
def test_the_columns_are_known_by_their_headings(heading, field):
    assert columns.meaning(heading) == field


@pytest.mark.parametrize("lat", ["20.651", "20,651", "20.651°"])
def test_coordinates_are_read_however_the_decimal_is_written(lat):
    assert whereabouts.coordinates(lat, "106.05") == (20.651, 106.05)


def test_exchanged_coordinates_are_put_right():
    assert whereabouts.coordinates("106.05", "20.65") == (20.65, 106.05)


@pytest.mark.parametrize("pair", [("20.65", ""), ("0", "0"), ("48.1", "11.5"), ("nan", "106"), ("gần chợ", "106")])
def test_what_is_no_place_in_vietnam_is_not_taken(pair):
    with pytest.raises(whereabouts.Unclear):
        whereabouts.coordinates(*pair)


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("Hộ cán bộ, công chức, viên chức", ("official",)),
        ("CBCCVC; hội viên nông dân", ("official", "farmers")),
        ("Hội viên phụ nữ / có học sinh", ("pupil", "women")),
        ("đoàn viên thanh niên", ("youth",)),
        ("Hộ nghèo", ()), ("Đảng viên", ()), ("", ()),
    ],
)  # fmt: skip
def test_kinds_of_family_are_found_in_a_cell_and_other_words_passed_over(cell, kinds):
    assert whereabouts.kinds(cell) == kinds


def test_party_membership_is_no_kind_of_family_here():
    assert not [kind for kind in FAMILY_TYPES if "party" in kind]


def test_a_new_household_has_its_place_its_turn_and_its_kinds(s, w):
    load(s, w, a_list((20.651, 106.052, 4, "Hội viên nông dân, có học sinh")))
    made = house(s, "Trần Văn Dê")
    assert (made.lat, made.lon, made.walk_no) == (20.651, 106.052, 4)
    assert {one.type for one in made.types} == {"pupil", "farmers"}


def test_the_same_list_twice_changes_nothing_of_that(s, w):
    content = a_list((20.651, 106.052, 4, "Hội viên nông dân"))
    load(s, w, content)
    assert load(s, w, content).unchanged == 1


def test_a_household_known_by_its_name_keeps_what_was_noted_and_gains_what_was_not(s, w):
    load(s, w, a_list(("", "", 4, "Hội viên nông dân")))
    load(s, w, a_list((20.651, 106.052, 9, "Có học sinh")))
    made = house(s, "Trần Văn Dê")
    s.refresh(made)
    assert (made.lat, made.walk_no) == (20.651, 4)
    assert {one.type for one in made.types} == {"farmers", "pupil"}


NOWHERE, LAST = (91, 11, 4, ""), (20.65, 106.05, "cuối", "")


@pytest.mark.parametrize(("row", "reason"), [(NOWHERE, Reason.PLACE), (LAST, Reason.WALK)])
def test_what_cannot_be_read_costs_a_remark_and_not_the_household(s, w, row, reason):
    outcome = load(s, w, a_list(row))
    assert (outcome.created, [one.reason for one in outcome.given_back]) == (1, [reason])
