"""Whoever adds to the counters of two villages takes them in one order, so that nobody waits for each other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households import merging, parting, registering, stages, tallies
from outreach.households.models import Household, HouseholdMerge, Member
from tests import world

pytestmark = [pytest.mark.real_db, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]
WAITS = text("select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")


def add(s, village_id):
    tallies.count(s, {(village_id, clock.today()): Counter()})


def beside_a_worker(real_db, villages, deed):
    """A worker has added to the first village and goes on to the second while somebody does this to both."""
    first, second = sorted(villages)
    with ThreadPoolExecutor(1) as people:
        with transaction(real_db) as s:
            add(s, first)
            somebody = people.submit(deed)
            while not s.scalar(WAITS) and not somebody.done():
                sleep(0.01)
            add(s, second)
        somebody.result()


def test_two_houses_of_two_villages_become_one_and_two_again_while_a_worker_counts(real_db):
    with Session(real_db) as s:
        w = world.build(s)
        one, two, by = w.sens_house, w.xas_house, w.anh.id
        villages = [one.village_id, two.village_id]
        keep, other = sorted((one, two), key=lambda house: house.village_id)
        stages.met(s, other, clock.now(), by)  # so was the one that stays, then
        s.commit()
        keep, other = keep.id, other.id

    def merge():
        with transaction(real_db) as s:
            homes = s.get_one(Household, keep), s.get_one(Household, other)
            return merging.merge(s, *homes, s.get_one(Account, by)).id

    def part():
        with transaction(real_db) as s:
            merged, official = s.query(HouseholdMerge).one(), s.get_one(Account, by)
            parting.part(s, merged, official)
            parting.settle(s, merged, official)

    beside_a_worker(real_db, villages, merge)
    beside_a_worker(real_db, villages, part)
    with Session(real_db) as s:
        assert recounting.differing(s) == []


def while_a_worker_weighs(real_db, member_id, deed):
    """A worker holds the house of somebody and writes what she can, while something is noted about herself."""
    with ThreadPoolExecutor(1) as people:
        with transaction(real_db) as s:
            person = s.get_one(Member, member_id)
            stages.lock(s, person.household)
            somebody = people.submit(deed)
            while not s.scalar(WAITS) and not somebody.done():
                sleep(0.01)
            stages.weighed(s, {person: (1, 0)})
        somebody.result()


@pytest.mark.parametrize("what", ["leaves", "comes back", "is confirmed"])
def test_somebody_leaves_comes_back_or_is_confirmed_while_a_worker_weighs_her_skills(real_db, what):
    with Session(real_db) as s:
        w = world.build(s)
        hanh, cuc = w.hanh.id, w.cuc.id
    deeds = {
        "leaves": lambda s, person, by: registering.left(s, person, clock.today(), by),
        "comes back": registering.returned,
        "is confirmed": lambda s, person, by: stages.proficient(s, person, clock.today(), by.id),
    }

    def deed():
        with transaction(real_db) as s:
            deeds[what](s, s.get_one(Member, hanh), s.get_one(Account, cuc))

    if what == "comes back":
        with transaction(real_db) as s:
            registering.left(s, s.get_one(Member, hanh), clock.today(), s.get_one(Account, cuc))
    while_a_worker_weighs(real_db, hanh, deed)
    with Session(real_db) as s:
        assert s.get_one(Member, hanh).alone == 1
        assert recounting.differing(s) == []
