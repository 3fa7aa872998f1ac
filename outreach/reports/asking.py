"""Asking for a report, finding it again, and letting it go after a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import String, cast, delete, literal, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, queue
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.coverage.queries import may_see
from outreach.jobs import running
from outreach.jobs.models import FAILED, Job
from outreach.reports.models import KIND, Report

KEPT = timedelta(days=30)
SHOWN = 20  # on the page of a place


@dataclass(frozen=True)
class Wish:
    """Which report somebody wants; `month` by its first day."""

    kind: str
    form: str
    month: date
    language: str


def ask(s: Session, area: Area, wish: Wish, by: Account) -> Report:
    """Have a report made. While the very same one is being made, that one is given; if that was given up, it is tried
    again.
    """
    queue.alone(s, "report")
    same = (
        select(Report)
        .where(Report.area_id == area.id, Report.kind == wish.kind, Report.form == wish.form)
        .where(Report.month == wish.month, Report.language == wish.language, Report.made_at.is_(None))
    )
    report = s.scalars(same.order_by(Report.id.desc()).limit(1)).one_or_none()
    if report is not None and (job := job_of(s, report)) is not None:
        running.again(s, job)
        return report
    return _plan(s, area, wish, by)


def _plan(s: Session, area: Area, wish: Wish, by: Account) -> Report:
    report = Report(area=area, asked_by_id=by.id, asked_at=clock.now(), **vars(wish))
    s.add(report)
    s.flush()
    running.plan(s, KIND, key(report), area_id=area.id, owner=by.id, input={"report": report.id})
    said = {"kind": wish.kind, "format": wish.form, "month": f"{wish.month:%Y-%m}", "language": wish.language}
    audit.record(s, "report.create", "report", report.id, area_id=area.id, actor_id=by.id, **said)
    return report


def key(report: Report) -> str:
    """Of the job that makes it."""
    return f"{KIND}:{report.id}"


def find(s: Session, account: Account, report_id: int) -> Report | None:
    """A report, if this account may see the numbers of its place."""
    query = select(Report).where(Report.id == report_id).options(joinedload(Report.area).joinedload(Area.parent))
    report = s.scalars(query).one_or_none()
    return report if report and may_see(account, report.area) else None


def job_of(s: Session, report: Report) -> Job | None:
    """The job that makes it, or made it."""
    return s.scalars(select(Job).where(Job.key == key(report))).one_or_none()


def latest(s: Session, area: Area) -> Sequence[tuple[Report, bool]]:
    """The reports of a place, the newest first, each with whether its making was given up."""
    own = literal(f"{KIND}:") + cast(Report.id, String)
    newest = select(Report, Job.state).outerjoin(Job, Job.key == own).where(Report.area_id == area.id)
    rows = s.execute(newest.order_by(Report.asked_at.desc(), Report.id.desc()).limit(SHOWN))
    return [(report, state == FAILED) for report, state in rows]


def let_go(s: Session) -> int:
    """Forget reports asked for longer ago than they are kept; how many."""
    gone = delete(Report).where(Report.asked_at < clock.now() - KEPT).returning(Report.id)
    return len(s.scalars(gone.execution_options(synchronize_session=False)).all())
