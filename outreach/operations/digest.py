"""The digest of a day: what an area's official, or a village's leader, should know in the morning.

It is not kept but told anew from what is: alerts keep their moments, so a day of the last weeks reads as it did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from outreach import clock
from outreach.alerts import queries
from outreach.alerts.models import Alert
from outreach.areas.models import Area
from outreach.coverage import queries as coverage
from outreach.coverage.numbers import Counts, Day, Visits
from outreach.tending import telling
from outreach.tending.telling import Told

KEPT: Final = timedelta(days=60)


@dataclass(frozen=True)
class Digest:
    """`new`: came yesterday, here or because a place below did not act in time. `due`: to be acted on today.

    `closed`: settled yesterday. `yesterday`: its figures.
    """

    area: Area
    day: date
    new: Sequence[Told]
    due: Sequence[Told]
    closed: Sequence[Told]
    yesterday: Day

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to do and nothing to tell."""
        return not (self.new or self.due or self.closed)


def there_is(area: Area, day: date) -> bool:
    """Whether a digest of this day can be read."""
    today = clock.today()
    return max(area.valid_from, today - KEPT) <= day <= today


def tell(s: Session, area: Area, day: date) -> Digest:
    """The digest of a day, as of its first hour."""
    morning, night = clock.day_start(day), clock.day_start(day + timedelta(days=1))
    before = clock.day_start(day - timedelta(days=1))
    new = _own(s, area, Alert.opened_at, before, morning) + _came_up(s, area, before, morning)
    due = [row for row in _own(s, area, Alert.due_at, morning, night) if _waits_at(row[0], morning)]
    closed = queries.between(s, area, Alert.closed_at, before, morning)
    told = telling.tell(s, [*new, *due, *closed])
    first, second = len(new), len(new) + len(due)
    yesterday = day - timedelta(days=1)
    figures = coverage.days(s, area, yesterday, yesterday)
    own = figures[0] if figures else Day(yesterday, Counts(), Visits())
    return Digest(area, day, told[:first], told[first:second], told[second:], own)


def _own(s: Session, area: Area, moment: queries.Moment, first: datetime, end: datetime) -> list[queries.Row]:
    return [row for row in queries.between(s, area, moment, first, end) if row[1].id == area.id]


def _came_up(s: Session, area: Area, first: datetime, end: datetime) -> list[queries.Row]:
    """What a place directly below should have acted on, and did not, in this time."""
    return [row for row in queries.between(s, area, Alert.due_at, first, end) if row[1].id != area.id]


def _waits_at(alert: Alert, moment: datetime) -> bool:
    return alert.opened_at < moment and all(done is None or done > moment for done in (alert.acted_at, alert.closed_at))
