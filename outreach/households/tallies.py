"""Adding to the counters of villages: how many of their households stand in each stage, and how that moved by day.

Called by `stages` only, in the transaction that changes the households.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from outreach.areas.models import Area
from outreach.households.models import STAGES, Tally, TallyDay

KEYS: dict[type[Tally] | type[TallyDay], list[str]] = {Tally: ["village_id"], TallyDay: ["village_id", "on"]}
Above = dict[int, dict[str, int | None]]  # village id → its commune and province
Changes = dict[tuple[int, date], Counter[str]]  # (village id, local day) → by how much each stage changed


def count(s: Session, changes: Changes, *, days: bool = True) -> None:
    """Add to the counters of villages (and of their days), making rows where there are none; two writers both count."""
    totals: dict[int, Counter[str]] = defaultdict(Counter)
    for (village_id, _on), counts in changes.items():
        totals[village_id].update(counts)
    above = _above(s, totals)
    _upsert(s, Tally, [{"village_id": v, **above[v], **_row(totals[v])} for v in sorted(totals)])
    if days:
        _count_days(s, changes, above)


def count_days(s: Session, changes: Changes) -> None:
    """Add to the days alone."""
    _count_days(s, changes, _above(s, {village_id for village_id, _on in changes}))


def _count_days(s: Session, changes: Changes, above: Above) -> None:
    rows = [{"village_id": v, "on": on, **above[v], **_row(changes[v, on])} for v, on in sorted(changes)]
    if rows:
        _upsert(s, TallyDay, rows)


def _row(counts: Counter[str]) -> dict[str, int]:
    return {stage: counts[stage] for stage in STAGES}


def _above(s: Session, village_ids: Iterable[int]) -> Above:
    commune = aliased(Area)
    found = s.execute(
        select(Area.id, Area.parent_id, commune.parent_id)
        .join(commune, commune.id == Area.parent_id)
        .where(Area.id.in_(list(village_ids)))
    )
    return {village: {"commune_id": above, "province_id": top} for village, above, top in found}


def _upsert(s: Session, table: type[Tally] | type[TallyDay], rows: list[dict[str, Any]]) -> None:
    connection = s.connection()
    connection.execute(_adding(table, connection.dialect.name), rows)


@cache
def _adding(table: type[Tally] | type[TallyDay], dialect: str) -> Executable:
    new = (pg_insert if dialect == "postgresql" else sqlite_insert)(table)
    added = {stage: getattr(table, stage) + new.excluded[stage] for stage in STAGES}
    return new.on_conflict_do_update(index_elements=KEYS[table], set_=added)
