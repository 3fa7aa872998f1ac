"""Folding the villages' numbers upwards, each minute: visits into days of villages, and both into communes, provinces
and the country. What a page of a province costs does not grow with its households, nor with its villages.

Sums are always taken anew from what lies below, never added to: a fold that is broken off, done twice or late comes to
the same. Looked at are today and yesterday, the days of visits that arrived since the last fold (or since the oldest
that was being written then began), and what `Unfolded` names (corrections, a household put right into another village).

A visit counts where its household stands now, unless a reform has ended the village that it was made for: then it
stays there (`Visit.stays_in_id`), so that an area which ended keeps its history.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.dml import ReturningInsert

from outreach import clock, db, queue
from outreach.areas import queries as areas
from outreach.areas.models import COUNTRY, PROVINCE, Area
from outreach.coverage.models import AreaDay, AreaTally, Fold, VisitDay
from outreach.db import Base
from outreach.households.models import COUNTED, Household, Tally, TallyDay, Unfolded
from outreach.visits import queries as visits
from outreach.visits.models import ALONE, HELPED, SHOWN, Visit

VISITS = ("visits", "did_alone", "were_helped", "were_shown")
LATE = timedelta(minutes=10)  # clocks of two machines are closer together than this
BEHIND = 20_000  # visits that may have got a number before one that was received earlier
WRITING = text(  # for how long the oldest of the others has been at it; who only reads has no `backend_xid`
    "select clock_timestamp() - min(xact_start) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null"
)
Sums = Any  # a Select of keys and sums
Found = Sequence[Any]  # rows that differed and are right now, by their key


class Touched(NamedTuple):
    """Villages of which the days from `since` on are to be counted anew; None: all villages."""

    villages: Collection[int] | None
    since: date


def alone(s: Session) -> None:
    """Whoever sums up does so alone, until the transaction ends: the later of two has seen more."""
    queue.alone(s, "fold")


def fold(s: Session) -> None:
    """Bring all sums up to date. One worker at a time; the caller commits."""
    alone(s)
    settled = _settled(s)
    received = select(Visit.id).where(Visit.received_at < settled) if settled else select(Visit.id)
    now, newest = settled or clock.now(), s.scalar(received.order_by(Visit.id.desc()).limit(1)) or 0
    mark = s.get(Fold, 1)
    notes = s.execute(select(Unfolded.id, Unfolded.village_id, Unfolded.on)).all()
    touched = _touched(s, mark, [(village_id, on) for _id, village_id, on in notes])
    for one in touched:
        count_visits(s, one)
    recently = date.min if mark is None else clock.local(mark.at - LATE).date() - timedelta(days=1)
    for one in (*(touched if mark else ()), Touched(None, recently)):
        days(s, one)
    standing(s)
    s.execute(delete(Unfolded).where(Unfolded.id.in_([id for id, *_rest in notes])))
    s.merge(Fold(id=1, at=now, visit_id=newest))
    s.flush()


def _settled(s: Session) -> datetime | None:
    """Since when somebody writes what nobody else sees yet: what was received before is here. None: nobody does.

    So nothing is passed over, however long a transaction lasts. SQLite lets one write at a time, and that is us.
    """
    now = clock.now()
    if s.get_bind().dialect.name != "postgresql":
        return None
    lasts: timedelta | None = s.scalar(WRITING)
    return None if lasts is None else now - lasts


def waiting(s: Session) -> dict[int, date]:
    """Where something waits to be summed up, in the area itself or below it, and since which day."""
    mark, commune = s.get(Fold, 1, populate_existing=True), aliased(Area)
    notes = s.execute(select(Unfolded.village_id, Unfolded.on))
    since = _since(s, mark, [(village_id, on) for village_id, on in notes]) if mark else {}
    lines = select(Area.id, commune.id, commune.parent_id, literal(areas.country(s).id))
    found: dict[int, date] = {}
    for line in s.execute(lines.join(commune, commune.id == Area.parent_id).where(_of(s, Area.id, since))):
        for area_id in line:
            found[area_id] = min(found.get(area_id, date.max), since[line[0]])
    return found


def _touched(s: Session, mark: Fold | None, notes: Sequence[tuple[int, date | None]]) -> list[Touched]:
    """What changed long ago apart from what arrived lately, so that one old day does not make all villages' old."""
    if mark is None:
        return [Touched(None, date.min)]
    since = _since(s, mark, notes)
    lately = clock.today() - timedelta(days=1)
    new = [village_id for village_id, day in since.items() if day >= lately]
    old = [village_id for village_id, day in since.items() if day < lately]
    found = [Touched(new, lately)] if new else []
    return [*found, Touched(old, min(since[village_id] for village_id in old))] if old else found


def _since(s: Session, mark: Fold, notes: Sequence[tuple[int, date | None]]) -> dict[int, date]:
    """Villages in which something changed since the mark, and the first day that it may have changed."""
    village = func.coalesce(Visit.stays_in_id, Household.village_id)
    arrived = (
        select(village, func.min(visits.HAPPENED))
        .select_from(Visit)
        .join(Household, Household.id == Visit.household_id)
        .where(Visit.id > mark.visit_id - BEHIND, Visit.received_at >= mark.at - LATE)
        .group_by(village)
    )
    since = {village_id: clock.local(at).date() for village_id, at in s.execute(arrived)}
    for village_id, on in notes:
        since[village_id] = min(since.get(village_id, date.max), on or date.min)
    return since


def count_visits(s: Session, touched: Touched) -> Found:
    """The visits of these villages' days as they stand; gives the days that were counted otherwise."""
    keys, found = ("village_id", "on", "commune_id", "province_id"), list[Any]()
    for place, lives in ((Household.village_id, True), (Visit.stays_in_id, False)):
        counted = _counted(s, touched, place)
        if lives:
            counted = counted.where(Visit.stays_in_id.is_(None))
        found += _nothing_left(s, touched, counted, lives=lives) + _write(s, VisitDay, keys, VISITS, counted)
    return found


def _counted(s: Session, touched: Touched, place: InstrumentedAttribute[Any]) -> Sums:
    village, commune, moment = aliased(Area), aliased(Area), visits.HAPPENED
    day = local_day(s, moment)
    met = [func.count().filter(Visit.outcome == outcome) for outcome in (ALONE, HELPED, SHOWN)]
    counted = (
        select(village.id, day, commune.id, commune.parent_id, func.count(), *met)
        .select_from(Visit)
        .join(Household, Household.id == Visit.household_id)
        .join(village, village.id == place)
        .join(commune, commune.id == village.parent_id)
        .where(_of(s, place, touched.villages), visits.standing())
        .group_by(village.id, day, commune.id, commune.parent_id)
    )
    if touched.since > date.min:
        first = clock.day_start(touched.since)
        counted = counted.where(moment >= first, Visit.at >= first, Visit.received_at >= first)  # the first says it all
    return counted


def _nothing_left(s: Session, touched: Touched, counted: Sums, *, lives: bool) -> list[Any]:
    """Days on which every visit has been taken back, or went with its household."""
    found = counted.subquery()
    there = select(found.c[0]).where(found.c[0] == VisitDay.village_id, found.c[1] == VisitDay.on)
    living = Area.valid_to.is_(None)
    such = select(Area.id).where(Area.id == VisitDay.village_id, living if lives else ~living)
    empty = (
        update(VisitDay)
        .where(_of(s, VisitDay.village_id, touched.villages), VisitDay.on >= touched.since, VisitDay.visits > 0)
        .where(~there.exists(), such.exists())
        .values(dict.fromkeys(VISITS, 0))
        .returning(VisitDay.village_id, VisitDay.on)
        .execution_options(synchronize_session=False)
    )
    return list(s.execute(empty))


def days(s: Session, touched: Touched) -> Found:
    """The days of the communes these villages lie in, of their provinces and of the country."""
    communes, now = _communes(s, touched.villages), _later(s, AreaDay)
    found: list[Any] = []
    for table, columns in ((TallyDay, COUNTED), (VisitDay, VISITS)):
        key: Any = (table.commune_id, table.on, table.province_id)
        sums = select(*key, *_sums(table, columns))
        wanted = sums.where(_of(s, table.commune_id, communes), table.on >= touched.since)
        found += _write(s, AreaDay, ("area_id", "on", "parent_id"), columns, wanted.group_by(*key), now)
    for kind in (PROVINCE, COUNTRY):
        key = (AreaDay.parent_id, AreaDay.on, Area.parent_id)
        above = select(*key, *_sums(AreaDay, (*COUNTED, *VISITS))).join(Area, Area.id == AreaDay.parent_id)
        wanted = above.where(Area.kind == kind, AreaDay.on >= touched.since).group_by(*key)
        found += _write(s, AreaDay, ("area_id", "on", "parent_id"), (*COUNTED, *VISITS), wanted, now)
    return found


def standing(s: Session) -> Found:
    """The tallies of communes, provinces and the country, as they are now."""
    key: Sequence[Any] = (Tally.commune_id, Tally.province_id)
    keys, now = ("area_id", "parent_id"), _later(s, AreaTally)
    found = _write(s, AreaTally, keys, COUNTED, select(*key, *_sums(Tally, COUNTED)).where(true()).group_by(*key), now)
    for kind in (PROVINCE, COUNTRY):
        key = (AreaTally.parent_id, Area.parent_id)
        above = select(*key, *_sums(AreaTally, COUNTED)).join(Area, Area.id == AreaTally.parent_id)
        found += _write(s, AreaTally, keys, COUNTED, above.where(Area.kind == kind).group_by(*key), now)
    return found


def local_day(s: Session, moment: "SQLColumnExpression[datetime]") -> ColumnElement[date]:
    """The day of a moment on the communes' calendars."""
    if s.get_bind().dialect.name == "postgresql":
        return cast(func.timezone(clock.place().key, moment), Date)
    ahead = clock.local(clock.now()).utcoffset() or timedelta()
    return func.date(moment, f"{int(ahead.total_seconds())} seconds", type_=Date)


def _of(s: Session, column: Any, ids: Collection[int] | None) -> ColumnElement[bool]:
    return true() if ids is None else db.among(s, column, ids)


def _communes(s: Session, villages: Collection[int] | None) -> Collection[int] | None:
    if villages is None:
        return None
    return s.scalars(select(Area.parent_id).where(db.among(s, Area.id, villages)).distinct()).all()  # type: ignore[return-value]


def _write(
    s: Session, table: type[Base], keys: Sequence[str], columns: Sequence[str], sums: Sums, now: datetime | None = None
) -> list[Any]:
    """Put these sums in their rows, as far as they are not there already, with the moment of it where a table keeps it;
    gives the keys of those that changed."""
    stamp = {} if now is None else {"changed_at": literal(now, table.__table__.columns["changed_at"].type)}
    putting = _putting(s.get_bind().dialect.name, table, tuple(columns))
    return list(s.execute(putting.from_select([*keys, *columns, *stamp], sums.add_columns(*stamp.values()))))


# What is the same each minute is said once: to put dozens of columns into words took longer than to sum them up.
@cache
def _putting(dialect: str, table: type[Base], columns: tuple[str, ...]) -> ReturningInsert[Any]:
    made = (pg.insert if dialect == "postgresql" else sqlite.insert)(table)
    own = [column.name for column in table.__table__.primary_key]
    differ = or_(*(getattr(table, name) != made.excluded[name] for name in columns))
    newer = {name: made.excluded[name] for name in (*columns, "changed_at") if name in table.__table__.columns}
    right = made.on_conflict_do_update(index_elements=own, set_=newer, where=differ)
    return right.returning(*(getattr(table, name) for name in own))


@cache
def _sums(table: type[Base], columns: tuple[str, ...]) -> list[ColumnElement[Any]]:
    return [func.sum(getattr(table, name)) for name in columns]


def _later(s: Session, table: Any) -> datetime:
    """Now, but never before what stands there: whoever has been told of that would never be told of this. Clocks of two
    workers differ, and one may be set back."""
    now, last = clock.now(), s.scalar(select(func.max(table.changed_at)))
    return now if last is None or last <= now else last + timedelta(microseconds=1)
