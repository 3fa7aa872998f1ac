"""What nobody types but somebody sends: numbers no row can have, torn characters, words without end."""

import pytest

from tests.databases import sqlite_only

pytestmark = pytest.mark.each_kind

LARGE = [2**31, 2**63, 10**30]


@pytest.mark.parametrize("number", LARGE)
@pytest.mark.parametrize(
    "door",
    ["/ho/{}", "/ho/{}/sua", "/ho/{}/gop", "/nguoi/{}/sua", "/nguoi/{}/dong-y", "/nguoi/{}/the-hoc", "/can-bo/{}",
     "/viec/{}", "/ho/nhap/{}", "/bai-hoc/dang-nhap-cong-dich-vu-cong/{}"],
)  # fmt: skip
def test_a_number_that_no_row_can_have_is_not_found(visitor, w, door, number):
    visitor.as_(w.cuc).get(door.format(number), status=404)


@sqlite_only
def test_a_number_written_otherwise_is_no_second_address(visitor, w):
    step, house = "/bai-hoc/dang-nhap-cong-dich-vu-cong/", "/ho/"
    lan = visitor.as_(w.lan)
    lan.get(f"{step}2")
    lan.get(f"{house}{w.sens_house.id}")
    for number in ("02", "٢", "२", "+2", "%202", "2.0"):
        lan.get(step + number, status=404)
    lan.get(f"{house}0{w.sens_house.id}", status=404)


@pytest.mark.parametrize("number", LARGE)
@pytest.mark.parametrize(
    "door",
    ["/ho?page={}", "/ho?village={}", "/ho/moi?village={}", "/can-bo?page={}", "/nhat-ky?page={}", "/tin-nhan?page={}",
     "/do-phu/11977/chuyen-bien?page={}"],
)  # fmt: skip
def test_a_number_beyond_everything_narrows_no_list(visitor, w, door, number):
    visitor.as_(w.cuc).get(door.format(number))


def test_a_page_after_the_last_shows_the_last(visitor, w):
    official = visitor.as_(w.cuc)
    assert w.lan.name in official.get("/can-bo?page=999999").words
    assert w.sens_house.head_name in official.get("/ho?page=999999").words


@pytest.mark.parametrize("number", LARGE)
def test_an_entry_that_cannot_be_is_not_merged(visitor, w, number):
    official = visitor.as_(w.cuc)
    official.post(f"/ho/{w.sens_house.id}/gop", {"other": str(number)}, status=404)
    official.post(f"/nguoi/{w.sen.id}/gop", {"other": str(number)}, status=404)
    official.get(f"/ho/{w.sens_house.id}/gop?other={number}")


@pytest.mark.parametrize("digits", [30, 400, 3000])
def test_a_number_of_endless_digits_is_told_to_be_none(visitor, w, digits):
    page = visitor.as_(w.lan).post("/ho/moi", {"head_name": "Trần Văn Dê", "walk_no": "1" * digits}, status=422)
    assert "Not a valid integer value" in page.words
    visitor.as_(w.cuc).post(f"/ho/{w.sens_house.id}/gop", {"other": "1" * digits}, status=404)


@pytest.mark.parametrize("door", ["/ho?q=a%00b", "/do-phu/%00", "/thu-tuc/%00", "/khu-vuc/tim?q=abc&inside=%00"])
def test_a_torn_character_in_an_address_is_refused_kindly(visitor, w, door):
    visitor.as_(w.cuc).get(door, status=400)


def test_a_torn_character_in_a_form_is_refused_kindly(visitor, w):
    typed = {"closed_as": "vacant", "reason": "đi\0vắng"}
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/dong", typed, status=400)


def test_a_torn_cookie_is_refused_kindly(visitor):
    visitor.client.set_cookie("learner", "a\0b")
    visitor.get("/", status=400)


@pytest.mark.parametrize("door", ["/khu-vuc/tim", "/thu-tuc", "/ho", "/can-bo"])
def test_more_words_than_anybody_types_are_no_burden(visitor, w, door):
    visitor.as_(w.cuc).get(door, query_string={"q": "ab " * 1300})


def test_a_form_holds_no_more_than_people_type(visitor):
    visitor.post("/the-hoc", {"code": "1 " * 1_000_000}, status=413)


def test_what_is_too_long_is_not_searched_any_further(visitor, monkeypatch):
    searched = []
    monkeypatch.setattr("outreach.lib.id_numbers.find", lambda text: searched.append(text))
    visitor.post("/the-hoc", {"code": "1 " * 1000}, status=422)
    assert searched == []
