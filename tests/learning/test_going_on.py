"""Going on in a lesson: looking changes nothing; what was gone past is kept once, with the time it was done."""

from dataclasses import replace
from datetime import timedelta
from math import ceil

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.cards import codes
from outreach.learning import progress, queries
from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import queries as lessons
from tests.counting import statements
from tests.databases import sqlite_only
from tests.learning.test_pages import LESSON, LESSONS, SIGN_IN, walk
from tests.tree import parse
from tests.visitor import OWN, Visitor

STEP, LAST = f"/bai-hoc/{SIGN_IN}/1", f"/bai-hoc/{SIGN_IN}/{len(LESSON.steps)}"
QUIZ = f"/bai-hoc/{SIGN_IN}/cau-hoi"
NOW = "2026-11-21T09:00:00+07:00"
MARK = "3f1f6f0c-5b0e-4a53-9c0b-0c6ed19f4f8e"
WIRE = {"Accept-Encoding": "br"}


def rows(s):
    s.expire_all()
    return s.scalars(select(Progress)).all()


def answers(s):
    s.expire_all()
    return s.scalars(select(Answer).order_by(Answer.id)).all()


def title(page):
    return next(parse(page.text).iter("title")).text


def test_looking_at_a_step_notes_nothing(s, w, visitor):
    visitor.post(STEP)
    visitor.get(f"/bai-hoc/{SIGN_IN}/2")
    (row,) = rows(s)
    assert row.steps_seen.split() == [LESSON.steps[0].id]


def test_whoever_stopped_comes_back_to_the_step_they_had_before_them(s, w, visitor):
    walk(visitor, steps=[1, 2])
    visitor.get(f"/bai-hoc/{SIGN_IN}/3")
    assert f'href="/bai-hoc/{SIGN_IN}/3"' in visitor.get("/").text


def test_a_step_is_the_same_for_every_stranger_and_for_a_learner_nobody_knows(s, w, app, visitor):
    other = Visitor(app)
    visitor.post(STEP)
    assert visitor.get(STEP).text == other.get(STEP).text
    assert visitor.client.get(STEP).headers["ETag"] == other.client.get(STEP).headers["ETag"]


def test_a_step_in_another_language_is_another_page(s, w, app):
    vietnamese, english = (Visitor(app, language).get(STEP).text for language in ("vi", "en"))
    assert LESSON.words["vi"].steps[LESSON.steps[0].id].heading in vietnamese
    assert LESSON.words["en"].steps[LESSON.steps[0].id].heading in english


def test_staff_see_a_step_with_their_own_way_home_and_leave_no_name_behind(s, w, visitor):
    page = visitor.as_(w.lan).get(STEP)
    assert page.headers["Cache-Control"] == "no-store"
    assert w.lan.name not in visitor.get(STEP).text


def test_what_one_was_told_once_is_not_shown_to_the_next(s, w, app, visitor):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    visitor.post(f"/the-hoc/{code}")
    visitor.post("/the-hoc/khong-phai-toi")  # leaves a message for the next page
    visitor.get(STEP)
    assert "Hạnh" not in Visitor(app).get(STEP).text
    assert "forgotten the name" in visitor.get("/").words


def test_a_strangers_step_asks_the_database_for_nothing_and_a_learners_for_one_thing(s, w, app, visitor, connection):
    walk(visitor, steps=[1])
    visitor.get(STEP)  # once a minute somebody's page is drawn anew
    counts = []
    for one in (Visitor(app), visitor):
        with statements(connection) as said:
            one.get(STEP)
        counts.append(len(said))
    assert counts == [0, 1]


def test_a_step_that_the_phone_has_already_is_not_sent_again(s, w, visitor):
    first = visitor.client.get(STEP, headers=WIRE)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = visitor.client.get(STEP, headers=WIRE | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    plain = visitor.client.get(STEP, headers={"If-None-Match": first.headers["ETag"]})
    assert plain.status_code == 200


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("", None), ("identity", None)],
)
def test_a_step_comes_as_small_as_the_browser_can_read(s, w, visitor, accepts, coding):
    answer = visitor.client.get(STEP, headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == coding
    assert {"Accept-Encoding", "Cookie"} <= set(answer.vary)
    assert len(answer.data) == answer.content_length


def test_a_changed_lesson_shows_at_once(s, w, visitor, monkeypatch):
    before = visitor.get(STEP).words
    words, first = LESSON.words["en"], LESSON.steps[0].id
    steps = words.steps | {first: replace(words.steps[first], heading="Take any phone")}
    changed = LESSONS | {SIGN_IN: replace(LESSON, words=LESSON.words | {"en": replace(words, steps=steps)})}
    monkeypatch.setattr(lessons, "catalogue", lambda: changed)
    assert "Take any phone" not in before
    assert "Take any phone" in visitor.get(STEP).words


def test_next_without_script_leads_to_the_next_page(s, w, visitor):
    assert visitor.send(visitor.get(STEP), STEP).location == f"/bai-hoc/{SIGN_IN}/2"
    assert visitor.send(visitor.get(LAST), LAST).location == QUIZ


def test_next_with_script_is_the_next_page_at_once(s, w, visitor):
    page = visitor.htmx(STEP, data={})
    there = visitor.get(f"/bai-hoc/{SIGN_IN}/2")
    assert page.headers["HX-Push-Url"] == f"/bai-hoc/{SIGN_IN}/2"
    assert page.text == there.text
    assert "learner=" in page.headers["Set-Cookie"]
    assert page.headers["Cache-Control"] == "no-store"


def test_the_last_step_leads_to_the_first_question_with_script_too(s, w, visitor):
    page = visitor.htmx(LAST, data={})
    assert page.headers["HX-Push-Url"] == QUIZ
    assert title(page) == title(visitor.get(QUIZ))


def test_an_answer_with_script_is_marked_at_once(s, w, visitor):
    page = visitor.htmx(QUIZ, data={"choice": "tu-go"})
    assert "That is right." in page.words
    assert page.headers["HX-Push-Url"] == f"{QUIZ}?chon=tu-go"
    assert page.text == visitor.get(f"{QUIZ}?chon=tu-go").text
    visitor.htmx(QUIZ, data={}, status=422)


@sqlite_only
def test_the_next_step_of_a_lesson_is_at_most_eight_kilobytes(s, w, visitor):
    """Of each lesson its longest step; the bench weighs them all."""
    for slug, lesson in LESSONS.items():
        said = lesson.words["vi"].steps
        longest = max(lesson.steps, key=lambda step: len(said[step.id].body) + len(step.draw) * 80)
        address = f"/bai-hoc/{slug}/{lesson.steps.index(longest) + 1}"
        assert len(visitor.client.get(address, headers=WIRE).data) <= 7_000, address


def test_a_deed_told_later_counts_from_when_it_was_done(s, w, visitor):
    with time_machine.travel(NOW, tick=False):
        visitor.post(STEP, {"at": "2026-11-19T20:15:00.250Z"})
        visitor.post(QUIZ, {"choice": "tu-go", "at": "2026-11-20T07:00:00+07:00"})
        (row,) = rows(s)
        assert row.started_at.isoformat() == "2026-11-19T20:15:00.250000+00:00"
        assert row.last_at.isoformat() == answers(s)[0].at.isoformat() == "2026-11-20T00:00:00+00:00"


@pytest.mark.parametrize(
    "at",
    ["2026-11-21T02:00:01Z", "2026-09-22T01:59:59Z", "2026-11-20T07:00:00", "hôm qua", "", "0001-01-01T00:00+14:00",
     "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_a_phones_time_that_cannot_be_true_is_not_believed(s, w, visitor, at):
    with time_machine.travel(NOW, tick=False):
        visitor.post(STEP, {"at": at})
        assert rows(s)[0].started_at == rows(s)[0].last_at == clock.now()


def test_a_lesson_done_without_network_was_finished_when_it_was_finished(s, w):
    who, began = progress.begin(s), clock.now() - timedelta(days=3)
    for n, step in enumerate(LESSON.steps):
        progress.see(s, who, LESSON, step.id, at=began + timedelta(minutes=n))
    for n, asked in enumerate(LESSON.quiz):
        progress.answer(s, who, LESSON, asked.id, asked.answer, at=began + timedelta(minutes=30 + n))
    (row,) = rows(s)
    enough = ceil(LESSON.pass_share * len(LESSON.quiz))
    assert row.started_at == began
    assert row.finished_at == began + timedelta(minutes=30 + enough - 1)


def test_an_older_answer_that_arrives_later_does_not_undo_a_newer_one(s, w):
    who, asked = progress.begin(s), LESSON.quiz[0]
    wrong = next(choice for choice in asked.choices if choice != asked.answer)
    progress.answer(s, who, LESSON, asked.id, asked.answer)
    progress.answer(s, who, LESSON, asked.id, wrong, at=clock.now() - timedelta(hours=2))
    assert queries.standing(s, who, LESSON).answers == {asked.id: asked.answer}


def test_a_member_who_learned_without_network_has_learned_since_that_day(s, w):
    phone = progress.join(s, None, w.hanh, LESSONS)
    with time_machine.travel(NOW, tick=False):
        progress.see(s, phone, LESSON, LESSON.steps[0].id, at=clock.now() - timedelta(days=2))
    assert w.hanh.learning_since.isoformat() == "2026-11-19"


def test_the_same_answer_sent_twice_is_answered_the_same_and_stored_once(s, w, visitor):
    first, again = (visitor.post(QUIZ, {"choice": "tu-go", "client_id": MARK}) for _ in range(2))
    assert first.location == again.location
    assert [one.client_id for one in answers(s)] == [MARK]


def test_a_first_deed_whose_reply_was_lost_is_the_same_learners_when_it_comes_again(s, w, visitor):
    """The phone never got the cookie, so it comes as a stranger each time."""
    learners = set()
    for _ in range(2):
        visitor.post(QUIZ, {"choice": "tu-go", "client_id": MARK})
        learners.add(visitor.client.get_cookie("learner").value)
        visitor.client.delete_cookie("learner")
    assert len(learners) == 1
    assert [one.client_id for one in answers(s)] == [MARK]
    assert s.scalar(select(func.count()).select_from(Learner)) == 1


@sqlite_only
def test_the_end_tells_a_browser_without_cookies_why_nothing_is_ticked_off(s, w, visitor):
    end = f"/bai-hoc/{SIGN_IN}/xong"
    assert "your browser keeps no cookies" in visitor.get(end).words
    visitor.post(STEP)
    assert "cookies" not in visitor.get(end).words


def test_another_try_is_another_answer(s, w, visitor):
    for mark in (MARK, MARK.replace("3f", "4f"), "", "khong-phai", "x" * 300):
        visitor.post(QUIZ, {"choice": "tu-go", "client_id": mark})
    assert [one.client_id for one in answers(s)] == [MARK, MARK.replace("3f", "4f"), None, None, None]


def test_a_deed_from_a_strange_page_is_refused_and_begins_nothing(s, w, visitor):
    visitor.post(STEP, headers={"Origin": "https://xau.example"}, status=400)
    visitor.post(STEP, headers={"Origin": OWN}, status=303)
    assert s.scalar(select(func.count()).select_from(Learner)) == 1
