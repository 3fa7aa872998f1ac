"""Doors of the walk on paper: the sheet, and typing it in afterwards."""

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import clock, db, pdf, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, VOLUNTEER
from outreach.lib import qr
from outreach.visits import names, planning, recording, route
from outreach.visits.forms import skills
from outreach.visits.recording import OtherContent
from outreach.visits.route import Sheet
from outreach.visits.route_forms import RouteForm, RowForm

doors = Blueprint("route", __name__)


@doors.get("/to-di-duong.pdf")
@web.allow(LEADER, VOLUNTEER)
@web.writes
def show() -> Response:
    """Today's houses on A4; `?nha=toi`: only those one looks after. That it was printed is noted."""
    if not pdf.available():
        return web.page("visits/no_pdf.html", status=503, cure=pdf.CURE)
    s, today = db.session(), clock.today()
    plan = planning.plan(s, me(), mine=request.args.get("nha") == "toi")
    if not plan.suggestions:
        flash(_("No house waits for a visit today, so there is nothing to print."), "info")
        return web.see_other(url_for("visits.index"))
    rows = route.rows(s, plan.suggestions)
    sheet = route.note_printed(s, (row.one.household.id for row in rows), me())
    s.commit()  # nobody waits for the database while it is drawn
    address = current_app.config["SETTINGS"].public_base_url + url_for(".new", to=sheet.number)
    whys = [names.why(row.one, (today - row.one.day).days if row.one.day else 0) for row in rows]
    return pdf.page(
        "print/route.html", f"to-di-duong-{sheet.number}.pdf", rows=list(zip(rows, whys, strict=True)), sheet=sheet,
        reader=me(), today=today, names=names, skills=skills(), address=address, qr=qr.picture(address),
    )  # fmt: skip


@doors.get("/to-di-duong/nhap")
@web.allow(LEADER, VOLUNTEER)
def new() -> Response:
    """The rows of a sheet (`?to=` its number; else the last one printed), to be typed in."""
    sheet = _sheet()
    return _ask(sheet, _form(sheet))


@doors.post("/to-di-duong/nhap")
@web.allow(LEADER, VOLUNTEER)
def create() -> Response:
    """Record every row that has an outcome, all or none of them, each once however often it is sent."""
    s, sheet = db.session(), _sheet()
    form = _form(sheet)
    homes = route.homes(s, me(), form.wanted())
    form.place(homes)
    form.beside(route.noted(s, me(), {home.id for home in homes.values()}, form.marks()))
    if not form.validate_on_submit():
        return _ask(sheet, form, 422)
    saved = 0
    for row in _in_order(form):
        try:
            saved += row.home is not None and recording.record(s, me(), row.home, row.draft()).new
        except OtherContent:
            s.rollback()
            said = _("This row was saved before with something else in it. Correct it on the household's page.")
            row.outcome.errors = [said]
            return _ask(sheet, form, 409)
    s.commit()
    flash(ngettext("%(num)s visit is saved.", "%(num)s visits are saved.", saved), "success" if saved else "info")
    return web.see_other(url_for(".new", to=sheet.number if sheet else None))


def _sheet() -> Sheet | None:
    return route.printed(db.session(), me(), request.args.get("to", type=web.whole))


def _form(sheet: Sheet | None) -> RouteForm:
    if sheet is None:
        return RouteForm.of([], clock.today())
    done = route.typed_in(db.session(), me(), sheet)
    return RouteForm.of([id_ for id_ in sheet.household_ids if id_ not in done], clock.local(sheet.at).date())


def _in_order(form: RouteForm) -> list[RowForm]:
    """The rows to write, by household: two people who type at once never wait for each other in a circle."""
    written = [row.form for row in form.rows if row.form.written]
    return sorted(written, key=lambda row: row.home.id if row.home else 0)


def _ask(sheet: Sheet | None, form: RouteForm, status: int = 200) -> Response:
    s = db.session()
    done = route.typed_in(s, me(), sheet) if sheet else {}
    homes = route.homes(s, me(), {*form.wanted(), *done})
    form.place(homes)
    rows = [row.form for row in form.rows]
    places = {id_: n for n, id_ in enumerate(sheet.household_ids, 1)} if sheet else {}
    saved = [(places.get(id_, 0), homes[id_], visit) for id_, visit in done.items() if id_ in homes]
    return web.page(
        "visits/route.html", status=status, sheet=sheet, form=form, rows=rows, places=places, names=names,
        skills=skills(), saved=sorted(saved, key=lambda one: one[0]), wrong=sum(bool(row.errors) for row in rows),
    )  # fmt: skip
