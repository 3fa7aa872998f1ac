"""Doors of the visits that are asked about: the list, one question, and what was found."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL
from outreach.checks import names, queries, settling
from outreach.checks.doubts import REASONS
from outreach.checks.forms import VerdictForm
from outreach.checks.models import WRONG, Doubt

doors = Blueprint("doubts", __name__)


@doors.get("/nghi-van")
@web.allow(OFFICIAL, LEADER)
def index() -> Response:
    """What waits to be looked into, by reason; or what was settled."""
    said = request.args
    settled, reason = said.get("xong") == "1", said.get("ly_do", "")
    reason = reason if reason in REASONS else ""
    number = said.get("page", 1, type=web.whole)
    found = settling.page(db.session(), me(), settled=settled, reason=reason, number=number)

    def address(number: int) -> str:
        return url_for(".index", xong="1" if settled else None, ly_do=reason or None, page=number)

    wrong = queries.found_wrong(db.session(), (one.visit_id for one in found.doubts)) if settled else ()
    return web.page(
        "checks/doubts.html", found=found, settled=settled, reason=reason, names=names, address=address, wrong=wrong
    )


@doors.get("/nghi-van/<int:id>")
@web.allow(OFFICIAL, LEADER)
def show(id: int) -> Response:
    """One question, with the visit as it was noted."""
    return _show(_doubt(id), _form())


@doors.post("/nghi-van/<int:id>")
@web.allow(OFFICIAL, LEADER)
def update(id: int) -> Response:
    """Say what was found; where the visit is wrong, its correction comes next."""
    s, doubt, form = db.session(), _doubt(id), _form()
    if not form.validate_on_submit():
        return _show(doubt, form, 422)
    try:
        settling.settle(s, doubt, me(), form.verdict.data, form.word.data or "")
    except settling.AlreadySettled:
        s.rollback()
        flash(_("Somebody settled this meanwhile. Nothing was changed."), "warning")
        return web.see_other(url_for(".show", id=id))
    s.commit()
    if form.verdict.data == WRONG:
        flash(_("Noted. Now correct the visit, or take it back."), "success")
        return web.see_other(url_for("corrections.new", id=doubt.visit_id))
    flash(_("Noted: the visit stands."), "success")
    return web.see_other(url_for(".index"))


def _doubt(id: int) -> Doubt:
    return web.or_404(settling.find(db.session(), me(), id))


def _form() -> VerdictForm:
    form = VerdictForm()
    form.verdict.choices = list(names.VERDICTS.items())
    return form


def _show(doubt: Doubt, form: VerdictForm, status: int = 200) -> Response:
    return web.page("checks/doubt.html", status=status, doubt=doubt, form=form, names=names)
