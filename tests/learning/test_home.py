"""The residents' first page and the list of lessons: few choices, what was begun comes first."""

import re
import shutil
from dataclasses import replace

import pytest

from outreach.lessons import content, queries
from outreach.settings import ROOT
from tests.counting import statements
from tests.learning.test_pages import BIRTH, LESSON, walk

LESSONS = content.load_all(ROOT / "lessons")
OTHER = LESSONS["quet-ma-qr"]


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


def test_the_list_says_how_long_each_takes(s, w, visitor):
    assert f"About {LESSON.minutes} minutes." in visitor.get("/bai-hoc?lang=en").words


def test_procedures_stand_under_what_they_are_for(s, w, visitor):
    text = visitor.get("/bai-hoc?lang=en").text
    groups = dict(re.findall(r"(?s)<summary>([^(<]+) \(\d+\)</summary>(.*?)</details>", text))
    assert f'href="/bai-hoc/{BIRTH}"' in groups["Birth, marriage, death"]
    assert sum(part.count('href="/bai-hoc/') for part in groups.values()) == sum(
        one.kind is content.Kind.PROCEDURE for one in LESSONS.values()
    )


def test_what_was_begun_stands_first_the_last_one_first_and_what_is_finished_does_not(s, w, visitor):
    assert "Go on learning" not in visitor.get("/bai-hoc?lang=en").words
    walk(visitor)
    walk(visitor, OTHER, steps=[1])
    walk(visitor, LESSONS[BIRTH], steps=[1, 2])
    text = visitor.get("/bai-hoc?lang=en").text
    first = re.search(r"(?s)<h2>Go on learning</h2>(.*?)<h2>", text)[1]
    assert re.findall(r'href="(/bai-hoc/[^"]+)"', first) == [f"/bai-hoc/{BIRTH}", f"/bai-hoc/{OTHER.slug}"]
    assert "2 of 10 steps done" in first


@pytest.mark.parametrize("typed", ["khai sinh", "Khai  Sinh", "giấy KHAI sinh", "birth"])
def test_a_lesson_is_found_without_accents_and_in_either_language(s, w, visitor, typed):
    for language in ("vi", "en"):
        page = visitor.get("/bai-hoc", query_string={"q": typed, "lang": language})
        assert f"/bai-hoc/{BIRTH}" in page.links()
        assert f"/bai-hoc/{LESSON.slug}" not in page.links()


def test_a_search_that_finds_nothing_says_so_and_leads_back(s, w, visitor):
    page = visitor.get("/bai-hoc?q=khong+co+bai+nay&lang=en")
    assert "0 lessons found" in page.words
    assert "Show all lessons" in page.words


def test_a_search_finds_a_lesson_for_the_group_for_staff_only(s, w, visitor):
    (team, *_) = (one for one in LESSONS.values() if one.kind is content.Kind.TEAM)
    asked = {"q": team.words["vi"].title}
    assert f"/bai-hoc/{team.slug}" not in visitor.get("/bai-hoc", query_string=asked).links()
    assert f"/bai-hoc/{team.slug}" in visitor.as_(w.lan).get("/bai-hoc", query_string=asked).links()


def test_staff_are_told_how_complete_each_language_is(s, w, visitor, monkeypatch):
    draft = replace(LESSON.words["vi"], language="tyz", steps={})
    written = replace(LESSON, drafts={"tyz": draft})
    monkeypatch.setattr(queries, "catalogue", lambda: {written.slug: written})
    words = visitor.as_(w.lan).get("/bai-hoc?lang=en").words
    assert f"English: voice 0 of {len(LESSON.steps)}" in words
    assert re.search(r"Tày: words \d+ of \d+, pictures told 0 of \d+, voice 0 of \d+. Not shown yet", words)
    assert "Not shown yet" not in visitor.get("/bai-hoc?lang=en").words


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """The shipped lessons with one that cannot be read."""
    folder = tmp_path / "lessons"
    shutil.copytree(queries.FOLDER, folder)
    path = folder / BIRTH / "vi.md"
    path.write_text(path.read_text(encoding="utf-8").replace("## ", "## khong-co-", 1), encoding="utf-8")
    monkeypatch.setattr(queries, "FOLDER", folder)


def test_a_broken_lesson_is_hidden_and_the_others_are_there(broken, s, w, visitor, caplog):
    visitor.get(f"/bai-hoc/{BIRTH}", status=404)
    visitor.get(f"/bai-hoc/{LESSON.slug}")
    assert f"/bai-hoc/{BIRTH}" not in visitor.get("/bai-hoc").links()
    assert f"{BIRTH}/vi.md:" in caplog.text


@pytest.mark.parametrize("who", ["anh", "binh", "cuc"])
def test_those_who_can_see_to_it_read_which_file_is_broken_and_where(broken, s, w, visitor, who):
    official = visitor.as_(getattr(w, who))
    page = official.get(f"/do-phu/{getattr(w, who).area.code}?lang=en")
    assert "Some lessons are not shown" in page.words
    assert "/bai-hoc" in page.links()
    assert re.search(rf"{BIRTH}/vi\.md:\d+ “khong-co-", official.get("/bai-hoc?lang=en").words)


@pytest.mark.parametrize("who", ["lan", None])
def test_nobody_else_is_troubled_with_it(broken, s, w, visitor, who):
    one = visitor.as_(w.lan) if who else visitor
    assert "Some lessons are not shown" not in one.get("/bai-hoc?lang=en").words


def test_the_list_is_light_and_asks_the_same_however_much_was_learned(s, w, visitor, connection):
    counts = []
    for steps in ([1], range(1, 11)):
        walk(visitor, steps=steps)
        walk(visitor, LESSONS[BIRTH], steps=steps)
        with statements(connection) as said:
            visitor.get("/bai-hoc")
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8
    assert len(visitor.client.get("/bai-hoc", headers={"Accept-Encoding": "br"}).data) < 8_000
