"""Doors of the sheets on paper and as workbooks: one person's, a group's, a commune's."""

from flask import Blueprint, Response, request

from outreach import clock, db, pdf, web
from outreach.accounts import access, audit
from outreach.accounts.access import me
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE
from outreach.checks import months
from outreach.review import exports, ledger, names, queries, summing
from outreach.review.ledger import Line
from outreach.review.summing import Book

doors = Blueprint("papers", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@doors.get("/so-tham/<int:account_id>.pdf")
@web.allow(OFFICIAL, LEADER, VOLUNTEER, AGENT)
@web.writes
def sheet(account_id: int) -> Response:
    """One person's month to sign."""
    line = _line(account_id)
    if not pdf.available():
        return _no_paper()
    rows = queries.rows(db.session(), me(), line)
    told = {"line": line, "rows": rows, "rule": queries.rule_of(db.session(), line), "names": names, "months": months}
    _note("sheet.export", line.village.id, line, "pdf")
    return pdf.page("print/sheet.html", f"{_name(line)}.pdf", reader=me(), at=clock.now(), **told)


@doors.get("/so-tham/<int:account_id>.xlsx")
@web.allow(OFFICIAL, LEADER, VOLUNTEER, AGENT)
@web.writes
def sheet_table(account_id: int) -> Response:
    """One person's month as a workbook."""
    line = _line(account_id)
    data = exports.of_person(line, queries.rows(db.session(), me(), line))
    _note("sheet.export", line.village.id, line, "xlsx")
    return _file(data, _name(line))


@doors.get("/so-tham/bang/<code>.pdf")
@web.allow(OFFICIAL, LEADER)
@web.writes
def group(code: str) -> Response:
    """The month of a group or commune to sign."""
    book = _book(code)
    if not pdf.available():
        return _no_paper()
    _note("sheet.export", book.area.id, book, "pdf")
    return pdf.page("print/sheets.html", f"{_name(book)}.pdf", book=book, reader=me(), at=clock.now(), names=names)


@doors.get("/so-tham/bang/<code>.xlsx")
@web.allow(OFFICIAL, LEADER)
@web.writes
def group_table(code: str) -> Response:
    """The month of a group or commune as a workbook."""
    book = _book(code)
    _note("sheet.export", book.area.id, book, "xlsx")
    return _file(exports.of_group(book), _name(book))


def _line(account_id: int) -> Line:
    s, said = db.session(), request.args
    account = web.or_404(queries.person(s, me(), account_id))
    month = web.or_404(months.read(said.get("thang")))
    wanted = said.get("thon", type=web.whole)
    lines = ledger.of_person(s, account, [month])
    seen = (one for one in lines if account.id == me().id or access.sees(me(), one.village))
    return web.or_404(next((one for one in seen if wanted in (None, one.village.id)), None))


def _book(code: str) -> Book:
    s = db.session()
    area = web.or_404(areas.by_code(s, code))
    web.or_404(area if access.sees(me(), area) and area.kind in (COMMUNE, VILLAGE) else None)
    return summing.book(s, area, web.or_404(months.read(request.args.get("thang"))))


def _note(act: str, area_id: int, what: Line | Book, form: str) -> None:
    s = db.session()
    audit.record(s, act, "area", area_id, area_id=area_id, format=form, month=f"{what.month:%Y-%m}")
    s.commit()


def _name(what: Line | Book) -> str:
    whose = f"{what.village.code}-{what.account.id}" if isinstance(what, Line) else what.area.code
    return f"so-tham-{whose}-{what.month:%Y-%m}"


def _file(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(data, mimetype=XLSX, headers=headers)


def _no_paper() -> Response:
    return web.page("review/no_pdf.html", status=503, cure=pdf.CURE)
