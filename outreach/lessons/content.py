"""The lessons folder as data: load every lesson, or list what is wrong with them. No Flask, no database here.

The format is told in lessons/README.md. Two kinds of fault: those that leave a lesson unusable (a word file
lacks a step, an answer is no choice) stop `load_all`; those that only break a house rule (a step too long, a
picture too heavy) are for `faults`, so that a running server never falls over a long sentence.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from outreach.lessons.manifest import House, read_house, read_manifest
from outreach.lessons.rules import order_faults, rule_faults
from outreach.lessons.shape import (
    HOUSE_LANGUAGES,
    ContentFault,
    Fault,
    Kind,
    Lesson,
    Question,
    QuestionWords,
    Source,
    Step,
    StepWords,
    Words,
)
from outreach.lessons.sheet import Sheet
from outreach.lessons.wording import LANGUAGE, read_words

__all__ = [
    "HOUSE_LANGUAGES",
    "ContentFault",
    "Fault",
    "Kind",
    "Lesson",
    "Question",
    "QuestionWords",
    "Source",
    "Step",
    "StepWords",
    "Words",
    "faults",
    "load_all",
]


def load_all(root: Path) -> dict[str, Lesson]:
    """Read every lesson under `root`, by slug, in their order; ContentFault where one is unusable."""
    house, found = read_house(root)
    readings = _read_folders(root, house)
    for fault in (*found, *(fault for reading in readings for fault in reading.faults)):
        raise ContentFault(fault)
    lessons = sorted((reading.lesson for reading in readings), key=lambda lesson: (lesson.order, lesson.slug))
    return {lesson.slug: lesson for lesson in lessons}


def faults(root: Path) -> list[Fault]:
    """List everything wrong, by file and line; empty when all is well. Files begin with `root`."""
    house, found = read_house(root)
    readings = _read_folders(root, house)
    usable = [reading for reading in readings if not reading.sheet.faults]
    for reading in readings:
        found += reading.faults
    for reading in usable:
        found += rule_faults(reading.lesson, reading.sheet, house)
    found += order_faults([(reading.lesson, reading.sheet) for reading in usable])
    return sorted(found)


@dataclass(frozen=True)
class _Reading:
    """A lesson as far as it could be read, its machine file, and every fault that makes it unusable."""

    lesson: Lesson
    sheet: Sheet
    faults: list[Fault]


def _read_folders(root: Path, house: House) -> list[_Reading]:
    folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    return [_read_folder(folder, house) for folder in folders]


def _read_folder(folder: Path, house: House) -> _Reading:
    lesson, sheet = read_manifest(folder, house)
    found = list(sheet.faults)
    if found:  # its step ids cannot be trusted, so the words cannot be held against them
        return _Reading(lesson, sheet, found)
    files = {path.stem: path for path in sorted(folder.glob("*.md"))}
    files.update({language: folder / f"{language}.md" for language in HOUSE_LANGUAGES})
    words: dict[str, Words] = {}
    for language, path in files.items():
        if not LANGUAGE.fullmatch(language):
            found.append(Fault(path, 1, "the file's name should be a language, such as vi.md"))
        elif not path.is_file():
            found.append(Fault(path, 1, "the file is missing"))
        else:
            words[language], missed = read_words(path, lesson)
            found += missed
    return _Reading(replace(lesson, words=words), sheet, found)
