"""The doors of learner cards: a code typed or photographed, whose phone this is, and the card itself for staff."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from outreach import db, web
from outreach.accounts.access import me
from outreach.cards import codes
from outreach.cards.forms import CardForm
from outreach.households import queries as households
from outreach.households.models import Member
from outreach.learning import phone, progress, queries
from outreach.lessons import queries as lessons
from outreach.lib import qr, words

doors = Blueprint("cards", __name__)
APART = "apart"  # what was learned on this phone before is somebody else's


@doors.get("/the-hoc")
@web.public
def enter() -> Response:
    """Type the code of a card."""
    return _code_page(CardForm())


@doors.post("/the-hoc")
@web.public
def look_up() -> Response:
    """Take a typed code; where it is a card's, go and see whose."""
    form = CardForm()
    if not form.validate_on_submit():
        return _code_page(form, 422)
    if _whose(form.plain) is None:
        return _wrong(form, 422)
    return web.see_other(url_for(".whose", code=codes.show(form.plain)))


@doors.get("/the-hoc/<code>")
@web.public
@web.writes
def whose(code: str) -> Response:
    """Say whose card this is, by given name and village alone, and ask before anything changes."""
    form = CardForm(code=code[:40])
    member = _whose(form.plain)
    if member is None:
        return _wrong(form, 404)
    s = db.session()
    who = phone.learner(s)
    learned = bool(who and who.member_id is None and queries.standings(s, who))
    return web.page(
        "cards/whose.html", code=code, name=words.given_name(member.name), village=member.household.village,
        mine=who is not None and who.member_id == member.id, learned=learned, **phone.frame(s, who),
    )  # fmt: skip


@doors.post("/the-hoc/<code>")
@web.public
def join(code: str) -> Response:
    """From now on this phone learns for the card's member."""
    form = CardForm(code=code[:40])
    member = _whose(form.plain)
    if member is None:
        return _wrong(form, 404)
    s = db.session()
    together = request.form.get("before") != APART
    who = progress.join(s, phone.learner(s), member, lessons.catalogue(), together=together)
    s.commit()
    flash(_("Hello %(name)s! What you learn is now kept for you.", name=words.given_name(member.name)), "success")
    return phone.remember(web.see_other(url_for("learning.home")), who)


@doors.get("/nguoi/<int:id>/the-hoc")
@web.allow(*codes.ISSUERS)
def card(id: int) -> Response:
    """A member's card, to print or to show, and how far they are."""
    s, member = db.session(), _member(id)
    held = codes.current(s, member)
    address = _address(held.code) if held else ""
    found = queries.progress_of(s, [member.id]).get(member.id, {})
    rows = [(one, found[one.slug]) for one in lessons.catalogue().values() if one.slug in found]
    return web.page(
        "cards/card.html", member=member, village=member.household.village, name=words.given_name(member.name),
        card=held, code=codes.show(held.code) if held else "", qr=qr.picture(address) if held else "",
        address=address.partition("://")[2], rows=rows, helper=queries.helper_phone(s, member),
    )  # fmt: skip


@doors.post("/nguoi/<int:id>/the-hoc")
@web.allow(*codes.ISSUERS)
def issue(id: int) -> Response:
    """A new card; an older one ends."""
    s, member = db.session(), _member(id)
    codes.issue(s, member, me())
    s.commit()
    flash(_("The card is ready. Print it, or let the phone's camera read the code."), "success")
    return web.see_other(url_for(".card", id=id))


def _member(id: int) -> Member:
    return web.or_404(households.find_member(db.session(), me(), id))


def _address(code: str) -> str:
    base: str = current_app.config["SETTINGS"].public_base_url
    return base + url_for(".whose", code=codes.show(code))


def _whose(code: str) -> Member | None:
    """Whose card this is; a wrong code is counted, too many of them close the door for a while."""
    if not code:
        return None  # no code at all, so nothing was guessed
    s = db.session()
    try:
        member = codes.find(s, code, request.remote_addr or "")
    except codes.Locked:
        raise TooManyRequests from None
    if member is None:
        s.commit()  # the failure counts
    return member


def _wrong(form: CardForm, status: int) -> Response:
    form.code.errors = [*form.code.errors, _("This is not the code of a card in use. Look at the card and try again.")]
    return _code_page(form, status)


def _code_page(form: CardForm, status: int = 200) -> Response:
    s = db.session()
    return web.page("cards/enter.html", status=status, form=form, **phone.frame(s, phone.learner(s)))
