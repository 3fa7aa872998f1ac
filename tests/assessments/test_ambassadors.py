"""The volunteer and the leader see where their ambassadors stand, and what to teach each of them next."""

import pytest

from outreach import clock
from outreach.assessments import confirming, evidence, queries, teaching
from outreach.assessments.models import Standard
from outreach.households import ambassadors, consent
from outreach.learning import progress
from outreach.lessons import queries as lessons
from outreach.lessons.content import Kind
from tests.counting import statements
from tests.guards.samples import show_enough

SIGN_IN = "dang-nhap-cong-dich-vu-cong"


@pytest.fixture
def hanh(s, w):
    """Hạnh is the ambassador of Sen's household."""
    consent.give(s, w.hanh, consent.Given(("registered",), "oral"), w.lan)
    ambassadors.appoint(s, w.sens_house, w.hanh, w.lan)
    s.commit()
    return w.hanh


def learn(s, member, slug, steps):
    lesson = lessons.catalogue()[slug]
    who = progress.join(s, None, member, lessons.catalogue())
    for step in lesson.steps[:steps]:
        progress.see(s, who, lesson, step.id)
    return who, lesson


def next_for(s, account):
    return teaching.board(s, account, None, 1).pupils[0].next


def test_who_has_not_begun_is_taught_the_first_lesson_of_the_first_skill_missing(s, w, hanh):
    deed, slug, skill = next_for(s, w.lan)
    assert (deed, skill) == (teaching.LEARN, queries.default().skills[0].id)
    assert skill in lessons.catalogue()[slug].skills


def test_who_stopped_in_a_lesson_goes_on_with_it(s, w, visitor, hanh):
    learn(s, hanh, SIGN_IN, 2)
    s.commit()
    assert next_for(s, w.lan) == teaching.Next(teaching.GO_ON, SIGN_IN)
    assert "2 of 10 steps" in visitor.as_(w.lan).get("/dai-su").words


def test_who_has_learnt_all_about_a_skill_shows_it(s, w, hanh):
    """Every lesson of the first skill that is offered is finished; now it is rehearsed or watched."""
    rule = queries.standard_for(s, w.tan_hung)
    while (found := next_for(s, w.lan)).deed == teaching.LEARN and found.skill == rule.skills[0].id:
        who, lesson = learn(s, hanh, found.lesson, None)
        for question in lesson.quiz:
            progress.answer(s, who, lesson, question.id, question.answer)
    assert (found.deed, found.skill) == (teaching.REHEARSE, rule.skills[0].id)


def test_who_has_shown_enough_is_to_be_confirmed_and_then_is(s, w, visitor, hanh):
    show_enough(s, hanh, w.lan)
    s.commit()
    assert next_for(s, w.dung).deed == teaching.CONFIRM
    assert "have it confirmed" in visitor.as_(w.dung).get("/dai-su").words
    confirming.confirm(s, hanh, w.dung)
    s.commit()
    assert "Confirmed as proficient" in visitor.as_(w.dung).get("/dai-su").words


def test_what_is_shown_already_is_not_taught_again(s, w, hanh):
    first = queries.default().skills[0].id
    evidence.observe(s, hanh, [first], aided="alone", at=clock.now(), by_id=w.lan.id)
    s.commit()
    assert next_for(s, w.lan).skill != first


def test_of_the_procedures_one_will_do_whichever_it_is(s, w, hanh):
    skill = queries.default().skills[0].id
    tagged = [one for one in lessons.catalogue().values() if skill in one.skills]
    last = [one for one in tagged if one.kind is Kind.PROCEDURE][-1]
    for one in (*(one for one in tagged if one.kind is Kind.BASICS), last):
        who, lesson = learn(s, hanh, one.slug, None)
        for question in lesson.quiz:
            progress.answer(s, who, lesson, question.id, question.answer)
    found = next_for(s, w.lan)
    assert (found.deed, found.skill) == (teaching.REHEARSE, skill)


def test_no_door_is_offered_that_does_not_open(s, w, visitor, hanh):
    """An agent of the post office may see what comes next, and neither confirms nor records a visit."""
    show_enough(s, hanh, w.lan)
    s.commit()
    page = visitor.as_(w.phuc).get("/dai-su")
    assert "have it confirmed" in page.words
    assert f"/nguoi/{hanh.id}/xac-nhan" not in page.links()
    assert f"/nguoi/{hanh.id}/xac-nhan" in visitor.as_(w.lan).get("/dai-su").links()


def test_a_standard_of_which_no_skill_is_left_gives_way_to_the_default(s, w, visitor, hanh):
    s.add(Standard(area_id=w.tan_hung.id, needed=1, skills=["typewriting"], set_at=clock.now(), set_by_id=w.cuc.id))
    s.commit()
    assert queries.standard_for(s, w.dong) == queries.default()
    visitor.as_(w.lan).get("/dai-su")


def test_each_sees_the_ambassadors_of_their_own_area(w, visitor, hanh):
    for person in (w.lan, w.dung, w.cuc, w.phuc):
        assert "Nguyễn Thu Hạnh" in visitor.as_(person).get("/dai-su").words
    for person in (w.nga, w.quy):
        assert "There is no ambassador here yet" in visitor.as_(person).get("/dai-su").words
    visitor.as_(w.binh).get("/dai-su", status=403)
    assert visitor.get("/dai-su", status=303).location.startswith("/dang-nhap")


def test_an_official_looks_at_one_village(w, visitor, hanh):
    cuc = visitor.as_(w.cuc)
    assert "Nguyễn Thu Hạnh" in cuc.get(f"/dai-su?village={w.dong.id}").words
    assert "Nguyễn Thu Hạnh" not in cuc.get(f"/dai-su?village={w.doai.id}").words


def test_more_ambassadors_cost_no_more_questions_to_the_database(s, w, visitor, hanh):
    with statements(s.connection()) as one:
        visitor.as_(w.lan).get("/dai-su")
    consent.give(s, w.tam, consent.Given(("registered",), "oral"), w.lan)
    ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    learn(s, w.tam, SIGN_IN, 3)
    s.commit()
    with statements(s.connection()) as two:
        visitor.as_(w.lan).get("/dai-su")
    assert len(two) <= len(one) + 1
