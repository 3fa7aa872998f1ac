"""Read the machine's part of lessons: lesson.toml in each folder, and what standard.toml says of all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from outreach.lessons.shape import FIRST_PAGE, GROUPS, LAST_PAGE, Kind, Lesson, Question, Source, Step, Words
from outreach.lib.faults import Fault
from outreach.lib.sheet import Sheet, Table

WEB: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class House:
    """What holds for every lesson: the skills and framework codes it may name, the share of a quiz to get right.

    In the languages of `voices` a lesson is shown once it can be heard.
    """

    skills: frozenset[str]
    pass_share: Fraction
    digcomp: frozenset[str]
    dlgf: frozenset[str]
    voices: frozenset[str]


def read_house(root: Path) -> tuple[House, list[Fault]]:
    """Read what lessons need of standard.toml; the rest belongs to assessments."""
    sheet = Sheet(root / "standard.toml")
    skills = [table.need("id", str, "") for table in sheet.root.tables("skills")]
    share = Fraction(1)
    try:
        share = Fraction(sheet.root.need("pass_share", str, "1"))
    except (ValueError, ZeroDivisionError):
        sheet.fault("“pass_share” should be a share such as 2/3", key="pass_share")
    if not 0 < share <= 1:
        sheet.fault("“pass_share” should be more than 0 and at most 1", key="pass_share")
    frameworks = sheet.root.table("frameworks")
    digcomp, dlgf = frameworks.texts("digcomp"), frameworks.texts("dlgf")
    voices = sheet.root.table("languages").texts("audio_required")
    house = House(frozenset(skills), share, frozenset(digcomp), frozenset(dlgf), frozenset(voices))
    return house, sheet.faults


def read_manifest(folder: Path, house: House) -> tuple[Lesson, Sheet]:
    """Read lesson.toml into a lesson that has no words yet; the sheet has the faults and the lines."""
    sheet = Sheet(folder / "lesson.toml")
    top = sheet.root
    lesson = Lesson(
        slug=folder.name,
        folder=folder,
        order=top.need("order", int, 0),
        kind=_kind(top),
        minutes=top.need("minutes", int, 1),
        skills=top.texts("skills"),
        digcomp=top.texts("digcomp"),
        dlgf=top.texts("dlgf"),
        procedure=top.need("procedure", str, ""),
        legal_basis=top.texts("legal_basis"),
        checked=top.need("checked", date, date.min),
        needs_recheck=top.need("needs_recheck", bool, True),
        recheck_reason=top.pairs("recheck_reason"),
        sources=tuple(_source(table) for table in top.tables("sources")),
        steps=tuple(_step(table) for table in top.tables("steps")),
        quiz=tuple(_question(table) for table in top.tables("quiz")),
        pass_share=house.pass_share,
        words=_no_words(),
        group=_group(top),
        needs_voice=house.voices,
    )
    top.close()
    _same_twice(lesson, sheet)
    return lesson, sheet


def _no_words() -> Mapping[str, Words]:
    return {}


def _kind(table: Table) -> Kind:
    written = table.need("kind", str, Kind.BASICS.value)
    if written in list(Kind):
        return Kind(written)
    table.fault(f"“kind” should be one of {', '.join(Kind)}", "kind")
    return Kind.BASICS


def _group(table: Table) -> str:
    written = table.may("group", str, GROUPS[-1])
    if written not in GROUPS:
        table.fault(f"“group” should be one of {', '.join(GROUPS)}", "group")
    return written


def _source(table: Table) -> Source:
    source = Source(table.need("title", str, ""), table.need("url", str, ""), _day(table))
    if not WEB.fullmatch(source.url):
        table.fault("“url” should be a web address", "url")
    table.close()
    return source


def _day(table: Table) -> date | None:
    published = table.may("published", date, date.min)
    return None if published == date.min else published


def _step(table: Table) -> Step:
    draw = table.may_texts("draw")
    step = Step(_id(table), table.may("picture", str, ""), table.may("secret", bool, False), draw)
    if step.picture and step.draw:
        table.fault("a step has one picture: either “picture” or “draw”", "draw")
    table.close()
    return step


def _question(table: Table) -> Question:
    question = Question(_id(table), table.texts("choices"), table.need("answer", str, ""))
    if question.answer not in question.choices:
        table.fault(f"the answer “{question.answer}” is not among the choices", "answer")
    if len(set(question.choices)) != len(question.choices) or len(question.choices) < 2:
        table.fault("a question needs two or more different choices", "choices")
    table.close()
    return question


def _id(table: Table) -> str:
    written = table.id()
    if written in (FIRST_PAGE, LAST_PAGE):
        table.fault(f"the id “{written}” is taken: it names a page of every lesson", "id")
    return written


def _same_twice(lesson: Lesson, sheet: Sheet) -> None:
    """Steps and questions share one set of ids, since each is a page with an address."""
    seen: set[str] = set()
    groups: Sequence[tuple[str, Sequence[Step | Question]]] = (("steps", lesson.steps), ("quiz", lesson.quiz))
    for table, pages in groups:
        for index, page in enumerate(pages):
            if page.id in seen:
                sheet.fault(f"the id “{page.id}” is used twice", table, index, "id")
            seen.add(page.id)
