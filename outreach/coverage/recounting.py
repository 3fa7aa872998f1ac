"""The nightly proof: every sum equals what it is the sum of. A difference is written down and mended.

From the bottom up: the tallies of villages are their households, their last days the history of stages and the visit
log, and what is folded from them is their sum. People go on recording meanwhile. A tally is compared with its
households in one statement, so in one moment; and it is mended while nobody else can write it.

What is counted of a household is compared with all that speaks for its people, a part of the households each night: the
next 28th of them, so that everything is weighed within four weeks, but no more than PEOPLE of whom something is known.
So it adds seconds to the proof, however large the country is; where more is known, a round takes more nights.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import VILLAGE, Area
from outreach.assessments import reweighing
from outreach.coverage import folding
from outreach.coverage.folding import Found, Touched
from outreach.coverage.models import AreaDay, RecountFinding, VisitDay
from outreach.db import Base
from outreach.households import tallies
from outreach.households.models import COUNTED, STAGES, Household, StageChange, Tally, TallyDay

NIGHTS, PEOPLE = 28, 100_000  # in how many nights all households are weighed; of one night, at most
PROVED = timedelta(days=35)  # days that are taken apart; what is older changes by `Unfolded` only


def prove(s: Session) -> Iterator[int]:
    """Prove everything, piece by piece; after each the caller commits. Gives how many findings each made."""
    for village_id in differing(s):
        yield _mend(s, village_id)
    for village_id, on in _days_differing(s):
        yield _mend_day(s, village_id, on)
    folding.fold(s)  # what merely waited to be summed up is no finding
    yield 0
    folding.alone(s)  # or what another worker sums up meanwhile would be written over with what was there before
    yield _note(s, VisitDay, folding.count_visits(s, Touched(None, clock.today() - PROVED)))
    folding.alone(s)
    yield _note(s, AreaDay, folding.days(s, Touched(None, date.min)))


def prove_skills(s: Session, after: int) -> Iterator[tuple[int, int]]:
    """Weigh this night's households and members: those numbered above `after`, where the night before left off.

    Piece by piece; after each the caller commits. Gives how many findings each made, and up to where all is weighed.
    """
    newest, people = reweighing.newest(s), 0
    after = after if after < newest else 0
    for piece in reweighing.walk(s, after, min(newest, after - (-newest // NIGHTS))):
        for one in piece.mended:
            _find(s, Household, one.village_id, {"household": one.household_id, **one.by})
        yield len(piece.mended), piece.last
        people += piece.people
        if people >= PEOPLE:
            return


def differing(s: Session) -> list[int]:
    """Villages whose tally is not what their households come to. Empty when all is well."""
    counted = (
        select(Household.village_id, *(sum_.label(name) for name, sum_ in zip(COUNTED, tallies.shares(), strict=True)))
        .where(Household.merged_into_id.is_(None))
        .group_by(Household.village_id)
        .subquery()
    )
    wrong = (func.coalesce(getattr(Tally, name), 0) != func.coalesce(counted.c[name], 0) for name in COUNTED)
    villages = select(Area.id).outerjoin(Tally, Tally.village_id == Area.id)
    both = villages.outerjoin(counted, counted.c.village_id == Area.id).where(Area.kind == VILLAGE, or_(*wrong))
    return list(s.scalars(both.order_by(Area.id)))


def _mend(s: Session, village_id: int) -> int:
    """Count a village's households while nobody writes its tally: a writer takes it last, and adds to what is right."""
    tallies.count(s, {(village_id, clock.today()): Counter()}, days=False)  # there is a row, and it is ours
    actual = select(*tallies.shares()).where(Household.village_id == village_id, Household.merged_into_id.is_(None))
    counted = dict(zip(COUNTED, s.execute(actual).one(), strict=True))
    tally = s.get_one(Tally, village_id, populate_existing=True)
    return _put_right(s, tally, counted, village_id)


def _days_differing(s: Session) -> list[tuple[int, date]]:
    """(village, day) of the last days whose movement between stages is not that of the history."""
    since = clock.today() - PROVED
    changes = _movement(StageChange.on >= since, StageChange.on < clock.today()).cte("changes")
    of_day = and_(changes.c.village_id == TallyDay.village_id, changes.c.on == TallyDay.on)
    days = TallyDay.on.between(since, clock.today() - timedelta(days=1))
    wrong = or_(*(getattr(TallyDay, stage) != func.coalesce(changes.c[stage], 0) for stage in STAGES))
    both = select(TallyDay.village_id, TallyDay.on).outerjoin(changes, of_day).where(days, wrong)
    without = select(changes.c.village_id, changes.c.on).outerjoin(TallyDay, of_day)
    moved = or_(*(changes.c[stage] != 0 for stage in STAGES))
    untold = without.where(TallyDay.village_id.is_(None), moved)
    return sorted((village_id, on) for village_id, on in s.execute(both.union(untold)))


def _movement(*when: ColumnElement[bool]) -> Any:
    sums = [
        (func.count().filter(StageChange.new == stage) - func.count().filter(StageChange.old == stage)).label(stage)
        for stage in STAGES
    ]
    key = StageChange.village_id, StageChange.on
    return select(*key, *sums).where(*when).group_by(*key)


def _mend_day(s: Session, village_id: int, on: date) -> int:
    tallies.count_days(s, {(village_id, on): Counter()})
    here = StageChange.village_id == village_id, StageChange.on == on
    found = s.execute(_movement(*here)).one_or_none()
    counted = dict(zip(STAGES, found[2:], strict=True)) if found else dict.fromkeys(STAGES, 0)
    day = s.get_one(TallyDay, (village_id, on), populate_existing=True)
    tallies.fold_again(s, [village_id], on)
    return _put_right(s, day, counted, village_id)


def _put_right(s: Session, row: Tally | TallyDay, counted: Mapping[str, int], village_id: int) -> int:
    by = {name: n - getattr(row, name) for name, n in counted.items() if n != getattr(row, name)}
    for name, n in counted.items():
        setattr(row, name, n)
    if by:
        _find(s, type(row), village_id, by)
    s.flush()
    return int(bool(by))


def _note(s: Session, table: type[Base], found: Found) -> int:
    """What was otherwise on a day that is over is a finding; but today changes all the time, and so does a day of which
    something came, or was put right, since the fold: whatever the count has seen of it, this sees too.
    """
    waits, today = folding.waiting(s), clock.today()
    area_ids = {area_id for area_id, on in found if on < min(today, waits.get(area_id, today))}
    for area_id in sorted(area_ids):
        _find(s, table, area_id, {})
    return len(area_ids)


def _find(s: Session, table: type[Base], area_id: int, by: Mapping[str, int]) -> None:
    s.add(RecountFinding(at=clock.now(), area_id=area_id, what=table.__tablename__, facts=dict(by)))
