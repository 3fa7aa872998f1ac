"""Turning pages and marking quizzes, for any lesson and any answers."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lessons.content import ContentFault, load_all
from outreach.lessons.engine import (
    completed,
    find,
    mark,
    mark_one,
    next_page,
    pages,
    passed,
    position,
    previous_page,
    resume,
)

LESSONS = load_all(Path(__file__).parents[2] / "lessons")
LESSON = LESSONS["dang-nhap-cong-dich-vu-cong"]
RIGHT = {asked.id: asked.answer for asked in LESSON.quiz}
STEPS = [step.id for step in LESSON.steps]

answers = st.dictionaries(
    st.sampled_from([*RIGHT, "khong-co"]),
    st.sampled_from([choice for asked in LESSON.quiz for choice in (*asked.choices, "khong-co")]),
)


def wrong(*questions: str) -> dict[str, str]:
    """All right but these."""
    spoilt = {asked.id: next(c for c in asked.choices if c != asked.answer) for asked in LESSON.quiz}
    return RIGHT | {question: spoilt[question] for question in questions}


def test_a_lesson_is_intro_steps_questions_end() -> None:
    kinds = [page.kind for page in pages(LESSON)]
    assert kinds == ["intro", *["step"] * 10, *["question"] * 4, "end"]


def test_a_step_knows_its_number_among_the_steps() -> None:
    page = find(LESSON, "bam-dang-nhap")
    assert page is not None
    assert (page.number, page.of) == (3, 10)
    assert position(LESSON, "bam-dang-nhap") == 4


@pytest.mark.parametrize("slug", LESSONS)
def test_forward_and_back_is_the_same_page(slug: str) -> None:
    lesson = LESSONS[slug]
    for page in pages(lesson)[:-1]:
        after = next_page(lesson, page.key)
        assert after is not None
        assert previous_page(lesson, after.key) == page


def test_there_is_nothing_before_the_intro_nor_after_the_end() -> None:
    assert previous_page(LESSON, "intro") is None
    assert next_page(LESSON, "end") is None


@given(st.text())
def test_an_unknown_page_is_none_and_never_an_error(key: str) -> None:
    known = {page.key for page in pages(LESSON)}
    if key not in known:
        assert find(LESSON, key) is None
        assert position(LESSON, key) is None
        assert next_page(LESSON, key) is None
        assert previous_page(LESSON, key) is None


def test_all_right_passes_with_an_explanation_for_each() -> None:
    marking = mark(LESSON, RIGHT, "vi")
    assert (marking.right, marking.total, marking.passed) == (4, 4, True)
    assert marking.results[1].why.startswith("Địa chỉ sau sáp nhập")


def test_explanations_come_in_the_language_asked_for() -> None:
    assert mark(LESSON, {}, "en").results[1].why.startswith("Addresses were updated")
    assert mark(LESSON, {}, "tyz").results[1].why.startswith("Địa chỉ")


def test_two_thirds_of_four_means_three() -> None:
    first, second, *_ = RIGHT
    assert passed(LESSON, wrong(first))
    assert not passed(LESSON, wrong(first, second))


def test_exactly_the_share_is_enough() -> None:
    three = replace(LESSON, quiz=LESSON.quiz[:3])
    assert passed(three, wrong(LESSON.quiz[0].id))
    assert not passed(replace(three, pass_share=Fraction(1)), wrong(LESSON.quiz[0].id))


def test_a_question_not_answered_is_wrong_and_says_what_was_right() -> None:
    result = mark(LESSON, {}, "vi").results[0]
    assert (result.chosen, result.right, result.answer) == (None, False, "tu-go")


def test_one_answer_is_marked_at_once() -> None:
    result = mark_one(LESSON, "ai-bam-passcode", "to-vien", "vi")
    assert result is not None
    assert (result.chosen, result.right) == ("to-vien", False)
    assert mark_one(LESSON, "khong-co", "to-vien", "vi") is None


@given(answers)
def test_marks_add_up_whatever_was_answered(given_answers: dict[str, str]) -> None:
    marking = mark(LESSON, given_answers, "vi")
    assert marking.total == len(LESSON.quiz)
    assert marking.right == sum(given_answers.get(asked.id) == asked.answer for asked in LESSON.quiz)
    assert marking.passed == (marking.right * 3 >= marking.total * 2)


@given(answers, st.sampled_from(list(RIGHT)))
def test_mending_an_answer_never_loses_a_pass(given_answers: dict[str, str], question: str) -> None:
    mended = given_answers | {question: RIGHT[question]}
    assert mark(LESSON, mended, "vi").right >= mark(LESSON, given_answers, "vi").right


def test_a_lesson_is_completed_when_every_step_was_seen_and_the_quiz_passed() -> None:
    assert completed(LESSON, STEPS, RIGHT)
    assert completed(LESSON, [*STEPS, "buoc-da-bo"], RIGHT)
    assert not completed(LESSON, STEPS[1:], RIGHT)
    assert not completed(LESSON, STEPS, {})


def test_a_newcomer_begins_at_the_intro() -> None:
    assert resume(LESSON, [], {}).key == "intro"


def test_a_learner_goes_on_where_she_stopped() -> None:
    assert resume(LESSON, STEPS[:4], {}).key == STEPS[4]
    assert resume(LESSON, STEPS, {}).key == LESSON.quiz[0].id
    assert resume(LESSON, STEPS, {LESSON.quiz[0].id: "bam-link"}).key == LESSON.quiz[1].id
    assert resume(LESSON, STEPS, RIGHT).key == "end"


def test_a_quiz_without_words_is_a_content_fault_with_its_file() -> None:
    bare = replace(LESSON, words={"vi": replace(LESSON.words["vi"], questions={})})
    with pytest.raises(ContentFault) as raised:
        mark(bare, RIGHT, "vi")
    assert raised.value.fault.file.name == "vi.md"


def test_a_lesson_without_any_words_is_a_content_fault() -> None:
    with pytest.raises(ContentFault, match="no words at all"):
        mark(replace(LESSON, words={}), RIGHT, "vi")
