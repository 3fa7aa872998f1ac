"""A message leaves by day and never on a closed day; who waits is told why, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from outreach import clock
from outreach.sms import days
from outreach.sms.models import ClosedDay
from tests import counting

SATURDAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def clock_at_ten():
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC)) as traveller:
        yield traveller


def at(text):
    """A moment of the place, such as "21 20:00", in November 2026."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.place())


def close(s, *numbers):
    s.add_all(ClosedDay(day=date(2026, 11, number), name="Ngày nghỉ") for number in numbers)
    s.flush()


@pytest.mark.parametrize(
    ("moment", "may"),
    [("21 07:59", False), ("21 08:00", True), ("21 19:59", True), ("21 20:00", False), ("21 23:59", False)],
)
def test_the_doors_are_open_from_eight_to_eight(s, moment, may):
    assert days.may_go(s, at(moment)) is may


def test_on_a_closed_day_nothing_goes_at_any_hour(s):
    close(s, 22)
    assert [days.may_go(s, at(f"22 {hour:02}:00")) for hour in range(24)] == [False] * 24
    assert days.may_go(s, at("23 08:00"))


def test_an_open_moment_is_its_own_opening(s):
    assert days.next_opening(s, at("21 10:17")) == at("21 10:17")


@pytest.mark.parametrize(
    ("closed", "moment", "opens", "held"),
    [
        ((), "21 10:00", "21 10:00", ""),
        ((), "21 07:00", "21 08:00", "quiet"),
        ((), "21 20:00", "22 08:00", "quiet"),
        ((), "21 00:00", "21 08:00", "quiet"),
        ((22,), "21 20:00", "23 08:00", "holiday"),
        ((22,), "22 09:00", "23 08:00", "holiday"),
        ((22,), "22 00:00", "23 08:00", "holiday"),
        ((22, 23, 24, 25, 26, 27), "21 22:00", "28 08:00", "holiday"),
        ((21, 23), "21 12:00", "22 08:00", "holiday"),
        ((23,), "21 20:00", "22 08:00", "quiet"),
    ],
)
def test_it_opens_in_the_next_morning_that_is_not_closed(s, closed, moment, opens, held):
    close(s, *closed)
    opening = days.hours(s).opening(at(moment))
    assert (opening.at, opening.held) == (at(opens), held)
    assert days.next_opening(s, at(moment)) == at(opens)


def test_the_day_is_that_of_the_place(s):
    close(s, 22)
    assert not days.may_go(s, datetime(2026, 11, 22, 1, tzinfo=UTC))
    assert days.may_go(s, datetime(2026, 11, 23, 1, tzinfo=UTC))
    assert days.next_opening(s, datetime(2026, 11, 21, 17, 30, tzinfo=UTC)) == at("23 08:00")


def test_it_closes_at_eight_in_the_evening_of_the_same_day():
    assert days.closing(at("21 10:00")) == at("21 20:00")
    assert days.closing(datetime(2026, 11, 21, 23, tzinfo=UTC)) == at("22 20:00")


def test_the_closed_days_are_read_once_however_often_one_asks(s, connection):
    close(s, 22)
    with counting.statements(connection) as asked:
        for n in range(20):
            days.may_go(s, at("21 10:00") + timedelta(hours=n))
    assert len(asked) == 1


def test_a_day_that_was_closed_is_known_to_the_next_transaction(s):
    assert days.may_go(s, at("22 10:00"))
    s.commit()
    close(s, 22)
    s.commit()
    assert not days.may_go(s, at("22 10:00"))
