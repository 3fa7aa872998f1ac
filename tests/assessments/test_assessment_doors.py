"""The doors of the assessments room: who is ready, one person's skills, confirming, taking back, the standard."""

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.assessments import confirming, evidence, queries
from outreach.assessments.models import Confirmation, Evidence

SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")


@pytest.fixture
def ready(s, w):
    """Hạnh, who has done all five alone before Lan's eyes."""
    evidence.observe(s, w.hanh, SKILLS, aided="alone", at=clock.now(), by_id=w.lan.id)
    s.commit()
    return w.hanh


@pytest.fixture
def confirmed(s, w, ready):
    """Hạnh, confirmed by Dũng."""
    confirming.confirm(s, ready, w.dung)
    s.commit()
    return ready


def confirmations(s):
    """How many confirmations stand."""
    return s.scalar(select(func.count(Confirmation.id)).where(Confirmation.withdrawn_at.is_(None)))


def test_the_leader_finds_who_is_ready_with_what_showed_each_skill(visitor, w, ready):
    page = visitor.as_(w.dung).get("/xac-nhan?lang=en")
    assert "Nguyễn Thu Hạnh" in page.words
    assert "did it alone, seen by Trần Thị Lan" in page.words
    assert f"/nguoi/{ready.id}/xac-nhan" in page.links()


def test_with_nobody_ready_the_list_says_so(visitor, w):
    assert "Nobody is waiting" in visitor.as_(w.cuc).get("/xac-nhan?lang=en").words


def test_a_volunteer_has_no_list_to_confirm(visitor, w):
    visitor.as_(w.lan).get("/xac-nhan", status=403)


def test_an_official_of_another_commune_finds_nobody_of_ours(visitor, w, ready):
    assert "Nguyễn Thu Hạnh" not in visitor.as_(w.quy).get("/xac-nhan").words


def test_a_stranger_is_asked_to_sign_in_before_the_list(visitor):
    assert visitor.get("/xac-nhan", status=303).location.startswith("/dang-nhap")


def test_the_leader_confirms_with_one_button(visitor, s, w, ready):
    dung = visitor.as_(w.dung)
    assert "met or telephoned Nguyễn Thu Hạnh yourself" in dung.get(f"/nguoi/{ready.id}/xac-nhan?lang=en").words
    done = dung.follow(dung.post(f"/nguoi/{ready.id}/xac-nhan?lang=en"))
    assert "Confirmed as proficient" in visitor.as_(w.dung).get(f"/nguoi/{ready.id}/xac-nhan?lang=en").words
    assert "Nguyễn Thu Hạnh" in done.words
    assert confirmations(s) == 1


def test_who_taught_is_told_why_not_and_who_may(visitor, s, w, ready):
    evidence.taught(s, [ready], [w.dung.id], clock.now())
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.get(f"/nguoi/{ready.id}/xac-nhan?lang=en")
    assert "You have taught or visited this person yourself, or lent your phone" in page.words
    assert "Lê Thị Cúc" in page.words
    refused = dung.post(f"/nguoi/{ready.id}/xac-nhan?lang=en", status=422)
    assert "You cannot confirm Nguyễn Thu Hạnh" in refused.words
    assert confirmations(s) == 0


def test_too_little_is_refused_and_what_is_missing_is_shown(visitor, s, w):
    evidence.observe(s, w.hanh, ["payment"], aided="helped", at=clock.now(), by_id=w.lan.id)
    s.commit()
    page = visitor.as_(w.dung).post(f"/nguoi/{w.hanh.id}/xac-nhan?lang=en", status=422)
    assert "Not enough is shown yet" in page.words
    assert "Help does not count" in page.words
    assert "Do it alone while a volunteer is watching" in page.words


def test_a_second_confirmation_changes_nothing(visitor, s, w, confirmed):
    page = visitor.as_(w.cuc).post(f"/nguoi/{confirmed.id}/xac-nhan?lang=en", status=422)
    assert "has confirmed this person already" in page.words
    assert confirmations(s) == 1


def test_a_volunteer_reads_what_is_missing_but_cannot_confirm(visitor, s, w, ready):
    page = visitor.as_(w.lan).get(f"/nguoi/{ready.id}/xac-nhan?lang=en")
    assert "somebody else confirms now" in page.words
    assert "Phạm Văn Dũng" in page.words
    visitor.as_(w.lan).post(f"/nguoi/{ready.id}/xac-nhan", status=403)
    assert confirmations(s) == 0


def test_an_agent_does_not_read_a_persons_skills(visitor, w, ready):
    visitor.as_(w.phuc).get(f"/nguoi/{ready.id}/xac-nhan", status=403)


def test_a_person_of_another_village_is_not_there(visitor, s, w, ready):
    visitor.as_(w.nga).get(f"/nguoi/{ready.id}/xac-nhan", status=404)
    visitor.as_(w.quy).post(f"/nguoi/{ready.id}/xac-nhan", status=404)
    assert confirmations(s) == 0


def test_a_stranger_confirms_nobody(visitor, s, ready):
    assert visitor.get(f"/nguoi/{ready.id}/xac-nhan", status=303).location.startswith("/dang-nhap")
    assert visitor.post(f"/nguoi/{ready.id}/xac-nhan").location.startswith("/dang-nhap")
    assert confirmations(s) == 0


def test_a_confirmation_is_taken_back_with_a_reason(visitor, s, w, confirmed):
    visitor.as_(w.cuc).post(f"/nguoi/{confirmed.id}/xac-nhan/rut", {"reason": "nhầm người"})
    assert confirmations(s) == 0
    told = visitor.as_(w.cuc).get(f"/ho/{confirmed.household_id}?lang=en").words
    assert "Nguyễn Thu Hạnh is no longer confirmed as proficient" in told
    assert "nhầm người" in told
    assert "was confirmed as proficient" in told


def test_taking_back_twice_is_the_same_as_once_and_says_so(visitor, s, w, confirmed):
    action, leader = f"/nguoi/{confirmed.id}/xac-nhan/rut", visitor.as_(w.dung)
    leader.post(action, {"reason": "nhầm người"})
    there = leader.post(action, {"reason": "nhầm người"})
    assert "It was taken back before." in leader.follow(there).words


def test_whoever_lives_there_is_told_why_not_and_who_may(visitor, s, w, ready):
    w.sen.phone = w.dung.phone
    s.commit()
    leader = visitor.as_(w.dung)
    assert "somebody of another household confirms" in leader.get(f"/nguoi/{ready.id}/xac-nhan").words
    refused = leader.post(f"/nguoi/{ready.id}/xac-nhan", status=422)
    assert "Your own telephone number stands in this household. Nothing was changed." in refused.words
    assert confirmations(s) == 0


def test_without_a_reason_nothing_is_taken_back(visitor, s, w, confirmed):
    page = visitor.as_(w.cuc).post(f"/nguoi/{confirmed.id}/xac-nhan/rut?lang=en", {"reason": " "}, status=422)
    assert "Please fill this in." in page.words
    assert confirmations(s) == 1


def test_nothing_is_taken_back_that_was_never_given(visitor, w):
    visitor.as_(w.cuc).post(f"/nguoi/{w.hanh.id}/xac-nhan/rut", {"reason": "nhầm"}, status=404)


def test_only_confirmers_of_the_place_take_back(visitor, s, w, confirmed):
    visitor.as_(w.lan).post(f"/nguoi/{confirmed.id}/xac-nhan/rut", {"reason": "nhầm"}, status=403)
    visitor.as_(w.quy).post(f"/nguoi/{confirmed.id}/xac-nhan/rut", {"reason": "nhầm"}, status=404)
    assert visitor.post(f"/nguoi/{confirmed.id}/xac-nhan/rut").location.startswith("/dang-nhap")
    assert confirmations(s) == 1


def test_what_a_person_says_is_noted_and_shown_as_not_counting(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.follow(lan.post(f"/nguoi/{w.hanh.id}/tu-noi", {"said": ["payment", "safety"]}))
    assert s.scalar(select(func.count(Evidence.id)).where(Evidence.kind == "said")) == 2
    assert "Nguyễn Thu Hạnh" in page.words
    assert "This alone does not count" in lan.get(f"/nguoi/{w.hanh.id}/xac-nhan?lang=en").words


def test_saying_nothing_notes_nothing(visitor, w):
    page = visitor.as_(w.lan).post(f"/nguoi/{w.hanh.id}/tu-noi?lang=en", {}, status=422)
    assert "Please tick at least one skill." in page.words


def test_only_the_villages_own_people_note_what_somebody_says(visitor, w):
    visitor.as_(w.phuc).post(f"/nguoi/{w.hanh.id}/tu-noi", {"said": "payment"}, status=403)
    visitor.as_(w.nga).post(f"/nguoi/{w.hanh.id}/tu-noi", {"said": "payment"}, status=404)
    assert visitor.post(f"/nguoi/{w.hanh.id}/tu-noi").location.startswith("/dang-nhap")


def test_the_official_sees_where_the_default_comes_from_and_what_it_does_not_say(visitor, w):
    page = visitor.as_(w.cuc).get("/tieu-chuan?lang=en")
    assert "The letter gives no test" in page.words
    assert "Công văn 3240/BTTTT-CĐSQG" in page.words
    assert "the default holds" in page.words


def test_the_official_sets_the_communes_own_standard(visitor, s, w):
    visitor.as_(w.cuc).post("/tieu-chuan", {"skills": ["payment", "safety", "shopping"], "needed": 2})
    rule = queries.standard_for(s, w.dong)
    assert ({skill.id for skill in rule.skills}, rule.needed) == ({"payment", "safety", "shopping"}, 2)
    assert "Set by this commune" in visitor.as_(w.cuc).get("/tieu-chuan?lang=en").words


def test_more_skills_than_are_ticked_cannot_be_needed(visitor, s, w):
    page = visitor.as_(w.cuc).post("/tieu-chuan?lang=en", {"skills": ["payment"], "needed": 2}, status=422)
    assert "More are needed than are ticked" in page.words
    assert queries.newest(s, w.tan_hung) is None


def test_an_officials_standard_is_that_of_the_own_commune_only(visitor, s, w):
    visitor.as_(w.quy).post("/tieu-chuan", {"skills": ["payment"], "needed": 1})
    assert queries.newest(s, w.tan_hung) is None


def test_only_officials_set_standards(visitor, s, w):
    visitor.as_(w.dung).get("/tieu-chuan", status=403)
    visitor.as_(w.dung).post("/tieu-chuan", {"skills": ["payment"], "needed": 1}, status=403)
    assert visitor.get("/tieu-chuan", status=303).location.startswith("/dang-nhap")
    assert visitor.post("/tieu-chuan").location.startswith("/dang-nhap")
    assert queries.newest(s, w.tan_hung) is None
