"""What makes a visit worth a question, and what does not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.checks import doubts
from outreach.checks.doubts import Seen, questions

MORNING = datetime(2026, 11, 10, 2, tzinfo=UTC)  # nine o'clock in the communes
NOTE = "Đã tập tra cứu hồ sơ trên cổng dịch vụ công"


def seen(number, minutes=0, **said):
    """A visit, so many minutes after nine in the morning."""
    at = said.pop("at", MORNING + timedelta(minutes=minutes))
    told = {
        "household_id": number, "village_id": 1, "said_at": None, "received_at": at, "outcome": "helped", "note": "",
        "way": "home", "lat": None, "lon": None,
    }  # fmt: skip
    return Seen(id=number, at=at, **(told | said))


def asked(visits, reason):
    """The visits that are asked about for this reason."""
    return {q.visit_id for q in questions(visits) if q.reason == reason}


def test_nine_houses_within_an_hour_are_asked_about_with_their_number():
    visits = [seen(n, 6 * n) for n in range(1, 10)]
    assert asked(visits, doubts.MANY_AN_HOUR) == set(range(1, 10))
    assert next(q.facts for q in questions(visits)) == {"count": 9, "start": "09:06"}


@pytest.mark.parametrize("visits", [
    pytest.param([seen(n, 6 * n) for n in range(1, 9)], id="eight houses"),
    pytest.param([seen(n, 8 * n) for n in range(1, 10)], id="nine houses in more than an hour"),
    pytest.param([seen(n, 2 * n, way="desk") for n in range(1, 20)], id="a queue at a help point"),
    pytest.param([seen(n) for n in range(1, 20)], id="a day typed from paper, whose hours nobody knows"),
])  # fmt: skip
def test_a_brisk_hour_is_not_asked_about(visits):
    assert asked(visits, doubts.MANY_AN_HOUR) == set()


def test_the_same_long_note_three_times_in_a_week_is_asked_about_however_it_is_typed():
    typed = [NOTE, NOTE.upper(), f"  {NOTE}."]
    assert asked([seen(n, 1440 * n, note=note) for n, note in enumerate(typed)], doubts.SAME_NOTE) == {0, 1, 2}


DAY_MINUTES = 1440


def test_notes_that_differ_in_a_number_alone_are_the_same_note():
    told = [seen(n, DAY_MINUTES * n, note=f"Nhà số {n + 7}: {NOTE}") for n in range(3)]
    assert asked(told, doubts.SAME_NOTE) == {0, 1, 2}


def told(number, minutes=0, **said):
    """A visit that a phone noted then."""
    at = MORNING + timedelta(minutes=minutes)
    return seen(number, at=at, **({"said_at": at, "received_at": at} | said))


@pytest.mark.parametrize(("reason", "visits"), [
    (doubts.SAME_MOMENT, [told(n) for n in range(3)]),
    (doubts.MANY_AN_HOUR, [told(n) for n in range(40)]),
    (doubts.NIGHT, [told(n, 16 * 60) for n in range(5)]),
    (doubts.TOO_MANY_A_DAY, [told(n, 8 * n) for n in range(60)]),
    (doubts.TOO_MANY_A_DAY, [seen(n) for n in range(60)]),
    (doubts.SAME_DOOR, [told(n, 60 * n, household_id=7) for n in range(3)]),
    (doubts.MANY_NOTED_LATE, [told(n, DAY_MINUTES * n, received_at=MORNING + timedelta(days=30)) for n in range(8)]),
])  # fmt: skip
def test_what_no_day_from_door_to_door_looks_like_is_asked_about(reason, visits):
    assert asked(visits, reason)


@pytest.mark.parametrize("visits", [
    pytest.param([told(n, 12 * n) for n in range(39)], id="a long day"),
    pytest.param([seen(n) for n in range(39)], id="a day typed from paper"),
    pytest.param([told(0, household_id=7), told(1, 500, household_id=7)], id="nobody home, and once more at evening"),
    pytest.param([told(n, DAY_MINUTES * n, received_at=MORNING + timedelta(days=20)) for n in range(19)],
                 id="weeks without a network"),
    pytest.param([told(n, received_at=MORNING + timedelta(days=30)) for n in range(2)], id="two forgotten ones"),
    pytest.param([told(n, 12 * n, note=f"Hẹn {n} giờ") for n in range(9)], id="short notes"),
])  # fmt: skip
def test_an_honest_day_is_not_asked_about(visits):
    assert questions(visits) == []


@pytest.mark.parametrize("visits", [
    pytest.param([seen(n, 1440 * n, note=NOTE) for n in range(2)], id="twice"),
    pytest.param([seen(n, 1440 * n, note="Nhà khóa cửa") for n in range(5)], id="a short note"),
    pytest.param([seen(n, 5 * 1440 * n, note=NOTE) for n in range(5)], id="once every five days"),
    pytest.param([seen(n, 1440 * n, note="1234567890 1234567890 12345") for n in range(5)], id="numbers alone"),
])  # fmt: skip
def test_notes_that_repeat_by_themselves_are_not_asked_about(visits):
    assert asked(visits, doubts.SAME_NOTE) == set()


@pytest.mark.parametrize(("hour", "odd"), [(21, False), (22, True), (0, True), (4, True), (5, False)])
def test_between_ten_and_five_nobody_is_visited(hour, odd):
    at = datetime(2026, 11, 10, hour, 59 if hour == 21 else 0, tzinfo=doubts.clock.place())
    assert bool(asked([seen(1, at=at)], doubts.NIGHT)) is odd


def test_a_call_at_night_is_nobodys_business():
    at = datetime(2026, 11, 10, 23, tzinfo=doubts.clock.place())
    assert asked([seen(1, at=at, way="phone")], doubts.NIGHT) == set()


def test_two_houses_ten_kilometres_apart_within_five_minutes_are_asked_about():
    near, far = {"lat": 20.65, "lon": 106.05}, {"lat": 20.74, "lon": 106.05}
    assert asked([seen(1, 0, **near), seen(2, 5, **far)], doubts.FAR) == {2}
    assert asked([seen(1, 0, **near), seen(2, 25, **far)], doubts.FAR) == set()
    assert asked([seen(1, 0, **near), seen(2, 5, lat=20.66, lon=106.05)], doubts.FAR) == set()
    assert asked([seen(1, 0, **near), seen(2, 5)], doubts.FAR) == set()


def test_a_visit_that_arrived_before_it_was_made_is_asked_about():
    early = seen(1, received_at=MORNING - timedelta(minutes=40))
    assert [q.facts for q in questions([early])] == [{"minutes": 40}]
    assert asked([seen(1, received_at=MORNING - timedelta(minutes=10))], doubts.ARRIVED_BEFORE) == set()


def test_a_visit_that_was_said_to_lie_ahead_is_asked_about_though_it_counts_as_of_its_arrival():
    assert [q.facts for q in questions([seen(1, said_at=MORNING + timedelta(hours=20))])] == [{"minutes": 1200}]
    put_right = seen(1, said_at=MORNING + timedelta(hours=7), received_at=MORNING + timedelta(minutes=1))
    assert questions([put_right]) == []


def test_a_clock_that_is_hours_off_changes_no_day_and_days_off_does():
    assert asked([seen(1, said_at=MORNING - timedelta(hours=7))], doubts.CLOCK) == set()
    assert asked([seen(1, said_at=MORNING - timedelta(days=3))], doubts.CLOCK) == {1}


def test_ten_people_who_all_did_everything_alone_are_asked_about_once():
    visits = [seen(n, 60 * n, outcome="alone") for n in range(1, 11)]
    assert asked(visits, doubts.ALONE_ONLY) == {1}
    assert asked([*visits[:9], seen(20, 900, outcome="nobody")], doubts.ALONE_ONLY) == set()
    assert asked([*visits, seen(20, 900, outcome="helped")], doubts.ALONE_ONLY) == set()


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 20), st.sampled_from(["alone", "helped", "nobody"])), max_size=40))
def test_no_visit_is_asked_about_twice_for_one_reason(drawn):
    visits = [seen(n, minutes, outcome=outcome, note=NOTE) for n, (minutes, outcome) in enumerate(sorted(drawn))]
    found = [(q.visit_id, q.reason) for q in questions(visits)]
    assert len(found) == len(set(found))
