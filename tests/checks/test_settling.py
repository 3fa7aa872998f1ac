"""Questions about visits: found once, shown to whoever may look into them, settled with a word."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.assessments import confirming, evidence
from outreach.assessments import queries as assessments
from outreach.checks import finding, settling
from outreach.checks.doubts import NIGHT, ONE_AUTHOR
from outreach.checks.models import Doubt
from outreach.visits import correcting
from tests import world
from tests.checks.work import at, visit
from tests.counting import statements

DAY = date(2026, 11, 10)


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel("2026-11-12 09:00+07:00"):
        yield


def look(s, w):
    """What the nightly look finds in xã Tân Hưng, by author and reason."""
    finding.look(s, w.tan_hung, clock.today())
    return sorted((d.visit.by.name.split()[-1], d.reason) for d in s.scalars(select(Doubt)))


def at_night(s, w, who=None, house=None):
    """A visit at 23:00, and the question about it."""
    made = visit(s, who or w.lan, house or w.sens_house, at(DAY, 23))
    finding.look(s, w.tan_hung, clock.today())
    s.commit()
    return s.scalars(select(Doubt).where(Doubt.visit_id == made.id)).one()


def test_a_question_is_asked_once_however_often_one_looks(s, w):
    visit(s, w.lan, w.sens_house, at(DAY, 23))
    assert look(s, w) == look(s, w) == [("Lan", NIGHT)]


def test_what_was_settled_is_not_asked_again(s, w):
    settling.settle(s, at_night(s, w), w.dung, "right", "đúng, có giỗ")
    look(s, w)
    assert settling.page(s, w.dung, settled=False).doubts == []


def test_only_that_commune_is_looked_at(s, w):
    visit(s, w.nga, w.paos_house, at(DAY, 23))
    assert finding.look(s, w.tien_lu, clock.today()) == 0
    assert finding.look(s, w.tan_hung, clock.today()) == 1
    assert w.tan_hung in finding.communes(s)


def test_a_corrected_visit_is_not_asked_about(s, w):
    correcting.correct(s, visit(s, w.lan, w.sens_house, at(DAY, 23)), w.lan, "nhầm giờ")
    assert look(s, w) == []


@pytest.fixture
def proficient(s, w):
    """Lan alone was at ông Tám's, who was confirmed forty days ago."""
    with time_machine.travel("2026-10-01 09:00+07:00"):
        visit(s, w.lan, w.tams_house, clock.now(), "helped", met=(w.tam.id,))
        skills = [k.id for k in assessments.default().skills]
        evidence.observe(s, w.tam, skills, aided="alone", at=clock.now(), by_id=w.lan.id)
        confirming.confirm(s, w.tam, w.dung)
        return w.tams_house


def test_a_family_that_only_one_person_ever_saw_is_asked_about(s, w, proficient):
    assert look(s, w) == [("Lan", ONE_AUTHOR)]


def test_no_leader_faces_a_wall_of_families_that_one_person_saw(s, w):
    with time_machine.travel("2026-10-01 09:00+07:00"):
        for number in range(5):
            house = world.household(s, w.dong, f"Trần Văn Dê {number}")
            person = world.member(s, house, f"Trần Văn Dê {number}", 1970)
            visit(s, w.lan, house, clock.now(), "helped", met=(person.id,))
            for skill in assessments.default().skills:
                evidence.observe(s, person, [skill.id], aided="alone", at=clock.now(), by_id=w.minh.id)
            confirming.confirm(s, person, w.dung)
    assert look(s, w) == look(s, w) == [("Lan", ONE_AUTHOR)] * 3
    settling.settle(s, s.scalars(select(Doubt)).first(), w.dung, "right", "đã đến nhà")
    assert len(look(s, w)) == 4


def test_a_second_visit_by_somebody_else_needs_no_question(s, w, proficient):
    visit(s, w.minh, proficient, at(DAY), "helped", met=(w.tam.id,))
    assert look(s, w) == []


def test_nor_a_colleague_who_came_along(s, w, proficient):
    visit(s, w.lan, proficient, at(DAY), "helped", met=(w.tam.id,), came=(w.minh.id,))
    assert look(s, w) == []


def test_within_the_first_month_nobody_asks(s, w, proficient):
    assert finding.look(s, w.tan_hung, date(2026, 10, 20)) == 0


def test_a_leader_looks_into_the_volunteers_visits_and_an_official_into_the_leaders(s, w):
    about_lan, about_dung = at_night(s, w), at_night(s, w, w.dung, w.tams_house)
    assert {d.id for d in settling.page(s, w.dung, settled=False).doubts} == {about_lan.id}
    assert {d.id for d in settling.page(s, w.cuc, settled=False).doubts} == {about_lan.id, about_dung.id}
    assert settling.find(s, w.dung, about_dung.id) is None
    assert settling.find(s, w.quy, about_lan.id) is None


def test_whoever_came_along_does_not_judge(s, w):
    made = visit(s, w.lan, w.sens_house, at(DAY, 23), came=(w.dung.id,))
    finding.look(s, w.tan_hung, clock.today())
    doubt = s.scalars(select(Doubt).where(Doubt.visit_id == made.id)).one()
    assert settling.find(s, w.dung, doubt.id) is None
    assert settling.find(s, w.cuc, doubt.id) is not None


def test_a_question_is_settled_once(s, w):
    doubt = at_night(s, w)
    settling.settle(s, doubt, w.dung, "right", "có giỗ")
    with pytest.raises(settling.AlreadySettled):
        settling.settle(s, doubt, w.cuc, "wrong", "không có")


def test_the_leader_reads_why_and_notes_what_was_found(visitor, s, w):
    doubt = at_night(s, w)
    dung = visitor.as_(w.dung)
    assert "noted at 23:00, when most people sleep" in dung.get("/nghi-van").words
    page = dung.get(f"/nghi-van/{doubt.id}")
    done = dung.follow(dung.send(page, f"/nghi-van/{doubt.id}", verdict="right", word="đúng, có giỗ"))
    assert "the visit stands" in done.words
    assert "No visit is asked about" in done.words
    assert "đúng, có giỗ" in dung.get("/nghi-van?xong=1").words


def test_a_wrong_visit_leads_to_its_correction(visitor, s, w):
    doubt = at_night(s, w)
    dung = visitor.as_(w.dung)
    there = dung.post(f"/nghi-van/{doubt.id}", {"verdict": "wrong", "word": "không ai đến"}).location
    assert there == f"/tham/{doubt.visit_id}/sua"
    dung.get(there)
    waiting = dung.get("/nghi-van?xong=1")
    assert "Found wrong, not corrected yet" in waiting.words, "whoever leaves the correction for later finds it again"
    assert there in waiting.text


@pytest.mark.parametrize("typed", [{"verdict": "right"}, {"word": "x"}, {"verdict": "maybe", "word": "x"}])
def test_a_verdict_needs_its_word(visitor, s, w, typed):
    doubt = at_night(s, w)
    visitor.as_(w.dung).post(f"/nghi-van/{doubt.id}", typed, status=422)


def test_who_comes_second_is_told(visitor, s, w):
    doubt = at_night(s, w)
    settling.settle(s, doubt, w.cuc, "right", "có giỗ")
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.post(f"/nghi-van/{doubt.id}", {"verdict": "wrong", "word": "x"}))
    assert "settled this meanwhile" in page.words
    assert "có giỗ" in page.words


def test_doubts_are_for_leaders_and_officials_of_the_place(visitor, s, w):
    doubt = at_night(s, w)
    for path in ("/nghi-van", f"/nghi-van/{doubt.id}"):
        visitor.as_(w.lan).get(path, status=403)
        assert visitor.get(path, status=303).location.startswith("/dang-nhap")
    visitor.as_(w.lan).post(f"/nghi-van/{doubt.id}", status=403)
    visitor.as_(w.quy).get(f"/nghi-van/{doubt.id}", status=404)
    visitor.as_(w.quy).post(f"/nghi-van/{doubt.id}", status=404)
    assert visitor.post(f"/nghi-van/{doubt.id}").location.startswith("/dang-nhap")


def test_the_list_asks_the_same_however_long_it_is(visitor, s, w, connection):
    at_night(s, w)
    with statements(connection) as few:
        visitor.as_(w.dung).get("/nghi-van")
    for night in range(1, 9):
        visit(s, w.lan, w.tams_house, at(DAY, 23) - timedelta(days=night))
    finding.look(s, w.tan_hung, clock.today())
    s.commit()
    with statements(connection) as many:
        visitor.as_(w.dung).get("/nghi-van")
    assert len(few) == len(many) <= 12


def test_a_facts_moment_is_the_communes(s, w):
    assert at_night(s, w).facts == {"time": "23:00"}
    assert isinstance(at_night(s, w, w.minh).found_at, datetime)
