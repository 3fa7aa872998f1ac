"""How complete a lesson is in a language, and whether it is shown in it: text, pictures in words, voice. Pure.

Vietnamese and English are held to the whole by `make check`. Another language may be in the making for weeks; until it
is whole, its readers are shown the Vietnamese.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from outreach.lessons.shape import HOUSE_LANGUAGES, Lesson, Step, Words


class Share(NamedTuple):
    """How many of how many pieces are there."""

    done: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.done == self.of

    @property
    def ratio(self) -> float:
        """From 0 to 1; where nothing is needed, nothing is missing."""
        return self.done / self.of if self.of else 1.0


@dataclass(frozen=True)
class Status:
    """One lesson in one language. `voice` counts steps; where `needs_voice` is false it is only told."""

    language: str
    text: Share
    pictures: Share
    voice: Share
    needs_voice: bool

    @property
    def published(self) -> bool:
        """Whether learners who chose this language are shown it."""
        return self.text.whole and self.pictures.whole and (self.voice.whole or not self.needs_voice)


def languages(lesson: Lesson) -> tuple[str, ...]:
    """Every language the lesson has words in, finished or not: Vietnamese, English, then by code."""
    rest = sorted({*lesson.words, *lesson.drafts} - set(HOUSE_LANGUAGES))
    return (*HOUSE_LANGUAGES, *rest)


def status(lesson: Lesson, language: str, voiced: Collection[str] = ()) -> Status:
    """How complete the lesson is in `language`; `voiced` are the ids of steps with an approved recording."""
    words = lesson.words.get(language) or lesson.drafts.get(language)
    return Status(
        language,
        text=_count(_text(lesson, words)),
        pictures=_count(_pictures(lesson, words)),
        voice=_count(step.id in voiced for step in lesson.steps),
        needs_voice=language in lesson.needs_voice,
    )


def _count(pieces: Iterator[bool]) -> Share:
    there = list(pieces)
    return Share(sum(there), len(there))


def _text(lesson: Lesson, words: Words | None) -> Iterator[bool]:
    """Piece by piece, whether it is written; a warning is needed where the Vietnamese has one."""
    yield from (bool(piece) for piece in _opening(words))
    for step in lesson.steps:
        yield from _step(lesson, step, words)
    for asked in lesson.quiz:
        said = words.questions.get(asked.id) if words else None
        yield bool(said and said.question)
        yield from (bool(said and said.choices.get(choice)) for choice in asked.choices)
        yield bool(said and said.why)


def _opening(words: Words | None) -> tuple[object, ...]:
    return (words.title, words.audience, words.goal, words.ready) if words else ("", "", "", "")


def _step(lesson: Lesson, step: Step, words: Words | None) -> Iterator[bool]:
    said = words.steps.get(step.id) if words else None
    yield from (bool(piece) for piece in ((said.heading, said.body, said.see) if said else ("", "", "")))
    if lesson.words_in(HOUSE_LANGUAGES[0]).step(step.id).trap:
        yield bool(said and said.trap)


def _pictures(lesson: Lesson, words: Words | None) -> Iterator[bool]:
    for step in lesson.steps:
        if step.pictured:
            said = words.steps.get(step.id) if words else None
            yield bool(said and said.alt)
