"""Doors of the visits drawn by lot: the month's list with what was found, and the check of one."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL
from outreach.checks import checking, months, names, queries
from outreach.checks.forms import CheckForm
from outreach.checks.models import DIFFERENT, Sample

doors = Blueprint("samples", __name__)


@doors.get("/kiem-tra")
@web.allow(OFFICIAL, LEADER)
def index() -> Response:
    """The lot of a month (the last one, unless asked), what is still to be checked first."""
    s, text = db.session(), request.args.get("thang")
    month = web.or_404(months.read(text or f"{months.before(months.this()):%Y-%m}"))
    samples = checking.of_month(s, me(), month)
    return web.page(
        "checks/samples.html", month=month, months=months, names=names, samples=samples,
        share=checking.share(s, me().area, month), wrong=queries.found_wrong(s, (one.visit_id for one in samples)),
    )  # fmt: skip


@doors.get("/kiem-tra/<int:id>")
@web.allow(OFFICIAL, LEADER)
def show(id: int) -> Response:
    """One drawn visit: what was noted, whom one may telephone, and what to ask."""
    return _show(_sample(id), _form())


@doors.post("/kiem-tra/<int:id>")
@web.allow(OFFICIAL, LEADER)
def update(id: int) -> Response:
    """Note what the check found; where it was different, the visit's correction comes next."""
    s, sample, form = db.session(), _sample(id), _form()
    form.may_call = bool(checking.to_call(s, sample.visit.household))
    if not form.validate_on_submit():
        return _show(sample, form, 422)
    try:
        checking.check(s, sample, me(), way=form.way.data, result=form.result.data, word=form.word.data or "")
    except checking.AlreadyChecked:
        s.rollback()
        flash(_("Somebody checked this visit meanwhile. Nothing was changed."), "warning")
        return web.see_other(url_for(".show", id=id))
    s.commit()
    flash(_("The check is noted."), "success")
    if form.result.data == DIFFERENT:
        return web.see_other(url_for("corrections.new", id=sample.visit_id))
    return web.see_other(url_for(".index", thang=f"{sample.month:%Y-%m}"))


def _sample(id: int) -> Sample:
    return web.or_404(checking.find(db.session(), me(), id))


def _form() -> CheckForm:
    form = CheckForm()
    form.way.choices, form.result.choices = list(names.CHECK_WAYS.items()), list(names.RESULTS.items())
    return form


def _show(sample: Sample, form: CheckForm, status: int = 200) -> Response:
    people = checking.to_call(db.session(), sample.visit.household)
    return web.page("checks/sample.html", status=status, sample=sample, form=form, people=people, names=names)
