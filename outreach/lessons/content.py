"""The lessons folder as data: load every lesson, or list what is wrong with them. No Flask, no database here.

The format is told in lessons/README.md. Two kinds of fault: those that leave a lesson unusable (a word file
lacks a step, an answer is no choice) stop `load_all`; those that only break a house rule (a step too long, a
picture too heavy) are for `faults`, so that a running server never falls over a long sentence. A server that runs
asks `load_sound`: what is unusable is left out and told, the rest is there.
Where a language other than Vietnamese and English lacks words, nothing is wrong: somebody is still writing.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from outreach.lessons.manifest import House, read_house, read_manifest
from outreach.lessons.rules import order_faults, rule_faults
from outreach.lessons.shape import (
    HOUSE_LANGUAGES,
    ContentFault,
    Kind,
    Lesson,
    Question,
    QuestionWords,
    Source,
    Step,
    StepWords,
    Words,
)
from outreach.lessons.wording import LANGUAGE, read_words
from outreach.lib.faults import Fault
from outreach.lib.sheet import Sheet

__all__ = [
    "HOUSE_LANGUAGES",
    "ContentFault",
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
    "load_sound",
]


def load_all(root: Path) -> dict[str, Lesson]:
    """Read every lesson under `root`, by slug, in their order; ContentFault where one is unusable."""
    lessons, found = load_sound(root)
    for fault in found:
        raise ContentFault(fault)
    return lessons


def load_sound(root: Path) -> tuple[dict[str, Lesson], list[Fault]]:
    """Read every lesson that can be used, by slug, in their order, and tell what is wrong with the others.

    A slip in another language than Vietnamese costs that language only. ContentFault where standard.toml,
    which all of them rest on, is wrong.
    """
    house, found = read_house(root)
    for fault in found:
        raise ContentFault(fault)
    readings = _read_folders(root, house)
    wrong = sorted(fault for reading in readings for fault in (*reading.faults, *reading.asides))
    usable = sorted((one.lesson for one in readings if not one.faults), key=lambda one: (one.order, one.slug))
    return {lesson.slug: lesson for lesson in usable}, wrong


def faults(root: Path) -> list[Fault]:
    """List everything wrong, by file and line; empty when all is well. Files begin with `root`."""
    house, found = read_house(root)
    readings = _read_folders(root, house)
    usable = [reading for reading in readings if not reading.sheet.faults]
    for reading in readings:
        found += reading.faults + reading.asides
    for reading in usable:
        found += rule_faults(reading.lesson, reading.sheet, house)
    found += order_faults([(reading.lesson, reading.sheet) for reading in usable])
    return sorted(found)


@dataclass(frozen=True)
class _Reading:
    """A lesson as far as it could be read, its machine file, and every fault that makes it unusable.

    `asides` are those of a language that the lesson can do without.
    """

    lesson: Lesson
    sheet: Sheet
    faults: list[Fault]
    asides: list[Fault]


def _read_folders(root: Path, house: House) -> list[_Reading]:
    folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    return [_read_folder(folder, house) for folder in folders]


def _read_folder(folder: Path, house: House) -> _Reading:
    lesson, sheet = read_manifest(folder, house)
    if sheet.faults:  # its step ids cannot be trusted, so the words cannot be held against them
        return _Reading(lesson, sheet, list(sheet.faults), [])
    words, faults, slips = _house_words(lesson)
    others, drafts, asides = _other_words(lesson)
    return _Reading(replace(lesson, words=words | others, drafts=drafts), sheet, faults, slips + asides)


def _house_words(lesson: Lesson) -> tuple[dict[str, Words], list[Fault], list[Fault]]:
    """Vietnamese and English: whatever is missing there is a fault. The English ones come last: with them a lesson is
    shown in Vietnamese."""
    words: dict[str, Words] = {}
    faults: dict[str, list[Fault]] = {}
    for language in HOUSE_LANGUAGES:
        path = lesson.folder / f"{language}.md"
        if not path.is_file():
            faults[language] = [Fault(path, 1, "the file is missing")]
            continue
        read = read_words(path, lesson)
        faults[language] = read.faults + read.gaps
        if not faults[language]:
            words[language] = read.words
    first, *rest = HOUSE_LANGUAGES
    return words, faults[first], [fault for language in rest for fault in faults[language]]


def _other_words(lesson: Lesson) -> tuple[dict[str, Words], dict[str, Words], list[Fault]]:
    """Every further language: whole, still being written, or wrong (and then left out)."""
    words: dict[str, Words] = {}
    drafts: dict[str, Words] = {}
    faults: list[Fault] = []
    for path in sorted(one for one in lesson.folder.glob("*.md") if one.stem not in HOUSE_LANGUAGES):
        if not LANGUAGE.fullmatch(path.stem):
            faults.append(Fault(path, 1, "the file's name should be a language, such as vi.md"))
            continue
        read = read_words(path, lesson)
        faults += read.faults
        if not read.faults:
            (drafts if read.gaps else words)[path.stem] = read.words
    return words, drafts, faults
