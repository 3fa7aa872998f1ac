"""The only place where what is counted of a household changes: its row, its history, its village's tally, all at once.

A stage is never set by hand: it follows from facts (closed? somebody proficient? an ambassador who learns? an
ambassador? ever met?), so that undoing a fact undoes the stage. Lock order: household, then tally.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVarTuple

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import audit
from outreach.households import facts, tallies
from outreach.households.models import (
    CLOSED,
    COUNTED,
    STAGES,
    Household,
    Member,
    StageChange,
)

Ts = TypeVarTuple("Ts")  # what else is asked beside a household
HELD = "held households"  # in a session's own notes


def add(s: Session, households: Sequence[Household], by_id: int | None, reason: str = "") -> None:
    """Count households that were just put on the list (already flushed, all in their first stage)."""
    now = clock.now()
    s.execute(
        insert(StageChange),
        [_change(h, None, h.stage, now, by_id, reason) for h in households],
    )
    changes: tallies.Changes = defaultdict(Counter)
    for household in households:
        changes[household.village_id, clock.local(now).date()].update(tallies.share_of(household))
    tallies.count(s, changes)


def replay(s: Session, history: Sequence[Mapping[str, Any]]) -> None:
    """Take over a history with its own dates (the demo, a paper register): rows of StageChange, oldest first for each
    household. The caller has set each household's stage to its last `new`."""
    s.execute(insert(StageChange), list(history))
    changes: tallies.Changes = defaultdict(Counter)
    for row in history:
        changes[row["village_id"], row["on"]][row["new"]] += 1
        if row["old"]:
            changes[row["village_id"], row["on"]][row["old"]] -= 1
    tallies.count(s, changes)
    tallies.fold_again(s, (village_id for village_id, _on in changes), min(on for _village_id, on in changes))


def restage(s: Session, household: Household, by_id: int | None, reason: str = "") -> None:
    """Bring a household to what its facts say. Call after any fact changed: who is proficient, who lives there …"""
    lock(s, household)
    _restage(s, [household], by_id, reason)


def weighed(s: Session, skills: Mapping[Member, tuple[int, int]]) -> None:
    """Members have shown these skills: (alone, helped), as bits. Their households are held."""
    for member, (alone, helped) in skills.items():
        member.alone, member.helped = alone, helped
    s.flush()
    _restage(s, list({member.household_id: member.household for member in skills}.values()), None, "")


def met(s: Session, household: Household, at: datetime, by_id: int) -> None:
    """Somebody of the household was met."""
    met_all(s, [(household, at)], by_id)


def met_all(s: Session, meetings: Sequence[tuple[Household, datetime]], by_id: int) -> None:
    """Somebody of each of these different households was met. Only a first meeting can change a stage."""
    lock(s, *(household for household, _at in meetings))
    first = [household for household, _at in meetings if household.visited_at is None]
    earlier = [household for household, at in meetings if household.visited_at and at < household.visited_at]
    db.change(s, {
        household: {"visited_at": at} for household, at in meetings
        if household.visited_at is None or at < household.visited_at
    })  # fmt: skip
    first_met_at_another_time(s, earlier, by_id)
    _restage(s, first, by_id, "")


def first_met_at_another_time(s: Session, households: Sequence[Household], by_id: int) -> None:
    """The log says that another meeting is a household's first by now: months that are closed counted one already."""
    record = partial(audit.deed, "household.update", "household", actor_id=by_id, changed=["visited_at"])
    audit.record_all(s, [record(one.id, area_id=one.village_id) for one in households])


def learning(s: Session, member: Member, on: date, by_id: int | None = None) -> None:
    """The member began a lesson."""
    if member.learning_since is None:
        lock(s, member.household)  # before the member is written: whoever confirms meanwhile takes them in this order
        member.learning_since = on
        restage(s, member.household, by_id)


def proficient(s: Session, member: Member, since: date | None, by_id: int) -> None:
    """The member was confirmed as proficient (or, with None, no longer is)."""
    lock(s, member.household)
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
    now = clock.now()
    s.execute(insert(StageChange), [_change(household, household.stage, None, now, by_id, reason)])
    tallies.count(s, {(household.village_id, clock.local(now).date()): _negative(tallies.share_of(household))})


def move(s: Session, old_village_id: int, new_village_id: int, household_ids: Sequence[int] | None = None) -> int:
    """Move households (all, or these) to the village that took over; returns how many. The counts go along."""
    mine = Household.village_id == old_village_id
    if household_ids is not None:
        mine = mine & Household.id.in_(household_ids)
    s.execute(select(Household.id).where(mine).order_by(Household.id).with_for_update()).all()  # what is counted stays
    here = mine & Household.merged_into_id.is_(None)
    counts = Counter(dict(zip(COUNTED, s.execute(select(*tallies.shares()).where(here)).one(), strict=True)))
    s.execute(
        update(Household).where(mine).values(village_id=new_village_id).execution_options(synchronize_session="fetch")
    )
    today = clock.today()
    moved = {(old_village_id, today): _negative(counts), (new_village_id, today): counts}
    tallies.fold_again(s, (old_village_id, new_village_id))
    tallies.count(s, moved, days=False)  # nobody's stage changed: the days of the old village keep their movement
    return sum(counts[stage] for stage in STAGES)


def correct_village(s: Session, household: Household, village_id: int) -> None:
    """The household was noted in the wrong village: it is counted, and was always counted, in the right one.

    Of skills there is no history by household: theirs stand in the right village from today on.
    """
    lock(s, household)
    old_id = household.village_id
    here = (StageChange.household_id == household.id) & (StageChange.village_id == old_id)
    days: tallies.Changes = defaultdict(Counter)
    for on, old, new in s.execute(select(StageChange.on, StageChange.old, StageChange.new).where(here)):
        for stage, n in ((new, 1), (old, -1)):
            if stage:
                days[village_id, on][stage] += n
                days[old_id, on][stage] -= n
    s.execute(
        update(StageChange).where(here).values(village_id=village_id).execution_options(synchronize_session=False)
    )
    household.village_id = village_id
    today, one = clock.today(), tallies.share_of(household)
    tallies.count(s, {(old_id, today): _negative(one), (village_id, today): one}, days=False)
    tallies.count_days(s, days)
    tallies.fold_again(s, (old_id, village_id))


def lock(s: Session, *households: Household) -> None:
    """Hold households until the transaction ends, and read them anew; what it holds already it does not read again."""
    s.flush()  # whoever holds a household may ask past the session
    wanted = {household.id for household in households} - _held(s)
    if wanted:
        hold(s, select(Household).where(Household.id.in_(wanted)))


def hold(s: Session, wanted: Select[Household]) -> Sequence[Household]:
    """Read these households anew and hold them until the transaction ends; several always in the same order."""
    return [home for (home,) in take(s, holding(wanted), {})]


def holding(wanted: Select[Household, *Ts]) -> Select[Household, *Ts]:
    """The question that `hold` asks, for whoever has it written once."""
    return wanted.order_by(Household.id).with_for_update(of=Household).execution_options(populate_existing=True)


def take(s: Session, wanted: Select[Household, *Ts], values: Mapping[str, Any]) -> Sequence[Row[Household, *Ts]]:
    """As `hold`, by a question that is `holding` already and the values it leaves open. It may ask for more beside each
    household, as it stood before one had to wait for it.
    """
    s.flush()
    found = s.execute(wanted, values).unique().all()
    _held(s).update(row[0].id for row in found)
    return found


def _held(s: Session) -> set[int]:
    """Ids of the households that this transaction holds. A savepoint may let go of what it took: each knows its own."""
    within = s.get_nested_transaction() or s.get_transaction()
    if within is None or s.info.get(HELD, (None,))[0] is not within:
        s.info[HELD] = within, set()
    held: set[int] = s.info[HELD][1]
    return held


def _restage(s: Session, households: Sequence[Household], by_id: int | None, reason: str) -> None:
    """Bring households that are held to what their facts say."""
    counted = [one for one in households if one.merged_into_id is None]
    # what still arrives for a merged one belongs to the household it became
    found = facts.look(s, counted) if counted else {}
    differ = [one for one in counted if facts.as_counted(one) != found[one.id]]
    if not differ:
        return
    now, changes = clock.now(), defaultdict[tuple[int, date], Counter[str]](Counter)
    today = clock.local(now).date()  # the same for both, also at midnight
    db.add_rows(s, StageChange, [
        _change(one, one.stage, found[one.id].stage, now, by_id, reason)
        for one in differ if one.stage != found[one.id].stage
    ])  # fmt: skip
    for one in differ:
        changes[one.village_id, today].subtract(tallies.share_of(one))
    db.change(s, {one: found[one.id]._asdict() for one in differ})
    for one in differ:
        changes[one.village_id, today].update(tallies.share_of(one))
    tallies.count(s, changes)


def _change(
    h: Household, old: str | None, new: str | None, at: datetime, by_id: int | None, reason: str
) -> dict[str, object]:
    return {
        "household_id": h.id, "village_id": h.village_id, "old": old, "new": new,
        "at": at, "on": clock.local(at).date(), "by_id": by_id, "reason": reason,
    }  # fmt: skip


def _negative(counts: Counter[str]) -> Counter[str]:
    return Counter({name: -n for name, n in counts.items()})
