"""The doors to what our messages say: write it, see how it travels, register it with the SMS provider."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts import deeds
from outreach.accounts.access import me
from outreach.accounts.models import ADMIN, OFFICE
from outreach.i18n import LANGUAGES
from outreach.settings import TWILIO
from outreach.sms.models import Wording
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking, names, preview, provider, queries, versions
from outreach.wordings.forms import ReferenceForm, WordingForm
from outreach.wordings.queries import Shelf
from outreach.wordings.versions import Words

doors = Blueprint("wordings", __name__)
ADDRESS = "/mau-tin/<purpose>/<language>"


@doors.get("/mau-tin")
@web.allow(*OFFICE)
def index() -> Response:
    """Every kind of message, its languages, and which version counts."""
    strict = current_app.config["SETTINGS"].sms_gateway == TWILIO
    shelves = queries.everything(db.session())
    marks = {
        purpose: dict.fromkeys(names.going_out(one, strict=strict) for one in rows) for purpose, rows in shelves.items()
    }
    return web.page("wordings/index.html", shelves=shelves, marks=marks, **_words_of_the_room())


@doors.get(ADDRESS)
@web.allow(*OFFICE)
def show(purpose: str, language: str) -> Response:
    """The newest words with how they read; for the admin a sheet to change them."""
    shelf = _shelf(purpose, language)
    return _page(shelf, _form(shelf))


@doors.post(ADDRESS)
@web.allow(ADMIN)
def create(purpose: str, language: str) -> Response:
    """Keep the words: in the draft, or as the next version."""
    s, shelf, form = db.session(), _shelf(purpose, language), WordingForm(purpose)
    if not form.validate_on_submit():
        return _page(shelf, form, status=422)
    try:
        kept = versions.write(s, purpose, language, form.words, me(), form.seen.data or versions.NOTHING)
    except versions.Meanwhile:
        shelf = _shelf(purpose, language)
        form.seen.data = versions.mark(shelf.newest)
        return _page(shelf, form, status=409, meanwhile=shelf.newest)
    s.commit()
    flash(_("Version %(number)s is kept.", number=kept.version), "success")
    return web.see_other(_address(kept))


@doors.post(f"{ADDRESS}/xem-thu")
@web.allow(ADMIN)
def try_out(purpose: str, language: str) -> Response:
    """How it would read and what it would cost, while somebody types. Keeps nothing."""
    shelf, form = _shelf(purpose, language), WordingForm(purpose)
    if "propose" in request.form:
        form.plain.data = checking.propose(form.words.full)
    return _page(shelf, form)


@doors.get(f"{ADDRESS}/<int:version>")
@web.allow(*OFFICE)
def read(purpose: str, language: str, version: int) -> Response:
    """One version as it is, and what became of it."""
    wording = _wording(purpose, language, version)
    return _version_page(wording, ReferenceForm(data={"reference": wording.reference}))


@doors.post(f"{ADDRESS}/<int:version>/nop")
@web.allow(ADMIN)
def submit(purpose: str, language: str, version: int) -> Response:
    """It was handed to the provider."""
    wording = _wording(purpose, language, version)
    try:
        versions.submit(db.session(), wording, me())
    except versions.WrongStep:
        return _cannot(wording)
    return _done(wording, _("Noted: handed to the SMS provider. These words can no longer be changed."))


@doors.post(f"{ADDRESS}/<int:version>/dang-ky")
@web.allow(ADMIN)
def register(purpose: str, language: str, version: int) -> Response:
    """The provider registered it."""
    wording, form = _wording(purpose, language, version), ReferenceForm()
    if not form.validate_on_submit():
        return _version_page(wording, form, status=422)
    try:
        versions.register(db.session(), wording, form.reference.data or "", me())
    except versions.WrongStep:
        return _cannot(wording)
    if _shelf(purpose, language).counts is not wording:
        return _done(wording, _("Registered. New messages are made of a newer version."))
    return _done(wording, _("Registered. New messages are made of these words from now on."))


@doors.post(f"{ADDRESS}/<int:version>/rut")
@web.allow(ADMIN)
def withdraw(purpose: str, language: str, version: int) -> Response:
    """No new message is made of it."""
    wording = _wording(purpose, language, version)
    versions.withdraw(db.session(), wording, me())
    return _done(wording, _("Withdrawn. No new message is made of these words."))


def _done(wording: Wording, said: str) -> Response:
    db.session().commit()
    flash(said, "success")
    return web.see_other(_address(wording))


def _cannot(wording: Wording) -> Response:
    flash(_("Nothing was changed: this version is “%(state)s”.", state=names.STATE_NAMES[wording.state]), "warning")
    return web.see_other(_address(wording))


def _shelf(purpose: str, language: str) -> Shelf:
    """Of a kind of message there is, in a language of the house or one that somebody wrote it in."""
    if purpose not in PURPOSES:
        abort(404)
    shelf = queries.shelf(db.session(), purpose, language)
    return web.or_404(shelf if shelf.versions or language in LANGUAGES else None)


def _wording(purpose: str, language: str, version: int) -> Wording:
    return web.or_404(queries.find(db.session(), purpose, language, version))


def _address(wording: Wording) -> str:
    return url_for(".read", purpose=wording.purpose, language=wording.language, version=wording.version)


def _form(shelf: Shelf) -> WordingForm:
    newest = shelf.newest
    said = {"full": newest.full, "plain": newest.plain} if newest else {}
    return WordingForm(shelf.purpose, data={**said, "seen": versions.mark(newest)})


def _page(shelf: Shelf, form: WordingForm, *, status: int = 200, meanwhile: Wording | None = None) -> Response:
    example, shown = _preview(shelf.purpose, form.words, form.commune.data or "")
    frozen = shelf.newest is None or versions.is_frozen(db.session(), shelf.newest)
    return web.page(
        "wordings/show.html", "preview", status=status, shelf=shelf, form=form, example=example, shown=shown,
        frozen=frozen, meanwhile=meanwhile, proposed=checking.propose(form.words.full),
        **_words_of_the_room(shelf.purpose, shelf.language),
    )  # fmt: skip


def _version_page(wording: Wording, form: ReferenceForm, status: int = 200) -> Response:
    s, (example, shown) = db.session(), _preview(wording.purpose, Words(wording.full, wording.plain), "")
    return web.page(
        "wordings/version.html", status=status, wording=wording, form=form, example=example, shown=shown,
        shelf=queries.shelf(s, wording.purpose, wording.language), used=queries.was_used(s, wording),
        history=queries.history(s, wording), deed=deeds.deed, sheets=provider.sheets(wording),
        **_words_of_the_room(wording.purpose, wording.language),
    )  # fmt: skip


def _preview(purpose: str, said: Words, typed: str) -> tuple[preview.Example, list[preview.Shown]]:
    s = db.session()
    example = preview.example(s, purpose, me().area, typed, current_app.config["SUPPORT_PHONE"])
    return example, preview.show(s, purpose, said.full, said.plain, example.values)


def _words_of_the_room(purpose: str = "", language: str = "") -> dict[str, Any]:
    code = LANGUAGES[language].html if language in LANGUAGES else language.partition("@")[0]
    return {"purpose": PURPOSES.get(purpose), "purposes": PURPOSES, "names": names, "code": code}
