"""The residents' doors: home, the lessons and their pages. No account, no script; nothing is lost by closing a page."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from outreach import db, i18n, web
from outreach.accounts import access
from outreach.lessons import engine, phone, progress, queries, showing
from outreach.lessons.content import Kind, Lesson, Question, Words
from outreach.lessons.forms import AnswerForm
from outreach.lessons.models import Learner
from outreach.procedures import fees
from outreach.procedures import queries as handbook

doors = Blueprint("lessons", __name__)
YEAR = 365 * 86400


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


@doors.get("/bai-hoc/<slug>/<int:n>")
@web.public
@web.writes
def step(slug: str, n: int) -> Response:
    """One step: one picture, one action. That it was seen is noted, for the phone or for the member it is joined to."""
    lesson = _lesson(slug)
    here = web.or_404(engine.find(lesson, lesson.steps[n - 1].id) if 0 < n <= len(lesson.steps) else None)
    s = db.session()
    who = phone.learner(s)
    if request.method == "GET":
        who = who or progress.begin(s)
        progress.see(s, who, lesson, here.key)
        s.commit()
    words = _words(lesson)
    shown = showing.step(lesson, lesson.steps[n - 1], words)
    response = web.page("lessons/step.html", shown=shown, **_page(lesson, words, here, who))
    response.headers["X-Robots-Tag"] = "noindex"  # a search engine is no learner
    return phone.remember(response, who) if who else response


@doors.get("/bai-hoc/<slug>/cau-hoi", defaults={"n": 1})
@doors.get("/bai-hoc/<slug>/cau-hoi/<int:n>")
@web.public
def quiz(slug: str, n: int) -> Response:
    """One question; with `?chon=` the answer just given, marked."""
    lesson = _lesson(slug)
    asked, words = _question(lesson, n), _words(lesson)
    chosen = request.args.get("chon", "")
    if chosen in asked.choices:
        result = engine.mark_one(lesson, asked.id, chosen, words.language)
        return _ask(lesson, n, answer=None, result=result)
    return _ask(lesson, n, answer=_form(asked, words))


@doors.post("/bai-hoc/<slug>/cau-hoi", defaults={"n": 1})
@doors.post("/bai-hoc/<slug>/cau-hoi/<int:n>")
@web.public
@web.same_origin
def answer(slug: str, n: int) -> Response:
    """Take an answer; the next page says whether it is right, and why."""
    lesson = _lesson(slug)
    asked = _question(lesson, n)
    form = _form(asked, _words(lesson))
    if not form.validate_on_submit():
        return _ask(lesson, n, answer=form, status=422)
    s = db.session()
    who = phone.learner(s) or progress.begin(s)
    progress.answer(s, who, lesson, asked.id, form.choice.data)
    s.commit()
    return phone.remember(web.see_other(url_for(".quiz", slug=slug, n=n, chon=form.choice.data)), who)


@doors.get("/bai-hoc/<slug>/xong")
@web.public
def finished(slug: str) -> Response:
    """The end: what was done, or what is still open; and what to do next."""
    lesson = _lesson(slug)
    who, found = _who()
    words, standing = _words(lesson), found.get(slug)
    marking = engine.mark(lesson, standing.answers if standing else {}, words.language)
    wrong = _wrong(lesson, words, marking)
    others = [(one, _words(one)) for one in _catalogue() if one.slug not in (slug, *_finished(found))]
    page = _page(lesson, words, None, who)
    page |= {"next_url": _onward(lesson, standing, wrong), "next_text": _("Go on learning")}
    return web.page("lessons/finished.html", standing=standing, others=others[:1], marking=marking, wrong=wrong, **page)


@doors.get("/bai-hoc/<slug>/hinh/<file>")
@web.public
def picture(slug: str, file: str) -> Response:
    """A picture that a step of the lesson shows; its address changes with its content, so it is fetched once."""
    lesson = _lesson(slug)
    one = web.or_404(next((one for one in lesson.steps if one.picture and one.picture == file), None))
    path = lesson.picture(one) or Path()
    response = Response(path.read_bytes(), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if request.args.get("v") else 300
    response.cache_control.immutable = bool(request.args.get("v"))
    return response


def _catalogue() -> list[Lesson]:
    return list(queries.catalogue().values())


def _lesson(slug: str) -> Lesson:
    return web.or_404(queries.catalogue().get(slug))


def _words(lesson: Lesson) -> Words:
    return lesson.words_in(i18n.chosen())


def _who() -> tuple[Learner | None, dict[str, queries.Standing]]:
    who = phone.learner(db.session())
    return who, queries.standings(db.session(), who)


def _finished(found: dict[str, queries.Standing]) -> list[str]:
    return [slug for slug, one in found.items() if one.finished_at]


def _wrong(lesson: Lesson, words: Words, marking: engine.Marking) -> list[tuple[str, Markup]]:
    """The questions that were answered otherwise than right, each with its address."""
    return [
        (url_for(".quiz", slug=lesson.slug, n=n), showing.line(words.question(one.question).question, words))
        for n, one in enumerate(marking.results, start=1)
        if one.chosen and one.chosen != one.answer
    ]


def _onward(lesson: Lesson, standing: queries.Standing | None, wrong: list[tuple[str, Markup]]) -> str:
    """Where the last page leads: to what is still open, else nowhere."""
    if standing is None or standing.finished_at:
        return "" if standing else url_for(".show", slug=lesson.slug)
    there = standing.place(lesson)
    return wrong[0][0] if there.kind == "end" and wrong else showing.address(lesson, there)


def _page(lesson: Lesson, words: Words, here: engine.Page | None, who: Learner | None) -> dict[str, Any]:
    """What every page within a lesson needs: its place, the way back and on, whom to call."""
    key = here.key if here else engine.pages(lesson)[-1].key
    back, on = engine.previous_page(lesson, key), engine.next_page(lesson, key)
    return {
        "lesson": lesson, "words": words, "here": here,
        "back_url": showing.address(lesson, back) if back else "",
        "next_url": showing.address(lesson, on) if on else "",
        **phone.frame(db.session(), who),
    }  # fmt: skip


def _question(lesson: Lesson, n: int) -> Question:
    return web.or_404(lesson.quiz[n - 1] if 0 < n <= len(lesson.quiz) else None)


def _form(asked: Question, words: Words) -> AnswerForm:
    said = words.question(asked.id)
    return AnswerForm([(choice, showing.line(said.choices[choice], words)) for choice in asked.choices])


def _ask(
    lesson: Lesson, n: int, *, answer: AnswerForm | None, result: engine.Result | None = None, status: int = 200
) -> Response:
    asked, words = _question(lesson, n), _words(lesson)
    said, who = words.question(asked.id), phone.learner(db.session())
    chosen = showing.line(said.choices[result.chosen], words) if result and result.chosen else Markup()
    page = _page(lesson, words, engine.find(lesson, asked.id), who)
    if answer is not None:
        page |= {"next_form": "answer", "next_text": _("Answer"), "next_icon": "check"}
    why = showing.text(result.why, words) if result else Markup()
    return web.page(
        "lessons/question.html", status=status, form=answer, result=result, chosen=chosen, why=why,
        question=showing.line(said.question, words), **page,
    )  # fmt: skip
