"""The only place where a household's stage changes: the row, its history and the village's tally in one transaction.

A stage is never set by hand: it follows from facts (closed? somebody proficient? an ambassador who learns? an
ambassador? ever met?), so that undoing a fact undoes the stage. Lock order: household, then tally.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.areas.models import Area
from outreach.households.models import (
    CLOSED,
    HAS_AMBASSADOR,
    LEARNING,
    NOT_REACHED,
    PROFICIENT,
    STAGES,
    VISITED,
    Ambassador,
    Household,
    Member,
    StageChange,
    Tally,
    TallyDay,
)

KEYS: dict[type[Tally] | type[TallyDay], list[str]] = {Tally: ["village_id"], TallyDay: ["village_id", "on"]}
Changes = dict[tuple[int, date], Counter[str]]  # (village id, local day) → by how much each stage changed


def stage_of(*, closed_as: str | None, proficient: bool, ambassador: bool, learning: bool, visited: bool) -> str:
    """The stage that follows from the facts; the rule itself."""
    if closed_as:
        return closed_as
    if proficient:
        return PROFICIENT
    if ambassador:
        return LEARNING if learning else HAS_AMBASSADOR
    return VISITED if visited else NOT_REACHED


def add(s: Session, households: Sequence[Household], by_id: int | None, reason: str = "") -> None:
    """Count households that were just put on the list (already flushed, all in their first stage)."""
    now = clock.now()
    s.execute(
        insert(StageChange),
        [_change(h, None, h.stage, now, by_id, reason) for h in households],
    )
    changes: Changes = defaultdict(Counter)
    for household in households:
        changes[household.village_id, clock.today()][household.stage] += 1
    _count(s, changes)


def replay(s: Session, history: Sequence[Mapping[str, Any]]) -> None:
    """Take over a history with its own dates (the demo, a paper register): rows of StageChange, oldest first for each
    household. The caller has set each household's stage to its last `new`."""
    s.execute(insert(StageChange), list(history))
    changes: Changes = defaultdict(Counter)
    for row in history:
        changes[row["village_id"], row["on"]][row["new"]] += 1
        if row["old"]:
            changes[row["village_id"], row["on"]][row["old"]] -= 1
    _count(s, changes)


def restage(s: Session, household: Household, by_id: int | None, reason: str = "") -> bool:
    """Bring a household to the stage its facts say; returns whether it changed. Call after any fact changed."""
    lock(s, household)
    if household.merged_into_id is not None:
        return False  # off the count; what still arrives for it belongs to the household it became
    new, old = _from_facts(s, household), household.stage
    if new == old:
        return False
    household.stage = new
    s.execute(insert(StageChange), [_change(household, old, new, clock.now(), by_id, reason)])
    _count(s, {(household.village_id, clock.today()): Counter({old: -1, new: 1})})
    return True


def met(s: Session, household: Household, at: datetime, by_id: int) -> None:
    """Somebody of the household was met."""
    lock(s, household)
    household.visited_at = min(household.visited_at or at, at)
    restage(s, household, by_id)


def learning(s: Session, member: Member, on: date, by_id: int | None = None) -> None:
    """The member began a lesson."""
    if member.learning_since is None:
        lock(s, member.household)  # before the member is written: whoever confirms meanwhile takes them in this order
        member.learning_since = on
        restage(s, member.household, by_id)


def proficient(s: Session, member: Member, since: date | None, by_id: int) -> None:
    """The member was confirmed as proficient (or, with None, no longer is)."""
    member.proficient_since = since
    restage(s, member.household, by_id)


def close(s: Session, household: Household, closed_as: str, by_id: int, reason: str) -> None:
    """Take a household out of the denominator: moved away, vacant or refused, with a reason."""
    if closed_as not in CLOSED:
        raise ValueError(closed_as)
    household.closed_as = closed_as
    restage(s, household, by_id, reason)


def reopen(s: Session, household: Household, by_id: int, reason: str) -> None:
    """Put a closed household back to where its facts say."""
    household.closed_as = None
    restage(s, household, by_id, reason)


def remove(s: Session, household: Household, by_id: int | None, reason: str) -> None:
    """Take a household off the count: it was merged into another."""
    lock(s, household)
    s.execute(insert(StageChange), [_change(household, household.stage, None, clock.now(), by_id, reason)])
    _count(s, {(household.village_id, clock.today()): Counter({household.stage: -1})})


def move(s: Session, old_village_id: int, new_village_id: int, household_ids: Sequence[int] | None = None) -> int:
    """Move households (all, or these) to the village that took over; returns how many. The counts go along."""
    mine = Household.village_id == old_village_id
    if household_ids is not None:
        mine = mine & Household.id.in_(household_ids)
    s.execute(select(Household.id).where(mine).order_by(Household.id).with_for_update()).all()  # what is counted stays
    here = mine & Household.merged_into_id.is_(None)
    counted = s.execute(select(Household.stage, func.count()).where(here).group_by(Household.stage))
    counts = Counter(dict(counted.all()))
    s.execute(
        update(Household).where(mine).values(village_id=new_village_id).execution_options(synchronize_session="fetch")
    )
    today = clock.today()
    moved = {(old_village_id, today): _negative(counts), (new_village_id, today): counts}
    _count(s, moved, days=False)  # nobody's stage changed: the days of the old village keep their movement
    return sum(counts.values())


def correct_village(s: Session, household: Household, village_id: int) -> None:
    """The household was noted in the wrong village: it is counted, and was always counted, in the right one."""
    lock(s, household)
    old_id = household.village_id
    here = (StageChange.household_id == household.id) & (StageChange.village_id == old_id)
    days: Changes = defaultdict(Counter)
    for on, old, new in s.execute(select(StageChange.on, StageChange.old, StageChange.new).where(here)):
        for stage, n in ((new, 1), (old, -1)):
            if stage:
                days[village_id, on][stage] += n
                days[old_id, on][stage] -= n
    s.execute(
        update(StageChange).where(here).values(village_id=village_id).execution_options(synchronize_session=False)
    )
    household.village_id = village_id
    today, one = clock.today(), Counter({household.stage: 1})
    _count(s, {(old_id, today): _negative(one), (village_id, today): one}, days=False)
    _count_days(s, days)


def lock(s: Session, *households: Household) -> None:
    """Hold households until the transaction ends, and read them anew; several always in the same order."""
    s.flush()
    wanted = select(Household).where(Household.id.in_([h.id for h in households])).order_by(Household.id)
    s.scalars(wanted.with_for_update(of=Household).execution_options(populate_existing=True)).all()


def recount(s: Session) -> list[int]:
    """Villages whose tally differs from their households: the nightly alarm. Empty when all is well."""
    live = Household.merged_into_id.is_(None)
    counted: dict[int, Counter[str]] = {}
    rows = (
        select(Household.village_id, Household.stage, func.count())
        .where(live)
        .group_by(Household.village_id, Household.stage)
    )
    for village_id, stage, n in s.execute(rows):
        counted.setdefault(village_id, Counter())[stage] = n
    wrong = set(counted)
    for tally in s.scalars(select(Tally)):
        actual = counted.get(tally.village_id, Counter())
        if all(getattr(tally, stage) == actual[stage] for stage in STAGES):
            wrong.discard(tally.village_id)
        else:
            wrong.add(tally.village_id)
    return sorted(wrong)


def _from_facts(s: Session, household: Household) -> str:
    proficient_members = select(Member.id).where(
        Member.household_id == household.id, Member.proficient_since.is_not(None), Member.left_on.is_(None)
    )
    learning_since = s.execute(
        select(Member.learning_since)
        .join(Ambassador, Ambassador.member_id == Member.id)
        .where(Ambassador.household_id == household.id, Ambassador.until.is_(None))
    ).first()
    return stage_of(
        closed_as=household.closed_as,
        proficient=s.execute(proficient_members.limit(1)).first() is not None,
        ambassador=learning_since is not None,
        learning=learning_since is not None and learning_since[0] is not None,
        visited=household.visited_at is not None,
    )


def _change(
    h: Household, old: str | None, new: str | None, at: datetime, by_id: int | None, reason: str
) -> dict[str, object]:
    return {
        "household_id": h.id, "village_id": h.village_id, "old": old, "new": new,
        "at": at, "on": clock.today(), "by_id": by_id, "reason": reason,
    }  # fmt: skip


def _negative(counts: Counter[str]) -> Counter[str]:
    return Counter({stage: -n for stage, n in counts.items()})


def _count(s: Session, changes: Changes, *, days: bool = True) -> None:
    """Add to the counters of villages (and of their days), making rows where there are none; two writers both count."""
    totals: dict[int, Counter[str]] = defaultdict(Counter)
    for (village_id, _on), counts in changes.items():
        totals[village_id].update(counts)
    above = _above(s, totals)
    _upsert(s, Tally, [{"village_id": v, **above[v], **_row(totals[v])} for v in sorted(totals)])
    if days:
        _count_days(s, changes)


def _count_days(s: Session, changes: Changes) -> None:
    above = _above(s, {village_id for village_id, _on in changes})
    rows = [{"village_id": v, "on": on, **above[v], **_row(changes[v, on])} for v, on in sorted(changes)]
    if rows:
        _upsert(s, TallyDay, rows)


def _row(counts: Counter[str]) -> dict[str, int]:
    return {stage: counts[stage] for stage in STAGES}


def _above(s: Session, village_ids: Iterable[int]) -> dict[int, dict[str, int | None]]:
    commune = aliased(Area)
    found = s.execute(
        select(Area.id, Area.parent_id, commune.parent_id)
        .join(commune, commune.id == Area.parent_id)
        .where(Area.id.in_(list(village_ids)))
    )
    return {village: {"commune_id": above, "province_id": top} for village, above, top in found}


def _upsert(s: Session, table: type[Tally] | type[TallyDay], rows: list[dict[str, Any]]) -> None:
    make = pg_insert if s.connection().dialect.name == "postgresql" else sqlite_insert
    new = make(table)
    added = {stage: getattr(table, stage) + new.excluded[stage] for stage in STAGES}
    s.connection().execute(new.on_conflict_do_update(index_elements=KEYS[table], set_=added), rows)
