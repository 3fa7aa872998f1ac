"""How a lesson's pages show it: Markdown as HTML, the Portal's own words marked as Vietnamese, pages as addresses."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import url_for
from markupsafe import Markup

from outreach.lessons.content import Lesson, Step, Words
from outreach.lessons.engine import Page
from outreach.lib import markdown

TITLED = re.compile(r"\*\*(?P<title>.+?)\*\*\s*(?P<text>.*)", re.DOTALL)
PORTALS_LANGUAGE = "vi"


@dataclass(frozen=True)
class Shown:
    """A step ready for its page. `trap` is (bold words, the rest); both may be ""."""

    heading: Markup
    body: Markup
    see: Markup
    trap: tuple[Markup, Markup]
    alt: str
    picture: str
    secret: bool


def step(lesson: Lesson, one: Step, words: Words) -> Shown:
    """A step in the language of `words`."""
    said = words.step(one.id)
    return Shown(
        heading=line(said.heading, words), body=text(said.body, words), see=line(said.see, words),
        trap=_trap(said.trap, words), alt=said.alt, picture=_picture(lesson, one), secret=one.secret,
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
            return url_for("lessons.step", slug=lesson.slug, n=page.number)
        case "question":
            return url_for("lessons.quiz", slug=lesson.slug, n=page.number)
        case "end":
            return url_for("lessons.finished", slug=lesson.slug)
    return url_for("lessons.show", slug=lesson.slug)


@cache
def mark(file: Path, _changed: float) -> str:
    """A mark of a picture's content, so that its address may be kept for a year."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def _picture(lesson: Lesson, one: Step) -> str:
    file = lesson.picture(one)
    if file is None:
        return ""
    version = mark(file, file.stat().st_mtime)
    return url_for("lessons.picture", slug=lesson.slug, file=file.name, v=version)


def _trap(written: str, words: Words) -> tuple[Markup, Markup]:
    titled = TITLED.fullmatch(written)
    if titled:
        return line(titled["title"], words), line(titled["text"], words)
    return Markup(), line(written, words)


def _quoted(words: Words) -> str:
    """Only where the page speaks another language must a screen reader be told."""
    return "" if words.language == PORTALS_LANGUAGE else PORTALS_LANGUAGE
