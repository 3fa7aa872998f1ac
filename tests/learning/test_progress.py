"""What is noted of learning: once each, never lost, and the member's once a card was shown."""

from datetime import date
from threading import Thread

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.households.models import LEARNING, Ambassador
from outreach.learning import progress, queries
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import content
from outreach.settings import ROOT
from tests import world

LESSONS = content.load_all(ROOT / "lessons")
LESSON = LESSONS["dang-nhap-cong-dich-vu-cong"]
OTHER = LESSONS["dang-ky-khai-sinh-lien-thong"]
STEPS = [step.id for step in LESSON.steps]
RIGHT = {asked.id: asked.answer for asked in LESSON.quiz}


def see(s, who, steps=STEPS, lesson=LESSON):
    for step in steps:
        progress.see(s, who, lesson, step)


def answer(s, who, answers=None):
    for question, choice in (answers or RIGHT).items():
        progress.answer(s, who, LESSON, question, choice)


def rows(s):
    return s.scalars(select(Progress).order_by(Progress.id)).all()


def test_the_same_step_seen_twice_is_one(s):
    who = progress.begin(s)
    see(s, who, [STEPS[0], STEPS[0], STEPS[1], STEPS[0]])
    (row,) = rows(s)
    assert row.steps_seen.split() == STEPS[:2]


def test_a_lesson_is_finished_when_every_step_was_seen_and_the_quiz_passed(s):
    who = progress.begin(s)
    see(s, who)
    assert rows(s)[0].finished_at is None
    answer(s, who)
    assert rows(s)[0].quiz_passed_at is not None
    assert rows(s)[0].finished_at is not None


def test_a_passed_quiz_with_a_step_unseen_finishes_nothing(s):
    who = progress.begin(s)
    see(s, who, STEPS[:-1])
    answer(s, who)
    assert rows(s)[0].finished_at is None
    see(s, who, STEPS[-1:])
    assert rows(s)[0].finished_at is not None


def test_every_try_is_kept_and_the_last_one_counts(s):
    who = progress.begin(s)
    see(s, who)
    answer(s, who, dict.fromkeys(RIGHT, "khong-co"))
    answer(s, who)
    assert s.scalar(select(func.count()).select_from(Answer)) == 2 * len(RIGHT)
    assert s.scalar(select(func.count()).select_from(Answer).where(Answer.right)) == len(RIGHT)
    assert rows(s)[0].finished_at is not None


def test_what_was_finished_stays_finished(s):
    who = progress.begin(s)
    see(s, who)
    answer(s, who)
    first = rows(s)[0].finished_at
    answer(s, who, dict.fromkeys(RIGHT, "khong-co"))
    assert rows(s)[0].finished_at == first


def test_steps_a_lesson_no_longer_has_are_dropped(s):
    who = progress.begin(s)
    see(s, who, STEPS[:1])
    rows(s)[0].steps_seen = "buoc-cu " + rows(s)[0].steps_seen
    see(s, who, STEPS[1:2])
    assert rows(s)[0].steps_seen.split() == STEPS[:2]


def test_strangers_on_other_phones_do_not_share_progress(s):
    one, two = progress.begin(s), progress.begin(s)
    see(s, one, STEPS[:3])
    see(s, two, STEPS[:1])
    assert [len(row.steps_seen.split()) for row in rows(s)] == [3, 1]
    assert len(queries.standings(s, two)[LESSON.slug].seen) == 1


def test_what_was_learned_before_the_card_is_the_members(s, w):
    with time_machine.travel("2026-11-20T23:00:00+07:00"):
        phone = progress.begin(s)
        see(s, phone, STEPS[:4])
    joined = progress.join(s, phone, w.hanh, LESSONS)
    assert joined is phone
    assert len(queries.progress_of(s, [w.hanh.id])[w.hanh.id][LESSON.slug].seen) == 4
    assert w.hanh.learning_since == date(2026, 11, 20)


def test_what_somebody_else_learned_on_the_phone_before_can_be_left_out(s, w):
    phone = progress.begin(s)
    see(s, phone, STEPS[:4])
    joined = progress.join(s, phone, w.hanh, LESSONS, together=False)
    assert joined is not phone
    assert queries.progress_of(s, [w.hanh.id]) == {}
    assert phone.member_id is None


def test_a_member_goes_on_from_one_phone_to_another(s, w):
    old, new = progress.begin(s), progress.begin(s)
    see(s, old, STEPS[:6])
    see(s, new, STEPS[5:])
    answer(s, new)
    progress.join(s, old, w.hanh, LESSONS)
    progress.join(s, new, w.hanh, LESSONS)
    (row,) = rows(s)
    assert set(row.steps_seen.split()) == set(STEPS)
    assert queries.finished(s, w.hanh.id) == [(LESSON.slug, row.finished_at)]
    see(s, new, OTHER.steps[0].id.split(), OTHER)
    assert set(queries.standings(s, old)) == {LESSON.slug, OTHER.slug}


def test_two_members_on_one_phone_keep_apart_what_each_learned(s, w):
    hers = progress.join(s, None, w.sen, LESSONS)
    see(s, hers, STEPS[:7])
    his = progress.join(s, hers, w.tam, LESSONS)
    see(s, his, STEPS[:1])
    assert his is not hers
    found = queries.progress_of(s, [w.sen.id, w.tam.id])
    assert [len(found[m.id][LESSON.slug].seen) for m in (w.sen, w.tam)] == [7, 1]
    again = progress.join(s, his, w.sen, LESSONS)
    assert len(queries.standings(s, again)[LESSON.slug].seen) == 7


def test_joining_again_on_the_same_phone_changes_nothing(s, w):
    phone = progress.join(s, None, w.hanh, LESSONS)
    assert progress.join(s, phone, w.hanh, LESSONS) is phone
    assert s.scalar(select(func.count()).select_from(Learner)) == 1


@pytest.mark.parametrize("card_first", [True, False])
def test_an_ambassador_who_learns_brings_the_household_on(s, w, card_first):
    s.add(Ambassador(household_id=w.sens_house.id, member_id=w.hanh.id, since=clock.today()))
    phone = progress.join(s, None, w.hanh, LESSONS) if card_first else progress.begin(s)
    see(s, phone, STEPS[:1])
    if not card_first:
        progress.join(s, phone, w.hanh, LESSONS)
    assert w.sens_house.stage == LEARNING


def test_a_card_alone_is_no_learning_yet(s, w):
    progress.join(s, None, w.hanh, LESSONS)
    assert w.hanh.learning_since is None


def test_two_entries_that_became_one_member_have_one_standing(s, w):
    one, two = progress.join(s, None, w.sen, LESSONS), progress.join(s, None, w.hanh, LESSONS)
    see(s, one, STEPS[:2])
    see(s, two, STEPS[2:4])
    two.member_id = w.sen.id
    s.flush()
    s.expire_all()
    assert set(queries.progress_of(s, [w.sen.id])[w.sen.id][LESSON.slug].seen) == set(STEPS[:4])
    see(s, two, STEPS[4:5])
    assert len(rows(s)) == 1


def test_whom_to_call_is_the_leader_of_the_village(s, w):
    assert queries.helper_phone(s, w.hanh) == w.dung.phone
    assert queries.helper_phone(s, None) is None
    w.dung.suspended_at = clock.now()
    assert queries.helper_phone(s, w.hanh) is None


def test_taps_at_the_same_moment_lose_no_step(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        token = progress.join(s, None, w.hanh, LESSONS).token
        s.commit()
    faults = []

    def tap(step):
        try:
            with Session(real_db) as s:
                progress.see(s, queries.learner(s, token), LESSON, step)
                s.commit()
        except Exception as fault:
            faults.append(fault)

    taps = [Thread(target=tap, args=[step]) for step in STEPS[:6]]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert faults == []
    with Session(real_db) as s:
        (row,) = rows(s)
        assert set(row.steps_seen.split()) == set(STEPS[:6])
