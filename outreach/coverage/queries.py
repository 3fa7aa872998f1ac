"""Reading coverage from the tallies, which hold no personal data; household rows are never counted here.

A village and a commune are read as they are at this moment; a province and the country, and what stands directly
below these, as a worker summed them up within the last minute (`folding`). `as_of` says which moment it is.

How a place stood on a past day: what it is now (or was when it ended), less all that changed on the days after it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, COUNTRY, PROVINCE, VILLAGE, Area
from outreach.coverage import numbers
from outreach.coverage.folding import VISITS
from outreach.coverage.models import AreaDay, AreaTally, Fold, VisitDay
from outreach.coverage.numbers import Counts, Day, Month, Row, Visits
from outreach.households import queries as households
from outreach.households.models import COUNTED, EndedTally, Household, StageChange, Tally, TallyDay
from outreach.lib.months import after, first_of, last_months

MONTHS = 6  # how far the trend looks back
PAGE_SIZE = 50
BELOW = {COUNTRY: PROVINCE, PROVINCE: COMMUNE, COMMUNE: VILLAGE, VILLAGE: VILLAGE}
LIVE = (COMMUNE, VILLAGE)
FOLDED = (AreaTally, AreaDay)
Table = Any  # one of Tally, TallyDay, VisitDay (with a column for each level), or of FOLDED (a row for each area)


def may_see(account: Account, area: Area) -> bool:
    """Whether the area lies on the account's own line: above its area, its area itself, or below."""
    return area.contains(account.area) or account.area.contains(area)


def find(s: Session, account: Account, code: str) -> Area | None:
    """The area with this code, if this account may see its numbers."""
    area = areas.by_code(s, code)
    return area if area and may_see(account, area) else None


@dataclass(frozen=True)
class Overview:
    """An area's numbers now, or at the end of a past month."""

    area: Area
    month: date  # its first day
    last_day: date  # whose evening the numbers show; today for the present month
    past: bool
    rows: Sequence[Row[Area]]  # what stands directly below, in Vietnamese order; none for a village
    total: Counts
    months: Sequence[Month]  # up to the month shown, oldest first
    missing: bool  # some areas below began later and are in the total only
    as_of: datetime  # the moment the numbers are of

    @property
    def own(self) -> Row[Area]:
        """The area itself as a row."""
        return Row(self.area, self.total, self.this_month)

    @property
    def this_month(self) -> int:
        """By how many the proficient households changed in the month shown."""
        return self.months[-1].moved

    @property
    def last_month(self) -> Month | None:
        """The month before; None where the area was not there yet."""
        return self.months[-2] if len(self.months) > 1 else None


def month_of(area: Area, text: str | None) -> date | None:
    """The first day of a month asked for as "2026-11"; this month when nothing is asked. None: no such month here."""
    this = first_of(clock.today())
    if not text:
        return this
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if first_of(area.valid_from) <= first <= this else None


def overview(s: Session, area: Area, month: date | None = None) -> Overview:
    """An area's numbers; `month` is the first day of a past month, None or this month for the present.

    Seven queries at most; one more where a place below, or the area itself, has ended since.
    """
    today = clock.today()
    month = month or first_of(today)
    last_day = min(today, after(month) - timedelta(days=1))
    past = after(month) <= today
    below = BELOW[area.kind]
    there = areas.children_on(s, area, last_day) if area.kind != VILLAGE else []
    ended = any(place.valid_to for place in (area, *there))
    stood = _stood(s, area, below, last_day, ended=ended)
    moved = _moved(s, area, below, month, last_day)
    total = numbers.total((stood.then if area.valid_to else stood.counts).values())
    rows = [stood.row(child, moved) for child in there]
    return Overview(
        area, month, last_day, past, rows=rows, total=total,
        months=_months(s, area, month, total.proficient, last_day),
        missing=bool(rows) and numbers.total(row.counts for row in rows) != total, as_of=as_of(s, area),
    )  # fmt: skip


def at_level(s: Session, area: Area, kind: str, first: date, last_day: date) -> list[Row[Area]]:
    """The places of a kind within an area (or the area itself), by path, as they stood on the evening of `last_day`.

    `moved` counts from the day `first` on. The places above each are loaded. At most five queries, whatever there is.
    """
    there = areas.of_kind_on(s, area, kind, last_day)
    stood = _stood(s, area, kind, last_day, ended=any(place.valid_to for place in there))
    moved = _moved(s, area, kind, first, last_day)
    return [stood.row(place, moved) for place in there]


class _Stood(NamedTuple):
    """Counts by place: of those that live, and of those that have ended since."""

    counts: dict[int, Counts]
    then: dict[int, Counts]

    def row(self, place: Area, moved: dict[int, int]) -> Row[Area]:
        """A place as it stood."""
        counts = self.then if place.valid_to else self.counts
        return Row(place, counts.get(place.id, Counts()), moved.get(place.id, 0))


def as_of(s: Session, area: Area) -> datetime:
    """The moment that an area's numbers are of: this one, or when all was last folded."""
    folded = None if area.kind in LIVE else s.scalar(select(Fold.at))
    return folded or clock.now()


def days(s: Session, area: Area, first: date, last: date) -> list[Day]:
    """The days from `first` to `last` on which something changed in an area or was visited, oldest first."""
    return _days(s, area, area.kind, first, last).get(area.id, [])


def days_below(s: Session, area: Area, first: date, last: date) -> dict[int, list[Day]]:
    """The same for what stands directly below an area, each by its id; a place without such a day is missing."""
    return _days(s, area, BELOW[area.kind], first, last)


def changed_below(s: Session, area: Area, first: date, last: date) -> dict[int, Counts]:
    """By how much the counts of each place directly below an area changed in all; one without a change is missing."""
    kind = BELOW[area.kind]
    table = _source(area, kind).days
    return _by_place(s, area, kind, table, table.on.between(first, last))


def _days(s: Session, area: Area, kind: str, first: date, last: date) -> dict[int, list[Day]]:
    source = _source(area, kind)
    changes = _sums(s, area, kind, source.days, COUNTED, first, last)
    visits = _sums(s, area, kind, source.visits, VISITS, first, last)
    found: dict[int, list[Day]] = defaultdict(list)
    for key, on in sorted(changes.keys() | visits.keys()):
        found[key].append(Day(on, Counts(*changes.get((key, on), ())), Visits(*visits.get((key, on), ()))))
    return found


def _sums(
    s: Session, area: Area, kind: str, table: Table, names: Sequence[str], first: date, last: date
) -> dict[tuple[int, date], Sequence[int]]:
    """The sums of these columns by (place, day)."""
    key = _place(table, kind), table.on
    rows = select(*key, *(func.sum(getattr(table, name)) for name in names)).where(
        _here(table, area, kind), table.on.between(first, last)
    )
    return {(row[0], row[1]): [int(n) for n in row[2:]] for row in s.execute(rows.group_by(*key))}


class _Source(NamedTuple):
    """Where the numbers of places stand: those of villages, or what was folded from them."""

    standing: Table
    days: Table
    visits: Table


def _source(area: Area, kind: str) -> _Source:
    if area.kind in LIVE or kind == VILLAGE:
        return _Source(Tally, TallyDay, VisitDay)
    return _Source(AreaTally, AreaDay, AreaDay)


def _stood(s: Session, area: Area, kind: str, last_day: date, *, ended: bool) -> _Stood:
    """How the places of a kind stood on a day's evening; `ended`: some of them are no more."""
    source = _source(area, kind)
    counts, then = _by_place(s, area, kind, source.standing), _at_end(s, area, kind, last_day) if ended else {}
    if last_day < clock.today():
        later = _by_place(s, area, kind, source.days, source.days.on > last_day)
        counts = {key: counts.get(key, Counts()) - later.get(key, Counts()) for key in counts | later}
        then = {key: count - later.get(key, Counts()) for key, count in then.items()}
    return _Stood(counts, then)


def _at_end(s: Session, area: Area, kind: str, last_day: date) -> dict[int, Counts]:
    """What places came to when they ended: those that stood on the day (or on the area's own last one)."""
    stood = last_day if area.valid_to is None else min(last_day, area.valid_to - timedelta(days=1))
    key = _place(EndedTally, kind)
    sums = [func.sum(getattr(EndedTally, name)) for name in COUNTED]
    rows = select(key, *sums).join(Area, Area.id == key).where(_here(EndedTally, area, kind))
    rows = rows.where(EndedTally.on == Area.valid_to, Area.valid_to > stood, Area.valid_from <= stood)
    return {row[0]: Counts(*map(int, row[1:])) for row in s.execute(rows.group_by(key))}


def _here(table: Table, area: Area, kind: str) -> ColumnElement[bool]:
    """Whether a row is of an area's places of a kind."""
    if table in FOLDED:
        if kind in (area.kind, BELOW[area.kind]):
            return (table.area_id if kind == area.kind else table.parent_id) == area.id
        return table.area_id.in_(select(Area.id).where(Area.kind == kind, areas.within(area)))
    columns = {PROVINCE: table.province_id, COMMUNE: table.commune_id, VILLAGE: table.village_id}
    return true() if area.kind == COUNTRY else columns[area.kind] == area.id


def _place(table: Table, kind: str) -> InstrumentedAttribute[int]:
    if table in FOLDED:
        return table.area_id
    return {PROVINCE: table.province_id, COMMUNE: table.commune_id}.get(kind, table.village_id)


def _by_place(s: Session, area: Area, kind: str, table: Table, *when: ColumnElement[bool]) -> dict[int, Counts]:
    sums = [func.sum(getattr(table, name)) for name in COUNTED]
    key = _place(table, kind)
    rows = s.execute(select(key, *sums).where(_here(table, area, kind), *when).group_by(key))
    return {row[0]: Counts(*map(int, row[1:])) for row in rows}


def _moved(s: Session, area: Area, kind: str, first: date, last: date) -> dict[int, int]:
    table = _source(area, kind).days
    key = _place(table, kind)
    moved = select(key, func.sum(table.proficient)).where(_here(table, area, kind), table.on.between(first, last))
    return {child: int(n) for child, n in s.execute(moved.group_by(key))}


def _months(s: Session, area: Area, month: date, proficient: int, last_day: date) -> list[Month]:
    months = [m for m in last_months(month, MONTHS) if m >= first_of(area.valid_from)]
    table = _source(area, area.kind).days
    days = select(table.on, func.sum(table.proficient)).where(
        _here(table, area, area.kind), table.on.between(months[0], last_day)
    )
    changes = {day: int(n) for day, n in s.execute(days.group_by(table.on))}
    return numbers.series(proficient, changes, months)


class Move(NamedTuple):
    """A change of stage; `household` is None when its row may no longer be shown (merged, or moved elsewhere)."""

    change: StageChange
    household: Household | None


@dataclass(frozen=True)
class Moves:
    """One page of the changes into and out of a stage within a month, newest first; gained − lost is the movement."""

    rows: Sequence[Move]
    gained: int
    lost: int
    number: int
    pages: int

    @property
    def total(self) -> int:
        """How many changes there are on all pages."""
        return self.gained + self.lost


def moves(s: Session, account: Account, area: Area, month: date, stage: str, page: int = 1) -> Moves:
    """The changes behind a month's movement in a commune or village. Names come through `households.visible_to`."""
    found = _changes(area, month, stage)
    into = found.where(StageChange.new == stage).with_only_columns(func.count())
    gained = s.scalar(into) or 0
    total = s.scalar(found.with_only_columns(func.count())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    newest = found.order_by(StageChange.at.desc(), StageChange.id.desc()).options(joinedload(StageChange.by))
    changes = s.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    seen = households.visible_to(account).where(Household.id.in_({change.household_id for change in changes}))
    homes = {home.id: home for home in s.scalars(seen)}
    return Moves([Move(c, homes.get(c.household_id)) for c in changes], gained, total - gained, number, pages)


def _changes(area: Area, month: date, stage: str) -> Select[StageChange]:
    return select(StageChange).where(
        StageChange.village_id.in_(select(Area.id).where(areas.within(area))),
        StageChange.on.between(month, after(month) - timedelta(days=1)),
        or_(StageChange.new == stage, StageChange.old == stage),
    )
