"""A visit is counted however long it took to be written."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.coverage import folding, queries, recounting
from outreach.coverage.models import Fold
from outreach.db import transaction
from outreach.households.models import Household
from outreach.visits import recording
from outreach.visits.models import NOBODY
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

pytestmark = [pytest.mark.real_db, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]


@pytest.fixture
def ids(real_db, monkeypatch):
    """Who and what there is, by id. All clocks agree, and visits are numbered in the order of their writing."""
    monkeypatch.setattr(folding, "LATE", timedelta(0))
    monkeypatch.setattr(folding, "BEHIND", 0)
    with Session(real_db) as s:
        w = world.build(s)
        return {name: getattr(w, name).id for name in ("sens_house", "xas_house", "lan", "quy", "dong", "country")}


def visit(s, ids, who, house):
    by, home = s.get_one(Account, ids[who]), s.get_one(Household, ids[house])
    recording.record(s, by, home, VisitDraft(new_client_id(), NOBODY))
    s.flush()


def fold(real_db):
    """Sum up as each minute; gives up to when all is summed up, and the visits of today in thôn Đông and all over."""
    with transaction(real_db) as s:
        folding.fold(s)
    with transaction(real_db) as s:
        found = [queries.days(s, s.get_one(Area, ids), clock.today(), clock.today()) for ids in _places(s)]
        return s.get_one(Fold, 1).at, [sum(day.visits.visits for day in days) for days in found]


def _places(s):
    return s.scalars(select(Area.id).where(Area.code.in_(("11977.1", "VN"))).order_by(Area.code)).all()


def test_a_visit_that_is_written_over_many_minutes_is_not_passed_over(real_db, ids):
    fold(real_db)
    with ExitStack() as slow:
        writing = slow.enter_context(transaction(real_db))
        visit(writing, ids, "lan", "sens_house")
        written = clock.now()
        with transaction(real_db) as s:
            visit(s, ids, "quy", "xas_house")
        up_to, seen = fold(real_db)
        assert (up_to < written, seen) == (True, [0, 1])
        assert fold(real_db)[1] == [0, 1]
    assert fold(real_db)[1] == [1, 2]
    with transaction(real_db) as s:
        assert sum(recounting.prove(s)) == 0


def test_who_only_reads_keeps_nothing_waiting(real_db, ids):
    with Session(real_db) as reading:
        reading.get_one(Household, ids["sens_house"])
        before = clock.now()
        assert fold(real_db)[0] >= before
