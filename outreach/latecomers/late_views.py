"""Doors to what came too late: read it, have it written in its author's name, or set it aside with a reason."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach import db, fields, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL
from outreach.arrivals.judging import ACCEPTED, AMBASSADOR, ASKED, HOUSEHOLD, MEMBER, THERE, VISIT, Fate, aim
from outreach.arrivals.models import Late
from outreach.households import differing
from outreach.latecomers import deciding, late

doors = Blueprint("late", __name__)
FORMS = {
    HOUSEHOLD: _l("Register a household"),
    MEMBER: _l("Add a person"),
    AMBASSADOR: _l("Register the digital ambassador"),
    VISIT: _l("Visit"),
    "": _l("A form of an older release"),
}


class AsideForm(fields.Form):
    """Why something is not written."""

    word = fields.text(_l("Why is it not written?"), most=200)


@doors.get("/den-muon")
@web.allow(LEADER, OFFICIAL)
def index() -> Response:
    """What waits for a word, the oldest first; below it what was decided last."""
    s = db.session()
    waiting = late.waiting(s, me())
    return web.page(
        "latecomers/late.html", waiting=waiting, homes=late.homes(s, me(), waiting), decided=late.decided(s, me()),
        names={one.id: _name(one) for one in waiting}, why=late.WHY,
        differing=differing.waiting(s, me()),
    )  # fmt: skip


@doors.get("/den-muon/<int:id>")
@web.allow(LEADER, OFFICIAL)
def show(id: int) -> Response:
    """One of them, whole."""
    return _page(web.or_404(late.find(db.session(), me(), id)), AsideForm(formdata=None))


@doors.post("/den-muon/<int:id>")
@web.allow(LEADER, OFFICIAL)
def decide(id: int) -> Response:
    """Write it, or set it aside."""
    s = db.session()
    kept = web.or_404(late.find(s, me(), id))
    if kept.decided_at is not None:
        flash(_("Somebody decided this meanwhile."), "info")
        return web.see_other(url_for(".show", id=id))
    try:
        return _set_aside(kept) if "aside" in request.form else _write(kept)
    except deciding.Own:
        return _page(kept, AsideForm(formdata=None), 409)


def _name(kept: Late) -> Any:
    to = aim(kept.url)
    return FORMS[to.form if to else ""]


def _write(kept: Late) -> Response:
    s = db.session()
    fate = deciding.write(s, kept, me(), anyway="anyway" in request.form)
    if fate.fate not in (ACCEPTED, THERE):
        return _page(kept, AsideForm(formdata=None), 409 if fate.fate == ASKED else 422, fate)
    s.commit()
    flash(_("It is written in the name of %(name)s.", name=kept.author.name), "success")
    return web.see_other(url_for(".index"))


def _set_aside(kept: Late) -> Response:
    s, form = db.session(), AsideForm()
    if not form.validate_on_submit():
        return _page(kept, form, 422)
    deciding.set_aside(s, kept, me(), form.word.data or "")
    s.commit()
    flash(_("It is set aside. What was sent stays on record."), "success")
    return web.see_other(url_for(".index"))


def _page(kept: Late, form: AsideForm, status: int = 200, fate: Fate | None = None) -> Response:
    return web.page(
        "latecomers/late_one.html", "main", status=status, late=kept, told=deciding.told(db.session(), kept, me()),
        form=form, fate=fate, name=_name(kept), why=late.WHY, own=kept.author_id == me().id, asked=ASKED,
    )  # fmt: skip
