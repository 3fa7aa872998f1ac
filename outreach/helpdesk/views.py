"""Where help is: for residents a list, for officials the places of their commune."""

from typing import Any, cast

from flask import Blueprint, Flask, Response, flash, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from outreach import db, meanwhile, web
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import OFFICIAL
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.helpdesk import keeping, names, queries
from outreach.helpdesk.forms import PointForm
from outreach.helpdesk.models import HelpPoint
from outreach.learning import phone

doors = Blueprint("helpdesk", __name__)


@doors.record_once
def _for_whoever_calls(state: BlueprintSetupState) -> None:
    """“Call for help” in a lesson leads here where the village has no leader."""
    phone.ask_before_the_line(cast(Flask, state.app), queries.number_near)


@doors.app_context_processor
def _for_the_lessons() -> dict[str, Any]:
    """Lessons stand below and know no help points; their pages ask here for the way to them."""
    return {"help_address": lambda: url_for("helpdesk.index")}


@doors.get("/diem-ho-tro")
@web.public
def index() -> Response:
    """The places of one's own commune, as far as it is known; else one picks a commune."""
    picked = request.args.get("xa") or request.args.get("area")
    if picked:
        return web.see_other(url_for(".show", code=picked))
    return _points(queries.commune_of(phone.place(phone.learner(db.session()))))


@doors.get("/diem-ho-tro/<code>")
@web.public
def show(code: str) -> Response:
    """The places of a commune (or of a village's commune)."""
    return _points(web.or_404(queries.commune_of(areas.by_code(db.session(), code))))


@doors.get("/diem-ho-tro/moi")
@web.allow(OFFICIAL)
def new() -> Response:
    """An empty sheet."""
    return _form_page(PointForm())


@doors.post("/diem-ho-tro/moi")
@web.allow(OFFICIAL)
def create() -> Response:
    """Add a place to one's commune."""
    s, form = db.session(), PointForm()
    if not form.validate_on_submit():
        return _form_page(form, status=422)
    keeping.create(s, form.told, me())
    s.commit()
    flash(_("The place is on the list. Everybody can see it."), "success")
    return web.see_other(url_for(".index"))


@doors.get("/diem-ho-tro/<int:id>/sua")
@web.allow(OFFICIAL)
def edit(id: int) -> Response:
    """Correct a place of one's commune."""
    point = _point(id)
    return _form_page(PointForm(point), point)


@doors.post("/diem-ho-tro/<int:id>/sua")
@web.allow(OFFICIAL)
def update(id: int) -> Response:
    """Take the correction."""
    s = db.session()
    meanwhile.alone(s, "help_point", id)
    point = _point(id)
    form = PointForm().over(PointForm(point, formdata=None))
    if not form.validate_on_submit():
        return _form_page(form, point, form.refusal)
    keeping.change(s, point, form.told, me())
    s.commit()
    flash(_("Saved."), "success")
    return web.see_other(url_for(".index"))


@doors.post("/diem-ho-tro/<int:id>/thoi")
@web.allow(OFFICIAL)
def end(id: int) -> Response:
    """Take a place off the list."""
    s, point = db.session(), _point(id)
    keeping.end(s, point, me())
    s.commit()
    flash(_("“%(name)s” is no longer on the list.", name=point.name), "success")
    return web.see_other(url_for(".index"))


def _point(id: int) -> HelpPoint:
    return web.or_404(queries.find(db.session(), me(), id))


def _points(commune: Area | None) -> Response:
    s, account = db.session(), me_or_none()
    mine = account is not None and account.role == OFFICIAL and commune is not None and account.area_id == commune.id
    found = queries.points(s, commune) if commune else []
    return web.page(
        "helpdesk/index.html", commune=commune, points=found, mine=mine, names=names,
        **phone.frame(s, phone.learner(s)),
    )  # fmt: skip


def _form_page(form: PointForm, point: HelpPoint | None = None, status: int = 200) -> Response:
    return web.page("helpdesk/point.html", status=status, form=form, point=point, names=names)
