"""Skills are weighed while people merge what they are weighed of: real connections, real commits."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import sleep

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.assessments import evidence, reweighing, weighing
from outreach.assessments.standard import ALONE
from outreach.coverage import recounting
from outreach.db import transaction
from outreach.households import merging, skills, stages
from outreach.households.models import Household, Member
from tests import world

pytestmark = [pytest.mark.real_db, pytest.mark.parametrize("kind", ["postgresql"], indirect=True)]


WAITS = text("select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")


def weigh(real_db):
    more = True
    while more:
        with transaction(real_db) as s:
            more = weighing.weigh(s)


@contextmanager
def before_it_is_weighed(real_db):
    """A session that holds the households; a worker comes for them before it commits, and weighs when it has."""
    with ThreadPoolExecutor(1) as workers:
        with transaction(real_db) as s:
            yield s
            s.flush()
            worker = workers.submit(weigh, real_db)
            while not s.scalar(WAITS):
                assert not worker.done()
                sleep(0.01)
        worker.result()


def told(real_db):
    """Hạnh of Mrs Sen's house pays by herself; nobody has weighed it yet. Who is who, by id."""
    with Session(real_db) as s:
        w = world.build(s)
        evidence.observe(s, w.hanh, ["payment"], aided=ALONE, at=clock.now(), by_id=w.lan.id)
        s.commit()
        return w.sens_house.id, w.tams_house.id, w.hanh.id, w.cuc.id


def test_a_house_that_is_merged_meanwhile_can_what_its_people_can(real_db):
    sens, tams, hanh, cuc = told(real_db)
    with before_it_is_weighed(real_db) as s:
        merging.merge(s, s.get_one(Household, tams), s.get_one(Household, sens), s.get_one(Account, cuc))
    with Session(real_db) as s:
        assert skills.named(s.get_one(Member, hanh).alone) == ["payment"]
        assert skills.named(s.get_one(Household, tams).alone) == ["payment"]
        assert recounting.differing(s) == []


def test_somebody_who_is_made_one_with_herself_meanwhile_is_weighed_as_one(real_db):
    sens, _tams, hanh, cuc = told(real_db)
    with before_it_is_weighed(real_db) as s:
        other = next(one for one in s.get_one(Household, sens).members if one.id != hanh)
        merging.unify(s, other, s.get_one(Member, hanh), s.get_one(Account, cuc))
    with Session(real_db) as s:
        assert s.get(Member, hanh) is None
        assert skills.named(s.get_one(Household, sens).alone) == ["payment"]
        assert recounting.differing(s) == []


def test_what_is_noted_while_the_proof_looks_is_no_finding(real_db, monkeypatch):
    sens, _tams, hanh, cuc = told(real_db)
    weigh(real_db)

    def prove(real_db):
        with transaction(real_db) as s:
            return sum(findings for findings, _last in recounting.prove_skills(s, 0))

    monkeypatch.setattr(reweighing, "_look", lambda _s, _numbers: (1, [sens]))  # as while somebody writes
    with ThreadPoolExecutor(1) as workers:
        with transaction(real_db) as s:
            person = s.get_one(Member, hanh)
            stages.lock(s, person.household)
            evidence.observe(s, person, ["safety"], aided=ALONE, at=clock.now(), by_id=cuc)
            worker = workers.submit(prove, real_db)
            while not s.scalar(WAITS):
                assert not worker.done()
                sleep(0.01)
        assert worker.result() == 0
    weigh(real_db)
    with Session(real_db) as s:
        assert skills.named(s.get_one(Household, sens).alone) == ["payment", "safety"]
        assert recounting.differing(s) == []
