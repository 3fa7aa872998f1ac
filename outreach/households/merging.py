"""One household (or person) that stands on the list twice becomes one, and nothing that was done there is lost.

Visits, promises, evidence and lessons are rows of rooms above that point down to a household or a member. This room
may not know them, so it asks the tables themselves: every foreign key to the one that ends is pointed at the one that
stays. A table added later is covered without anybody remembering this page.
"""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from sqlalchemy import Column, Table, delete, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit, receipts
from outreach.accounts.models import Account
from outreach.db import Base, UtcDateTime
from outreach.households import ambassadors, consent, stages
from outreach.households.models import Household, Member, StageChange
from outreach.sms import outbox

D = TypeVar("D", bound=date)  # or a moment

# The history of the household that ends stays under its own name: its stages were counted in its own village.
KEEPS_ITS_HOUSEHOLD = StageChange.__tablename__


class NotTwo(Exception):
    """These are not two living households (one was merged meanwhile), or not two members of one household."""


def merge(s: Session, keep: Household, other: Household, by: Account) -> None:
    """Bring everything of `other` over to `keep`; `other` stays as a row that points to it. Raises NotTwo.

    Of two ambassadors the kept household's stays one. The kept household keeps its name; what it lacks (address,
    telephone, code) it takes from the other, and the earlier first visit. If either is open, the merged one is.
    """
    stages.lock(s, keep, other)
    if keep.id == other.id or keep.merged_into_id or other.merged_into_id:
        raise NotTwo(keep.id, other.id)
    if ambassadors.current(s, keep) is not None:
        ambassadors.end(s, other, by, "merged")
    stages.remove(s, other, by.id, "merged")
    if keep.village_id != other.village_id:
        _keep_place(s, other)
    _repoint(s, Household.__tablename__, other.id, keep.id)
    other.merged_into_id = keep.id
    _fill(s, keep, other)
    s.flush()
    s.expire_all()
    stages.restage(s, keep, by.id, "merged")
    audit.record(s, "household.merge", "household", keep.id, area_id=keep.village_id, merged=other.id)


def unify(s: Session, keep: Member, other: Member, by: Account) -> None:
    """Two entries of one person become one; `other` goes, all that was theirs is `keep`'s. Raises NotTwo."""
    household = keep.household
    stages.lock(s, household)
    if keep.id == other.id or other.household_id != household.id:
        raise NotTwo(keep.id, other.id)
    outbox.cancel(s, f"member:{other.id}", outbox.NO_LONGER_DUE)
    _take_over(keep, other)
    s.flush()
    gone = other.id
    _repoint(s, Member.__tablename__, gone, keep.id)
    receipts.repoint(s, "member", gone, keep.id)
    s.execute(delete(Member).where(Member.id == gone))
    s.expire_all()
    _heed_withdrawals(s, keep, by)
    stages.restage(s, household, by.id, "merged")
    audit.record(s, "member.merge", "member", keep.id, area_id=household.village_id, merged=gone)


def _heed_withdrawals(s: Session, keep: Member, by: Account) -> None:
    """What the person took back under one entry is not given by an older yes that stood under the other."""
    for purpose, newest in consent.current(s, keep).items():
        ends = [no.withdrawn_at for no in consent.history(s, keep) if no.withdrawn_at and no.purpose == purpose]
        if any(newest.given_at <= end for end in ends):
            consent.withdraw(s, newest, by, "merged")


def _repoint(s: Session, target: str, old_id: int, new_id: int) -> None:
    for column in _pointing_at(target):
        table = column.table
        if isinstance(table, Table):
            _drop_doubles(s, table, column, old_id, new_id)
            _end_second(s, table, column, old_id, new_id)
            s.execute(update(table).where(column == old_id).values({column: new_id}))


def _keep_place(s: Session, other: Household) -> None:
    """What says where it took place, and says nothing where that was the household's own village, now names that."""
    for column in _pointing_at(Household.__tablename__):
        place = column.table.c.get("place_id")
        if isinstance(column.table, Table) and place is not None:
            here = update(column.table).where(column == other.id, place.is_(None))
            s.execute(here.values({place: other.village_id}))


def _pointing_at(target: str) -> Iterable[Column[int]]:
    for table in Base.metadata.sorted_tables:
        if table.name == KEEPS_ITS_HOUSEHOLD:
            continue
        yield from (fk.parent for fk in table.foreign_keys if fk.column.table.name == target)


def _drop_doubles(s: Session, table: Table, column: Column[int], old_id: int, new_id: int) -> None:
    """Where both were noted for the same thing (both "met" on one visit), one row says it."""
    if not column.primary_key:
        return
    rest = [c for c in table.primary_key.columns if c is not column]
    twin = table.alias()
    also_new = select(twin).where(twin.c[column.name] == new_id, *(twin.c[c.name] == table.c[c.name] for c in rest))
    s.execute(delete(table).where(column == old_id, also_new.exists()))


def _end_second(s: Session, table: Table, column: Column[int], old_id: int, new_id: int) -> None:
    """What lasts until a moment (who looks after the house) lasts once: where both have such a row, the kept one's."""
    until = table.c.get("until")
    if until is None or not isinstance(until.type, UtcDateTime):
        return
    if s.execute(select(until).where(column == new_id, until.is_(None)).limit(1)).first() is not None:
        s.execute(update(table).where(column == old_id, until.is_(None)).values({until: clock.now()}))


def _fill(s: Session, keep: Household, other: Household) -> None:
    keep.visited_at = _earlier(keep.visited_at, other.visited_at)
    keep.last_visit_at = _later(keep.last_visit_at, other.last_visit_at)
    keep.phone = keep.phone or other.phone
    keep.walk_no = keep.walk_no or other.walk_no
    if keep.lat is None or keep.lon is None:
        keep.lat, keep.lon = other.lat, other.lon
    if not keep.address:
        keep.address, keep.address_folded = other.address, other.address_folded
    if keep.closed_as and not other.closed_as:
        keep.closed_as = None
    if not keep.code and keep.village_id == other.village_id:
        code, other.code = other.code, None
        s.flush()  # a code stands on one household of a village only: first off the one, then on to the other
        keep.code = code


def _take_over(keep: Member, other: Member) -> None:
    keep.birth_year = keep.birth_year or other.birth_year
    keep.phone = keep.phone or other.phone
    keep.learning_since = _earlier(keep.learning_since, other.learning_since)
    keep.proficient_since = _earlier(keep.proficient_since, other.proficient_since)
    keep.relation = other.relation if keep.relation == "other" else keep.relation


def _earlier(one: D | None, two: D | None) -> D | None:
    return min((x for x in (one, two) if x is not None), default=None)


def _later(one: D | None, two: D | None) -> D | None:
    return max((x for x in (one, two) if x is not None), default=None)
