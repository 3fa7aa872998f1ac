"""Turn the pages of a lesson and mark its quiz: plain functions of a lesson and what a learner has done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from outreach.lessons.content import Lesson
from outreach.lessons.shape import FIRST_PAGE, LAST_PAGE

PageKind = Literal["intro", "step", "question", "end"]
Answers = Mapping[str, str]  # question id → choice id


@dataclass(frozen=True)
class Page:
    """One screen. `key` names it within the lesson (a step's or question's id, or "intro", "end").

    `number` of `of` counts among pages of its own kind, from 1: step 4 of 9, question 2 of 4.
    """

    kind: PageKind
    key: str
    number: int
    of: int


@dataclass(frozen=True)
class Result:
    """One question marked. `chosen` is None where nothing (or nothing that is a choice) was answered."""

    question: str
    chosen: str | None
    answer: str
    right: bool
    why: str


@dataclass(frozen=True)
class Marking:
    """A quiz marked: results in the order of the questions, how many are right, whether it is enough."""

    results: tuple[Result, ...]
    right: int
    total: int
    passed: bool


def pages(lesson: Lesson) -> tuple[Page, ...]:
    """Give all screens in order: intro, each step, each question, end. One action a screen."""
    steps, quiz = lesson.steps, lesson.quiz
    return (
        Page("intro", FIRST_PAGE, 1, 1),
        *(Page("step", step.id, number, len(steps)) for number, step in enumerate(steps, start=1)),
        *(Page("question", asked.id, number, len(quiz)) for number, asked in enumerate(quiz, start=1)),
        Page("end", LAST_PAGE, 1, 1),
    )


def find(lesson: Lesson, key: str) -> Page | None:
    """Give the page of that key, or None where the lesson has no such page."""
    return next((page for page in pages(lesson) if page.key == key), None)


def position(lesson: Lesson, key: str) -> int | None:
    """Give a page's place among all pages, from 1 (intro) to the last (end); None for an unknown key."""
    return next((place for place, page in enumerate(pages(lesson), start=1) if page.key == key), None)


def next_page(lesson: Lesson, key: str) -> Page | None:
    """Give the page after; None after the end and for an unknown key."""
    return _neighbour(lesson, key, +1)


def previous_page(lesson: Lesson, key: str) -> Page | None:
    """Give the page before; None before the intro and for an unknown key."""
    return _neighbour(lesson, key, -1)


def resume(lesson: Lesson, seen_steps: Collection[str], answers: Answers) -> Page:
    """Give the page to go on from: the first step not gone past, else the first open question, else the end.

    Someone who has done nothing yet begins at the intro.
    """
    if not seen_steps and not answers:
        return pages(lesson)[0]
    done = {*seen_steps, *(result.question for result in _results(lesson, answers, "") if result.chosen)}
    return next((page for page in pages(lesson)[1:] if page.key not in done), pages(lesson)[-1])


def mark(lesson: Lesson, answers: Answers, language: str) -> Marking:
    """Mark the whole quiz, with explanations in `language` (as `Lesson.words_in` finds them)."""
    results = _results(lesson, answers, language)
    right = sum(result.right for result in results)
    enough = bool(results) and right >= lesson.pass_share * len(results)
    return Marking(results, right, len(results), enough)


def mark_one(lesson: Lesson, question: str, choice: str, language: str) -> Result | None:
    """Mark one answer, for the screen right after it; None where the lesson has no such question."""
    results = _results(lesson, {question: choice}, language)
    return next((result for result in results if result.question == question), None)


def passed(lesson: Lesson, answers: Answers) -> bool:
    """Tell whether at least `lesson.pass_share` of the questions are right; no answer counts as wrong."""
    return mark(lesson, answers, "").passed


def completed(lesson: Lesson, seen_steps: Collection[str], answers: Answers) -> bool:
    """Tell whether every step was gone past and the quiz passed; ids of steps since removed do no harm."""
    return all(step.id in seen_steps for step in lesson.steps) and passed(lesson, answers)


def _neighbour(lesson: Lesson, key: str, way: int) -> Page | None:
    place = position(lesson, key)
    if place is None:
        return None
    index = place - 1 + way
    return pages(lesson)[index] if 0 <= index < len(pages(lesson)) else None


def _results(lesson: Lesson, answers: Answers, language: str) -> tuple[Result, ...]:
    words = lesson.words_in(language)
    marked = []
    for asked in lesson.quiz:
        chosen = answers.get(asked.id)
        known = chosen if chosen in asked.choices else None
        why = words.question(asked.id).why
        marked.append(Result(asked.id, known, asked.answer, known == asked.answer, why))
    return tuple(marked)
