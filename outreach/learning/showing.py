"""How a lesson's pages show it: Markdown as HTML, the Portal's own words marked as Vietnamese, pages as addresses."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import url_for
from markupsafe import Markup

from outreach.drawing import picture as drawing
from outreach.lessons import engine
from outreach.lessons.content import Lesson, Step, Words
from outreach.lessons.engine import Page
from outreach.lib import markdown

TITLED = re.compile(r"\*\*(?P<title>.+?)\*\*\s*(?P<text>.*)", re.DOTALL)
PORTALS_LANGUAGE = "vi"


@dataclass(frozen=True)
class Shown:
    """A step ready for its page.

    `drawing` is a whole SVG, told in words by `alt`; `trap` is (bold words, the rest); all four may be "".
    """

    heading: Markup
    body: Markup
    see: Markup
    trap: tuple[Markup, Markup]
    drawing: Markup
    alt: str
    secret: bool


def step(lesson: Lesson, one: Step, words: Words) -> Shown:
    """A step in the language of `words`."""
    said = words.step(one.id)
    return Shown(
        heading=line(said.heading, words), body=text(said.body, words), see=line(said.see, words),
        trap=_trap(said.trap, words), drawing=_drawing(lesson, one, said.alt), alt=said.alt,
        secret=one.secret,
    )  # fmt: skip


def text(written: str, words: Words) -> Markup:
    """Paragraphs."""
    return Markup(markdown.render(written, _quoted(words)))  # noqa: S704 (washed in lib.markdown)


def line(written: str, words: Words) -> Markup:
    """One line: a heading, a label, a choice."""
    return Markup(markdown.inline(written, _quoted(words)))  # noqa: S704 (washed in lib.markdown)


def address(lesson: Lesson, page: Page) -> str:
    """Where a page of the lesson stands."""
    match page.kind:
        case "step":
            return url_for("learning.step", slug=lesson.slug, n=page.number)
        case "question":
            return url_for("learning.quiz", slug=lesson.slug, n=page.number)
        case "end":
            return url_for("learning.finished", slug=lesson.slug)
    return url_for("learning.show", slug=lesson.slug)


def quiz(lesson: Lesson) -> list[tuple[str, str]]:
    """Where each question stands, and its right choice: what the script needs to count right answers by itself."""
    pages = [page for page in engine.pages(lesson) if page.kind == "question"]
    return [(address(lesson, page), asked.answer) for page, asked in zip(pages, lesson.quiz, strict=True)]


def _drawing(lesson: Lesson, one: Step, alt: str) -> Markup:
    """The picture itself, not its address: on a weak network one request less, and htmx carries it along."""
    if one.draw:
        return Markup(drawing.draw(one.draw, alt))  # noqa: S704 (every word in it is escaped)
    file = lesson.picture(one)
    return _from_file(file, file.stat().st_mtime, alt) if file else Markup()


@lru_cache(maxsize=256)
def _from_file(file: Path, _changed: float, alt: str) -> Markup:
    """A hand-made picture; it holds nothing that runs or fetches, see lessons.pictures."""
    svg = file.read_text(encoding="utf-8")
    told = Markup('<svg width="360" height="240" role="img" aria-label="{}" ').format(alt)
    return told + Markup(svg[svg.index("<svg ") + 5 :].strip())  # noqa: S704


def _trap(written: str, words: Words) -> tuple[Markup, Markup]:
    titled = TITLED.fullmatch(written)
    if titled:
        return line(titled["title"], words), line(titled["text"], words)
    return Markup(), line(written, words)


def _quoted(words: Words) -> str:
    """Only where the page speaks another language must a screen reader be told."""
    return "" if words.language == PORTALS_LANGUAGE else PORTALS_LANGUAGE
