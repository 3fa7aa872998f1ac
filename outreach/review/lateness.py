"""What happened in months that are closed and became known later, and the sheet that counts it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.accounts.models import AuditEntry
from outreach.checks import months
from outreach.review import reading, reckoning
from outreach.review.models import JOINED, Sheet
from outreach.review.reading import Asked, Key
from outreach.review.reckoning import Entry
from outreach.visits.models import Correction, Visit

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
IN_FLIGHT = timedelta(hours=1)  # what was being written while a sheet was approved is not on it


@dataclass(frozen=True)
class Delayed:
    """What counts in a month though it happened in a closed one; `ambassadors` by id, `firsts` by how much (1 or -1)
    a closed month's first meetings are wrong, by the visit's id."""

    late: list[Entry] = field(default_factory=list)
    back: list[Entry] = field(default_factory=list)
    ambassadors: list[int] = field(default_factory=list)
    firsts: dict[int, int] = field(default_factory=dict)


def found(s: Session, asked: Asked, account_ids: Collection[int]) -> list[Entry]:
    """Visits of closed months that arrived, or were corrected, after a sheet of that month was approved.

    Those of an open sheet that a reform joined to it were there before. So do those of a house whose entry was put
    right since. It may have been noted in the wrong village: its visits,
    unless they are counted, come to the right village's group as late ones. Or it was met before its first meeting.
    """
    closed = _closed(asked, account_ids)
    since = case((Sheet.totals[JOINED].as_boolean(), literal(LONG_AGO, Sheet.frozen_at.type)), else_=Sheet.frozen_at)
    frozen = s.execute(select(Sheet.month, func.min(since)).where(closed).group_by(Sheet.month)).all()
    if not frozen:
        return []
    authors = select(Sheet.account_id).where(closed)
    known_since = or_(*(_known_since(month, at - IN_FLIGHT, authors) for month, at in frozen if at))
    rows = s.execute(reading.visits().where(Visit.by_id.in_(authors), known_since))
    return list({e.id: e for e in (Entry(*row) for row in rows)}.values())


def _closed(asked: Asked, account_ids: Collection[int]) -> ColumnElement[bool]:
    """Frozen sheets of the months before the last one asked for, of these people and groups."""
    first = asked.months[0]
    for _month in range(reading.LOOKS_BACK):
        first = months.before(first)
    whose = or_(Sheet.account_id.in_(account_ids), Sheet.village_id.in_(() if asked.account else asked.villages))
    return and_(whose, Sheet.frozen_at.is_not(None), Sheet.month >= first, Sheet.month < asked.months[-1])


def _known_since(month: date, moment: datetime, authors: Select[int]) -> ColumnElement[bool]:
    start, end = months.bounds(month)
    seen = aliased(Visit)  # whichever group it was worked for: one may have helped in another's village
    put_right = select(AuditEntry.subject_id).join(seen, seen.household_id == AuditEntry.subject_id).where(
        AuditEntry.subject == "household", AuditEntry.act == "household.update", AuditEntry.at >= moment,
        seen.by_id.in_(authors), seen.at >= start, seen.at < end,
    )  # fmt: skip
    known = or_(Visit.received_at >= moment, Correction.at >= moment, Visit.household_id.in_(put_right))
    return and_(Visit.at >= start, Visit.at < end, known)


def placed(
    entries: Collection[Entry], ambassadors: Mapping[Key, Sequence[int]], books: Mapping[int, Sequence[Sheet]]
) -> dict[Key, Delayed]:
    """By sheet what it counts of closed months."""
    told: dict[Key, Delayed] = defaultdict(Delayed)
    for entry in entries:
        book = books.get(entry.account_id, ())
        key, counted = _home(entry, book)
        if key and counted:
            first = reckoning.counted_first(entry.id, _totals(book)) == 1  # as counted, whoever is the first by now
            told[key].back.append(replace(entry, first=first))
        elif key:
            told[key].late.append(entry)
        elif wrong := _first_meeting(entry, book):
            key, by = wrong
            told[key].firsts[entry.id] = by
    for key, ids in ambassadors.items():
        book = books.get(key.account_id, ())
        closed = _closed_for(book, key.village_id)
        if key.month in closed and (missed := set(ids) - named_on(book)):
            month = reckoning.first_open(months.after(key.month), closed)
            told[key._replace(month=month)].ambassadors.extend(sorted(missed))
    return dict(told)


def named_on(book: Sequence[Sheet]) -> set[int]:
    """The ambassadors that a person's frozen sheets count."""
    return {id for sheet in book for id in sheet.totals.get("ambassador_rows", ())}


def _home(entry: Entry, book: Sequence[Sheet]) -> tuple[Key | None, Sheet | None]:
    """The sheet that counts a delayed visit, and the one it takes it back from; no key when it is settled already."""
    counted = next((one for one in book if _has(one, "rows", entry)), None)
    if counted is None:
        month, closed = months.of(entry.at), _closed_for(book, entry.village_id)
        if entry.corrected_at is not None or month not in closed:  # nothing to count, or its own sheet still does
            return None, None
        return Key(entry.account_id, entry.village_id, reckoning.counted_in(month, entry.received_at, closed)), None
    if entry.corrected_at is None or any(_has(one, "back_rows", entry) for one in book):
        return None, None
    closed = _closed_for(book, counted.village_id)
    month = reckoning.counted_in(counted.month, entry.corrected_at, closed)
    return Key(entry.account_id, counted.village_id, month), counted


def _first_meeting(entry: Entry, book: Sequence[Sheet]) -> tuple[Key, int] | None:
    """A household has one first meeting, the earliest that is known. A counted visit that is told otherwise on an
    approved sheet: the sheet that puts it right, and by how much."""
    counted = next((one for one in book if _has(one, "rows", entry)), None)
    if counted is None or entry.corrected_at is not None or "firsts" not in counted.totals:
        return None
    by = entry.first - reckoning.counted_first(entry.id, _totals(book))
    month = reckoning.first_open(months.after(counted.month), _closed_for(book, counted.village_id))
    return (Key(entry.account_id, counted.village_id, month), by) if by else None


def _totals(book: Sequence[Sheet]) -> list[dict[str, Any]]:
    return [one.totals for one in book]


def _closed_for(book: Sequence[Sheet], village_id: int) -> set[date]:
    return {one.month for one in book if one.village_id == village_id}


def _has(sheet: Sheet, rows: str, entry: Entry) -> bool:
    return entry.id in sheet.totals[rows].get(entry.day.isoformat(), ())
