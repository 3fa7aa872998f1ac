"""Making a report that was asked for: read, written, kept. A worker that was killed over it begins it anew."""

from collections.abc import Iterator, Sequence

from flask import render_template
from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import clock, pdf
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, COUNTRY, Area
from outreach.coverage import names as coverage
from outreach.coverage import queries
from outreach.coverage.numbers import Row
from outreach.households.models import CLOSED, LADDER
from outreach.jobs.models import Job
from outreach.jobs.running import Progress
from outreach.reports import charts, names, press, reading, sheets, telling
from outreach.reports.models import COMPARISON, MONTHLY, PDF, XLSX, Report
from outreach.reports.reading import Contents

PAPERS = {MONTHLY: "reports/print/month.html", COMPARISON: "reports/print/comparison.html"}


def run(s: Session, job: Job) -> Iterator[Progress]:
    """Make the report that the job names, piece by piece; one that was let go of meanwhile is not missed."""
    report = s.get(Report, job.input["report"])
    if report is None or report.made_at is not None:
        yield Progress(1, 1, {})
        return
    area, told = report.area, reading.read(s, report.area, report.month)
    s.refresh(area, ["parent"])
    wide = report.kind == COMPARISON and report.form == XLSX and area.kind == COUNTRY
    provinces = areas.children_on(s, area, told.page.last_day) if wide else []
    pieces, communes = len(provinces) + 2, list[Row[Area]]()
    yield Progress(1, pieces, {})
    for number, province in enumerate(provinces, 2):
        communes += queries.at_level(s, province, COMMUNE, told.page.month, told.page.last_day)
        yield Progress(number, pieces, {})
    content = write(report, told, communes)
    made = update(Report).where(Report.id == report.id).values(content=content, made_at=clock.now())
    s.execute(made.execution_options(synchronize_session=False))
    yield Progress(pieces, pieces, {"bytes": len(content)})


def write(report: Report, told: Contents, communes: Sequence[Row[Area]] = ()) -> bytes:
    """The file, in the report's language; `communes` of the whole country only for its comparison as a workbook."""
    with press.speaking(report.language):
        if report.form == PDF:
            return pdf.render_apart(paper(report.kind, told))
        if report.kind == MONTHLY:
            return sheets.monthly(told)
        return sheets.comparison(told, communes)


def paper(kind: str, told: Contents) -> str:
    """The page that becomes a PDF, within `press.speaking`."""
    sentences = [telling.sentence(fact, told.area) for fact in told.facts]
    return render_template(
        PAPERS[kind], told=told, page=told.page, area=told.area, names=names, coverage=coverage, charts=charts,
        sentences=sentences, skills=names.skills(), as_of=names.as_of(told), rows=names.numbers(),
        ladder=names.stages(LADDER), apart=names.stages(CLOSED), meanings=names.MEANINGS,
    )  # fmt: skip
