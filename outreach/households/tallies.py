"""Adding to the counters of villages: what their households come to, and how that moved by day.

Called by `stages` only, in the transaction that changes the households.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from outreach import clock, db
from outreach.areas.models import Area
from outreach.households.models import (
    ALONE,
    CLOSED,
    COUNTED,
    HELPED,
    LADDER,
    SKILLS,
    STAGES,
    EndedTally,
    Household,
    Tally,
    TallyDay,
    Unfolded,
)

KEYS: dict[type[Tally] | type[TallyDay], list[str]] = {Tally: ["village_id"], TallyDay: ["village_id", "on"]}
Above = dict[int, dict[str, int | None]]  # village id → its commune and province
Changes = dict[tuple[int, date], Counter[str]]  # (village id, local day) → by how much each of COUNTED changed
COMMUNE = aliased(Area)
PARENTS = (
    select(Area.id, Area.parent_id, COMMUNE.parent_id)
    .join(COMMUNE, COMMUNE.id == Area.parent_id)
    .where(Area.id.in_(bindparam("villages", expanding=True)))
)
BITS = tuple(enumerate(SKILLS))


def share_of(household: Household) -> Counter[str]:
    """What a household adds to its village's tally: its stage; its skills and VNeID as long as it is in scope."""
    share = Counter({household.stage: 1})
    if household.stage not in CLOSED:
        share |= {ALONE[n]: 1 for n, _skill in BITS if household.alone >> n & 1}
        share |= {HELPED[n]: 1 for n, _skill in BITS if household.helped >> n & 1}
        share["vneid"] = household.vneid
    return share


def shares() -> list[ColumnElement[int]]:
    """What households add up to, as columns of a question about many: `share_of`, summed, in the order of COUNTED."""
    in_scope = Household.stage.in_(LADDER)
    having = (Household.alone, Household.helped)
    skills = [func.count().filter(bits.bitwise_and(1 << n) > 0, in_scope) for bits in having for n, _skill in BITS]
    vneid = func.coalesce(func.sum(case((in_scope, Household.vneid), else_=0)), 0)
    return [*(func.count().filter(Household.stage == stage) for stage in STAGES), *skills, vneid]


def count(s: Session, changes: Changes, *, days: bool = True) -> None:
    """Add to the counters of villages (and of their days), making rows where there are none; two writers both count."""
    totals: dict[int, Counter[str]] = defaultdict(Counter)
    for (village_id, _on), counts in changes.items():
        totals[village_id].update(counts)
    above = _above(s, totals)
    _upsert(s, Tally, [{"village_id": v, **above[v], **_row(totals[v])} for v in sorted(totals)])
    if days:
        _count_days(s, changes, above)


def hold(s: Session, village_ids: Iterable[int]) -> None:
    """Take the counters of several villages in the order of all who do, for whoever adds to one after the other."""
    count(s, {(village_id, clock.today()): Counter() for village_id in village_ids}, days=False)


def count_days(s: Session, changes: Changes) -> None:
    """Add to the days alone."""
    _count_days(s, changes, _above(s, {village_id for village_id, _on in changes}))


def keep_end(s: Session, village_id: int, on: date) -> None:
    """A village ends on this day: keep what its households come to, before they go to others."""
    tally = s.get(Tally, village_id, populate_existing=True)
    if tally is not None:
        columns = ("village_id", "commune_id", "province_id", *COUNTED)
        s.add(EndedTally(on=on, **{name: getattr(tally, name) for name in columns}))
        s.flush()


def fold_again(s: Session, village_ids: Iterable[int], on: date | None = None) -> None:
    """A day of these villages (None: many) is not what it was: whatever was summed up from it is to be done anew."""
    db.add_rows(s, Unfolded, [{"village_id": village_id, "on": on} for village_id in sorted(set(village_ids))])


def _count_days(s: Session, changes: Changes, above: Above) -> None:
    rows = [{"village_id": v, "on": on, **above[v], **_row(changes[v, on])} for v, on in sorted(changes)]
    if rows:
        _upsert(s, TallyDay, rows)


def _row(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in COUNTED}


def _above(s: Session, village_ids: Iterable[int]) -> Above:
    found = s.connection().execute(PARENTS, {"villages": [*village_ids]})
    return {village: {"commune_id": above, "province_id": top} for village, above, top in found}


def _upsert(s: Session, table: type[Tally] | type[TallyDay], rows: list[dict[str, Any]]) -> None:
    connection = s.connection()
    connection.execute(_adding(table, connection.dialect.name), rows)


@cache
def _adding(table: type[Tally] | type[TallyDay], dialect: str) -> Executable:
    new = (pg_insert if dialect == "postgresql" else sqlite_insert)(table)
    added = {name: getattr(table, name) + new.excluded[name] for name in COUNTED}
    return new.on_conflict_do_update(index_elements=KEYS[table], set_=added)
