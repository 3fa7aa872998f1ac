"""Two phones at the same moment: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.app import create_app
from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households import stages
from outreach.households.models import Household
from outreach.visits import recording
from outreach.visits.models import FollowUp, Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world
from tests.conftest import settings
from tests.visitor import Visitor

WAITS = text("select count(*) from pg_locks where not granted")
pytestmark = pytest.mark.real_db


def both(real_db, marks):
    """Lan and a second phone of hers record at the same door at once; returns which of them wrote something new."""
    with Session(real_db) as s:
        w = world.build(s)
        lan, house, sen = w.lan.id, w.sens_house.id, w.sen.id
    start = Barrier(2)

    def record(mark):
        start.wait()
        with transaction(real_db) as s:
            home = s.get_one(Household, house)
            by = s.get_one(type(w.lan), lan)
            return recording.record(s, by, home, VisitDraft(mark, "shown", met=(sen,))).new

    with ThreadPoolExecutor(2) as phones:
        return list(phones.map(record, marks))


def test_the_same_visit_sent_by_both_at_once_is_there_once(real_db):
    assert sorted(both(real_db, [new_client_id()] * 2)) == [False, True]
    with Session(real_db) as s:
        assert s.scalar(select(func.count(Visit.id))) == 1
        assert recounting.differing(s) == []


def test_two_visits_at_the_same_door_at_once_both_stand(real_db):
    assert both(real_db, [new_client_id(), new_client_id()]) == [True, True]
    with Session(real_db) as s:
        assert s.scalar(select(func.count(Visit.id))) == 2
        assert recounting.differing(s) == []


def waiting_at_the_door(real_db, send, other):
    """What `send` gives, if it comes to Sen's door while somebody stands there who writes as `other` wants."""
    made = create_app(settings(real_db.url.render_as_string(hide_password=False)), real_db)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        s.commit()
    with ThreadPoolExecutor(1) as phone, Session(real_db) as s:
        lan, home = s.get_one(Account, w.lan.id), s.get_one(Household, w.sens_house.id)
        stages.lock(s, home)
        sent = phone.submit(send, Visitor(made).as_(w.lan), f"/ho/{w.sens_house.id}/tham", w)
        if real_db.dialect.name == "postgresql":
            with real_db.connect() as watcher:
                while not watcher.scalar(WAITS):
                    sleep(0.01)
        recording.record(s, lan, home, VisitDraft(*other))
        s.commit()
        return sent.result(30)


def test_a_form_tapped_twice_finds_the_first_one_saved(real_db):
    mark = new_client_id()

    def tap(visitor, address, _w):
        return visitor.follow(visitor.post(address, {"client_id": mark, "outcome": "nobody"}))

    assert "This visit was saved before" in waiting_at_the_door(real_db, tap, (mark, "nobody")).text
    with Session(real_db) as s:
        assert s.scalars(select(Visit.client_id)).all() == [mark]


def test_a_promise_made_while_one_waits_at_the_door_is_kept_by_the_visit_that_waited(real_db):
    def tap(visitor, address, _w):
        return visitor.post(address, {"client_id": new_client_id(), "outcome": "nobody"})

    waiting_at_the_door(real_db, tap, (new_client_id(), "nobody", (), (), (), "", date(2027, 1, 5)))
    with Session(real_db) as s:
        promised, kept = s.execute(select(FollowUp.visit_id, FollowUp.ended_by_visit_id)).one()
        assert sorted(s.scalars(select(Visit.id))) == sorted([promised, kept])
