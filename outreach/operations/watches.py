"""What is looked for: each watch says what is wrong, where, and with which facts. Raising the alert is `looking`'s.

They read tallies and days, above the commune only what was folded, and what waits for somebody: their cost grows with
what is left undone, not with the households.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts.models import LEADER, Account
from outreach.alerts.names import (
    BEHIND,
    DOUBTS,
    FEWER_PROFICIENT,
    FEWER_VISITS,
    FORMS_REJECTED,
    LATE_RECORDS,
    LIST_REJECTED,
    PROMISES,
    SILENT,
)
from outreach.alerts.raising import Facts
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.arrivals.models import Late
from outreach.checks.models import Doubt
from outreach.coverage.models import AreaDay, RecountFinding, VisitDay
from outreach.households.models import LADDER, PROFICIENT, Household, Tally, TallyDay
from outreach.imports import importing
from outreach.imports.models import ImportFile
from outreach.jobs.models import DONE, Job
from outreach.operations.thresholds import LINES, Figures
from outreach.plans import queries as plans
from outreach.submissions import taking
from outreach.visits.models import FollowUp, Visit
from outreach.visits.queries import standing

FOUR_WEEKS: Final = timedelta(days=28)
LOOKS_BACK: Final = timedelta(days=60)  # where the last visit is looked for first: the longest silence one may choose
ENOUGH: Final = 10  # visits in four weeks: half of fewer says nothing
A_FEW: Final = 3  # rows that are given back: fewer are nobody's alarm
LATELY: Final = timedelta(days=2)  # what happened once is looked for as far back as this
ROWS: Final = {  # rows of a list by what became of them, as its job counts them
    importing.KIND: (LIST_REJECTED, ("created", "updated", "unchanged", "rejected")),
    taking.KIND: (FORMS_REJECTED, ("created", "there", "rejected")),
}
Found = dict[int, Facts]  # by area


class Once(NamedTuple):
    """Something that happened once: of which kind, where, and which one it is."""

    kind: str
    area_id: int
    about: str
    facts: Mapping[str, int]


def silent(s: Session, inside: Area) -> Found:
    """Villages with households still to be won and no visit for too many days, by how many.

    Days count from the last visit; where there never was one, from the day its list came; never from before it began.
    """
    figures, today = Figures(s, SILENT), clock.today()
    waiting = sum((getattr(Tally, stage) for stage in LADDER if stage != PROFICIENT), start=0)
    places = s.execute(
        select(Area.id, Area.path, Area.valid_from).join(Tally, Tally.village_id == Area.id)
        .where(areas.within(inside), areas.living(), waiting > 0)
    ).all()  # fmt: skip
    last = _last_visits(s, [place.id for place in places], VisitDay.on >= today - LOOKS_BACK)
    without = [place.id for place in places if place.id not in last]
    last |= _lists_came(s, without) | _last_visits(s, without)
    days = {one.id: (today - max(last.get(one.id, one.valid_from), one.valid_from)).days for one in places}
    return {one.id: {"days": days[one.id]} for one in places if days[one.id] >= figures.at(one.path)}


def unled(s: Session, area_ids: Collection[int]) -> set[int]:
    """Of these places the villages whose group has no leader at present; a commune needs none."""
    led = select(Account.area_id).where(Account.role == LEADER, Account.suspended_at.is_(None))
    villages = select(Area.id).where(Area.kind == VILLAGE, db.among(s, Area.id, area_ids))
    return set(s.scalars(villages)) - set(s.scalars(led.where(db.among(s, Account.area_id, area_ids))))


def _last_visits(s: Session, village_ids: Sequence[int], *when: ColumnElement[bool]) -> dict[int, date]:
    made = select(VisitDay.village_id, func.max(VisitDay.on)).where(db.among(s, VisitDay.village_id, village_ids))
    return dict(s.execute(made.where(VisitDay.visits > 0, *when).group_by(VisitDay.village_id)).all())


def _lists_came(s: Session, village_ids: Sequence[int]) -> dict[int, date]:
    first = select(TallyDay.village_id, func.min(TallyDay.on)).where(db.among(s, TallyDay.village_id, village_ids))
    return dict(s.execute(first.group_by(TallyDay.village_id)).all())


def behind(s: Session) -> Found:
    """Places that are further below the plan that holds for them than is usual."""
    found = plans.behind(s, clock.today(), Figures(s, BEHIND).at)
    return {area: dict(facts) for area, facts in found.items()}


def fewer_proficient(s: Session) -> Found:
    """Communes, provinces and the country with fewer proficient households than four weeks ago, by how many."""
    figures, (first, end) = Figures(s, FEWER_PROFICIENT), _four_weeks()
    fewer = -func.sum(AreaDay.proficient)
    rows = select(Area.id, Area.path, fewer).join(Area, Area.id == AreaDay.area_id).where(areas.living())
    fallen = rows.where(AreaDay.on >= first, AreaDay.on < end).group_by(Area.id, Area.path).having(fewer > 0)
    return {area: {"fewer": int(n)} for area, path, n in s.execute(fallen) if n >= figures.at(path)}


def fewer_visits(s: Session) -> Found:
    """The same where visits of four weeks are too small a part of those of the four weeks before."""
    figures, (first, end) = Figures(s, FEWER_VISITS), _four_weeks()
    now, before = (
        func.sum(case((when, AreaDay.visits), else_=0)) for when in (AreaDay.on >= first, AreaDay.on < first)
    )
    rows = select(Area.id, Area.path, now, before).join(Area, Area.id == AreaDay.area_id).where(areas.living())
    both = rows.where(AreaDay.on >= first - FOUR_WEEKS, AreaDay.on < end).group_by(Area.id, Area.path)
    return {
        area: {"visits": int(these), "before": int(those)}
        for area, path, these, those in s.execute(both.having(before >= ENOUGH))
        if these * 100 <= those * figures.at(path)
    }


def _four_weeks() -> tuple[date, date]:
    """From which day until before which: whole days, so today is not among them."""
    return clock.today() - FOUR_WEEKS, clock.today()


def doubts(s: Session) -> Found:
    """Villages where a question about a visit waits for too long: how many wait, and for how long the oldest."""
    figures = Figures(s, DOUBTS)
    rows = select(Area.id, Area.path, func.count(), func.min(Doubt.found_at)).join(Doubt, Doubt.village_id == Area.id)
    rows = rows.join(Visit, Visit.id == Doubt.visit_id).where(Doubt.verdict.is_(None), standing(), areas.living())
    return _oldest(figures, s.execute(rows.group_by(Area.id, Area.path)))


def promises(s: Session, inside: Area) -> Found:
    """Villages where a visit that a family was promised is too long over its day: how many are, and by how long one."""
    figures, today = Figures(s, PROMISES), clock.today()
    rows = select(Area.id, Area.path, FollowUp.due_on, func.count()).select_from(FollowUp)
    rows = rows.join(Household, Household.id == FollowUp.household_id).join(Area, Area.id == Household.village_id)
    open_ = FollowUp.ended_at.is_(None) & (FollowUp.due_on <= today - timedelta(days=LINES[PROMISES].least))
    over = rows.where(open_, Household.closed_as.is_(None), areas.within(inside), areas.living())
    by_day = s.execute(over.group_by(Area.id, Area.path, FollowUp.due_on))
    return _waiting(figures, ((area, path, (today - on).days, n) for area, path, on, n in by_day))


def late_records(s: Session) -> Found:
    """Where records that came late wait too long for a decision: how many, and for how long the oldest."""
    kept = select(Area.id, Area.path, func.count(), func.min(Late.received_at)).join(Late, Late.area_id == Area.id)
    kept = kept.where(Late.decided_at.is_(None), areas.living()).group_by(Area.id, Area.path)
    return _oldest(Figures(s, LATE_RECORDS), s.execute(kept))


def _oldest(figures: Figures, rows: Iterable[Row[int, str, int, datetime]]) -> Found:
    """Of areas (area, path, how many wait, since when the oldest) those where it waits too long; all count."""
    today = clock.today()
    waiting = [(area, path, n, (today - clock.local(first).date()).days) for area, path, n, first in rows]
    return {area: {"waiting": n, "days": days} for area, path, n, days in waiting if days >= figures.at(path)}


def _waiting(figures: Figures, rows: Iterable[tuple[int, str, int, int]]) -> Found:
    """By area, of what waits (area, path, for how many days, how many) that which waits too long."""
    found: dict[int, dict[str, int]] = {}
    for area, path, days, number in rows:
        if days >= figures.at(path):
            so_far = found.setdefault(area, {"waiting": 0, "days": 0})
            so_far["waiting"] += number
            so_far["days"] = max(so_far["days"], days)
    return dict(found)


def rejected(s: Session) -> list[Once]:
    """Lists taken over lately of which too many rows were given back."""
    figures = Figures(s, LIST_REJECTED)
    files = select(ImportFile.id, ImportFile.commune_id, Area.path, Job.kind, Job.result)
    files = files.join(Job, Job.id == ImportFile.job_id).join(Area, Area.id == ImportFile.commune_id)
    done = files.where(Job.kind.in_(ROWS), Job.state == DONE, Job.finished_at >= clock.now() - LATELY)
    return [
        Once(ROWS[kind][0], commune, f"file:{file}", facts)
        for file, commune, path, kind, result in s.execute(done)
        if _many(facts := _rows_of(kind, result), figures.at(path))
    ]


def _rows_of(kind: str, result: Mapping[str, Any]) -> dict[str, int]:
    rows = sum(int(result.get(name, 0)) for name in ROWS[kind][1])
    return {"rejected": int(result.get("rejected", 0)), "rows": rows}


def _many(facts: Mapping[str, int], per_hundred: int) -> bool:
    return facts["rejected"] >= A_FEW and facts["rejected"] * 100 >= facts["rows"] * per_hundred


def recount_found(s: Session) -> dict[date, int]:
    """In how many places the nightly proof found a sum that was wrong, by its day."""
    rows = select(RecountFinding.at, RecountFinding.area_id).where(RecountFinding.at >= clock.now() - LATELY)
    places: dict[date, set[int]] = {}
    for at, area_id in s.execute(rows):
        places.setdefault(clock.local(at).date(), set()).add(area_id)
    return {day: len(found) for day, found in places.items()}
