"""The household's ambassador: a member, with a date, who registered her, and a yes purpose by purpose."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.households import ambassadors, consent, queries, registering
from outreach.households.models import HAS_AMBASSADOR, NOT_REACHED, Ambassador, Member

YES = {"purposes": ["registered", "sms"], "how": "oral", "guardian": ""}


def door(w):
    return f"/ho/{w.sens_house.id}/dai-su"


def history(s, house):
    s.expire_all()
    rows = s.scalars(select(Ambassador).where(Ambassador.household_id == house.id).order_by(Ambassador.id))
    return [(a.member.name, a.until is None, a.ended_reason) for a in rows]


def test_a_member_becomes_ambassador_with_date_registrar_and_consent(visitor, s, w, deeds):
    answer = visitor.as_(w.lan).post(door(w), YES | {"who": w.hanh.id, "wording": consent.WORDING})
    s.expire_all()
    made = queries.ambassador(w.sens_house)
    assert answer.location == f"/ho/{w.sens_house.id}"
    assert (made.member, made.since, made.registered_by) == (w.hanh, clock.today(), w.lan)
    assert w.sens_house.stage == HAS_AMBASSADOR
    given = consent.current(s, w.hanh)
    assert {p: (c.wording, c.given_how, c.taken_by_id) for p, c in given.items()} == {
        "registered": (consent.WORDING, "oral", w.lan.id),
        "sms": (consent.WORDING, "oral", w.lan.id),
    }
    assert [act for act, _ in deeds()] == ["consent.give", "consent.give", "ambassador.create"]


def test_at_the_door_somebody_new_is_noted_and_registered_in_one_step(visitor, s, w):
    new = {"who": "new", "name": "Nguyễn Thị Út", "relation": "child", "birth_year": "1990", "phone": "0966 666 666"}
    visitor.as_(w.lan).post(door(w), YES | new)
    made = s.scalars(select(Member).where(Member.name == "Nguyễn Thị Út")).one()
    assert (made.household_id, made.relation, made.birth_year, made.phone) == (
        w.sens_house.id,
        "child",
        1990,
        "+84966666666",
    )
    assert history(s, w.sens_house) == [("Nguyễn Thị Út", True, "")]


def test_what_is_missing_about_a_member_is_typed_on_the_same_page(visitor, s, w):
    w.sen.birth_year = None
    s.commit()
    volunteer = visitor.as_(w.lan)
    page = volunteer.post(f"{door(w)}?lang=en", {"who": w.sen.id, "how": "oral", "purposes": "registered"}, status=422)
    assert "The year of birth is needed" in page.words
    volunteer.post(door(w), {"who": w.sen.id, "how": "oral", "purposes": "registered", "birth_year": "1955"})
    s.expire_all()
    assert w.sen.birth_year == 1955


def test_a_year_on_the_list_is_not_overwritten_at_the_door(visitor, s, w):
    lan = visitor.as_(w.lan)
    lan.post(door(w), YES | {"who": w.hanh.id, "birth_year": "1966"})
    s.expire_all()
    assert w.hanh.birth_year == 2003
    assert "Somebody noted this differently" in lan.get(f"/ho/{w.sens_house.id}").words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"who": ""}, "Please choose one"),
        ({"how": ""}, "Please choose one"),
        ({"purposes": []}, "Nothing was ticked"),
        ({"purposes": ["sms", "phone"]}, "without agreeing to the first purpose"),
        ({"who": "new", "birth_year": "1990"}, "Please type the name"),
        ({"who": "new", "name": "Nguyễn Thị Út"}, "The year of birth is needed"),
        ({"who": "new", "name": "Nguyễn Thị Út", "birth_year": "1990"}, "a telephone number is needed"),
        ({"who": "new", "name": "Út 001205012345", "birth_year": "1990", "phone": "0966666666"}, "12-digit ID number"),
    ],
)
def test_without_what_registering_needs_nobody_is_registered(visitor, s, w, typed, words):
    page = visitor.as_(w.lan).post(f"{door(w)}?lang=en", YES | {"who": w.hanh.id} | typed, status=422)
    assert words in page.words
    assert history(s, w.sens_house) == []
    assert len(w.sens_house.members) == 2


def test_nothing_is_ticked_beforehand_and_every_text_stands_in_full(visitor, w):
    page = visitor.as_(w.lan).get(f"{door(w)}?lang=en")
    assert not {"purposes", "how"} & set(page.form(door(w)))
    for purpose in ("registered", "sms", "phone"):
        text = str(consent.WORDINGS[consent.WORDING][purpose]) % {"commune": "xã Tân Hưng"}
        assert text in page.words.replace("’", "'")


def test_a_child_is_registered_only_with_a_guardian_s_yes(visitor, s, w):
    w.hanh.birth_year = clock.today().year - 12
    s.commit()
    volunteer = visitor.as_(w.lan)
    page = volunteer.post(f"{door(w)}?lang=en", YES | {"who": w.hanh.id}, status=422)
    assert "a parent or guardian must agree" in page.words
    volunteer.post(door(w), YES | {"who": w.hanh.id, "guardian": "Hoàng Thị Sen"})
    assert consent.current(s, w.hanh)["registered"].guardian == "Hoàng Thị Sen"


def test_hand_over_keeps_who_was_it_before_and_why(visitor, s, w, waiting):
    with time_machine.travel("2026-10-01T09:00:00+07:00"):
        visitor.as_(w.lan).post(door(w), YES | {"who": w.hanh.id})
    sms = waiting(w.hanh)
    with time_machine.travel("2026-11-20T09:00:00+07:00"):
        volunteer = visitor.as_(w.lan)
        assert "Nguyễn Thu Hạnh" in volunteer.get(door(w)).words
        volunteer.post(door(w), {"who": w.sen.id, "how": "paper", "purposes": "registered", "reason": "Đi làm xa"})
    assert history(s, w.sens_house) == [("Nguyễn Thu Hạnh", False, "Đi làm xa"), ("Hoàng Thị Sen", True, "")]
    before = w.sens_house.ambassadors[0]
    assert (before.since, before.until, before.ended_by_id) == (date(2026, 10, 1), date(2026, 11, 20), w.lan.id)
    assert sms.state == "cancelled"
    assert "Đi làm xa" in visitor.as_(w.lan).get(door(w)).words


def test_a_reason_with_an_id_number_in_it_is_refused(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    volunteer.post(door(w), YES | {"who": w.hanh.id})
    typed = {"who": w.sen.id, "how": "oral", "purposes": "registered", "reason": "Số 001205012345"}
    assert "12-digit ID number" in volunteer.post(f"{door(w)}?lang=en", typed, status=422).words
    assert history(s, w.sens_house) == [("Nguyễn Thu Hạnh", True, "")]


def test_a_hand_over_without_a_reason_says_so_itself(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    volunteer.post(door(w), YES | {"who": w.hanh.id})
    volunteer.post(door(w), {"who": w.sen.id, "how": "oral", "purposes": "registered"})
    assert history(s, w.sens_house)[0] == ("Nguyễn Thu Hạnh", False, "handed_over")
    assert "Handed over to another member" in volunteer.get(f"{door(w)}?lang=en").words


def test_registering_the_same_member_again_changes_nothing(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    for _ in range(2):
        volunteer.post(door(w), YES | {"who": w.hanh.id})
    assert history(s, w.sens_house) == [("Nguyễn Thu Hạnh", True, "")]
    assert len(consent.history(s, w.hanh)) == 2


def test_an_ambassador_may_stop_without_a_successor(visitor, s, w):
    volunteer = visitor.as_(w.lan)
    volunteer.post(door(w), YES | {"who": w.hanh.id})
    volunteer.post(f"{door(w)}/thoi", {"end-reason": ""}, status=422)
    volunteer.post(f"{door(w)}/thoi", {"end-reason": "Không có thời gian"})
    assert history(s, w.sens_house) == [("Nguyễn Thu Hạnh", False, "Không có thời gian")]
    assert w.sens_house.stage == NOT_REACHED


def test_ending_what_never_began_changes_nothing(s, w):
    assert ambassadors.end(s, w.tams_house, w.lan, "x") is None


def test_a_member_of_another_household_cannot_be_chosen(visitor, s, w):
    visitor.as_(w.lan).post(door(w), YES | {"who": w.tam.id}, status=422)
    assert history(s, w.sens_house) == []


def test_who_has_left_cannot_be_chosen(visitor, s, w):
    w.hanh.left_on = clock.today()
    s.commit()
    visitor.as_(w.lan).post(door(w), YES | {"who": w.hanh.id}, status=422)


def test_no_door_leads_around_the_consent(s, w):
    with pytest.raises(registering.NotRegistered):
        registering.ambassador(s, w.sen, consent.Given(("sms",), "oral"), w.lan)
    w.sen.birth_year = None
    with pytest.raises(registering.BirthYearMissing):
        registering.ambassador(s, w.sen, consent.Given(("registered",), "oral"), w.lan)


def test_every_fault_is_told_at_once(visitor, w):
    words = visitor.as_(w.lan).post(f"{door(w)}?lang=en", {"who": "new", "purposes": ["sms"]}, status=422).words
    for fault in ("Please type the name", "The year of birth is needed", "Please choose one"):
        assert fault in words
