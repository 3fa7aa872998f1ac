"""Doors for phones that keep a lesson: the list of what to keep, the page for no network, the worker that opens it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, url_for

from outreach import db, i18n, web
from outreach.carrying import offline
from outreach.learning import phone, showing
from outreach.lessons import engine, queries
from outreach.lessons.content import Lesson
from outreach.lib import scripts
from outreach.voices import tongue

doors = Blueprint("offline", __name__)


@doors.app_context_processor
def _for_the_first_pages() -> dict[str, Any]:
    """The first page of a lesson, and of what belongs to it, has its list of what to keep below its own address."""
    return {"what_to_keep": lambda address: offline.copy(f"{address}/giu.json") if address else ""}


@doors.get("/bai-hoc/<slug>/giu.json")
@web.public
def index(slug: str) -> Response:
    """What to keep of a lesson: addresses, bytes, and a mark that changes when a page does."""
    lesson = _lesson(slug)
    return offline.answer(("lesson", slug), lambda: _bundle(lesson))


@doors.get("/bai-hoc/<slug>/tren-may")
@web.public
def end(slug: str) -> Response:
    """The last page as a phone keeps it: it counts what waits there, and promises no tick before it is sent."""
    lesson = _lesson(slug)
    words = tongue.words(lesson)
    return web.page(
        "carrying/end.html", lesson=lesson, words=words, quiz=showing.quiz(lesson),
        back_url=showing.address(lesson, engine.pages(lesson)[-2]), **phone.frame(db.session(), None),
    )  # fmt: skip


@doors.get("/khong-co-mang")
@web.public
def no_network() -> Response:
    """What stands where a page cannot come for want of a network: what is safe, and what opens all the same."""
    return web.page("carrying/no_network.html", **phone.frame(db.session(), None))


@doors.get("/sw.js")
@web.public
def worker() -> Response:
    """The service worker, from the root so that it may answer for every page."""
    script = scripts.slim(Path(current_app.static_folder or "") / "sw.js")
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return Response(script, headers=headers, mimetype="text/javascript")


def _lesson(slug: str) -> Lesson:
    return web.or_404(queries.catalogue().get(slug))


def _bundle(lesson: Lesson) -> offline.Bundle:
    words = tongue.words(lesson)
    pages = offline.copies(_addresses(lesson))
    pages[url_for("learning.finished", slug=lesson.slug)] = offline.copy(url_for(".end", slug=lesson.slug))
    for code in i18n.LANGUAGES:
        page = f"{url_for('.no_network')}?{i18n.ONCE}={code}"
        pages[page] = page
    return offline.bundle(words.title, pages)


def _addresses(lesson: Lesson) -> Iterator[str]:
    """Every page of the lesson but the last, each question also with each of its answers marked."""
    for page in engine.pages(lesson)[:-1]:
        yield showing.address(lesson, page)
    for n, asked in enumerate(lesson.quiz, start=1):
        yield from (url_for("learning.quiz", slug=lesson.slug, n=n, chon=choice) for choice in asked.choices)
