"""Doors of the alerts: what is wrong in one's own area, and the steps of whoever looks after it."""

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me, me_or_none
from outreach.accounts.deeds import deed
from outreach.accounts.models import LEADER, OFFICE
from outreach.alerts import names, queries
from outreach.alerts.models import Alert
from outreach.areas.models import Area
from outreach.tending import steps, telling
from outreach.tending.forms import CloseForm

doors = Blueprint("alerts", __name__)
TENDING = (*OFFICE, LEADER)


@doors.app_template_global("open_alerts")
def _open_alerts() -> int:
    """How many alerts stand with the reader's area; for the header of those who look after them."""
    account = me_or_none()
    return queries.how_many(db.session(), account.area) if account is not None and account.role in TENDING else 0


@doors.get("/canh-bao")
@web.allow(*TENDING)
def index() -> Response:
    """The open alerts that stand with one's own area, those further down, or the closed ones."""
    which, s = request.args.get("list", queries.OPEN), db.session()
    if which not in queries.LISTS:
        abort(404)
    found = queries.listing(s, me().area, which, request.args.get("page", 1, type=web.whole))
    return web.page("alerts/index.html", which=which, found=found, told=telling.tell(s, found.rows), names=names)


@doors.get("/canh-bao/<int:id>")
@web.allow(*TENDING)
def show(id: int) -> Response:
    """One alert with all that was done about it."""
    return _show(_found(id), CloseForm(formdata=None))


@doors.post("/canh-bao/<int:id>/nhan")
@web.allow(*TENDING)
def take(id: int) -> Response:
    """Take it up."""
    return _stepped(id, steps.take(db.session(), _found(id, hold=True)[0], me()), _("You look after this alert now."))


@doors.post("/canh-bao/<int:id>/da-lam")
@web.allow(*TENDING)
def act(id: int) -> Response:
    """Note that something was done."""
    said = _("It is noted that something was done. Close the alert when you see that it helped.")
    return _stepped(id, steps.act(db.session(), _found(id, hold=True)[0], me()), said)


@doors.post("/canh-bao/<int:id>/dong")
@web.allow(*TENDING)
def close(id: int) -> Response:
    """Close it with a word."""
    found, form = _found(id, hold=True), CloseForm()
    if not form.validate_on_submit():
        return _show(found, form, 422)
    said = _("The alert is closed. Should it happen again, there will be a new one.")
    return _stepped(id, steps.close(db.session(), found[0], me(), form.word.data or ""), said)


def _found(id: int, *, hold: bool = False) -> tuple[Alert, Area]:
    return web.or_404(queries.find(db.session(), me().area, id, hold=hold))


def _stepped(id: int, news: bool, said: str) -> Response:
    db.session().commit()
    flash(said if news else _("That was done already. Nothing was changed."), "success" if news else "info")
    return web.see_other(url_for(".show", id=id))


def _show(found: tuple[Alert, Area], form: CloseForm, status: int = 200) -> Response:
    s = db.session()
    (told,) = telling.tell(s, [found])
    return web.page(
        "alerts/show.html", status=status, told=told, form=form, names=names, life=telling.life(s, found[0]), deed=deed
    )
