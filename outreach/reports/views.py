"""Doors of the reports room: what changed, a report to be made, how far it is, its file; how places compare."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from outreach import clock, db, i18n, pdf, web
from outreach.accounts import audit
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import OFFICE, ROLES
from outreach.areas.models import Area
from outreach.coverage import names as coverage
from outreach.coverage import queries
from outreach.lib.months import after, before, first_of, last_months
from outreach.reports import asking, comparing, names, reading, sheets, telling
from outreach.reports.forms import ReportForm
from outreach.reports.models import COMPARISON, PDF, XLSX, Report

doors = Blueprint("reports", __name__)
MIME = {PDF: "application/pdf", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
YEAR = 13  # months to choose from: this one, and a whole year back


@doors.app_context_processor
def _links() -> dict[str, object]:
    """For pages of rooms below."""
    return {"reports_address": _address}


def _address(area: Area, month: str | None = None) -> str:
    """Where the reports of an area are, for who is signed in; "" for those who may not, and where there are none.

    `month` as "2026-11": of which it shall tell first.
    """
    account = me_or_none()
    fine = account and account.role in OFFICE and reading.reportable(area) and queries.may_see(account, area)
    return url_for("reports.index", code=area.code, thang=month) if fine else ""


@doors.get("/bao-cao/<code>")
@web.allow(*OFFICE)
def index(code: str) -> Response:
    """What changed in the month, and the reports there are."""
    area = _area(code)
    month = _month(area)
    form = _form(area)
    form.month.data, form.language.data = f"{month:%Y-%m}", i18n.chosen()
    return _page(area, month, form)


@doors.post("/bao-cao/<code>")
@web.allow(*OFFICE)
def create(code: str) -> Response:
    """Have a report made."""
    s, area = db.session(), _area(code)
    form = _form(area)
    if not form.validate_on_submit():
        return _page(area, first_of(clock.today()), form, 422)
    report = asking.ask(s, area, form.wish(), me())
    s.commit()
    return web.see_other(url_for(".show", id=report.id))


def _page(area: Area, month: date, form: ReportForm, status: int = 200) -> Response:
    told = reading.read(db.session(), area, month)
    sentences = [(fact, telling.sentence(fact, area)) for fact in told.facts]
    later = after(month) if told.page.past else None
    earlier = before(month) if before(month) >= first_of(area.valid_from) else None
    return web.page(
        "reports/index.html", status=status, area=area, told=told, page=told.page, form=form, sentences=sentences,
        made=asking.latest(db.session(), area), names=names, hints=names.KIND_HINTS, later=later, earlier=earlier,
        as_of=names.as_of(told), printable=pdf.installed(), cure=pdf.CURE, kept=asking.KEPT.days,
    )  # fmt: skip


@doors.get("/do-phu/<code>.pdf")
@web.allow(*ROLES)
def formerly(code: str) -> Response:
    """Where the report of a month was until there were reports; whoever may not have one is shown the numbers."""
    area, month = web.or_404(queries.find(db.session(), me(), code)), request.args.get("thang")
    return web.see_other(_address(area, month) or url_for("coverage.show", code=code, thang=month))


@doors.get("/bao-cao/ban/<int:id>")
@web.allow(*OFFICE)
def show(id: int) -> Response:
    """How far a report is, and its file once it is made."""
    s, report = db.session(), _report(id)
    job = asking.job_of(s, report)
    until = report.asked_at + asking.KEPT
    return web.page("reports/show.html", "progress", report=report, job=job, names=names, until=until)


@doors.get("/bao-cao/ban/<int:id>/tep")
@web.allow(*OFFICE)
@web.writes
def download(id: int) -> Response:
    """The file."""
    s, report = db.session(), _report(id)
    content = web.or_404(report.content)
    _note(s, "report", report.id, report.area_id, report.form, report.month)
    return _file(content, report.form, f"{_slug(report.kind)}-{report.area.code}-{report.month:%Y-%m}")


@doors.get("/bao-cao/<code>/so-sanh")
@web.allow(*OFFICE)
def compare(code: str) -> Response:
    """The places below by their share, with how sure that is."""
    area = _area(code)
    told = reading.read(db.session(), area, _month(area))
    sort = request.args.get("sort", "share")
    sort = sort if sort in comparing.ORDERS else "share"
    return web.page(
        "reports/compare.html", area=area, told=told, page=told.page, names=names, coverage=coverage, sort=sort,
        ranked=sorted(told.ranked, key=comparing.ORDERS[sort]), heads=comparing.heads(area, told.page.month, sort),
        as_of=names.as_of(told), coverage_open=_opens,
    )  # fmt: skip


@doors.get("/bao-cao/<code>/so-sanh.xlsx")
@web.allow(*OFFICE)
@web.writes
def compare_table(code: str) -> Response:
    """The same as a workbook."""
    s, area = db.session(), _area(code)
    told = reading.read(s, area, _month(area))
    _note(s, "area", area.id, area.id, XLSX, told.page.month)
    return _file(sheets.comparison(told), XLSX, f"{_slug(COMPARISON)}-{area.code}-{told.page.month:%Y-%m}")


def _opens(area: Area) -> bool:
    """Whether the reader may see this place's own page."""
    return queries.may_see(me(), area)


def _area(code: str) -> Area:
    area = web.or_404(queries.find(db.session(), me(), code))
    return web.or_404(area if reading.reportable(area) else None)


def _month(area: Area) -> date:
    return web.or_404(queries.month_of(area, request.args.get("thang")))


def _report(id: int) -> Report:
    return web.or_404(asking.find(db.session(), me(), id))


def _form(area: Area) -> ReportForm:
    this, form = first_of(clock.today()), ReportForm()
    form.offer(_months(area, this), this, printable=pdf.installed())
    return form


def _months(area: Area, this: date) -> Sequence[date]:
    """The months there are figures of, the newest first."""
    return [month for month in reversed(last_months(this, YEAR)) if month >= first_of(area.valid_from)]


def _note(s: Session, subject: str, id: int, area_id: int, form: str, month: date) -> None:
    """Every file that leaves is audited."""
    audit.record(s, "report.export", subject, id, area_id=area_id, format=form, month=f"{month:%Y-%m}")
    s.commit()


def _slug(kind: str) -> str:
    return "so-sanh" if kind == COMPARISON else "bao-cao"


def _file(content: bytes, form: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, mimetype=MIME[form], headers=headers)
