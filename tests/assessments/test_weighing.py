"""The tallies of skills follow from what speaks for people, within the minute, and fall when it is taken back."""

import pytest
from sqlalchemy import select

from outreach import clock
from outreach.assessments import evidence, queries, weighing, withdrawing
from outreach.assessments.standard import ALONE, HELPED, SHOWN
from outreach.coverage import recounting
from outreach.households import registering, skills, stages
from outreach.households.models import SKILLS, VACANT, Tally, Unweighed
from outreach.learning import progress
from outreach.lessons.queries import catalogue


def tally(s, village):
    """A village's skills: name → households, those with none left out."""
    while weighing.weigh(s):
        pass
    row = s.get_one(Tally, village.id, populate_existing=True)
    names = [f"{how}_{skill}" for how in ("alone", "helped") for skill in SKILLS]
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def see(s, by, who, *seen, aided=ALONE, ref=""):
    evidence.observe(s, who, seen, aided=aided, at=clock.now(), by_id=by.id, ref=ref)


def test_the_skills_that_are_counted_are_those_of_the_standard():
    assert tuple(skill.id for skill in queries.default().skills) == SKILLS


def test_what_somebody_was_seen_to_do_is_counted_alone_or_with_help(s, w):
    see(s, w.lan, w.hanh, "payment")
    see(s, w.lan, w.hanh, "shopping", aided=HELPED)
    assert tally(s, w.dong) == {"alone_payment": 1, "helped_shopping": 1}
    assert (skills.named(w.hanh.alone), skills.named(w.sens_house.helped)) == (["payment"], ["shopping"])
    assert recounting.differing(s) == []


def test_to_be_shown_or_to_say_so_is_not_to_do_it(s, w):
    see(s, w.lan, w.hanh, "payment", aided=SHOWN)
    evidence.say(s, w.hanh, ["safety"], at=clock.now(), by_id=w.lan.id)
    assert tally(s, w.dong) == {}


def test_one_household_counts_once_for_a_skill_by_its_best_member(s, w):
    see(s, w.lan, w.hanh, "payment")
    see(s, w.lan, w.sen, "payment", aided=HELPED)
    see(s, w.lan, w.tam, "payment", aided=HELPED)
    assert tally(s, w.dong) == {"alone_payment": 1, "helped_payment": 1}


def test_who_leaves_takes_her_skills_along(s, w):
    see(s, w.lan, w.hanh, "payment")
    see(s, w.lan, w.sen, "payment", aided=HELPED)
    tally(s, w.dong)
    registering.left(s, w.hanh, clock.today(), w.cuc)
    assert tally(s, w.dong) == {"helped_payment": 1}
    registering.returned(s, w.hanh, w.cuc)
    assert tally(s, w.dong) == {"alone_payment": 1}
    assert recounting.differing(s) == []


def test_what_was_noted_by_mistake_counts_no_more(s, w):
    see(s, w.lan, w.hanh, "payment", ref="visit:1")
    assert tally(s, w.dong) == {"alone_payment": 1}
    withdrawing.unseen(s, "visit:1", w.lan.id)
    assert tally(s, w.dong) == {}


def test_a_household_out_of_scope_adds_no_skills_until_it_is_back(s, w):
    see(s, w.lan, w.hanh, "payment")
    tally(s, w.dong)
    stages.close(s, w.sens_house, VACANT, w.cuc.id, "in the city")
    assert tally(s, w.dong) == {}
    stages.reopen(s, w.sens_house, w.cuc.id, "back")
    assert tally(s, w.dong) == {"alone_payment": 1}


def test_a_household_that_moves_to_another_village_takes_its_skills_along(s, w):
    see(s, w.lan, w.hanh, "payment")
    tally(s, w.dong)
    stages.move(s, w.dong.id, w.doai.id, [w.sens_house.id])
    assert (tally(s, w.dong), tally(s, w.doai)) == ({}, {"alone_payment": 1})
    stages.correct_village(s, w.sens_house, w.dong.id)
    assert (tally(s, w.dong), tally(s, w.doai)) == ({"alone_payment": 1}, {})
    assert recounting.differing(s) == []


def test_what_is_noted_while_somebody_weighs_is_weighed_next(s, w):
    see(s, w.lan, w.hanh, "payment")
    see(s, w.lan, w.tam, "payment")
    assert weighing.weigh(s)
    see(s, w.lan, w.hanh, "safety")
    assert s.scalars(select(Unweighed.member_id)).all() == [w.hanh.id]
    assert tally(s, w.dong) == {"alone_payment": 2, "alone_safety": 1}
    assert not weighing.weigh(s)


def test_a_lesson_counts_where_the_standard_takes_one_and_only_once_its_quiz_is_passed(s, w):
    lesson = next(one for one in catalogue().values() if one.skills == ("safety",) and one.quiz)
    phone = progress.begin(s)
    for step in lesson.steps:
        progress.see(s, phone, lesson, step.id)
    progress.join(s, phone, w.hanh, catalogue())
    assert tally(s, w.dong) == {}
    for asked in lesson.quiz:
        progress.answer(s, phone, lesson, asked.id, asked.answer)
    assert tally(s, w.dong) == {"alone_safety": 1}


def test_what_a_phone_learned_before_it_was_known_whose_counts_from_then_on(s, w):
    lesson = next(one for one in catalogue().values() if one.skills == ("safety",) and one.quiz)
    phone = progress.begin(s)
    for step in lesson.steps:
        progress.see(s, phone, lesson, step.id)
    for asked in lesson.quiz:
        progress.answer(s, phone, lesson, asked.id, asked.answer)
    assert tally(s, w.dong) == {}
    progress.join(s, phone, w.hanh, catalogue())
    assert tally(s, w.dong) == {"alone_safety": 1}


@pytest.mark.parametrize("number", [0, 1, 5, 31])
def test_bits_name_skills_and_skills_make_bits(number):
    assert skills.bits(skills.named(number)) == number
