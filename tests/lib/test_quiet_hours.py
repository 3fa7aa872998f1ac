"""Messages leave by day only."""

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.lib.quiet_hours import may_go, next_opening

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([HANOI, ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-11))])
spans = st.sampled_from([(time(8), time(20)), (time(2, 15), time(2, 45)), (time(0), time(0, 1))])
hours = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] < pair[1])


def hanoi(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("at", "open_"),
    [(hanoi(7, 59), False), (hanoi(8), True), (hanoi(13), True), (hanoi(19, 59), True), (hanoi(20), False)],
)
def test_messages_leave_from_eight_in_the_morning_until_eight_at_night(at: datetime, open_: bool) -> None:
    assert may_go(at, HANOI) is open_


def test_the_hour_is_the_recipients_and_not_the_servers() -> None:
    assert may_go(datetime(2026, 11, 21, 1, tzinfo=UTC), HANOI)
    assert not may_go(datetime(2026, 11, 21, 13, tzinfo=UTC), HANOI)


def test_a_message_of_the_night_waits_for_the_morning() -> None:
    assert next_opening(hanoi(3), HANOI) == hanoi(8)
    assert next_opening(hanoi(22), HANOI) == hanoi(8, day=22)


def test_a_message_of_the_day_goes_at_once() -> None:
    assert next_opening(hanoi(9, 30), HANOI) == hanoi(9, 30)


def test_a_commune_may_set_other_hours() -> None:
    assert next_opening(hanoi(6), HANOI, start=time(7), end=time(22)) == hanoi(7)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        may_go(datetime(2026, 11, 21, 9), HANOI)


def test_hours_that_close_before_they_open_are_refused() -> None:
    with pytest.raises(ValueError, match="open before"):
        next_opening(hanoi(9), HANOI, start=time(20), end=time(8))


@given(moments, zones, spans)
def test_the_next_opening_is_open_and_never_earlier(at: datetime, zone: tzinfo, span: tuple[time, time]) -> None:
    opening = next_opening(at, zone, *span)
    assert may_go(opening, zone, *span)
    assert opening >= at
    assert opening.tzinfo is UTC


@given(moments, hours)
def test_nobody_in_vietnam_waits_longer_than_a_day(at: datetime, span: tuple[time, time]) -> None:
    assert next_opening(at, HANOI, *span) - at <= timedelta(days=1)
