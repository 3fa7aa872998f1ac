"""Every dirtiness that lists have, one sentence each."""

import unicodedata
from datetime import date, datetime

import pytest
from sqlalchemy import select

from outreach.areas import queries as areas
from outreach.exchange.tables import HOUSEHOLDS, TABLES
from outreach.households.models import Household, Member
from outreach.imports import columns, copying, importing, preview, sheets
from outreach.imports.sheets import Fault, Unreadable
from tests.imports.sheets.build import HEADINGS, a_list, csv_file, heads, house, load, upload, xlsx
from tests.world import area

GOAT = ("9", "Trần Văn Dê", 1970, "Ngõ 1", "0912 345 670", "Đông")


def test_titles_above_the_headings_are_passed_over(s, w):
    titled = [["ỦY BAN NHÂN DÂN XÃ TÂN HƯNG"], [], ["DANH SÁCH HỘ GIA ĐÌNH NĂM 2026"], [], HEADINGS, GOAT]
    outcome = load(s, w, xlsx(titled))
    assert outcome.file.header_row == 5
    assert outcome.result == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0, "remarks": 0}
    assert house(s, "Trần Văn Dê").phone == "+84912345670"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Họ tên chủ hộ", "head"), ("TÊN CHỦ HỘ", "head"), ("Chủ hộ", "head"), ("ho ten chu ho", "head"),
        ("Họ và tên", "name"), ("Họ, tên", "name"), ("Họ và tên đệm", "family"),
        ("Họ đệm chủ hộ", "family"),
        ("Họ và chữ đệm", "family"), ("Họ lót", "family"), ("Tên", "name"),
        ("Địa chỉ", "address"), ("Nơi thường trú", "address"),
        ("Ngõ/xóm", "lane"), ("Thôn/TDP", "village"), ("Tổ dân phố", "village"), ("Bản", "village"), ("Tổ", "village"),
        ("SĐT", "phone"), ("Điện thoại", "phone"), ("Số đt", "phone"), ("Di động", "phone"), ("SĐT chủ hộ", "phone"),
        ("Mã hộ", "code"), ("Số hộ", "code"), ("STT hộ", "code"), ("Năm sinh", "birth"), ("Ngày sinh", "birth"),
        ("Ngày, tháng,\nnăm sinh", "birth"), ("Quan hệ với chủ hộ", "relation"), ("Số nhà", "number"),
        ("Số nhân khẩu", ""), ("Mã hồ sơ", ""), ("Giới tính", ""), ("Ghi chú", ""), ("Trưởng thôn", ""), ("STT", ""),
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_spelt(heading, field):
    assert columns.meaning(heading) == field
    assert columns.meaning(unicodedata.normalize("NFD", heading)) == field


def test_our_own_table_of_households_is_read_by_the_names_of_villages_not_by_their_codes():
    headings = [column.code for column in TABLES[HOUSEHOLDS]]
    assert headings[columns.guess(headings)["village"]] == "village_name"
    assert columns.guess(["Mã thôn", "Tên thôn", "Họ tên chủ hộ"])["village"] == 1


def test_the_row_of_hxl_tags_of_our_own_table_is_no_household(s, w):
    table = TABLES[HOUSEHOLDS]
    goat = {"village_name": "Thôn Đông", "village_code": "11977.1", "head_name": "Trần Văn Dê", "household_code": "9"}
    outcome = load(s, w, xlsx([[c.code for c in table], [c.tag for c in table], [goat.get(c.code, "") for c in table]]))
    assert (outcome.created, outcome.reasons) == (1, {})


@pytest.mark.parametrize("given", ["Tên", "Tên chủ hộ"])
def test_a_name_in_two_columns_is_one_name(s, w, given):
    outcome = load(s, w, xlsx([("STT", "Họ và tên đệm", given, "Thôn"), (1, "Trần Văn", "Dê", "Đông")]))
    assert outcome.result["created"] == 1
    assert house(s, "Trần Văn Dê").members[0].name == "Trần Văn Dê"


def test_a_family_name_without_a_given_name_is_given_back(s, w):
    outcome = load(s, w, xlsx([("STT", "Họ và tên đệm", "Tên", "Thôn"), (1, "Trần Văn", "", "Đông")]))
    assert outcome.result["rejected"] == 1


@pytest.mark.parametrize(
    "heading",
    ["Số CCCD", "CMND", "CCCD/CMND chủ hộ", "Căn cước", "Số định danh cá nhân", "Mã định danh", "Dân tộc", "Tôn giáo"],
)
def test_a_column_of_id_numbers_or_ethnicity_is_never_kept(s, w, heading):
    file = upload(
        s, w, xlsx([("Chủ hộ", heading, "Thôn"), ("Trần Văn Dê", "Kinh 033055001234 số cũ 123456789", "Đông")])
    )
    assert file.columns == {"head": 0, "village": 2}
    assert copying.top(file.content, file.sheet)[1].cells == ["Trần Văn Dê", "", "Đông"]
    assert preview.preview(s, file, w.tan_hung).columns[1].forbidden


def test_an_id_number_in_the_files_name_is_not_kept(s, w):
    file = preview.upload(s, w.tan_hung, "hộ 034155001234.xlsx", copying.keep(sheets.read(a_list(GOAT))), w.cuc.id)
    assert file.name == "hộ [đã bỏ số 12 chữ số]"


def test_a_torn_character_in_a_cell_costs_nobody_the_list(s, w):
    late = [HEADINGS, *([str(n), f"Trần Văn {n}", "1970", "Ngõ 1", "", "Đông"] for n in range(10, 2000))]
    torn = [*late, ["2001", "Trần Văn D\0ê", "1970", "Ngõ 1", "", "Đông"]]
    outcome = load(s, w, csv_file(torn))
    assert outcome.created == 1991
    assert house(s, "Trần Văn Dê")


def test_a_remark_in_the_villages_place_becomes_no_village(s, w):
    remark = "Thôn Đông " + "gồm các hộ chuyển đến từ năm ngoái " * 5
    file = upload(s, w, a_list(("1", "Trần Văn Dê", 1970, "", "", remark)))
    unknown = preview.preview(s, file, w.tan_hung).unknown
    importing.start(s, file, w.tan_hung, None, [one.key for one in unknown], w.cuc.id)
    assert [village.name for village in areas.villages(s, w.tan_hung)] == ["Đoài", "Đông"]


def test_a_12_digit_number_anywhere_in_a_taken_cell_gives_the_row_back_without_it(s, w):
    outcome = load(s, w, a_list(("1", "Trần Văn Dê 033055001234", 1970, "", "", "Đông"), GOAT))
    assert (outcome.created, outcome.reasons) == (1, {2: "id_number"})
    assert "033055001234" not in str(outcome.given_back[0].cells)


def test_a_12_digit_number_in_a_column_nobody_takes_harms_nobody(s, w):
    outcome = load(s, w, xlsx([(*HEADINGS, "Ghi chú"), (*GOAT, "thẻ 033055001234")]))
    assert (outcome.created, outcome.rejected) == (1, 0)


def test_a_village_merged_over_many_rows_holds_for_each(s, w):
    rows = [
        ("Thôn", "Chủ hộ"),
        ("Đông", "Trần Văn Dê"),
        (None, "Lê Thị Na"),
        (None, "Vũ Thị Mơ"),
        ("Đoài", "Hồ Văn Lộc"),
    ]
    load(s, w, xlsx(rows, merged=["A2:A4"]))
    assert heads(s, w.dong)[-3:] == ["Trần Văn Dê", "Lê Thị Na", "Vũ Thị Mơ"]
    assert heads(s, w.doai)[-1] == "Hồ Văn Lộc"


def test_a_village_on_a_line_of_its_own_holds_for_what_follows(s, w):
    rows = [
        ("TT", "Chủ hộ", "SĐT"),
        ("I. THÔN ĐÔNG (2 hộ)",),
        (1, "Trần Văn Dê", ""),
        ("II. Thôn Đoài",),
        (1, "Hồ Văn Lộc", ""),
    ]
    outcome = load(s, w, xlsx(rows, merged=["A2:C2"]))
    assert (outcome.created, outcome.rejected) == (2, 0)
    assert heads(s, w.doai)[-1] == "Hồ Văn Lộc"


@pytest.mark.parametrize(
    "typed", ["Đông", "thôn Đông", "THÔN ĐÔNG", "thon dong", "Thôn Đông, xã Tân Hưng", "1. Thôn Đông"]
)
def test_a_village_is_known_however_it_is_written(s, w, typed):
    load(s, w, a_list((*GOAT[:5], typed)))
    assert house(s, "Trần Văn Dê").village_id == w.dong.id


@pytest.mark.parametrize("typed", ["Tổ dân phố số 5", "TDP 5", "tdp số 05", "Tổ 5", "5"])
def test_a_numbered_residential_group_is_known_however_it_is_written(s, w, typed):
    fifth = area(s, w.tan_hung, "village", "tổ dân phố", "11983.5", "5")
    load(s, w, a_list((*GOAT[:5], typed)))
    assert house(s, "Trần Văn Dê").village_id == fifth.id


@pytest.mark.parametrize("name", ["Tô Văn Hùng", "Bàn Thị Mai", "To Van Hung"])
def test_a_person_alone_on_a_line_is_no_village(s, w, name):
    assert load(s, w, xlsx([("Ghi chú", "Chủ hộ"), (None, name), (None, "Hồ Văn Lộc")]), village=w.dong).created == 2
    assert heads(s, w.dong)[-2:] == [name, "Hồ Văn Lộc"]


def test_a_village_of_another_type_is_another_village(s, w):
    assert load(s, w, a_list((*GOAT[:5], "Bản Đông"))).reasons == {2: "unknown_village"}


def test_blank_rows_repeated_headings_column_numbers_sums_and_signatures_are_no_households(s, w):
    rows = [
        HEADINGS, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"), GOAT, (), (), HEADINGS, ("10",), ("11", "Lê Thị Na"),
        ("Tổng cộng: 2 hộ",), (None, "Tân Hưng, ngày 5 tháng 9 năm 2026"), (None, "NGƯỜI LẬP BIỂU"),
    ]  # fmt: skip
    outcome = load(s, w, xlsx(rows))
    assert (outcome.created, outcome.rejected) == (2, 0)


def test_decomposed_letters_are_stored_composed(s, w):
    load(s, w, a_list(tuple(unicodedata.normalize("NFD", str(cell)) for cell in GOAT)))
    assert house(s, "Trần Văn Dê").address == "Ngõ 1"


@pytest.mark.parametrize(
    "typed",
    [912345670, 912345670.0, "912345670", "0912.345.670", "84912345670", "+84 912 345 670", "0912345670 / 0987654322"],
)
def test_a_telephone_number_is_read_even_with_its_zero_gone(s, w, typed):
    load(s, w, a_list(("9", "Trần Văn Dê", 1970, "", typed, "Đông")))
    assert house(s, "Trần Văn Dê").phone == "+84912345670"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("01682345678", "phone_old_11_digits"), ("02213862345", "phone_landline"), ("09123", "phone_too_short")],
)
def test_a_household_is_taken_without_a_telephone_number_that_cannot_be_one(s, w, typed, reason):
    outcome = load(s, w, a_list(("9", "Trần Văn Dê", 1970, "", typed, "Đông")))
    assert house(s, "Trần Văn Dê").phone is None
    assert (outcome.rejected, outcome.remarks, outcome.reasons) == (0, 1, {2: reason})


@pytest.mark.parametrize("typed", ["không có", "chưa", "-"])
def test_words_instead_of_a_telephone_number_are_no_telephone_number(s, w, typed):
    outcome = load(s, w, a_list(("9", "Trần Văn Dê", 1970, "", typed, "Đông")))
    assert (house(s, "Trần Văn Dê").phone, outcome.remarks) == (None, 0)


@pytest.mark.parametrize(
    "typed",
    [1960, "1960", "01/05/1960", "1-5-1960", "1960-05-01", "01051960", 22037, "22037", "05/1960", "1/5/60",
     date(1960, 5, 1), datetime(1960, 5, 1), "năm 1960"],
)  # fmt: skip
def test_the_year_of_birth_is_taken_from_a_day_in_any_shape(s, w, typed):
    load(s, w, a_list(("9", "Trần Văn Dê", typed, "", "", "Đông")))
    assert s.scalars(select(Member.birth_year).where(Member.name == "Trần Văn Dê")).one() == 1960


@pytest.mark.parametrize("typed", ["1860", "2190", "12/13", "196o1"])
def test_a_person_is_taken_without_a_year_of_birth_that_cannot_be_one(s, w, typed):
    outcome = load(s, w, a_list(("9", "Trần Văn Dê", typed, "", "", "Đông")))
    assert (outcome.created, outcome.reasons) == (1, {2: "birth"})


def test_house_number_lane_and_address_become_one_address(s, w):
    load(
        s,
        w,
        xlsx([("Chủ hộ", "Địa chỉ", "Ngõ", "Số nhà", "Thôn"), ("Trần Văn Dê", "đường Bờ Sông", "Ngõ 1", 12, "Đông")]),
    )
    assert house(s, "Trần Văn Dê").address == "12, Ngõ 1, đường Bờ Sông"


def test_a_row_without_a_name_is_given_back(s, w):
    assert load(s, w, a_list(("9", None, 1970, "Ngõ 1", "", "Đông"))).reasons == {2: "no_name"}


def test_a_name_longer_than_any_name_is_given_back(s, w):
    assert load(s, w, a_list(("9", "Trần Văn Dê " * 20, 1970, "Ngõ 1", "", "Đông"))).reasons == {2: "too_long"}


def test_an_error_of_excel_is_an_empty_cell(s, w):
    load(s, w, a_list(("9", "Trần Văn Dê", 1970, "#N/A", "#REF!", "Đông")))
    assert house(s, "Trần Văn Dê").address == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_whatever_it_was_written(s, w, encoding, delimiter):
    load(s, w, csv_file([["Xã Tân Hưng, tỉnh Hưng Yên"], HEADINGS, GOAT], encoding=encoding, delimiter=delimiter))
    assert house(s, "Trần Văn Dê").village_id == w.dong.id


def test_a_csv_of_an_old_vietnamese_windows_is_read(s, w):
    def old(char: str) -> str:
        """The letter with its hook or roof, then its tone apart, as that Windows kept them."""
        letter, *marks = unicodedata.normalize("NFD", char)
        own = [mark for mark in marks if mark in "\u0302\u0306\u031b"]
        return unicodedata.normalize("NFC", letter + "".join(own)) + "".join(mark for mark in marks if mark not in own)

    rows = [["".join(old(char) for char in str(cell)) for cell in row] for row in (HEADINGS, GOAT)]
    load(s, w, csv_file(rows, encoding="cp1258", delimiter=";"))
    assert house(s, "Trần Văn Dê").address == "Ngõ 1"


def test_the_sheet_that_looks_like_a_list_is_taken(s, w):
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Hướng dẫn điền"])
    page = book.create_sheet("Thôn Đông")
    for row in (HEADINGS, GOAT):
        page.append(row)
    held = io.BytesIO()
    book.save(held)
    outcome = load(s, w, held.getvalue())
    assert (outcome.file.sheet, outcome.created) == ("Thôn Đông", 1)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Fault.OLD_EXCEL),
        (b"%PDF-1.7\n", Fault.NOT_A_LIST),
        (b"<html><table>", Fault.NOT_A_LIST),
        (b"PK\x03\x04 broken", Fault.DAMAGED),
        (b"", Fault.EMPTY),
        (b"\n\n,,\n", Fault.EMPTY),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(content, fault):
    with pytest.raises(Unreadable) as refused:
        list(sheets.read(content))
    assert refused.value.fault is fault


def test_a_workbook_that_would_unpack_to_gigabytes_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 3000)
    with pytest.raises(Unreadable) as refused:
        list(sheets.read(a_list(*[GOAT] * 2000)))
    assert refused.value.fault is Fault.TOO_LARGE


def test_a_list_longer_than_a_commune_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 20)
    with pytest.raises(Unreadable) as refused:
        list(sheets.read(a_list(*[GOAT] * 30)))
    assert refused.value.fault is Fault.TOO_LARGE


def test_a_list_in_an_old_font_is_refused():
    with pytest.raises(Unreadable) as refused:
        list(sheets.read(xlsx([("Hä tªn chñ hé", "Th«n"), *[("NguyÔn V¨n T¸m", "§«ng")] * 9])))
    assert refused.value.fault is Fault.OLD_FONT


def test_a_sheet_formatted_far_beyond_its_rows_ends_where_its_rows_end():
    rows = list(sheets.read(a_list(GOAT, *[()] * 3000, GOAT)))
    assert [row.number for row in rows] == [1, 2]


def test_nothing_is_counted_that_was_not_taken(s, w):
    before = len(heads(s, w.dong))
    load(s, w, a_list(GOAT, ("9", "Ai Khác", 1970, "", "", "Đông"), ("10", "", 1970, "Ngõ 2", "", "Đông")))
    assert len(heads(s, w.dong)) == before + 1
    assert s.scalars(select(Household).where(Household.code == "10")).all() == []
