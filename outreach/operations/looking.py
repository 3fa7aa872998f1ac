"""Looking at everything: what stands still or falls once a day, what happened every ten minutes. A matter is one alert.

Whoever closed an alert with a word knows of it: the same is not raised again for a week.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, queue
from outreach.alerts import raising
from outreach.alerts.names import (
    BEHIND,
    DOUBTS,
    FEWER_PROFICIENT,
    FEWER_VISITS,
    LATE_RECORDS,
    PROMISES,
    RECOUNT,
    SILENT,
)
from outreach.areas import queries as areas
from outreach.areas.models import PROVINCE, Area
from outreach.jobs.models import Job
from outreach.jobs.running import Progress
from outreach.operations import watches
from outreach.operations.watches import Found

KIND: Final = "watches"  # of the daily job
ALONE: Final = "watches"  # one worker looks at a time
LEFT_IN_PEACE: Final = timedelta(days=7)


def daily(s: Session, job: Job) -> Iterator[Progress]:
    """Look at the villages province by province, then at what the days of communes and all above come to."""
    provinces = s.scalars(select(Area).where(Area.kind == PROVINCE, areas.living()).order_by(Area.id)).all()
    for number, province in enumerate(provinces[job.done :], job.done + 1):
        villages(s, province)
        yield Progress(number, len(provinces) + 1, {})
    above(s)
    yield Progress(len(provinces) + 1, len(provinces) + 1, {})


def villages(s: Session, inside: Area) -> None:
    """Where nobody has come for too long, or not as promised. Where there is no leader, the commune is told at once."""
    for kind, look in ((SILENT, watches.silent), (PROMISES, watches.promises)):
        found = _new(s, kind, look(s, inside))
        raising.exactly(s, kind, found, inside=inside, at_once=watches.unled(s, found))


def above(s: Session) -> None:
    """Where it falls, or falls behind the plan."""
    raising.exactly(s, BEHIND, _new(s, BEHIND, watches.behind(s)))
    raising.exactly(s, FEWER_PROFICIENT, _new(s, FEWER_PROFICIENT, watches.fewer_proficient(s)))
    raising.exactly(s, FEWER_VISITS, _new(s, FEWER_VISITS, watches.fewer_visits(s)))


def often(s: Session) -> None:
    """What happens on a day: questions and late records that wait, lists that came back, sums that were wrong.

    The caller commits.
    """
    queue.alone(s, ALONE)
    for kind, look in ((DOUBTS, watches.doubts), (LATE_RECORDS, watches.late_records)):
        found = _new(s, kind, look(s))
        raising.exactly(s, kind, found, at_once=watches.unled(s, found))
    for once in watches.rejected(s):
        if not raising.told(s, once.kind, [once.about]):
            raising.raise_(s, once.kind, once.area_id, once.about, **once.facts)
    for day, places in watches.recount_found(s).items():
        if not raising.told(s, RECOUNT, [f"{day}"]):
            raising.raise_(s, RECOUNT, areas.country(s).id, f"{day}", places=places)


def _new(s: Session, kind: str, found: Found) -> Found:
    known = raising.settled(s, kind, clock.now() - LEFT_IN_PEACE)
    return {area_id: facts for area_id, facts in found.items() if area_id not in known}
