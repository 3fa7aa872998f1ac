"""The present time: the only room that looks at the clock."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_place = ZoneInfo("Asia/Ho_Chi_Minh")


def set_place(zone: ZoneInfo) -> None:
    """Say where the communes are; days begin and end there."""
    global _place
    _place = zone


def place() -> ZoneInfo:
    """The communes' time zone."""
    return _place


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on the communes' calendars."""
    return now().astimezone(_place).date()


def local(moment: datetime) -> datetime:
    """`moment` (aware) as the communes' clocks show it."""
    return moment.astimezone(_place)


def day_start(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(0), _place).astimezone(UTC)
