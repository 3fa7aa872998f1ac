"""A lesson on paper: what its handout says, in large print, and the handout as a PDF that is drawn once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import current_app, render_template
from markupsafe import Markup

from outreach import pdf
from outreach.learning import showing
from outreach.lessons.content import Lesson, Words

GROUND = re.compile("#FAF7F1", re.IGNORECASE)  # the ground of pictures: on paper it would only cost ink


@dataclass(frozen=True)
class Sheet:
    """A step as paper shows it: its words (`showing.Shown`), and its picture as an address that holds it, or ""."""

    shown: showing.Shown
    picture: str
    alt: str


def steps(lesson: Lesson, words: Words) -> Sequence[Sheet]:
    """Every step, in order."""
    return [_sheet(showing.step(lesson, one, words), words.step(one.id).alt) for one in lesson.steps]


def printed(template: str, **context: object) -> bytes:
    """A page that stands alone as a PDF; the same page again is not drawn again. Raises pdf.PdfUnavailable."""
    return _kept(pdf.render, render_template(template, style=style("handout.css"), **context))


def style(name: str) -> Markup:
    """A style sheet of ours, to stand within a page."""
    return Markup(_text(Path(current_app.static_folder or "") / name))  # noqa: S704 (our own file)


def plain(svg: str) -> str:
    """A picture on a white ground."""
    return GROUND.sub("#fff", svg)


def _sheet(shown: showing.Shown, alt: str) -> Sheet:
    drawn = "data:image/svg+xml," + quote(plain(shown.drawing), safe="/:=(),;-' ") if shown.drawing else ""
    return Sheet(shown, drawn, alt)


@lru_cache(maxsize=128)  # more than there are lessons and languages, or one who asks for all keeps the house busy
def _kept(draw: Callable[[str], bytes], page: str) -> bytes:
    """Anybody may ask for a handout, and drawing one costs a second."""
    return draw(page)


@lru_cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
