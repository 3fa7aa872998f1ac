"""When a text message may leave: by day in the recipient's time zone, never at night.

Decree 91/2020/NĐ-CP allows advertising messages from 07:00 to 22:00 only; reminders keep to the narrower
08:00-20:00 of this module's defaults.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count

OPENS = time(8)
CLOSES = time(20)


def may_go(at: datetime, tz: tzinfo, start: time = OPENS, end: time = CLOSES) -> bool:
    """Whether the moment lies in [start, end) of its day in ``tz``. Raises ValueError for a naive moment."""
    _check(at, start, end)
    return start <= at.astimezone(tz).time() < end


def next_opening(at: datetime, tz: tzinfo, start: time = OPENS, end: time = CLOSES) -> datetime:
    """The first moment not before ``at`` when a message may go, in UTC: ``at`` itself when that is open."""
    if may_go(at, tz, start, end):
        return at.astimezone(UTC)
    today = at.astimezone(tz).date()
    mornings = (_morning(today + timedelta(days=day), tz, start) for day in count())
    return next(morning for morning in mornings if morning >= at and may_go(morning, tz, start, end))


def _morning(day: date, tz: tzinfo, start: time) -> datetime:
    return datetime.combine(day, start, tzinfo=tz).astimezone(UTC)


def _check(at: datetime, start: time, end: time) -> None:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be judged")
    if not start < end:
        raise ValueError("the hours must open before they close on the same day")
