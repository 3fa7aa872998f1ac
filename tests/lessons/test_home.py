"""The residents' first page and the list of lessons: few choices, what was begun comes first."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from outreach.lessons import content, queries
from outreach.settings import ROOT
from tests.lessons.test_pages import BIRTH, LESSON, walk

LESSONS = content.load_all(ROOT / "lessons")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_stranger_finds_lessons_card_and_handbook(s, w, visitor, lang):
    page = visitor.get(f"/?lang={lang}")
    assert {"/bai-hoc", "/the-hoc", "/thu-tuc", "/dang-nhap"} <= set(page.links())


def test_nobody_who_has_not_begun_is_told_to_go_on(s, w, visitor):
    assert "Go on learning" not in visitor.get("/?lang=en").words


def test_the_lesson_touched_last_is_offered_first(s, w, visitor):
    walk(visitor, steps=[1])
    walk(visitor, LESSONS[BIRTH], steps=[1, 2])
    page = visitor.get("/?lang=en")
    assert LESSONS[BIRTH].words["en"].title in page.words
    assert "Step 3 of 10" in page.words


def test_a_finished_lesson_is_not_offered_again(s, w, visitor):
    walk(visitor)
    assert "Go on learning" not in visitor.get("/?lang=en").words
    assert "Finished on" in visitor.get("/bai-hoc?lang=en").words


def test_staff_are_not_sent_away_from_the_residents_pages_but_find_their_own(s, w, visitor):
    page = visitor.as_(w.lan).get("/")
    assert "/hom-nay" in page.links()
    assert "/dang-nhap" not in page.links()


def test_lessons_for_the_group_are_shown_to_staff_only(s, w, visitor, monkeypatch):
    for_the_group = replace(LESSON, slug="day-nguoi-khac", kind=content.Kind.TEAM)
    monkeypatch.setattr(queries, "catalogue", lambda: {for_the_group.slug: for_the_group})
    assert "/bai-hoc/day-nguoi-khac" not in visitor.get("/bai-hoc").links()
    assert "/bai-hoc/day-nguoi-khac" in visitor.as_(w.lan).get("/bai-hoc").links()


def test_the_list_says_how_long_and_for_whom(s, w, visitor):
    words = visitor.get("/bai-hoc?lang=en").words
    assert f"About {LESSON.minutes} minutes." in words
    assert "people new to smartphones" in words


def test_the_list_takes_the_same_number_of_queries_however_much_was_learned(s, w, visitor, connection):
    counts = []
    for steps in ([1], range(1, 11)):
        walk(visitor, steps=steps)
        walk(visitor, LESSONS[BIRTH], steps=steps)
        seen = []

        def note(_connection, _cursor, statement, *_rest, seen=seen):
            seen.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        visitor.get("/bai-hoc")
        event.remove(connection, "before_cursor_execute", note)
        counts.append(sum(statement.startswith("SELECT") for statement in seen))
    assert counts[0] == counts[1] <= 4
