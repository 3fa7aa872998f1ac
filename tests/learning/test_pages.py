"""A resident learns on a phone: every page, in both languages, without account or script."""

import itertools
import re

import pytest
import time_machine
from sqlalchemy import func, select

from outreach.learning.models import Answer, Learner, Progress
from outreach.lessons import content, engine
from outreach.procedures import loading
from outreach.settings import ROOT
from tests.databases import sqlite_only
from tests.visitor import Visitor

LESSONS = content.load_all(ROOT / "lessons")
SIGN_IN = "dang-nhap-cong-dich-vu-cong"
BIRTH = "dang-ky-khai-sinh-lien-thong"
LESSON = LESSONS[SIGN_IN]


def walk(visitor, lesson=LESSON, *, steps=None, wrong=()):
    """Go past the steps (all, or these), and answer every question when all were."""
    for n in steps or range(1, len(lesson.steps) + 1):
        visitor.post(f"/bai-hoc/{lesson.slug}/{n}")
    if steps is None:
        for n, asked in enumerate(lesson.quiz, start=1):
            choice = next(c for c in asked.choices if (c != asked.answer) == (asked.id in wrong))
            visitor.post(f"/bai-hoc/{lesson.slug}/cau-hoi{f'/{n}' if n > 1 else ''}", {"choice": choice})


def pages_of(lesson):
    """The addresses of all pages of a lesson, in order."""
    first = f"/bai-hoc/{lesson.slug}"
    steps = [f"{first}/{n}" for n in range(1, len(lesson.steps) + 1)]
    questions = [f"{first}/cau-hoi", *(f"{first}/cau-hoi/{n}" for n in range(2, len(lesson.quiz) + 1))]
    return [first, *steps, *questions, f"{first}/xong"]


def test_a_resident_opens_a_lesson_and_finishes_it(s, w, visitor):
    loading.load(s)
    s.commit()
    walk(visitor)
    s.expire_all()
    assert s.scalars(select(Progress)).one().finished_at is not None
    assert "Well done: you have finished this lesson!" in visitor.get(f"/bai-hoc/{SIGN_IN}/xong?lang=en").words


@sqlite_only
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_of_every_lesson_opens_in_every_language(s, w, visitor, lang):
    loading.load(s)
    s.commit()
    """Half of them in each language; the templates are the same, and tools.check_content reads all the words."""
    pages = [one for lesson in LESSONS.values() for one in pages_of(lesson)]
    for address in pages[lang == "en" :: 2]:
        answer = visitor.client.get(f"{address}?lang={lang}")
        assert answer.status_code == 200, address
        assert f'<html lang="{lang}">' in answer.text, address


@sqlite_only
@pytest.mark.parametrize("slug", LESSONS)
def test_the_pages_of_each_lesson_are_sound(s, w, visitor, slug):
    for address in (f"/bai-hoc/{slug}", f"/bai-hoc/{slug}/{len(LESSONS[slug].steps)}", f"/bai-hoc/{slug}/cau-hoi"):
        visitor.get(address)  # a faulty page fails the test


def test_next_leads_from_the_first_page_to_the_last_and_back_leads_back(s, w, visitor):
    expected = pages_of(LESSON)
    for here, following in itertools.pairwise(expected):
        page = visitor.get(here)
        if "/cau-hoi" in here:
            assert 'four-next" type="submit" form="answer"' in page.text
        elif here == expected[0]:
            assert f'four-next" href="{following}"' in page.text
        else:
            assert 'four-next" type="submit" form="next"' in page.text
            assert visitor.send(page, here).location == following
        assert f'four-back" href="{here}"' in visitor.get(following).text


def test_every_page_has_a_telephone_link_for_help(s, w, visitor):
    for address in pages_of(LESSON):
        assert re.search(r'four-call[^>]*" href="tel:18001096"', visitor.get(address).text)


def test_a_step_loads_its_style_and_two_scripts_that_can_wait_and_no_icon(s, w, visitor):
    text = visitor.get(f"/bai-hoc/{SIGN_IN}/3").text
    scripts = re.findall(r'<script src="/static/([\w./]+)\?v=\w+" ([^>]+)></script>', text)
    assert scripts == [("vendor/htmx.min.js", 'type="text/later"'), ("lesson.js", "defer")]
    assert text.count("<script") == 2
    assert text.count('rel="stylesheet"') == 1
    assert re.search(r'<link rel="icon" href="data:', text)


def test_a_step_near_a_secret_says_that_nobody_may_ask_for_it(s, w, visitor):
    warning = "Never tell anyone your password, OTP or passcode."
    for n, step in enumerate(LESSON.steps, start=1):
        assert (warning in visitor.get(f"/bai-hoc/{SIGN_IN}/{n}?lang=en").words) == step.secret


def test_no_lesson_page_asks_for_anything_to_be_typed(s, w, visitor):
    for address in pages_of(LESSON):
        kinds = set(re.findall(r'<input [^>]*type="(\w+)"', visitor.get(address).text))
        assert kinds <= {"hidden", "radio"}


def test_the_portals_words_stay_vietnamese_and_are_marked_so_in_english(s, w, visitor):
    text = visitor.get(f"/bai-hoc/{SIGN_IN}/3?lang=en").text
    assert '<span lang="vi">“Đăng nhập”</span>' in text
    assert '<span lang="vi">' not in visitor.get(f"/bai-hoc/{SIGN_IN}/3?lang=vi").text


def test_the_first_page_is_honest_about_doubts_and_sources(s, w, visitor):
    words = visitor.get(f"/bai-hoc/{SIGN_IN}?lang=vi").words
    assert LESSON.recheck_reason["vi"] in words
    assert "21/11/2026" in words
    assert LESSON.sources[0].title in words


def test_papers_fee_and_time_come_from_the_handbook(s, w, visitor):
    loading.load(s)
    s.commit()
    words = visitor.get(f"/bai-hoc/{BIRTH}?lang=vi").words
    assert "Giấy chứng sinh (ảnh hoặc bản điện tử)" in words
    assert "Không thu (đúng hạn)" in words
    assert "3 ngày làm việc; cần xác minh tối đa 5" in words


def test_whoever_only_looks_gets_no_cookie_and_leaves_no_trace(s, w, visitor):
    for address in ("/", "/bai-hoc", *pages_of(LESSON)):
        assert "Set-Cookie" not in visitor.get(address).headers
    assert s.scalar(select(func.count()).select_from(Learner)) == 0


def test_going_past_a_step_gives_a_cookie_for_a_year_that_no_script_reads(s, w, visitor):
    cookie = visitor.post(f"/bai-hoc/{SIGN_IN}/1").headers["Set-Cookie"]
    assert cookie.startswith("learner=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=31536000" in cookie


def test_a_phone_that_keeps_no_cookie_can_still_read_every_step(s, w, app):
    for n in range(1, len(LESSON.steps) + 1):
        reader = Visitor(app)
        assert reader.follow(reader.post(f"/bai-hoc/{SIGN_IN}/{n}")).status == 200


def test_a_lesson_goes_on_another_day_where_it_stopped(s, w, visitor):
    with time_machine.travel("2026-11-21T09:00:00+07:00"):
        walk(visitor, steps=[1, 2, 3])
    with time_machine.travel("2026-11-29T20:00:00+07:00"):
        home = visitor.get("/?lang=en")
        assert "Step 4 of 10" in home.words
        assert f"/bai-hoc/{SIGN_IN}/4" in home.links()
        assert f'four-next" href="/bai-hoc/{SIGN_IN}/4"' in visitor.get(f"/bai-hoc/{SIGN_IN}").text
        assert "3 of 10 steps done" in visitor.get("/bai-hoc?lang=en").words


def test_a_wrong_answer_is_met_kindly_with_the_reason_and_may_be_tried_again(s, w, visitor):
    told = visitor.follow(visitor.post(f"/bai-hoc/{SIGN_IN}/cau-hoi?lang=en", {"choice": "bam-link"}))
    assert "Not quite, and that is no harm." in told.words
    assert LESSON.words["en"].questions["vao-cong-bang-cach-nao"].why in told.words
    assert f"/bai-hoc/{SIGN_IN}/cau-hoi" in told.links()
    assert f"/bai-hoc/{SIGN_IN}/cau-hoi/2" in told.links()
    again = visitor.follow(visitor.post(f"/bai-hoc/{SIGN_IN}/cau-hoi", {"choice": "tu-go"}))
    assert "That is right." in again.words


def test_an_answer_that_is_none_is_asked_again_and_not_kept(s, w, visitor):
    for data in ({}, {"choice": "khong-co"}):
        page = visitor.post(f"/bai-hoc/{SIGN_IN}/cau-hoi?lang=en", data, status=422)
        assert "Please choose one answer." in page.words
    assert s.scalar(select(func.count()).select_from(Answer)) == 0


def test_a_failed_quiz_shows_which_questions_to_look_at_again(s, w, visitor):
    walk(visitor, wrong=("vao-cong-bang-cach-nao", "ai-bam-passcode"))
    page = visitor.get(f"/bai-hoc/{SIGN_IN}/xong?lang=en")
    assert "2 of 4 answers are right" in page.words
    assert {f"/bai-hoc/{SIGN_IN}/cau-hoi", f"/bai-hoc/{SIGN_IN}/cau-hoi/3"} <= set(page.links())
    visitor.post(f"/bai-hoc/{SIGN_IN}/cau-hoi", {"choice": "tu-go"})
    assert "Well done" in visitor.get(f"/bai-hoc/{SIGN_IN}/xong?lang=en").words


def test_the_end_leads_those_who_skipped_back_to_what_is_open(s, w, visitor):
    walk(visitor, steps=[1, 2])
    page = visitor.get(f"/bai-hoc/{SIGN_IN}/xong")
    assert f"/bai-hoc/{SIGN_IN}/3" in page.links()


def test_the_end_says_what_next(s, w, visitor):
    walk(visitor)
    page = visitor.get(f"/bai-hoc/{SIGN_IN}/xong?lang=en")
    others = {f"/bai-hoc/{slug}" for slug in LESSONS if slug != SIGN_IN}
    assert "/the-hoc" in page.links()
    assert len(others & set(page.links())) == 1
    assert "Ask your volunteer to come and watch" in page.words


@pytest.mark.parametrize(
    "address",
    ["/bai-hoc/khong-co", "/bai-hoc/khong-co/1", f"/bai-hoc/{SIGN_IN}/0", f"/bai-hoc/{SIGN_IN}/11",
     f"/bai-hoc/{SIGN_IN}/cau-hoi/9", "/bai-hoc/khong-co/xong"],
)  # fmt: skip
def test_what_no_lesson_has_is_not_found(s, w, visitor, address):
    visitor.get(address, status=404)
    assert s.scalar(select(func.count()).select_from(Learner)) == 0


def test_a_step_brings_its_picture_along_told_in_words(s, w, visitor):
    page = visitor.get(f"/bai-hoc/{SIGN_IN}/1?lang=vi")
    alt = LESSON.words_in("vi").step(LESSON.steps[0].id).alt
    assert f'role="img" aria-label="{alt}"' in page.text
    assert "<img" not in page.text


def test_the_engine_and_the_addresses_agree_on_the_number_of_pages():
    assert all(len(pages_of(lesson)) == len(engine.pages(lesson)) for lesson in LESSONS.values())
