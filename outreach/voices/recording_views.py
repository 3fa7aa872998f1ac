"""The doors to making voices: staff read steps aloud and judge each other's reading."""

from typing import Any, NamedTuple

from flask import Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import db, i18n, shelf, web
from outreach.accounts import access
from outreach.accounts.access import me
from outreach.lessons import queries
from outreach.lessons.content import Lesson, Step
from outreach.voices import narration, sound
from outreach.voices.forms import RecordingForm, RefusalForm
from outreach.voices.listening_views import EVERYBODY, JUDGES, SPEAKERS, doors, find_lesson, find_recording, find_step
from outreach.voices.models import Narration

__all__ = ["doors"]  # all the doors of the voices: those of `listening_views`, and these
FAULTS: dict[type[sound.BadSound], Any] = {
    sound.NotSound: _l("This is no sound recording that can be read here. Nothing was kept. Please record it anew."),
    sound.Silent: _l("Hardly anything can be heard. Nothing was kept. Hold the phone nearer and record it once more."),
    sound.TooLong: _l("The recording is longer than 2 minutes. Nothing was kept. Read just this one step."),
    sound.TooBig: _l("The file is larger than 8 MB. Nothing was kept. Record it on this page instead."),
}
# Only where one records may a page use the microphone, and play what is not on the server yet.
AT_THE_MICROPHONE = {
    "Permissions-Policy": web.SECURITY["Permissions-Policy"].replace("microphone=()", "microphone=(self)"),
    "Content-Security-Policy": web.SECURITY["Content-Security-Policy"] + "; media-src 'self' blob:",
}


class Shown(NamedTuple):
    """A recording as its page shows it. `judged`: this person may judge it."""

    one: Narration
    who: str
    own: bool
    heard: bool
    fits: bool
    judged: bool
    form: RefusalForm


@doors.get("/loi-doc")
@web.allow(*EVERYBODY)
def index() -> Response:
    """How much of each lesson can be heard; what waits for oneself."""
    s, lessons = db.session(), queries.catalogue()
    spoken = {code for lesson in lessons.values() for code in lesson.words}
    codes = [*i18n.LANGUAGES, *sorted(spoken - set(i18n.LANGUAGES))]
    return web.page(
        "voices/index.html", lessons=lessons.values(), codes=codes, voiced=narration.voiced(s),
        name=narration.language_name, refused=[_place(one) for one in narration.refused(s, me())],
        waiting=[_place(one) for one in narration.waiting(s) if one.made_by_id != me().id and me().role in JUDGES],
    )  # fmt: skip


@doors.get("/loi-doc/<slug>/<language>")
@web.allow(*EVERYBODY)
def show(slug: str, language: str) -> Response:
    """The steps of a lesson in one language, and how it stands with the voice of each."""
    lesson = find_lesson(slug, language)
    found = narration.recordings(db.session(), lesson, language)
    steps = [(one, narration.states(found.get(one.id, []))) for one in lesson.steps]
    return web.page("voices/show.html", steps=steps, **_around(lesson, language))


@doors.get("/loi-doc/<slug>/<language>/<key>")
@web.allow(*EVERYBODY)
def step(slug: str, language: str, key: str) -> Response:
    """The words of a step to read aloud; its recordings to listen to and judge."""
    lesson = find_lesson(slug, language)
    return _step_page(lesson, find_step(lesson, key), language)


@doors.post("/loi-doc/<slug>/<language>/<key>")
@web.allow(*SPEAKERS)
def create(slug: str, language: str, key: str) -> Response:
    """Take a recording; what cannot be used stays outside, with what to do."""
    s, lesson, form = db.session(), find_lesson(slug, language), RecordingForm()
    one = find_step(lesson, key)
    if not form.validate_on_submit():
        return _step_page(lesson, one, language, form=form, status=422)
    s.commit()  # nobody waits for the database while the sound is made
    try:
        narration.record(s, me(), lesson, one, language, form.file.data.read(sound.MOST_BYTES + 1))
    except sound.BadSound as fault:
        form.file.errors = [FAULTS[type(fault)]]
        return _step_page(lesson, one, language, form=form, status=422)
    except sound.NoFfmpeg:
        return _step_page(lesson, one, language, form=form, status=503)
    s.commit()
    flash(_("Your recording is kept. Somebody else listens to it now; learners hear it after that."), "success")
    return web.see_other(url_for(".step", slug=slug, language=language, key=key))


@doors.post("/loi-doc/ban-ghi/<int:id>/duyet")
@web.allow(*JUDGES)
def approve(id: int) -> Response:
    """Learners hear it from now on."""
    s, one = db.session(), _judged(id)
    try:
        narration.approve(s, me(), one)
    except narration.WordsChanged:
        flash(_("The words of this step have changed. It must be recorded again."), "warning")
    else:
        flash(_("Learners hear this recording now."), "success")
    return _done(one)


@doors.post("/loi-doc/ban-ghi/<int:id>/tu-choi")
@web.allow(*JUDGES)
def refuse(id: int) -> Response:
    """Learners do not hear it; the one who spoke is told why."""
    s, one, form = db.session(), _judged(id), RefusalForm(prefix=f"r{id}")
    if not form.validate_on_submit():
        lesson = find_lesson(one.lesson, one.language)
        return _step_page(lesson, find_step(lesson, one.key), one.language, refusal=(id, form), status=422)
    narration.refuse(s, me(), one, form.reason.data or "")
    flash(_("Learners do not hear this recording. The one who spoke can read why."), "success")
    return _done(one)


@doors.post("/loi-doc/ban-ghi/<int:id>/rut")
@web.allow(*EVERYBODY)
def delete(id: int) -> Response:
    """Take one's own voice back."""
    s, one = db.session(), find_recording(id)
    try:
        narration.take_back(s, me(), one)
    except narration.NotOwn:
        abort(403)
    flash(_("Your recording is gone."), "success")
    return _done(one)


def _done(one: Narration) -> Response:
    db.session().commit()
    shelf.clear()
    return web.see_other(url_for(".step", slug=one.lesson, language=one.language, key=one.key))


def _judged(id: int) -> Narration:
    one = find_recording(id)
    if one.made_by_id == me().id:
        abort(403)
    return one


def _place(one: Narration) -> tuple[Narration, Lesson, str]:
    """A recording with its lesson, and the heading of its step, both as the one who looks reads them."""
    lesson = queries.catalogue()[one.lesson]
    return one, lesson, lesson.words_in(i18n.chosen()).steps[one.key].heading


def _step_page(
    lesson: Lesson, one: Step, language: str, *, form: RecordingForm | None = None,
    refusal: tuple[int, RefusalForm] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = narration.recordings(db.session(), lesson, language).get(one.id, [])
    number = lesson.steps.index(one) + 1
    response = web.page(
        "voices/step.html", status=status, step=one, number=number, found=_shown(found, refusal),
        text=narration.read_text(lesson.words[language], one), states=narration.states(found),
        form=form or RecordingForm(), cure="" if sound.available() else sound.CURE,
        following=lesson.steps[number] if number < len(lesson.steps) else None, **_around(lesson, language),
    )  # fmt: skip
    response.headers.update(AT_THE_MICROPHONE if me().role in SPEAKERS else {})
    return response


def _shown(found: list[Narration], refusal: tuple[int, RefusalForm] | None) -> list[Shown]:
    """The recordings that this person may hear; where a refusal lacked its reason, with the form as it was sent."""
    heard, judge = narration.heard(found), me().role in JUDGES
    forms = dict([refusal]) if refusal else {}
    return [
        Shown(
            one, _who(one), own=one.made_by_id == me().id, heard=one is heard, fits=narration.fits(one),
            judged=judge and one.made_by_id != me().id,
            form=forms.get(one.id) or RefusalForm(prefix=f"r{one.id}", formdata=None),
        )
        for one in found
        if judge or one.made_by_id == me().id or one is heard
    ]  # fmt: skip


def _around(lesson: Lesson, language: str) -> dict[str, Any]:
    code = i18n.LANGUAGES[language].html if language in i18n.LANGUAGES else language.partition("@")[2] or language
    return {
        "lesson": lesson, "words": lesson.words[language], "language": language, "code": code,
        "language_name": narration.language_name(language), "speaks": me().role in SPEAKERS,
    }  # fmt: skip


def _who(one: Narration) -> str:
    """Who spoke: by name for those who know them as colleagues, by place for everybody else."""
    if one.made_by_id == me().id:
        return _("you yourself")
    if access.sees(me(), one.made_by.area):
        return one.made_by.name
    return _("somebody in %(place)s", place=one.made_by.area.full_name)
