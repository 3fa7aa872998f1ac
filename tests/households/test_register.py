"""Registering and correcting a household by hand, without a second entry of the same one."""

import pytest
from sqlalchemy import select

from outreach.coverage import recounting
from outreach.households import stages
from outreach.households.models import Household, Member, Tally

SHEET = {"head_name": "Đào Thị  Mận", "address": "Ngõ 7", "phone": "098 765 4322"}


def found(s, name="Đào Thị Mận"):
    s.expire_all()
    return s.scalars(select(Household).where(Household.head_name == name)).all()


def test_a_volunteer_registers_a_household_of_her_village(visitor, s, w, deeds):
    answer = visitor.as_(w.lan).post("/ho/moi", SHEET)
    (made,) = found(s)
    assert answer.location == f"/ho/{made.id}"
    assert (made.village_id, made.address, made.phone, made.stage) == (
        w.dong.id,
        "Ngõ 7",
        "+84987654322",
        "not_reached",
    )
    assert (made.folded, made.address_folded) == ("dao thi man", "ngo 7")
    assert [(m.name, m.relation, m.phone) for m in made.members] == [("Đào Thị Mận", "head", "+84987654322")]
    assert s.get(Tally, w.dong.id).not_reached == 3
    assert recounting.differing(s) == []
    assert deeds() == [("household.create", made.id), ("member.create", made.members[0].id)]


def test_the_page_of_the_new_household_opens(visitor, w):
    volunteer = visitor.as_(w.lan)
    assert "Đào Thị Mận" in volunteer.follow(volunteer.post("/ho/moi", SHEET)).words


def test_an_official_says_which_village(visitor, s, w):
    official = visitor.as_(w.cuc)
    assert "thôn Đoài" in official.get("/ho/moi").words
    official.post("/ho/moi", SHEET | {"village": w.doai.id, "code": " 17 "})
    assert [(h.village_id, h.code) for h in found(s)] == [(w.doai.id, "17")]


def test_a_village_elsewhere_cannot_be_chosen(visitor, s, w):
    visitor.as_(w.cuc).post("/ho/moi", SHEET | {"village": w.ha.id}, status=422)
    visitor.as_(w.lan).post("/ho/moi", SHEET | {"village": w.ha.id})
    assert [h.village_id for h in found(s)] == [w.dong.id]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"head_name": " "}, "Please fill this in"),
        ({"phone": "0912"}, "too short"),
        ({"phone": "01234567890"}, "old 11-digit number"),
        ({"address": "cạnh nhà 001205012345"}, "take out the 12-digit ID number"),
        ({"code": "001205012345"}, "take out the 12-digit ID number"),
        ({"head_name": "Ơ" * 121}, "120"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_the_reason_and_kept_on_the_page(visitor, s, w, typed, words):
    page = visitor.as_(w.lan).post("/ho/moi?lang=en", SHEET | typed, status=422)
    assert words in page.words
    assert next(iter(typed.values())).strip() in page.text
    assert found(s) == []


def test_a_code_stands_once_in_a_village(visitor, s, w):
    page = visitor.as_(w.lan).post("/ho/moi?lang=en", SHEET | {"code": "1"}, status=422)
    assert "Another household of this village has this number" in page.words
    visitor.as_(w.nga).post("/ho/moi", SHEET | {"code": "1"})
    assert [h.village_id for h in found(s)] == [w.doai.id]


def test_one_that_looks_like_a_household_on_the_list_is_shown_before_anything_is_stored(visitor, s, w):
    typed = {"head_name": "hoang thi sen", "address": "Ngõ 9"}
    page = visitor.as_(w.lan).post("/ho/moi?lang=en", typed, status=409)
    assert f"/ho/{w.sens_house.id}" in page.links()
    assert "Nothing has been stored yet" in page.words
    assert 'value="Ngõ 9"' in page.text
    assert found(s, "hoang thi sen") == []
    visitor.as_(w.lan).post("/ho/moi", typed | {"anyway": "1"})
    assert len(found(s, "hoang thi sen")) == 1


def test_while_typing_the_likely_ones_are_shown(visitor, w):
    fragment = visitor.as_(w.lan).htmx("/ho/moi/giong", data={"head_name": "Ai Đó", "phone": "0912345678"})
    assert "Hoàng Thị Sen" in fragment.words
    assert "<html" not in fragment.text


def test_while_typing_half_a_number_nothing_is_shown_or_refused(visitor, w):
    fragment = visitor.as_(w.lan).htmx("/ho/moi/giong", data={"head_name": "Ai", "phone": "0912"})
    assert fragment.words == ""


def test_a_correction_is_stored_and_found_under_the_new_name(visitor, s, w, deeds):
    volunteer = visitor.as_(w.lan)
    assert 'value="Hoàng Thị Sen"' in volunteer.get(f"/ho/{w.sens_house.id}/sua").text
    volunteer.post(f"/ho/{w.sens_house.id}/sua", {"head_name": "Hoàng Thị Sến", "address": "Ngõ 3", "code": "1"})
    s.expire_all()
    assert (w.sens_house.head_name, w.sens_house.folded, w.sens_house.code) == ("Hoàng Thị Sến", "hoang thi sen", "1")
    assert w.sen.name == "Hoàng Thị Sến"
    assert deeds() == [("household.update", w.sens_house.id)]


def test_a_correction_without_change_leaves_no_trace(visitor, w, deeds):
    visitor.as_(w.lan).post(
        f"/ho/{w.sens_house.id}/sua", {"head_name": "Hoàng Thị Sen", "address": "Ngõ 3", "code": "1"}
    )
    assert deeds() == []


def test_whoever_works_in_several_villages_finds_the_households_own_chosen_so_that_no_correction_moves_it(
    visitor, s, w
):
    page = visitor.as_(w.cuc).get(f"/ho/{w.sens_house.id}/sua")
    (village,) = (one for one in page.tree.iter("select") if one.get("name") == "village")
    chosen = [option.get("value") for option in village.iter("option") if option.get("selected") is not None]
    assert chosen == [str(w.dong.id)]
    assert page.form(f"/ho/{w.sens_house.id}/sua")["village"] == chosen


def test_the_log_says_what_was_corrected_but_not_into_what(visitor, s, w):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/sua", SHEET | {"code": ""})
    entry = s.scalars(select(stages.StageChange.metadata.tables["audit_entry"].c.details)).one()
    assert entry == {"changed": ["head_name", "address", "phone", "code"]}


def test_a_household_noted_in_the_wrong_village_is_counted_in_the_right_one(visitor, s, w):
    visitor.as_(w.cuc).post(f"/ho/{w.tams_house.id}/sua", {"head_name": "Nguyễn Văn Tám", "village": w.doai.id})
    s.expire_all()
    assert w.tams_house.village_id == w.doai.id
    assert (s.get(Tally, w.dong.id).not_reached, s.get(Tally, w.doai.id).not_reached) == (1, 2)
    assert recounting.differing(s) == []


def test_a_correction_cannot_take_another_household_s_code(visitor, w):
    page = visitor.as_(w.lan).post(
        f"/ho/{w.sens_house.id}/sua?lang=en", {"head_name": "Hoàng Thị Sen", "code": "2"}, status=422
    )
    assert "Another household of this village has this number" in page.words


def test_a_faulty_correction_is_refused(visitor, s, w):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/sua", {"head_name": ""}, status=422)
    s.expire_all()
    assert w.sens_house.head_name == "Hoàng Thị Sen"


def test_the_list_of_members_keeps_who_is_not_the_head(visitor, s, w):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/sua", {"head_name": "Hoàng Thị Sến"})
    names = s.scalars(select(Member.name).where(Member.household_id == w.sens_house.id)).all()
    assert "Nguyễn Thu Hạnh" in names


def test_the_kinds_of_family_and_the_place_on_the_way_are_noted_and_corrected(visitor, s, w):
    lan = visitor.as_(w.lan)
    lan.post("/ho/moi", SHEET | {"family_types": ["pupil", "women"], "walk_no": "4"})
    (made,) = found(s)
    assert ([one.type for one in made.types], made.walk_no) == (["pupil", "women"], 4)
    address = f"/ho/{made.id}/sua"
    lan.send(lan.get(address), address, family_types=["women", "farmers"], walk_no="")
    (now,) = found(s)
    assert ([one.type for one in now.types], now.walk_no) == (["farmers", "women"], None)


def test_a_place_on_the_way_is_a_number_from_one(visitor, s, w):
    visitor.as_(w.lan).post("/ho/moi", SHEET | {"walk_no": "0"}, status=422)
    assert found(s) == []


def test_nobody_is_asked_for_party_membership(visitor, w):
    assert "party" not in visitor.as_(w.lan).get("/ho/moi").words.lower()
