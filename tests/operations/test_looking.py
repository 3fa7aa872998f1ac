"""Alerts open, are brought up to date and close by themselves; two workers raise one; a word gives a week of peace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.areas.models import Area
from outreach.coverage.models import RecountFinding
from outreach.jobs.models import Job
from outreach.operations import looking
from outreach.sms.gateway import ConsoleGateway
from outreach.tending import steps
from outreach.worker import Worker
from tests import world
from tests.operations.conftest import SIX, open_ones, visited


def a_day(s):
    job = Job(kind="watches", key="watches", done=0, total=0)
    return [(one.done, one.total) for one in looking.daily(s, job)]


def test_a_day_opens_brings_up_to_date_and_closes_by_itself(s, w, clock_at_six):
    visited(s, w.dong, 14)
    visited(s, w.doai, 1)
    visited(s, w.ha, 1)
    assert a_day(s) == [(1, 3), (2, 3), (3, 3)]
    assert open_ones(s, "silent") == {w.dong.id: {"days": 14}}
    clock_at_six.shift(timedelta(days=1))
    a_day(s)
    assert open_ones(s, "silent") == {w.dong.id: {"days": 15}}
    visited(s, w.dong, -1)
    a_day(s)
    assert open_ones(s, "silent") == {}
    (alert,) = s.scalars(select(Alert).where(Alert.kind == "silent").execution_options(populate_existing=True))
    assert (alert.times, alert.closed_by_id) == (1, None)


def test_whoever_closed_it_with_a_word_is_left_in_peace_for_a_week(s, w, clock_at_six):
    visited(s, w.doai, 0)
    visited(s, w.dong, 20)
    looking.villages(s, w.tan_hung)
    steps.close(s, s.scalars(select(Alert)).one(), w.dung, "cả thôn đang gặt, tuần sau đi lại")
    looking.villages(s, w.tan_hung)
    assert open_ones(s, "silent") == {}
    clock_at_six.shift(timedelta(days=7, minutes=1))
    looking.villages(s, w.tan_hung)
    assert open_ones(s, "silent") == {w.dong.id: {"days": 27}}


def test_a_look_at_one_province_closes_nothing_in_another(s, w):
    looking.villages(s, w.hung_yen)
    looking.villages(s, w.tuyen_quang)
    assert set(open_ones(s, "silent")) == {w.dong.id, w.doai.id, w.ha.id}


def test_where_a_village_has_no_leader_the_commune_is_told_at_once(s, w):
    looking.villages(s, w.hung_yen)
    due = {one.area_id: one.due_at for one in s.scalars(select(Alert))}
    assert due[w.doai.id] == due[w.ha.id] == clock.now()
    assert clock.local(due[w.dong.id]).strftime("%d/%m %H:%M") == "24/11 17:00"


@pytest.mark.real_db
def test_a_worker_looks_by_day_and_by_night(real_db, clock_at_six):
    clock_at_six.shift(timedelta(days=-20))
    with Session(real_db) as s:
        w = world.build(s)
        s.add(RecountFinding(at=SIX, area_id=w.dong.id, what="tally", facts={}))
        s.commit()
        found, there = w.country.id, w.ha.id
    clock_at_six.move_to(SIX)
    porter = Worker(real_db, ConsoleGateway(3), {looking.KIND: looking.daily})
    porter.send()
    with db.transaction(real_db) as s:
        assert set(open_ones(s, "recount")) == {found}
        assert open_ones(s, "silent") == {}
    assert porter.do_next() is True
    with db.transaction(real_db) as s:
        assert open_ones(s, "silent")[there] == {"days": 20}


@pytest.mark.real_db
def test_two_workers_that_look_at_once_raise_one_alert(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        found = RecountFinding(at=clock.now(), area_id=w.dong.id, what="tally", facts={})
        for village in (w.dong, w.doai, w.ha):
            visited(s, village, 20)
        s.add(found)
        s.commit()
        where = w.hung_yen.id

    def look(_n):
        with db.transaction(real_db) as s:
            looking.often(s)
            looking.villages(s, s.get_one(Area, where))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(look, range(6)))
    with db.transaction(real_db) as s:
        kinds = s.execute(select(Alert.kind, Alert.times, func.count()).group_by(Alert.kind, Alert.times)).all()
        assert sorted(map(tuple, kinds)) == [("recount", 1, 1), ("silent", 1, 3)]
