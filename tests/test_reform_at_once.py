"""A reform of areas while people record: each waits for the other, and neither is turned away."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach import clock, reform
from outreach.accounts.models import Account
from outreach.areas.queries import by_code
from outreach.arrivals.models import Late
from outreach.coverage import folding, recounting
from outreach.db import transaction
from outreach.households import stages, tallies
from outreach.households.models import Household, Tally
from outreach.reform import Merge, NewArea
from outreach.visits import recording
from outreach.visits.models import SHOWN, Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

pytestmark = [pytest.mark.real_db, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]
WAITS = text("select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")


@pytest.fixture
def ids(real_db):
    """Who and what there is, by id; a late record waits for the leader's word."""
    with Session(real_db) as s:
        w = world.build(s)
        s.add(Late(
            client_id="a", digest="", author_id=w.lan.id, area_id=w.dong.id, why="author_gone", url="/", fields=[],
            at=clock.now(), received_at=clock.now(),
        ))  # fmt: skip
        s.commit()
        return {name: getattr(w, name).id for name in ("sens_house", "paos_house", "sen", "lan", "dong", "doai")}


def merge(real_db):
    with transaction(real_db) as s:
        olds = ["11977.2", "11977.1"]  # the younger village first
        return reform.carry_out(s, Merge(olds, NewArea("11977.9", "thôn", "Đông Đoài"), clock.today())).households


def hold_houses(s, ids, n):
    stages.lock(s, s.get_one(Household, ids[("sens_house", "paos_house")[n]]))


def add_to_tallies(s, ids, n):
    tallies.hold(s, [ids[("dong", "doai")[n]]])


def decide_on_a_late_record(s, ids, n):
    if n:
        hold_houses(s, ids, 0)
    else:
        s.execute(select(Late).with_for_update())


@pytest.mark.parametrize("take", [hold_houses, add_to_tallies, decide_on_a_late_record])
def test_whoever_holds_something_of_one_village_may_go_on_to_another(real_db, ids, take):
    with ThreadPoolExecutor(1) as office:
        with transaction(real_db) as s:
            take(s, ids, 0)
            reformed = office.submit(merge, real_db)
            while not s.scalar(WAITS) and not reformed.done():
                sleep(0.01)
            take(s, ids, 1)
        assert reformed.result() == 3
    with Session(real_db) as s:
        assert recounting.differing(s) == []


def test_a_visit_that_is_recorded_meanwhile_is_counted_once_in_the_new_village(real_db, ids):
    with ThreadPoolExecutor(1) as office:
        with transaction(real_db) as s:
            house = s.get_one(Household, ids["sens_house"])
            recording.record(
                s, s.get_one(Account, ids["lan"]), house, VisitDraft(new_client_id(), SHOWN, (ids["sen"],))
            )
            s.flush()
            reformed = office.submit(merge, real_db)
            while not s.scalar(WAITS) and not reformed.done():
                sleep(0.01)
        assert reformed.result() == 3
    with transaction(real_db) as s:
        new = by_code(s, "11977.9")
        assert (s.get_one(Tally, new.id).visited, s.get_one(Tally, ids["dong"]).visited) == (1, 0)
        assert recounting.differing(s) == []
        folding.fold(s)
        assert sum(recounting.prove(s)) == 0
        assert s.scalars(select(Visit.stays_in_id)).all() == [None]
