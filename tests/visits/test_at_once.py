"""Two phones at the same moment: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households.models import Household
from outreach.visits import recording
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

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
