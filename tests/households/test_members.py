"""The people of a household: noted, corrected, gone and back; nothing about them that nobody needs."""

from datetime import date

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.coverage import recounting
from outreach.households import ambassadors, stages
from outreach.households.models import LEARNING, NOT_REACHED, Member
from tests import world

SHEET = {"name": "Nguyễn Văn Bách", "birth_year": "1979", "relation": "child", "phone": "", "language": "tyz"}


def of_house(s, house):
    s.expire_all()
    return {m.name: m for m in s.scalars(select(Member).where(Member.household_id == house.id))}


def test_a_volunteer_notes_a_person(visitor, s, w, deeds):
    volunteer = visitor.as_(w.lan)
    assert "Hoàng Thị Sen" in volunteer.get(f"/ho/{w.sens_house.id}/nguoi/moi").words
    answer = volunteer.post(f"/ho/{w.sens_house.id}/nguoi/moi", SHEET)
    made = of_house(s, w.sens_house)["Nguyễn Văn Bách"]
    assert answer.location == f"/ho/{w.sens_house.id}"
    assert (made.birth_year, made.relation, made.phone, made.language) == (1979, "child", None, "tyz")
    assert made.folded == "nguyen van bach"
    assert deeds() == [("member.create", made.id)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Please fill this in"),
        ({"name": "Bách 001 205 012 345"}, "take out the 12-digit ID number"),
        ({"birth_year": "79"}, "four digits"),
        ({"birth_year": "1879"}, "four digits"),
        ({"birth_year": "3000"}, "four digits"),
        ({"phone": "024 3825 5555"}, "landline"),
    ],
)
def test_what_cannot_be_true_is_refused_with_the_reason(visitor, s, w, typed, words):
    page = visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/nguoi/moi?lang=en", SHEET | typed, status=422)
    assert words in page.words
    assert len(of_house(s, w.sens_house)) == 2


def test_a_relation_nobody_offered_is_refused(visitor, w):
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/nguoi/moi", SHEET | {"relation": "boss"}, status=422)


def test_a_second_tap_notes_nobody_twice(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    volunteer.post(f"/ho/{w.sens_house.id}/nguoi/moi", SHEET)
    page = volunteer.post(f"/ho/{w.sens_house.id}/nguoi/moi?lang=en", SHEET, status=422)
    assert "in this household already" in page.words
    assert len(of_house(s, w.sens_house)) == 3


def test_one_phone_may_serve_several_people_and_it_is_said(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    volunteer.post(f"/ho/{w.sens_house.id}/nguoi/moi?lang=en", SHEET | {"phone": "+84 912 345 678"})
    assert of_house(s, w.sens_house)["Nguyễn Văn Bách"].phone == w.hanh.phone
    words = volunteer.get(f"/ho/{w.sens_house.id}").words
    assert "also serves: Nguyễn Thu Hạnh" in words


def test_who_shares_a_phone_in_another_village_is_not_told(visitor, s, w):
    world.member(s, w.paos_house, "Lý A Dế", 1990, phone="+84977777777")
    s.commit()
    volunteer = visitor.as_(w.lan)
    volunteer.post(f"/ho/{w.sens_house.id}/nguoi/moi", SHEET | {"phone": "0977777777"})
    assert "Lý A Dế" not in volunteer.get(f"/ho/{w.sens_house.id}").words


def test_a_person_is_corrected(visitor, s, w, deeds):
    volunteer = visitor.as_(w.lan)
    assert 'value="2003"' in volunteer.get(f"/nguoi/{w.hanh.id}/sua").text
    volunteer.post(f"/nguoi/{w.hanh.id}/sua", SHEET | {"name": "Nguyễn Thu Hạnh", "birth_year": "2004"})
    s.expire_all()
    assert (w.hanh.birth_year, w.hanh.relation, w.hanh.phone) == (2004, "child", None)
    assert deeds() == [("member.update", w.hanh.id)]


def test_a_faulty_correction_is_refused(visitor, s, w):
    visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/sua", SHEET | {"name": ""}, status=422)
    s.expire_all()
    assert w.hanh.name == "Nguyễn Thu Hạnh"


def test_a_new_number_stops_what_waits_for_the_old_one(visitor, s, w, waiting):
    sms = waiting(w.hanh)
    visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/sua", SHEET | {"name": w.hanh.name, "phone": "0988888888"})
    s.expire_all()
    assert sms.state == "cancelled"


def test_an_ambassador_who_leaves_is_ambassador_no_more(visitor, s, w, waiting, deeds):
    sms = waiting(w.hanh)
    stages.learning(s, w.hanh, clock.today())
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    volunteer = visitor.as_(w.lan)
    assert "no ambassador until" in volunteer.get(f"/nguoi/{w.hanh.id}/sua?lang=en").words
    volunteer.post(f"/nguoi/{w.hanh.id}/roi-di", {"left_on": "01/11/2026"})
    s.expire_all()
    assert w.hanh.left_on == date(2026, 11, 1)
    assert w.sens_house.stage == NOT_REACHED
    assert [(a.until, a.ended_reason) for a in w.sens_house.ambassadors] == [(clock.today(), "left")]
    assert sms.state == "cancelled"
    assert ("member.leave", w.hanh.id) in deeds()


def test_who_is_proficient_and_leaves_takes_it_along_and_brings_it_back(visitor, s, w):
    ambassadors.appoint(s, w.sens_house, w.sen, w.lan)
    stages.learning(s, w.sen, clock.today())
    stages.proficient(s, w.hanh, clock.today(), w.dung.id)
    s.commit()
    volunteer = visitor.as_(w.lan)
    volunteer.post(f"/nguoi/{w.hanh.id}/roi-di", {"left_on": clock.today().isoformat()})
    s.expire_all()
    assert w.sens_house.stage == LEARNING
    volunteer.post(f"/nguoi/{w.hanh.id}/tro-lai")
    s.expire_all()
    assert (w.hanh.left_on, w.sens_house.stage) == (None, "proficient")
    assert recounting.differing(s) == []


@pytest.mark.parametrize("day", ["", "2999-01-01", "mai"])
def test_nobody_has_left_on_a_day_that_has_not_come(visitor, s, w, day):
    visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/roi-di", {"left_on": day}, status=422)
    s.expire_all()
    assert w.hanh.left_on is None
