"""What stands on the page of operations: what needs somebody by urgency, how the house is, what was settled today.

Nothing on it changes but by news: a screen that asks again each minute mostly hears that all is as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.alerts import names, queries
from outreach.alerts.models import Alert
from outreach.areas.models import VILLAGE, Area
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Visits
from outreach.jobs.models import DONE, Job
from outreach.tending import telling
from outreach.tending.telling import Told

STALE: Final = timedelta(minutes=10)  # figures are folded each minute
WALL: Final = 2  # alerts that a wall screen shows whole; of further ones the first line
LINES: Final = 4
SETTLED: Final = 6
PLACES: Final = 5
MESSAGES: Final = [kind for kind in names.NOW if kind.startswith("sms_")]


@dataclass(frozen=True)
class Health:
    """How the house does. `as_of` is set where the figures are old; `visits` are of today."""

    visits: Visits
    as_of: datetime | None
    stopped: bool  # messages
    proved: date | None  # the last night in which all sums were proved
    begun: date  # the first day of which a proof can be expected

    @property
    def proved_lately(self) -> bool:
        """Whether that was last night, or the one before (a night has hours to go); or there has been no night yet."""
        return (self.proved or self.begun) >= clock.today() - timedelta(days=1)


@dataclass(frozen=True)
class Board:
    """What needs somebody in an area."""

    area: Area
    alerts: Sequence[Told]  # the most urgent first
    total: int
    below: int  # open ones further down, whose time has not come
    places: Sequence[tuple[Area, int]]  # directly below, where most are open, with how many
    health: Health
    settled: Sequence[Told]  # today, newest first
    closers: Mapping[int, Account]

    @property
    def now(self) -> int:
        """How many of those shown stop messages or are late."""
        return sum(one.now or one.late for one in self.alerts)

    @property
    def more_below(self) -> bool:
        """Whether further down there may be more than were counted."""
        return self.below >= queries.MOST

    @property
    def whole(self) -> Sequence[Told]:
        """What a wall screen shows whole."""
        return self.alerts[:WALL]

    @property
    def lines(self) -> Sequence[Told]:
        """Of what it shows the first line."""
        return self.alerts[WALL : WALL + LINES]


def board(s: Session, area: Area) -> Board:
    """The page of an area. A fixed number of questions, from alerts and from sums."""
    found = queries.listing(s, area, queries.OPEN, 1)
    settled = _settled(s, area, clock.day_start(clock.today()), clock.now() + timedelta(seconds=1))
    told = telling.tell(s, [*found.rows, *settled])
    alerts, ended = told[: len(found.rows)], told[len(found.rows) :]
    by = {one.alert.closed_by_id for one in ended}
    closers = {one.id: one for one in s.scalars(select(Account).where(Account.id.in_(by)))} if by else {}
    below = queries.count(s, area, queries.BELOW) if area.kind != VILLAGE else 0
    places = queries.by_place(s, area, PLACES) if below or found.total else []
    return Board(area, alerts, found.total, below, places, _health(s, area), ended[::-1], closers)


def _settled(s: Session, area: Area, first: datetime, end: datetime) -> list[tuple[Alert, Area]]:
    return queries.between(s, area, Alert.closed_at, first, end)[-SETTLED:]


def _health(s: Session, area: Area) -> Health:
    today = clock.today()
    days = coverage.days(s, area, today, today)
    as_of = coverage.as_of(s, area)
    stopped = queries.touched(s, area, MESSAGES)
    proved = s.scalar(select(func.max(Job.finished_at)).where(Job.kind == "recount", Job.state == DONE))
    return Health(
        days[0].visits if days else Visits(), as_of if clock.now() - as_of > STALE else None, stopped,
        clock.local(proved).date() if proved else None, today if proved else _begun(s),
    )  # fmt: skip


def _begun(s: Session) -> date:
    """When a proof was first planned; where no worker has ever done so, when the first account was made."""
    planned = s.scalar(select(func.min(Job.created_at)).where(Job.kind == "recount"))
    first = planned or s.scalar(select(func.min(Account.created_at)))
    return clock.local(first).date() if first else clock.today()
