"""Publishing: on the third of a month the one before, and again whatever was corrected in those before that.

A version is never changed and never taken away. It follows another only where the rows differ, so that a version number
says that something was corrected. Corrections come out once a month, not one by one.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.coverage import folding
from outreach.coverage.models import AreaDay
from outreach.households.models import TallyDay
from outreach.jobs.models import Job
from outreach.jobs.running import Progress
from outreach.lib.months import after, before, first_of
from outreach.open_data import gathering, queries, tables
from outreach.open_data.models import DatasetVersion

DAY = 3  # of a month: by then phones have sent what was recorded in the month before
LOOKED_AT = 3  # months at least: the one that is new, and the two before it
SLACK = timedelta(days=1)  # clocks of two workers are closer together than this


def run(s: Session, job: Job) -> Iterator[Progress]:
    """Publish what is due, a month at a time. To do it again does nothing."""
    _up_to_date(s)
    months = due(s, clock.today())
    new = 0
    for number, month in enumerate(months, 1):
        new += publish(s, month)
        yield Progress(number, len(months), {"published": new})
    if not months:
        yield Progress(1, 1, {"published": 0})


def due(s: Session, today: date) -> list[date]:
    """The months to be looked at now, oldest first: none before the third, and none once the last one is out."""
    out = queries.find(s, tables.COMMUNES, before(first_of(today)))
    return [] if today.day < DAY or out else over(s, today)


def over(s: Session, today: date) -> list[date]:
    """The months that are over and may differ from what was published of them, as far as there were households then;
    oldest first. They are few: a month's sums change only where a day up to its end was changed (`AreaDay.changed_at`).
    """
    began, last = s.scalar(select(func.min(TallyDay.on))), before(first_of(today))
    if began is None:
        return []
    months, first = [last], _changed(s, last)
    while len(months) < LOOKED_AT or months[0] > first:
        months.insert(0, before(months[0]))
    return [month for month in months if month >= first_of(began)]


def _changed(s: Session, last: date) -> date:
    """The first month of which something may be new: what was never published, what changed since the last went out."""
    out = queries.find(s, tables.COMMUNES, version=1)
    if out is None:
        return last
    changed = s.scalar(select(func.min(AreaDay.on)).where(AreaDay.changed_at > out.published_at - SLACK))
    return min(first_of(changed or last), after(out.month))


def publish(s: Session, month: date) -> int:
    """Publish what is new or was corrected of a month that is over; gives how many versions. One worker at a time."""
    _up_to_date(s)
    made = [_version(s, name, month, rows) for name, rows in gathering.month(s, month).items()]
    this = first_of(clock.today())
    if month == before(this):
        made.append(_version(s, tables.POINTS, this, gathering.points(s)))
    s.flush()
    return sum(made)


def _up_to_date(s: Session) -> None:
    queue.alone(s, "open_data")
    folding.fold(s)


def _version(s: Session, name: str, month: date, rows: list[list[Any]]) -> bool:
    """Add a version, if the newest one (of this month; for what is not monthly, of any) is not the same."""
    digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
    same = queries.find(s, name, month)
    newest = same if tables.DATASETS[name].monthly else queries.find(s, name)
    if newest is not None and newest.digest == digest:
        return False
    number = same.version + 1 if same else 1
    s.add(DatasetVersion(dataset=name, month=month, version=number, published_at=clock.now(), digest=digest, rows=rows))
    return True
