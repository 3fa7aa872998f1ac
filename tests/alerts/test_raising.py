"""What is wrong is said once, counted when it happens again, and closes by itself when it is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock, db
from outreach.alerts import raising
from outreach.alerts.models import CLOSED, NEW, Alert
from tests import world

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
SLOW = "sms_slow"


@pytest.fixture(autouse=True)
def clock_at_ten():
    with time_machine.travel(TEN, tick=False) as traveller:
        yield traveller


def all_alerts(s):
    return s.scalars(select(Alert).order_by(Alert.id)).all()


def test_a_matter_that_is_noticed_twice_is_one_alert_with_the_newest_facts(s, w, clock_at_ten):
    raising.raise_(s, "sms_number", w.tan_hung.id, "member:12", code="21211", sms=4)
    clock_at_ten.shift(timedelta(hours=2))
    alert = raising.raise_(s, "sms_number", w.tan_hung.id, "member:12", code="30005", sms=9)
    assert all_alerts(s) == [alert]
    assert (alert.times, alert.facts, alert.step) == (2, {"code": "30005", "sms": 9}, NEW)
    assert (alert.opened_at, alert.last_at) == (TEN, TEN + timedelta(hours=2))


def test_another_matter_another_place_and_another_kind_are_alerts_of_their_own(s, w):
    raising.raise_(s, "sms_number", w.tan_hung.id, "member:12")
    raising.raise_(s, "sms_number", w.tan_hung.id, "member:13")
    raising.raise_(s, "sms_number", w.tien_lu.id, "member:12")
    raising.raise_(s, SLOW, w.tan_hung.id)
    assert [one.times for one in all_alerts(s)] == [1, 1, 1, 1]


def test_what_is_over_closes_by_itself_and_comes_back_as_a_new_alert(s, w, clock_at_ten):
    first = raising.raise_(s, "sms_operator", w.country.id, code="20003")
    clock_at_ten.shift(timedelta(hours=1))
    raising.over(s, "sms_operator", w.country.id)
    raising.over(s, "sms_operator", w.country.id)
    assert (first.step, first.closed_at, first.closed_by_id) == (CLOSED, TEN + timedelta(hours=1), None)
    second = raising.raise_(s, "sms_operator", w.country.id, code="20003")
    assert (second.id != first.id, second.times, second.closed_at) == (True, 1, None)


def test_what_lasts_is_one_occasion_however_often_one_looks(s, w):
    for late in (3, 5):
        raising.exactly(s, SLOW, {w.tan_hung.id: {"waiting": late}})
    (alert,) = all_alerts(s)
    assert (alert.times, alert.facts) == (1, {"waiting": 5})


def test_a_state_that_is_over_in_one_place_closes_there_only(s, w):
    raising.exactly(s, SLOW, {w.tan_hung.id: {"waiting": 3}, w.tien_lu.id: {"waiting": 1}})
    raising.raise_(s, "sms_unknown", w.tan_hung.id)
    raising.exactly(s, SLOW, {w.tien_lu.id: {"waiting": 2}})
    still = {(one.kind, one.area_id) for one in all_alerts(s) if one.closed_at is None}
    assert still == {(SLOW, w.tien_lu.id), ("sms_unknown", w.tan_hung.id)}
    raising.exactly(s, SLOW, {})
    assert [one.kind for one in all_alerts(s) if one.closed_at is None] == ["sms_unknown"]


def test_the_heir_of_an_area_takes_over_its_alerts_but_not_a_matter_it_has_itself(s, w):
    for area in (w.tan_hung, w.tien_lu):
        raising.raise_(s, SLOW, area.id, waiting=1, minutes=40)
    raising.raise_(s, "sms_number", w.tan_hung.id, "member:12", code="21211")
    raising.hand_over(s, w.tan_hung.id, w.tien_lu.id)
    s.expire_all()
    still = [(one.kind, one.area_id) for one in all_alerts(s) if one.closed_at is None]
    assert still == [(SLOW, w.tien_lu.id), ("sms_number", w.tien_lu.id)]
    assert {one.area_id for one in all_alerts(s)} == {w.tien_lu.id}


@pytest.mark.parametrize(
    ("matter", "due"),
    [("sms_slow", "21/11 14:00"), ("sms_unknown", "22/11 17:00"), ("silent", "24/11 17:00"), ("behind", "28/11 17:00")],
)
def test_each_kind_says_by_when_somebody_has_acted(s, w, matter, due):
    """It is Saturday, 21 November, ten o'clock."""
    alert = raising.raise_(s, matter, w.tan_hung.id)
    assert clock.local(alert.due_at).strftime("%d/%m %H:%M") == due


def test_late_in_the_evening_a_day_is_still_a_day(s, w, clock_at_ten):
    clock_at_ten.move_to(datetime(2026, 11, 21, 16, 59, tzinfo=UTC))  # 23:59
    assert clock.local(raising.raise_(s, "recount", w.tan_hung.id).due_at).strftime("%d/%m %H:%M") == "22/11 17:00"


def test_what_was_looked_at_inside_a_place_closes_there_only(s, w):
    raising.exactly(s, SLOW, {w.tan_hung.id: {"waiting": 3}, w.tien_lu.id: {"waiting": 1}})
    raising.exactly(s, SLOW, {}, inside=w.tuyen_quang)
    assert [one.closed_at for one in all_alerts(s)] == [None, None]
    raising.exactly(s, SLOW, {}, inside=w.tan_hung)
    s.expire_all()
    assert {one.area_id for one in all_alerts(s) if one.closed_at is None} == {w.tien_lu.id}


def test_what_happened_once_is_known_though_it_is_closed(s, w):
    raising.raise_(s, "list_rejected", w.tan_hung.id, "file:1")
    raising.over(s, "list_rejected", w.tan_hung.id, "file:1")
    assert raising.told(s, "list_rejected", ["file:1", "file:2"]) == {"file:1"}
    assert raising.told(s, "forms_rejected", ["file:1"]) == set()


def test_workers_that_notice_the_same_at_once_open_one_alert(real_db):
    with db.transaction(real_db) as s:
        place = world.area(s, None, "country", "nước", "VN", "Việt Nam").id

    def notice(_n):
        with db.transaction(real_db) as s:
            raising.raise_(s, "sms_operator", place, code="30018")
            raising.exactly(s, SLOW, {place: {"waiting": 1}})

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(notice, range(8)))
    with db.transaction(real_db) as s:
        assert {(one.kind, one.times) for one in all_alerts(s)} == {("sms_operator", 8), (SLOW, 1)}


def test_what_has_no_words_cannot_be_raised(s, w):
    with pytest.raises(LookupError, match="has no words"):
        raising.raise_(s, "meteor", w.tan_hung.id)
