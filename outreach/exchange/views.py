"""Doors of exchange with other systems: choose a table, take it, read what its columns mean."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach import clock, db, web
from outreach.accounts import audit
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import OFFICE, OFFICIAL
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.exchange import dhis2 as sets
from outreach.exchange import figures, names, periods, reading, writing
from outreach.exchange.forms import FORMS, Dhis2Form, TableForm
from outreach.exchange.periods import NoPeriod, Period
from outreach.exchange.tables import COVERAGE, PERSONAL, TABLES

doors = Blueprint("exchange", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TITLE = 31  # of a sheet, says Excel


@doors.app_context_processor
def _links() -> dict[str, object]:
    """For pages of rooms below."""
    return {"exchange_address": _address}


def _address() -> str:
    """Where this reader takes tables from; "" for those who may not."""
    account = me_or_none()
    return url_for("exchange.index") if account and account.role in OFFICE else ""


@doors.get("/trao-doi")
@web.allow(*OFFICE)
def index() -> Response:
    """Choose a table; once chosen, its file."""
    form, dhis2_form, places = TableForm(request.args), Dhis2Form(None), _places()
    form.offer(_tables(), places, clock.today())
    dhis2_form.offer(places, clock.today())
    chosen = request.args.get("dang")
    if chosen and form.validate() and chosen in FORMS:
        return web.see_other(_file(form, chosen))
    return web.page(
        "exchange/index.html", status=422 if form.errors else 200, form=form, dhis2_form=dhis2_form,
        hints=names.TABLE_HINTS,
    )  # fmt: skip


def _file(form: TableForm, chosen: str) -> str:
    asked = {"khu-vuc": form.area.data, "ky": form.period.data}
    if form.what.data == COVERAGE:
        return url_for(".coverage", form=chosen, cap=form.level.data, **asked)
    return url_for(".families", what=form.what.data, form=chosen, **asked)


def _tables() -> tuple[str, ...]:
    return (COVERAGE, *PERSONAL) if me().role == OFFICIAL else (COVERAGE,)


def _places() -> list[Area]:
    return [me().area, *areas.children(db.session(), me().area)]


@doors.get("/trao-doi/tu-dien")
@web.allow(*OFFICE)
def dictionary() -> Response:
    """What the columns and data elements mean."""
    tables = [(names.TABLE_NAMES[what], list(names.dictionary(what))[1:]) for what in TABLES]
    return web.page("exchange/dictionary.html", tables=tables, elements=sets.ELEMENTS)


@doors.get("/trao-doi/do-phu.<any(csv,xlsx):form>")
@web.allow(*OFFICE)
@web.writes
def coverage(form: str) -> Response:
    """Coverage by place."""
    s, area, period = db.session(), _area(), _period()
    level = request.args.get("cap") or figures.LEVELS[area.kind][0]
    web.or_404(level in figures.LEVELS[area.kind] or None)
    found = figures.figures(s, area, level, period)
    _note(s, COVERAGE, form, area, period, len(found))
    return _send(COVERAGE, form, f"{area.code}-{period.text}", [figures.rows(found, period)])


@doors.get('/trao-doi/<any(ho,tham,"dai-su"):what>.<any(csv,xlsx):form>')
@web.allow(OFFICIAL)
@web.writes
def families(what: str, form: str) -> Response:
    """Households, visits or ambassadors by name, for the commune whose they are."""
    s, area, period = db.session(), _area(), _period()
    order = reading.order(s, me(), area, period)
    rows = reading.count(s, what, order)
    if form == "xlsx" and rows > writing.MOST_ROWS:
        asked: dict[str, Any] = {"khu-vuc": area.code, "ky": period.text}
        return web.see_other(url_for(".families", what=what, form="csv", **asked))
    _note(s, what, form, area, period, rows)
    beyond = Session(s.get_bind(), join_transaction_mode="create_savepoint")  # the request's own ends before the file
    return _send(what, form, f"{area.code}-{period.text}", reading.pieces(beyond, what, order))


@doors.get("/trao-doi/dhis2.<any(json,csv):form>")
@web.allow(*OFFICE)
@web.writes
def dhis2(form: str) -> Response:
    """Coverage of communes as a DHIS2 data value set."""
    s, area, period = db.session(), _area(), _period()
    web.or_404(area.kind != VILLAGE or None)
    found = figures.figures(s, area, COMMUNE, period)
    _note(s, "dhis2", form, area, period, sum(one.known for one in found))
    if form == "csv":
        text = writing.csv_text([sets.HEADER, *sets.csv_rows(found, period)])
        return attached(Response(text, mimetype="text/csv"), f"dhis2-{area.code}-{period.text}.csv")
    body = sets.data_value_set(found, period)
    return attached(_json(body), f"dhis2-{area.code}-{period.text}.json")


def _area() -> Area:
    """The place asked for, one's own if none was; 404 beyond one's own area."""
    code = request.args.get("khu-vuc")
    area = areas.by_code(db.session(), code) if code else me().area
    return web.or_404(area if area and me().area.contains(area) else None)


def _period() -> Period:
    """The period asked for, this month if none was."""
    today = clock.today()
    try:
        return periods.parse(request.args.get("ky") or periods.of_month(today).text, today)
    except NoPeriod:
        return web.or_404(None)


def _note(s: Session, what: str, form: str, area: Area, period: Period, rows: int) -> None:
    """Every export is audited before anything leaves; committed, so that nobody waits while a slow line takes it."""
    audit.record(
        s, "exchange.export", "area", area.id, area_id=area.id,
        table=what, format=form, period=period.text, rows=rows,
    )  # fmt: skip
    s.commit()


def _send(what: str, form: str, name: str, pieces: Iterable[Iterable[Sequence[object]]]) -> Response:
    columns = TABLES[what]
    if form == "csv":
        return attached(Response(writing.csv_pieces(columns, pieces), mimetype="text/csv"), f"{what}-{name}.csv")
    titles = str(names.TABLE_NAMES[what])[:LONGEST_TITLE], _("Dictionary")[:LONGEST_TITLE]
    book = writing.workbook(columns, pieces, names.dictionary(what), titles)
    response = Response(writing.read(book), mimetype=XLSX)
    response.call_on_close(book.close)
    return attached(response, f"{what}-{name}.xlsx")


def attached(response: Response, name: str) -> Response:
    """A file to keep under this name."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(body: dict[str, object]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
