"""The residents' doors: home, the lessons and their pages. No account, no script; nothing is lost by closing a page."""

from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from outreach import db, i18n, web
from outreach.accounts import access
from outreach.lessons import engine, phone, queries, showing
from outreach.lessons.content import Kind, Lesson, Words
from outreach.lessons.models import Learner
from outreach.procedures import fees
from outreach.procedures import queries as handbook

doors = Blueprint("lessons", __name__)


@doors.app_context_processor
def _for_the_handbook() -> dict[str, Any]:
    """The handbook stands below and knows no lessons; its pages ask here for the one that teaches a procedure."""
    return {"lesson_address": _lesson_address}


def _lesson_address(procedure_id: str) -> str:
    lesson = queries.for_procedure(procedure_id)
    return url_for("lessons.show", slug=lesson.slug) if lesson else ""


@doors.get("/")
@web.public
def home() -> Response:
    """The residents' first page: go on with what was begun, or choose."""
    who, found = _who()
    unfinished = queries.unfinished(found)
    lesson = queries.catalogue()[unfinished.lesson] if unfinished else None
    return web.page(
        "lessons/home.html", showing=showing, unfinished=unfinished, lesson=lesson, words=lesson and _words(lesson),
        **phone.frame(db.session(), who),
    )  # fmt: skip


@doors.get("/bai-hoc")
@web.public
def index() -> Response:
    """All lessons by kind, with how far one is; those for the group itself only to staff."""
    who, found = _who()
    kinds = [kind for kind in Kind if kind is not Kind.TEAM or access.me_or_none()]
    lessons = [(kind, [(one, _words(one)) for one in _catalogue() if one.kind is kind]) for kind in kinds]
    return web.page("lessons/index.html", lessons=lessons, found=found, **phone.frame(db.session(), who))


@doors.get("/bai-hoc/<slug>")
@web.public
def show(slug: str) -> Response:
    """What the lesson is for, what to have ready, what it rests on; from here one begins or goes on."""
    lesson = _lesson(slug)
    who, found = _who()
    standing = found.get(slug)
    procedure = handbook.find(db.session(), lesson.procedure) if lesson.procedure else None
    found_fees = fees.of(db.session(), procedure) if procedure else []
    there = standing.place(lesson) if standing else engine.pages(lesson)[1]
    words = _words(lesson)
    return web.page(
        "lessons/show.html", lesson=lesson, words=words, standing=standing, there=there, procedure=procedure,
        ready=[showing.line(one, words) for one in words.ready], goal=showing.line(words.goal, words),
        fees=found_fees, own_fee=fees.own(found_fees, phone.place(who)),
        reason=lesson.recheck_reason.get(words.language, ""), next_url=showing.address(lesson, there),
        next_text=_("Go on learning") if standing else _("Begin"), back_url=url_for(".index"),
        **phone.frame(db.session(), who),
    )  # fmt: skip


def _catalogue() -> list[Lesson]:
    return list(queries.catalogue().values())


def _lesson(slug: str) -> Lesson:
    return web.or_404(queries.catalogue().get(slug))


def _words(lesson: Lesson) -> Words:
    return lesson.words_in(i18n.chosen())


def _who() -> tuple[Learner | None, dict[str, queries.Standing]]:
    who = phone.learner(db.session())
    return who, queries.standings(db.session(), who)
