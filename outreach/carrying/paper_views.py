"""The doors to a lesson off the screen: its handout on A4, and the lesson as a file to carry."""

import hashlib
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for

from outreach import db, i18n, pdf, web
from outreach.carrying import paper, parcel
from outreach.learning import phone, showing
from outreach.lessons import queries
from outreach.lessons.content import Lesson
from outreach.lib import qr
from outreach.procedures import fees
from outreach.procedures import queries as handbook
from outreach.voices import narration

doors = Blueprint("paper", __name__)


@doors.get("/bai-hoc/<slug>/to-roi")
@web.public
def handout(slug: str) -> Response:
    """The lesson in large print, to print from the browser."""
    return web.page("carrying/handout.html", no_pdf="", **_contents(_lesson(slug)))


@doors.get("/bai-hoc/<slug>/to-roi.pdf")
@web.public
def handout_pdf(slug: str) -> Response:
    """The same as a PDF; where none can be made, the page, and what is missing."""
    contents = _contents(_lesson(slug))
    if not pdf.available():
        return web.page("carrying/handout.html", status=503, no_pdf=pdf.CURE, **contents)
    made = paper.printed("print/handout.html", **contents)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.pdf"'
    return response


@doors.get("/bai-hoc/<slug>.zip")
@web.public
def carry(slug: str) -> Response:
    """The lesson as one file, the same for everybody who reads this language."""
    made = _carried(_lesson(slug), i18n.chosen())
    response = Response(made, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.{i18n.chosen()}.zip"'
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Cookie"  # the language
    response.set_etag(hashlib.sha256(made).hexdigest()[:16])
    response.make_conditional(request)
    return response


@doors.app_context_processor
def _for_lessons() -> dict[str, Any]:
    """For the pages that offer the file to carry: about how heavy it is, in bytes."""
    return {"carried_weight": _weight}


def _weight(lesson: Lesson) -> int:
    voices = narration.current(db.session(), lesson, i18n.chosen())
    return _weighed(lesson.slug, i18n.chosen(), tuple(narration.mark(one) for one in voices.values()))


@lru_cache(maxsize=1024)
def _weighed(slug: str, language: str, _voices: tuple[str, ...]) -> int:
    return len(_carried(queries.catalogue()[slug], language))


def _carried(lesson: Lesson, language: str) -> bytes:
    s, words = db.session(), lesson.words_in(language)
    procedure = handbook.find(s, lesson.procedure) if lesson.procedure else None
    found = narration.current(s, lesson, words.language)
    voices = {key: {"opus": one.opus, "mp3": one.mp3} for key, one in found.items()}
    return parcel.packed(
        lesson, words, voices, procedure=procedure, address=_address(lesson),
        call_phone=current_app.config["SUPPORT_PHONE"],
    )  # fmt: skip


def _address(lesson: Lesson) -> str:
    return _base() + url_for("learning.show", slug=lesson.slug)


def _base() -> str:
    base: str = current_app.config["SETTINGS"].public_base_url
    return base


def _lesson(slug: str) -> Lesson:
    return web.or_404(queries.catalogue().get(slug))


def _contents(lesson: Lesson) -> dict[str, Any]:
    """What a handout says; the fee is that of the reader's province, where the phone knows it."""
    s, words = db.session(), lesson.words_in(i18n.chosen())
    who = phone.learner(s)
    procedure = handbook.find(s, lesson.procedure) if lesson.procedure else None
    found = fees.of(s, procedure) if procedure else []
    address = _address(lesson)
    return {
        "lesson": lesson, "words": words, "goal": showing.line(words.goal, words),
        "ready": [showing.line(one, words) for one in words.ready], "steps": paper.steps(lesson, words),
        "procedure": procedure, "own_fee": fees.own(found, phone.place(who)),
        "reason": lesson.recheck_reason.get(words.language, ""), "address": address, "qr": qr.picture(address),
        "stop_address": (_base() + url_for("stopping.new")).partition("://")[2],
        **phone.frame(s, who),
    }  # fmt: skip
