"""Pointing rows of every table from one household (or person) to another, and back.

Visits, promises, evidence and lessons are rows of rooms above that point down to a household or a member. This room
may not know them, so it asks the tables themselves: every foreign key to the one that ends is pointed at the one that
stays. A table added later is covered without anybody remembering this page.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, Table, delete, exists, insert, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.db import Base, UtcDateTime
from outreach.households.models import Household, HouseholdMerge, Member, StageChange

# The history of the household that ends stays under its own name: its stages were counted in its own village.
KEEP_THEIR_HOUSEHOLD = (StageChange.__tablename__, HouseholdMerge.__tablename__)
MEMBERS = f"{Member.__tablename__}.household_id"
# What went over, by "table.column"; each row as its key without that column. "rows": pointed elsewhere. "doubles": said
# the same of both, so one went (after its key all else that it said). "ended": lasted with both, so one ended.
Moved = dict[str, dict[str, list[list[Any]]]]


def repoint(s: Session, target: str, old_id: int, new_id: int) -> Moved:
    """Point all rows at the one that stays; gives what went over."""
    moved: Moved = {"rows": {}, "doubles": {}, "ended": {}}
    for table, column in _pointing_at(target):
        name = f"{table.name}.{column.name}"
        moved["doubles"][name] = _drop_doubles(s, table, column, old_id, new_id)
        moved["ended"][name] = _end_second(s, table, column, old_id, new_id)
        moved["rows"][name] = _keys(s, table, column, column == old_id)
        s.execute(update(table).where(column == old_id).values({column: new_id}))
    return {what: {name: rows for name, rows in found.items() if rows} for what, found in moved.items()}


def give_back(
    s: Session, moved: Moved, from_id: int, to_id: int, stay: Collection[int] = (),
    target: str = Household.__tablename__,
) -> None:  # fmt: skip
    """Point what went over back to where it was, as far as it is still there; members of these ids `stay`."""
    for table, column in _pointing_at(target):
        name = f"{table.name}.{column.name}"
        for key in moved["rows"].get(name, ()):
            if name != MEMBERS or key[0] not in stay:
                here = update(table).where(column == from_id, *_matching(table, column, key))
                s.execute(here.values({column: to_id}))
        for key in moved["doubles"].get(name, ()):
            _restore(s, table, column, to_id, key)
        for key in moved["ended"].get(name, ()):
            lasts = table.c.until
            s.execute(update(table).where(column == to_id, *_matching(table, column, key)).values({lasts: None}))


def keep_place(s: Session, household: Household) -> list[int]:
    """What says where it took place, and says nothing where that was the household's own village, now names that.

    Gives the ids of those rows.
    """
    found: list[int] = []
    for table, column in _pointing_at(Household.__tablename__):
        place = table.c.get("place_id")
        if place is not None:
            here = (column == household.id) & place.is_(None)
            found += s.scalars(select(table.c.id).where(here)).all()
            s.execute(update(table).where(here).values({place: household.village_id}))
    return found


def forget_place(s: Session, household: Household, ids: Sequence[int]) -> None:
    """The same back: the household's own village need not be named."""
    for table, column in _pointing_at(Household.__tablename__):
        place = table.c.get("place_id")
        if place is not None:
            here = (column == household.id) & (place == household.village_id) & table.c.id.in_(ids)
            s.execute(update(table).where(here).values({place: None}))


def _pointing_at(target: str) -> Iterator[tuple[Table, Column[int]]]:
    for table in Base.metadata.sorted_tables:
        if table.name not in KEEP_THEIR_HOUSEHOLD:
            yield from ((table, fk.parent) for fk in table.foreign_keys if fk.column.table.name == target)


def _rest(table: Table, column: Column[int]) -> list[Column[Any]]:
    return [one for one in table.primary_key.columns if one is not column]


def _others(table: Table) -> list[Column[Any]]:
    return [one for one in table.columns if not one.primary_key]


def _said(value: Any) -> Any:
    """As JSON."""
    return value.isoformat() if isinstance(value, date) else value


def _meant(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _keys(s: Session, table: Table, column: Column[int], which: ColumnElement[bool]) -> list[list[Any]]:
    return [list(row) for row in s.execute(select(*_rest(table, column)).where(which))]


def _matching(table: Table, column: Column[int], key: Sequence[Any]) -> list[ColumnElement[bool]]:
    return [one == value for one, value in zip(_rest(table, column), key, strict=True)]


def _drop_doubles(s: Session, table: Table, column: Column[int], old_id: int, new_id: int) -> list[list[Any]]:
    """Where both were noted for the same thing (both "met" on one visit), one row says it."""
    if not column.primary_key:
        return []
    twin = table.alias()
    same = (twin.c[one.name] == table.c[one.name] for one in _rest(table, column))
    double = (column == old_id) & select(twin).where(twin.c[column.name] == new_id, *same).exists()
    found = [list(map(_said, row)) for row in s.execute(select(*_rest(table, column), *_others(table)).where(double))]
    s.execute(delete(table).where(double))
    return found


def _restore(s: Session, table: Table, column: Column[int], to_id: int, key: Sequence[Any]) -> None:
    its_key = key[: len(_rest(table, column))]
    if not s.scalar(select(exists().where(column == to_id, *_matching(table, column, its_key)))):
        columns = [*_rest(table, column), *_others(table)]
        named = {one.name: _meant(one, value) for one, value in zip(columns, key, strict=False)}
        s.execute(insert(table).values({column.name: to_id} | named))


def _end_second(s: Session, table: Table, column: Column[int], old_id: int, new_id: int) -> list[list[Any]]:
    """What lasts until a moment (who looks after the house) lasts once: where both have such a row, the kept one's."""
    until = table.c.get("until")
    if until is None or not isinstance(until.type, UtcDateTime):
        return []
    if s.execute(select(until).where(column == new_id, until.is_(None)).limit(1)).first() is None:
        return []
    lasting = (column == old_id) & until.is_(None)
    found = _keys(s, table, column, lasting)
    s.execute(update(table).where(lasting).values({until: clock.now()}))
    return found
