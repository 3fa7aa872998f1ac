"""Doors to help somebody of elsewhere: find the person, then write what was done; nothing else is shown of the home."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from outreach import db, web
from outreach.accounts.access import me
from outreach.households.models import Member
from outreach.lib import words
from outreach.visits import elsewhere, recording
from outreach.visits.elsewhere_forms import FindForm, HelpForm
from outreach.visits.recording import OtherContent

doors = Blueprint("elsewhere", __name__)


@doors.app_template_global("elsewhere_address")
def _elsewhere_address() -> str:
    """Where one finds somebody of another place, for pages of lower rooms."""
    return url_for("elsewhere.index")


@doors.get("/giup")
@web.allow(*elsewhere.HELPERS)
def index() -> Response:
    """Who is it? By card, or by number and full name."""
    return web.page("visits/find.html", form=FindForm())


@doors.post("/giup")
@web.allow(*elsewhere.HELPERS)
def find() -> Response:
    """Look for the person; a search that finds nobody counts, and says nothing of what was right."""
    form = FindForm()
    if not form.validate_on_submit():
        return web.page("visits/find.html", status=422, form=form)
    member = _found(form)
    db.session().commit()  # who was looked for, or the failure
    if member is None:
        nobody = _("Nobody was found. Check each letter and digit with the person; for a number, the name must be the "
                   "one on the household's list.")  # fmt: skip
        form.form_errors.append(nobody)
        return web.page("visits/find.html", status=422, form=form)
    return web.see_other(url_for(".new", ticket=elsewhere.ticket(me(), member, _key())))


@doors.get("/giup/<ticket>")
@web.allow(*elsewhere.HELPERS)
def new(ticket: str) -> Response:
    """The visit's form for the one who was found: a given name, a commune and a village."""
    member = _holder(ticket)
    return _ask(ticket, member, _form(member))


@doors.post("/giup/<ticket>")
@web.allow(*elsewhere.HELPERS)
def create(ticket: str) -> Response:
    """Write it for the person's home, once, however often it is sent."""
    s, member = db.session(), _holder(ticket)
    form = _form(member)
    if not form.validate_on_submit():
        return _ask(ticket, member, form, 422)
    try:
        recorded = elsewhere.record(s, me(), member, form.draft())
    except OtherContent:
        form.client_id.data = recording.new_client_id()
        other = _("This form was saved before, with other words. What was saved stands. Send it once more only if this "
                  "was a second meeting.")  # fmt: skip
        form.form_errors.append(other)
        return _ask(ticket, member, form, 409)
    s.commit()
    if recorded.new:
        flash(_("Saved. It counts for the family's home and for your own month."), "success")
    else:
        flash(_("This visit was saved before. Nothing was added."), "info")
    return web.see_other(url_for(".index"))


def _found(form: FindForm) -> Member | None:
    s, address = db.session(), request.remote_addr or ""
    try:
        if form.code.data:
            return elsewhere.by_card(s, me(), form.plain, address)
        return elsewhere.by_phone(s, me(), form.phone.data or "", form.name.data or "", address)
    except elsewhere.Locked:
        raise TooManyRequests from None


def _holder(ticket: str) -> Member:
    return web.or_404(elsewhere.holder(db.session(), me(), ticket, _key()))


def _form(member: Member) -> HelpForm:
    form = HelpForm()
    form.offer_to(member)
    return form


def _ask(ticket: str, member: Member, form: HelpForm, status: int = 200) -> Response:
    village = member.household.village
    return web.page(
        "visits/help.html", status=status, form=form, ticket=ticket, given=words.given_name(member.name),
        village=village, commune=village.parent,
    )  # fmt: skip


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])
