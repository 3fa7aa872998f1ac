"""The doors inside a lesson: its steps, its questions, its end. Looking changes nothing; going on is what is noted."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import Response, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from outreach import db, i18n, shelf, web
from outreach.accounts import access
from outreach.learning import device, phone, progress, queries, showing
from outreach.learning.forms import AnswerForm
from outreach.learning.models import Learner
from outreach.learning.views import doors
from outreach.lessons import engine
from outreach.lessons import queries as lessons
from outreach.lessons.content import Lesson, Question, Step, Words
from outreach.voices import narration, tongue

__all__ = ["doors"]  # all the doors of the lessons: those of `views`, and these
BRIEF = "return=minimal"  # RFC 7240


@doors.get("/bai-hoc/<slug>/<int:n>")
@web.public
def step(slug: str, n: int) -> Response:
    """One step: one picture, one action. It is the same page for everybody whom one telephone number helps."""
    lesson = _lesson(slug)
    return _step(lesson, _place(lesson, n), phone.helper())


@doors.post("/bai-hoc/<slug>/<int:n>")
@web.public
@web.same_origin
def go_on(slug: str, n: int) -> Response:
    """Next: the step was gone past. That is noted, for the phone or for the member it is joined to."""
    lesson = _lesson(slug)
    here = _named(lesson, "step") or _place(lesson, n)
    s = db.session()
    who = phone.learner(s) or progress.begin(s)
    progress.see(s, who, lesson, here.key, at=phone.moment())
    s.commit()
    following = engine.next_page(lesson, here.key) or here
    helper = phone.helper(who)
    draw = _step if following.kind == "step" else _question
    return _lead(who, showing.address(lesson, following), lambda: draw(lesson, following, helper))


@doors.get("/bai-hoc/<slug>/cau-hoi", defaults={"n": 1})
@doors.get("/bai-hoc/<slug>/cau-hoi/<int:n>")
@web.public
def quiz(slug: str, n: int) -> Response:
    """One question; with `?chon=` the answer just given, marked."""
    lesson = _lesson(slug)
    asked = _asked(lesson, n)
    chosen = request.args.get("chon", "")
    helper = phone.helper()
    return _question(lesson, _page_of(lesson, asked), helper, chosen if chosen in asked.choices else "")


@doors.post("/bai-hoc/<slug>/cau-hoi", defaults={"n": 1})
@doors.post("/bai-hoc/<slug>/cau-hoi/<int:n>")
@web.public
@web.same_origin
def answer(slug: str, n: int) -> Response:
    """Take an answer; the next page says whether it is right, and why."""
    lesson = _lesson(slug)
    here = _named(lesson, "question") or _page_of(lesson, _asked(lesson, n))
    asked, s = _asked(lesson, here.number), db.session()
    form = _form(asked, _words(lesson))
    if not form.validate_on_submit():
        context = _open_question(lesson, here, form) | {"call_phone": phone.helper()}
        return web.page("learning/question.html", status=422, **context)
    chosen = form.choice.data
    who = phone.learner(s) or queries.teller(s, phone.deed()) or progress.begin(s)
    progress.answer(s, who, lesson, asked.id, chosen, at=phone.moment(), client_id=phone.deed())
    s.commit()
    helper = phone.helper(who)
    address = url_for(".quiz", slug=slug, n=here.number, chon=chosen)
    return _lead(who, address, lambda: _question(lesson, here, helper, chosen))


@doors.get("/bai-hoc/<slug>/xong")
@web.public
def finished(slug: str) -> Response:
    """The end: what was done, or what is still open; and what to do next."""
    lesson, s = _lesson(slug), db.session()
    who = phone.learner(s)
    found = queries.standings(s, who)
    words, standing = _words(lesson), found.get(slug)
    marking = engine.mark(lesson, standing.answers if standing else {}, words.language)
    wrong = _wrong(lesson, words, marking)
    done = [one for one, far in found.items() if far.finished_at]
    others = [(one, _words(one)) for one in lessons.catalogue().values() if one.slug not in (slug, *done)]
    page = _around(lesson, words, engine.pages(lesson)[-1]) | phone.frame(s, who)
    page |= {"next_url": _onward(lesson, standing, wrong), "next_text": _("Go on learning"), "speak": False}
    page |= {"standing": standing, "others": others[:1], "marking": marking, "wrong": wrong}
    return web.page("learning/finished.html", quiz=showing.quiz(lesson), **page)


@doors.post("/the-hoc/khong-phai-toi")
@web.public
def leave() -> Response:
    """Let this phone forget who learned on it; what was learned stays with that person."""
    flash(_("This phone has forgotten the name. Nothing that was learned is lost."), "success")
    return phone.forget(web.see_other(url_for(".home")))


def _step(lesson: Lesson, here: engine.Page, helper: str) -> Response:
    def context() -> dict[str, Any]:
        words = _words(lesson)
        one = lesson.steps[here.number - 1]
        shown = showing.step(lesson, one, words)
        return _around(lesson, words, here) | _voices(lesson, one, words) | {"shown": shown, "next_form": "next"}

    return _same_for_all("learning/step.html", (lesson.slug, here.key), helper, context)


def _voices(lesson: Lesson, one: Step, words: Words) -> dict[str, Any]:
    """Who reads the step aloud: in the page's language, and in those that no page is written in."""
    found = narration.voices(db.session(), lesson, one)
    voice = found.get(words.language)
    others = [(narration.language_name(code), each) for code, each in found.items() if code not in i18n.LANGUAGES]
    return {
        "voice": voice, "others": others, "voice_address": narration.address,
        "listen_url": narration.address(voice, "mp3") if voice else "",
    }  # fmt: skip


def _question(lesson: Lesson, here: engine.Page, helper: str, chosen: str = "") -> Response:
    def context() -> dict[str, Any]:
        asked, words = _asked(lesson, here.number), _words(lesson)
        if not chosen:
            return _open_question(lesson, here, _form(asked, words, formdata=None))  # for all: as nobody filled it in
        return _around(lesson, words, here) | _marked(lesson, asked, words, chosen)

    return _same_for_all("learning/question.html", (lesson.slug, here.key, chosen), helper, context)


def _same_for_all(
    template: str, key: tuple[Hashable, ...], helper: str, context: Callable[[], dict[str, Any]]
) -> Response:
    """The page, off the shelf; for staff, whose name stands on it, and for a shared device drawn anew."""
    if access.me_or_none() or device.current():
        return web.page(template, call_phone=helper, **context())
    return shelf.answer(
        (*key, i18n.chosen(), helper), lambda: render_template(template, call_phone=helper, **context())
    )


def _lead(who: Learner, address: str, draw: Callable[[], Response]) -> Response:
    """After a deed: go and look there; htmx gets the page at once, and the address it stands under.

    A phone that tells later what was done without network (lesson.js, outbox) wants no page, only to know: 204.
    """
    if request.headers.get("Prefer") == BRIEF:
        return phone.remember(Response(status=204, mimetype="text/plain"), who)
    if not web.htmx:
        return phone.remember(web.see_other(address), who)
    response = draw()
    response.headers["HX-Push-Url"] = address
    response.headers["Cache-Control"] = "no-store"
    return phone.remember(response, who)


def _lesson(slug: str) -> Lesson:
    return web.or_404(lessons.catalogue().get(slug))


def _named(lesson: Lesson, kind: engine.PageKind) -> engine.Page | None:
    """The page that a deed names (`key`): told days later, its number may be another's by now. 404 where it is gone."""
    key = request.form.get("key")
    found = engine.find(lesson, key) if key else None
    if key and (found is None or found.kind != kind):
        abort(404)
    return found


def _place(lesson: Lesson, n: int) -> engine.Page:
    if not 0 < n <= len(lesson.steps):
        abort(404)
    return engine.Page("step", lesson.steps[n - 1].id, n, len(lesson.steps))


def _asked(lesson: Lesson, n: int) -> Question:
    return web.or_404(lesson.quiz[n - 1] if 0 < n <= len(lesson.quiz) else None)


def _page_of(lesson: Lesson, asked: Question) -> engine.Page:
    return engine.Page("question", asked.id, lesson.quiz.index(asked) + 1, len(lesson.quiz))


def _words(lesson: Lesson) -> Words:
    return tongue.words(lesson)


def _around(lesson: Lesson, words: Words, here: engine.Page) -> dict[str, Any]:
    """What every page within a lesson needs: its place, the way back and on."""
    back, on = engine.previous_page(lesson, here.key), engine.next_page(lesson, here.key)
    return {
        "lesson": lesson, "words": words, "here": here, "own_url": showing.address(lesson, here),
        "back_url": showing.address(lesson, back) if back else "",
        "next_url": showing.address(lesson, on) if on else "", "speak": True, "showing": showing,
    }  # fmt: skip


def _form(asked: Question, words: Words, **kw: Any) -> AnswerForm:
    said = words.question(asked.id)
    return AnswerForm([(choice, showing.line(said.choices[choice], words)) for choice in asked.choices], **kw)


def _open_question(lesson: Lesson, here: engine.Page, form: AnswerForm) -> dict[str, Any]:
    words = _words(lesson)
    return _around(lesson, words, here) | {
        "question": showing.line(words.question(here.key).question, words), "form": form, "result": None,
        "next_form": "answer", "next_text": _("Answer"), "next_icon": "check",
    }  # fmt: skip


def _marked(lesson: Lesson, asked: Question, words: Words, chosen: str) -> dict[str, Any]:
    said, result = words.question(asked.id), engine.mark_one(lesson, asked.id, chosen, words.language)
    return {
        "question": showing.line(said.question, words), "result": result,
        "chosen": showing.line(said.choices[chosen], words), "why": showing.text(said.why, words),
    }  # fmt: skip


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
