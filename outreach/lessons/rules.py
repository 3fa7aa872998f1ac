"""The house rules a readable lesson must still keep: short, whole in each language, safe, and light to send.

Limits come from the field: first smartphones, weak 3G, slow readers. lessons/README.md tells them to writers.
"""

from collections.abc import Iterator
from typing import Final

from outreach.drawing.picture import drawing_faults
from outreach.lessons.manifest import House
from outreach.lessons.pictures import picture_faults
from outreach.lessons.shape import HOUSE_LANGUAGES, Kind, Lesson, Words
from outreach.lib.faults import Fault
from outreach.lib.letters import letter_faults
from outreach.lib.sheet import Sheet

BODY_WORDS: Final = 60
STEPS: Final = range(4, 13)
QUESTIONS: Final = range(3, 6)


def rule_faults(lesson: Lesson, sheet: Sheet, house: House) -> Iterator[Fault]:
    """Give every broken rule of one lesson, in no set order."""
    yield from _number_of_pages(lesson, sheet)
    yield from _tags(lesson, sheet, house)
    yield from _recheck(lesson, sheet)
    yield from _lengths(lesson)
    yield from _pictures(lesson, sheet)
    for path in (lesson.folder / "lesson.toml", *(words.file for words in _all_words(lesson))):
        yield from letter_faults(path)


def order_faults(lessons: list[tuple[Lesson, Sheet]]) -> Iterator[Fault]:
    """Two lessons must not claim the same place in the row."""
    first: dict[int, str] = {}
    for lesson, sheet in lessons:
        if lesson.order in first:
            yield sheet.at(f"“order” {lesson.order} is taken by {first[lesson.order]}", key="order")
        first.setdefault(lesson.order, lesson.slug)


def _number_of_pages(lesson: Lesson, sheet: Sheet) -> Iterator[Fault]:
    for table, many, allowed in (("steps", len(lesson.steps), STEPS), ("quiz", len(lesson.quiz), QUESTIONS)):
        if many not in allowed:
            wanted = f"{allowed.start} to {allowed.stop - 1}"
            yield sheet.at(f"[[{table}]] should stand here {wanted} times, not {many}", table)


def _tags(lesson: Lesson, sheet: Sheet, house: House) -> Iterator[Fault]:
    for skill in lesson.skills:
        if skill not in house.skills:
            yield sheet.at(f"“{skill}” is not a skill of standard.toml", key="skills")
    for key, codes, known in (("digcomp", lesson.digcomp, house.digcomp), ("dlgf", lesson.dlgf, house.dlgf)):
        for code in codes:
            if code not in known:
                yield sheet.at(f"“{code}” is not a code of [frameworks] {key} in standard.toml", key=key)
    if lesson.kind is Kind.PROCEDURE and not lesson.procedure:
        yield sheet.at("a lesson on a procedure should name it in “procedure”", key="procedure")
    if lesson.minutes < 1:
        yield sheet.at("“minutes” should be 1 or more", key="minutes")


def _recheck(lesson: Lesson, sheet: Sheet) -> Iterator[Fault]:
    for language in HOUSE_LANGUAGES:
        if lesson.needs_recheck and not lesson.recheck_reason.get(language):
            yield sheet.at(f"say in [recheck_reason] {language} why a check is needed", key="needs_recheck")


def _lengths(lesson: Lesson) -> Iterator[Fault]:
    for words in _all_words(lesson):
        for step_id, step in words.steps.items():
            if (many := len(step.body.split())) > BODY_WORDS:
                yield Fault(words.file, step.line, f"step “{step_id}” has {many} words; {BODY_WORDS} is the most")


def _all_words(lesson: Lesson) -> list[Words]:
    return [*lesson.words.values(), *lesson.drafts.values()]


def _pictures(lesson: Lesson, sheet: Sheet) -> Iterator[Fault]:
    for index, step in enumerate(lesson.steps):
        for said in drawing_faults(step.draw) if step.draw else ():
            yield sheet.at(said, "steps", index, "draw")
        path = lesson.picture(step)
        if path is None:
            continue
        if path.parent != lesson.folder / "media" or not path.is_file():
            yield sheet.at(f"there is no picture media/{step.picture}", "steps", index, "picture")
        else:
            yield from picture_faults(path)
