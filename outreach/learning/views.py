"""The residents' doors: home, the lessons and their pages. No account, no script; nothing is lost by closing a page."""

from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from outreach import db, i18n, web
from outreach.accounts import access
from outreach.accounts.models import ADMIN, OFFICIAL, PROVINCE
from outreach.learning import device, listing, phone, progress, queries, showing
from outreach.learning.models import Learner
from outreach.lessons import engine
from outreach.lessons import queries as lessons
from outreach.lessons.content import Kind, Lesson, Words
from outreach.procedures import fees
from outreach.procedures import queries as handbook
from outreach.voices import narration, tongue

doors = Blueprint("learning", __name__)


@doors.record_once
def _read_at_start(state: BlueprintSetupState) -> None:
    """Read the lessons now, so that the log says at the start what is wrong with them."""
    with cast(Flask, state.app).app_context():
        lessons.catalogue()


@doors.app_context_processor
def _for_other_rooms() -> dict[str, Any]:
    """The handbook stands below and knows no lessons: its pages ask here for the one that teaches a procedure. The
    overview asks which lessons are hidden."""
    return {"lesson_address": _lesson_address, "hidden_lessons": _hidden_lessons}


def _lesson_address(procedure_id: str) -> str:
    lesson = lessons.for_procedure(procedure_id)
    return url_for("learning.show", slug=lesson.slug) if lesson else ""


def _hidden_lessons() -> list[tuple[Path, int, str]]:
    """(file below lessons/, line, message) of each fault that hides a lesson; only those who can see to it are told."""
    account = access.me_or_none()
    if account is None or account.role not in (ADMIN, PROVINCE, OFFICIAL):
        return []
    return [(fault.file.relative_to(lessons.FOLDER), fault.line, fault.message) for fault in lessons.faults()]


@doors.app_errorhandler(progress.Forgotten)
def _gone(_error: progress.Forgotten) -> Response:
    """Whoever did this has left the shared device meanwhile: nothing of it is kept, and the next one begins."""
    return web.see_other(url_for("learning.home"))


@doors.get("/")
@web.public
def home() -> Response:
    """The residents' first page: go on with what was begun, or choose."""
    who, found = _who()
    unfinished = queries.unfinished(found)
    lesson = lessons.catalogue()[unfinished.lesson] if unfinished else None
    template = "learning/kiosk_home.html" if device.current() else "learning/home.html"
    return web.page(
        template, showing=showing, unfinished=unfinished, lesson=lesson, words=lesson and _words(lesson),
        **phone.frame(db.session(), who),
    )  # fmt: skip


@doors.get("/bai-hoc")
@web.public
def index() -> Response:
    """What one has begun, then all lessons by kind and what they are for; `q` searches. Staff see what is missing."""
    s, typed, staff = db.session(), request.args.get("q", "").strip(), access.me_or_none() is not None
    who, found = _who()
    voiced = narration.voiced(s) if staff or i18n.chosen() != i18n.DEFAULT else {}
    rows = [
        listing.Row(one, _words(one), found.get(one.slug), listing.told(one, i18n.chosen(), voiced, staff=staff))
        for one in lessons.catalogue().values()
        if staff or one.kind is not Kind.TEAM
    ]
    return web.page(
        "learning/index.html", typed=typed, hits=listing.searched(rows, typed) if typed else None,
        begun=listing.begun(rows), basics=listing.by_kind(rows, Kind.BASICS), team=listing.by_kind(rows, Kind.TEAM),
        groups=listing.by_group(listing.by_kind(rows, Kind.PROCEDURE)), names=listing.GROUP_NAMES,
        language_name=narration.language_name, **phone.frame(s, who),
    )  # fmt: skip


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
        "learning/show.html", lesson=lesson, words=words, standing=standing, there=there, procedure=procedure,
        ready=[showing.line(one, words) for one in words.ready], goal=showing.line(words.goal, words),
        fees=found_fees, own_fee=fees.own(found_fees, phone.place(who)),
        reason=lesson.recheck_reason.get(words.language, ""), next_url=showing.address(lesson, there),
        next_text=_("Go on learning") if standing else _("Begin"), back_url=url_for(".index"),
        **phone.frame(db.session(), who),
    )  # fmt: skip


def _lesson(slug: str) -> Lesson:
    return web.or_404(lessons.catalogue().get(slug))


def _words(lesson: Lesson) -> Words:
    return tongue.words(lesson)


def _who() -> tuple[Learner | None, dict[str, queries.Standing]]:
    who = phone.learner(db.session())
    return who, queries.standings(db.session(), who)
