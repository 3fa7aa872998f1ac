"""The only place where a household's stage changes: the row, its history and the village's tally in one transaction.

A stage is never set by hand: it follows from facts (closed? somebody proficient? an ambassador who learns? an
ambassador? ever met?), so that undoing a fact undoes the stage. Lock order: household, then tally.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

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
)  # fmt: skip


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
    for village_id, group in _by_village(households):
        _count(s, village_id, Counter(h.stage for h in group))


def restage(s: Session, household: Household, by_id: int | None, reason: str = "") -> bool:
    """Bring a household to the stage its facts say; returns whether it changed. Call after any fact changed."""
    s.flush()
    household = _locked(s, household)
    new, old = _from_facts(s, household), household.stage
    if new == old:
        return False
    household.stage = new
    s.execute(insert(StageChange), [_change(household, old, new, clock.now(), by_id, reason)])
    _count(s, household.village_id, Counter({old: -1, new: 1}))
    return True


def met(s: Session, household: Household, at: datetime, by_id: int) -> None:
    """Somebody of the household was met."""
    household.visited_at = min(household.visited_at or at, at)
    restage(s, household, by_id)


def learning(s: Session, member: Member, on: date, by_id: int | None = None) -> None:
    """The member began a lesson."""
    if member.learning_since is None:
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
    s.flush()
    household = _locked(s, household)
    s.execute(insert(StageChange), [_change(household, household.stage, None, clock.now(), by_id, reason)])
    _count(s, household.village_id, Counter({household.stage: -1}))


def move(s: Session, old_village_id: int, new_village_id: int, household_ids: Sequence[int] | None = None) -> int:
    """Move households (all, or these) to the village that took over; returns how many. The counts go along."""
    mine = Household.village_id == old_village_id
    if household_ids is not None:
        mine = mine & Household.id.in_(household_ids)
    here = mine & Household.merged_into_id.is_(None)
    counts = Counter(
        dict(s.execute(select(Household.stage, func.count()).where(here).group_by(Household.stage)))
    )
    s.execute(
        update(Household).where(mine).values(village_id=new_village_id).execution_options(synchronize_session="fetch")
    )
    first, second = sorted((old_village_id, new_village_id))  # two tallies: always lock in the same order
    for village_id in (first, second):
        sign = -1 if village_id == old_village_id else 1
        _bump(s, Tally, village_id, Counter({k: sign * n for k, n in counts.items()}))
    return sum(counts.values())


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


def _locked(s: Session, household: Household) -> Household:
    return s.execute(
        select(Household)
        .where(Household.id == household.id)
        .with_for_update(of=Household)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _change(
    h: Household, old: str | None, new: str | None, at: datetime, by_id: int | None, reason: str
) -> dict[str, object]:
    return {
        "household_id": h.id, "village_id": h.village_id, "old": old, "new": new,
        "at": at, "on": clock.today(), "by_id": by_id, "reason": reason,
    }  # fmt: skip


def _by_village(households: Iterable[Household]) -> list[tuple[int, list[Household]]]:
    groups: dict[int, list[Household]] = {}
    for household in households:
        groups.setdefault(household.village_id, []).append(household)
    return sorted(groups.items())


def _count(s: Session, village_id: int, changes: Counter[str]) -> None:
    _bump(s, Tally, village_id, changes)
    _bump(s, TallyDay, village_id, changes, on=clock.today())


def _bump(s: Session, table: type[Tally] | type[TallyDay], village_id: int, changes: Counter[str], **key: date) -> None:
    """Add to counters, making the row first where there is none; two writers at once both count."""
    matches = [table.village_id == village_id, *(getattr(table, name) == value for name, value in key.items())]
    values = {getattr(table, stage): getattr(table, stage) + n for stage, n in changes.items() if n}
    if not values:
        return
    bump = update(table).where(*matches).values(values).execution_options(synchronize_session=False)
    if s.execute(bump).rowcount == 0:  # type: ignore[attr-defined]
        _ensure_row(s.connection(), table.__table__, s.get_one(Area, village_id), key)  # type: ignore[arg-type]
        s.execute(bump)


def _ensure_row(connection: Connection, table: Table, village: Area, key: dict[str, date]) -> None:
    make = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
    above = village.path.split("/")
    province_path, commune_path = "/".join(above[:2]) + "/", "/".join(above[:3]) + "/"
    ids = dict(connection.execute(select(Area.path, Area.id).where(Area.path.in_([province_path, commune_path]))))
    zeros = dict.fromkeys(STAGES, 0)
    row = {"village_id": village.id, "commune_id": ids[commune_path], "province_id": ids[province_path], **key, **zeros}
    connection.execute(make(table).values(row).on_conflict_do_nothing())
