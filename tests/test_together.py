"""Rows of several tables that are written together are those that would be written one by one."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import AuditEntry
from outreach.assessments.models import Teaching
from outreach.households.models import Household
from outreach.sms.models import ClosedDay


def test_what_is_written_together_is_there_afterwards(s, w):
    taught = {"member_id": w.sen.id, "account_id": w.lan.id, "since": clock.now()}
    later = taught | {"since": clock.now() + timedelta(days=1)}
    deed = audit.deed("a", "b", None, area_id=None, actor_id=w.lan.id, note='“ư”\n"\\', skills=["ơ"], none=None)
    with db.together(s):
        db.add_missing(s, Teaching, [taught])
        db.add_rows(s, ClosedDay, [{"day": date(2031, 1, 2), "name": "Tết", "by_id": None}])
        db.add_missing(s, Teaching, [later, later | {"account_id": w.minh.id}])
        db.add_rows(s, AuditEntry, [deed, deed])
    since = dict(s.execute(select(Teaching.account_id, Teaching.since)).all())
    assert since == {w.lan.id: taught["since"], w.minh.id: later["since"]}
    assert s.get(ClosedDay, date(2031, 1, 2)).name == "Tết"
    noted = s.scalars(select(AuditEntry).where(AuditEntry.act == "a")).all()
    assert [(one.at, one.note, one.details) for one in noted] == [(deed["at"], deed["note"], deed["details"])] * 2


def break_off(s, row):
    with db.together(s):
        db.add_missing(s, Teaching, [row])
        raise LookupError


def test_nothing_is_left_of_what_broke_off(s, w):
    row = {"member_id": w.sen.id, "account_id": w.lan.id, "since": clock.now()}
    with pytest.raises(LookupError), s.begin_nested():
        break_off(s, row)
    with db.together(s):
        pass
    assert not s.scalars(select(Teaching)).all()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        (Household, {"head_name": "Sen"}, "would get no"),
        (Teaching, {"since": clock.now().replace(tzinfo=None)}, "needs its time zone"),
    ],
    ids=["without a default", "at no known hour"],
)
def test_no_row_is_told_in_pieces(s, table, row, why):
    with pytest.raises(ValueError, match=why), db.together(s):
        db.add_rows(s, table, [row])


@pytest.mark.parametrize("way", [db.together, lambda _s: nullcontext()], ids=["together", "one by one"])
def test_what_is_changed_stands_in_the_rows_and_in_what_the_session_knows(s, w, way):
    sens, tams, now = w.sens_house, w.tams_house, clock.now()
    with way(s):
        db.change(s, {sens: {"visited_at": now}, tams: {"visited_at": now}})
        db.change(s, {sens: {"address": "ngõ 3", "last_visit_at": now}})
    assert (sens.address, sens.visited_at, sens.last_visit_at, tams.visited_at) == ("ngõ 3", now, now, now)
    told = select(Household.address, Household.visited_at, Household.last_visit_at).order_by(Household.id)
    rows = s.execute(told.where(Household.id.in_([sens.id, tams.id]))).all()
    assert rows == [("ngõ 3", now, now), (tams.address, now, None)]
