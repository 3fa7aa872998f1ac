"""A telephone that a family shares is asked for once; whose consent it is stays each person's own."""

import pytest

from outreach.households import consent
from outreach.households.models import Member

HANHS = "+84912345678"


def new(w):
    return f"/ho/{w.sens_house.id}/nguoi/moi"


def noted(s, name):
    return s.query(Member).filter_by(name=name).one()


def test_the_second_persons_form_offers_the_number_of_the_house(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.get(new(w))
    assert "The number of Nguyễn Thu Hạnh: 0912 345 678" in page.words
    assert page.form(new(w))["same_phone"] == [""]  # nothing is chosen for anybody
    lan.send(page, new(w), name="Bé Na", birth_year="2001", same_phone=HANHS)
    assert noted(s, "Bé Na").phone == HANHS


def test_a_number_taken_from_the_house_brings_nobodys_yes_along(visitor, s, w, yes):
    yes(w.hanh, "sms")
    lan = visitor.as_(w.lan)
    lan.send(lan.get(new(w)), new(w), name="Bé Na", birth_year="2001", same_phone=HANHS)
    assert consent.current(s, noted(s, "Bé Na")) == {}


def test_several_who_share_a_number_are_named_together(visitor, s, w):
    w.sen.phone = HANHS
    s.commit()
    page = visitor.as_(w.lan).get(new(w))
    assert "The number of Hoàng Thị Sen, Nguyễn Thu Hạnh: 0912 345 678" in page.words


def test_a_house_without_a_number_is_offered_none(visitor, w):
    door = f"/ho/{w.paos_house.id}/nguoi/moi"
    assert "same_phone" not in visitor.as_(w.nga).get(door).form(door)


def test_one_who_is_corrected_is_offered_the_others_numbers_and_not_her_own(visitor, s, w):
    lan = visitor.as_(w.lan)
    assert "same_phone" not in lan.get(f"/nguoi/{w.hanh.id}/sua").form(f"/nguoi/{w.hanh.id}/sua")
    page = lan.get(f"/nguoi/{w.sen.id}/sua")
    lan.send(page, f"/nguoi/{w.sen.id}/sua", same_phone=HANHS)
    s.expire_all()
    assert w.sen.phone == HANHS


CHANGED = {"name": "Hoàng Thị Sen", "relation": "head", "language": "vi"}


def test_a_number_that_the_house_has_changed_since_is_taken_as_if_it_were_typed(visitor, s, w):
    visitor.as_(w.lan).post(f"/nguoi/{w.sen.id}/sua", CHANGED | {"same_phone": "0977 000 111"})
    s.expire_all()
    assert w.sen.phone == "+84977000111"


def test_what_is_no_number_is_not_taken_for_one(visitor, s, w):
    page = visitor.as_(w.lan).post(f"/nguoi/{w.sen.id}/sua", CHANGED | {"same_phone": "113"}, status=422)
    assert "One thing to put right" in page.words
    s.expire_all()
    assert w.sen.phone is None


def test_the_ambassador_to_be_takes_a_number_of_the_house_with_one_tap(visitor, s, w):
    lan, door = visitor.as_(w.lan), f"/ho/{w.sens_house.id}/dai-su"
    lan.send(lan.get(door), door, who=w.sen.id, same_phone=HANHS, purposes=["registered", "sms"], how="oral")
    s.expire_all()
    assert w.sen.phone == HANHS
    assert set(consent.current(s, w.sen)) == {"registered", "sms"}


@pytest.mark.parametrize("form", ["full", "plain"])
def test_how_messages_are_written_is_asked_and_kept(visitor, s, w, form):
    lan, door = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/sua"
    page = lan.get(door)
    assert page.form(door)["sms_form"] == ["plain"]
    lan.send(page, door, sms_form=form)
    s.expire_all()
    assert w.hanh.sms_form == form


def test_becoming_ambassador_leaves_the_way_of_writing_as_it_was(visitor, s, w):
    w.hanh.sms_form = "full"
    s.commit()
    lan, door = visitor.as_(w.lan), f"/ho/{w.sens_house.id}/dai-su"
    lan.send(lan.get(door), door, who=w.hanh.id, purposes=["registered"], how="oral")
    s.expire_all()
    assert w.hanh.sms_form == "full"
