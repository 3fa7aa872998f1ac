"""Two people correct the same sheet: what one did not touch keeps what the other saved, and nothing is overwritten."""

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry

HANHS = "0977 000 111"


def test_who_saves_an_older_page_puts_nothing_back(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/ho/{w.sens_house.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, address="Ngõ 3, số 7A", family_types=["farmers"])
    dung.send(older, door, phone=HANHS)
    s.expire_all()
    house = w.sens_house
    assert (house.address, house.phone, [one.type for one in house.types]) == (
        "Ngõ 3, số 7A", "+84977000111", ["farmers"]
    )  # fmt: skip


def test_of_two_values_both_are_shown_and_whoever_sends_again_has_chosen(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/ho/{w.sens_house.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, address="Ngõ 3, số 7A", head_name="Hoàng Thị Sến")
    page = dung.send(older, door, address="Ngõ 3, số 7B", phone=HANHS, status=409)
    s.expire_all()
    assert (w.sens_house.address, w.sens_house.phone) == ("Ngõ 3, số 7A", None)
    assert "<td>Ngõ 3, số 7A</td><td>Ngõ 3, số 7B</td>" in page.text
    typed = page.form(door)
    assert (typed["address"], typed["phone"], typed["head_name"]) == (
        ["Ngõ 3, số 7B"], [HANHS], ["Hoàng Thị Sến"]
    )  # fmt: skip
    assert door in {link.rstrip("?") for link in page.links()}
    dung.send(page, door)
    s.expire_all()
    assert (w.sens_house.address, w.sens_house.head_name) == ("Ngõ 3, số 7B", "Hoàng Thị Sến")


def test_the_same_correction_twice_is_one(visitor, s, w):
    lan, door = visitor.as_(w.lan), f"/ho/{w.sens_house.id}/sua"
    page = lan.get(door)
    for _time in range(2):
        lan.send(page, door, address="Ngõ 3, số 7A")
    assert len(s.scalars(select(AuditEntry).where(AuditEntry.act == "household.update")).all()) == 1


def test_a_fault_in_an_older_page_brings_back_what_was_typed_beside_what_stands(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/ho/{w.sens_house.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, address="Ngõ 3, số 7A")
    page = dung.send(older, door, phone="0912", status=422)
    dung.send(page, door, phone=HANHS)
    s.expire_all()
    assert (w.sens_house.address, w.sens_house.phone) == ("Ngõ 3, số 7A", "+84977000111")


@pytest.mark.parametrize("drawn_from", ["", "{", "[]"])
def test_a_page_that_came_in_pieces_is_taken_as_it_is(visitor, s, w, drawn_from):
    lan, door = visitor.as_(w.lan), f"/ho/{w.sens_house.id}/sua"
    lan.send(lan.get(door), door, address="Ngõ 8", drawn_from=drawn_from)
    s.expire_all()
    assert w.sens_house.address == "Ngõ 8"


def test_a_persons_sheet_keeps_what_somebody_else_corrected(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/nguoi/{w.sen.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, birth_year="1950", vneid="y")
    dung.send(older, door, name="Hoàng Thị Sến")
    s.expire_all()
    assert (w.sen.name, w.sen.birth_year, w.sen.vneid_said_on is not None) == ("Hoàng Thị Sến", 1950, True)


def test_a_number_taken_with_one_tap_does_not_hide_that_another_was_typed(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/nguoi/{w.sen.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, phone="0912 111 222")
    page = dung.send(older, door, same_phone=w.hanh.phone, status=409)
    assert "0912 111 222" in page.words
    dung.send(page, door)
    s.expire_all()
    assert w.sen.phone == w.hanh.phone


def test_of_two_choices_of_several_both_are_shown_in_words(visitor, s, w):
    lan, dung, door = visitor.as_(w.lan), visitor.as_(w.dung), f"/ho/{w.sens_house.id}/sua"
    older = dung.get(door)
    lan.send(lan.get(door), door, family_types=["farmers", "women"])
    page = dung.send(older, door, family_types=["pupil"], status=409)
    theirs = "Family with Women's Union members, Family with Farmers' Union members"
    assert f"<td>{theirs}</td><td>Family with pupils</td>" in page.text.replace("&#39;", "'")
    assert page.form(door)["family_types"] == ["pupil"]
