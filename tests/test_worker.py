"""The worker: goes on after kill -9, leaves when told, survives what breaks, plans each day once."""

import logging
import os
import signal
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from outreach import clock, db, queue
from outreach.accounts.models import Account, AuditEntry
from outreach.alerts.models import Alert
from outreach.assessments import evidence, weighing
from outreach.coverage import recounting
from outreach.coverage.models import AreaTally, RecountFinding
from outreach.households import consent, stages
from outreach.households.models import Household, Member, StageChange, Tally
from outreach.imports import importing
from outreach.imports.models import RejectedRow
from outreach.jobs import running
from outreach.jobs.models import DONE, FAILED, Job
from outreach.jobs.running import Progress
from outreach.operations import looking
from outreach.reminders import planning, rules
from outreach.sms import counts, watching
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import Sms
from outreach.worker import Worker
from tests import world
from tests.imports.sheets.build import a_list, upload
from tests.ready import Started
from tests.reminders import cast

ROWS = 1200  # three pieces: 500, 500 and the rest
NAMELESS = ROWS // 10
NEW = ROWS - NAMELESS
RESTING = "tests.resting_worker"  # or it would be done before anybody came


@pytest.fixture
def there(real_db):
    """The cast, really committed."""
    with Session(real_db, expire_on_commit=False) as s:
        return world.build(s)


@pytest.fixture
def job(real_db, there):
    """A long list that waits for a worker: every tenth row lacks a name, the last one stands there twice."""
    rows = [
        (str(n), "" if n % 10 == 0 else f"Trần Văn Dê {n}", 1970, f"Ngõ {n}", "", "Đông")
        for n in range(100, 100 + ROWS)
    ]
    with db.transaction(real_db) as s:
        file = upload(s, there, a_list(*rows, rows[1]))
        return importing.start(s, file, there.tan_hung, None, [], there.cuc.id).id


@contextmanager
def worker(real_db, module="outreach.worker"):
    """A real worker in a process of its own."""
    address = real_db.url.render_as_string(hide_password=False)
    env = dict(os.environ) | {"OUTREACH_ENV": "development", "DATABASE_URL": address}
    process = Started(env, module)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def look(real_db, job_id):
    with Session(real_db) as s:
        return s.get_one(Job, job_id)


def wait_until(real_db, job_id, happened):
    for _ in range(3000):
        job = look(real_db, job_id)
        if happened(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"{job.state} after a minute, {job.done} of {job.total}")


def forget_lease(real_db):
    """As if the dead worker's lease had run out by now."""
    with db.transaction(real_db) as s:
        s.execute(update(Job).values(lease_until=clock.now() - timedelta(seconds=1)))


def in_this_process(real_db):
    return Worker(real_db, ConsoleGateway(3), {"import": importing.run})


def assert_loaded_once(real_db, job_id):
    with Session(real_db) as s:
        job = s.get_one(Job, job_id)
        goats = s.scalars(select(Household).where(Household.head_name.like("Trần Văn Dê %"))).all()
        refused = Counter(s.scalars(select(RejectedRow.reason)))
        assert job.result == {"created": NEW, "updated": 0, "unchanged": 0, "rejected": NAMELESS + 1, "remarks": 0}
        assert len(goats) == len({goat.code for goat in goats}) == NEW
        assert s.scalar(select(func.count(Member.id)).where(Member.name.like("Trần Văn Dê %"))) == NEW
        assert s.scalar(select(func.count(StageChange.id))) == NEW + 4
        assert refused == {"no_name": NAMELESS, "twice": 1}
        assert s.scalar(select(func.sum(Tally.not_reached))) == NEW + 4
        assert recounting.differing(s) == []


def test_a_worker_killed_in_the_middle_of_a_list_loses_nothing(real_db, job):
    with worker(real_db, RESTING) as first:
        wait_until(real_db, job, lambda job: job.done > 0)
        first.send_signal(signal.SIGKILL)
        first.wait()
    stopped = look(real_db, job)
    assert stopped.state == queue.WORKING
    assert 0 < stopped.done < stopped.total
    forget_lease(real_db)
    with worker(real_db):
        wait_until(real_db, job, lambda job: job.state == DONE)
    assert_loaded_once(real_db, job)


def test_a_worker_told_to_stop_finishes_its_piece_and_puts_the_list_back(real_db, job):
    with worker(real_db, RESTING) as first:
        wait_until(real_db, job, lambda job: job.done > 0)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == 0
    stopped = look(real_db, job)
    assert stopped.state == queue.QUEUED
    assert 0 < stopped.done < stopped.total
    with worker(real_db):
        wait_until(real_db, job, lambda job: job.state == DONE)
    assert_loaded_once(real_db, job)


def test_a_piece_that_breaks_in_its_middle_is_undone_and_done_again(real_db, job, monkeypatch):
    calls = []

    def breaking(*args, **kw):
        calls.append(args)
        if len(calls) == 3:
            raise OSError("the disk is full")
        return add(*args, **kw)

    add = stages.add
    monkeypatch.setattr(stages, "add", breaking)
    porter = in_this_process(real_db)
    assert porter.do_next() is True
    stumbled = look(real_db, job)
    assert (stumbled.state, stumbled.done, stumbled.error) == (queue.QUEUED, 1000, "OSError")
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert porter.do_next() is True
    assert_loaded_once(real_db, job)


def test_a_job_that_always_breaks_is_given_up_and_the_next_one_is_done(real_db, caplog):
    def broken(s, job):
        raise ValueError("always")
        yield Progress(0, 0, {})

    def fine(s, job):
        yield Progress(1, 1, {"fine": True})

    with db.transaction(real_db) as s:
        bad = running.plan(s, "broken", "broken:1").id
        good = running.plan(s, "fine", "fine:1").id
    porter = Worker(real_db, ConsoleGateway(3), {"broken": broken, "fine": fine})
    with time_machine.travel(clock.now(), tick=False) as traveller, caplog.at_level(logging.CRITICAL):
        for _ in range(4):
            while porter.do_next():
                pass
            traveller.shift(600)
    assert (look(real_db, bad).state, look(real_db, bad).attempts) == (FAILED, 3)
    assert look(real_db, good).state == DONE


def test_a_job_over_which_workers_keep_dying_is_given_up(real_db, caplog):
    with db.transaction(real_db) as s:
        deadly = running.plan(s, "fine", "fine:1")
        deadly.attempts = running.DEATHS
    with caplog.at_level(logging.CRITICAL):
        Worker(real_db, ConsoleGateway(3), {"fine": at_once}).do_next()
    assert look(real_db, deadly.id).state == FAILED


def at_once(s, job):
    yield Progress(1, 1, {})


def test_a_job_of_a_kind_nobody_knows_is_left_alone(real_db):
    with db.transaction(real_db) as s:
        strange = running.plan(s, "strange", "strange:1").id
    assert Worker(real_db, ConsoleGateway(3)).do_next() in (True, False)
    assert look(real_db, strange).state == queue.QUEUED


def test_a_day_is_planned_once_however_many_workers_see_it(real_db):
    with time_machine.travel("2026-11-21 09:00 +0700", tick=False) as traveller:
        for _ in range(2):
            Worker(real_db, ConsoleGateway(3), {}).do_next()
        traveller.move_to("2026-11-24 09:00 +0700")
        Worker(real_db, ConsoleGateway(3), {}).do_next()
    with Session(real_db) as s:
        keys = s.scalars(select(Job.key).where(Job.kind == "recount").order_by(Job.key)).all()
    assert keys == ["recount:2026-11-21", "recount:2026-11-24"]


def test_reminders_are_planned_though_the_panel_cannot_be_counted(real_db, monkeypatch):
    planned = []
    monkeypatch.setattr(counts, "keep", lambda s: s.execute(text("select nothing from nowhere")))
    at_work = Worker(real_db, ConsoleGateway(3))
    monkeypatch.setattr(at_work, "_plan", planned.append)
    with pytest.raises(DBAPIError):
        at_work.send()
    assert planned == list(rules.RULES)


def test_reminders_are_planned_all_day_long_and_name_the_helpline(real_db, monkeypatch):
    calls = []
    monkeypatch.setattr(rules, "RULES", ("follow_up", "welcome"))
    monkeypatch.setattr(planning, "plan_one", lambda s, *said: calls.append((f"{said[0]} {said[1]}", said[2])))
    porter = Worker(real_db, ConsoleGateway(3), support_phone="1800 1096")
    with time_machine.travel("2026-11-21 23:55 +0700", tick=False) as traveller:
        for minutes in (0, 1, 10):
            traveller.shift(timedelta(minutes=minutes))
            porter.send()
    days = ("2026-11-21", "2026-11-22")
    assert calls == [(f"{rule} {day}", "1800 1096") for day in days for rule in ("follow_up", "welcome")]


def test_a_rule_that_cannot_be_planned_holds_back_neither_messages_nor_other_rules(real_db, there, monkeypatch, caplog):
    planned = []

    def one(s, purpose, *_):
        if purpose == "due_date":
            raise KeyError("name")
        planned.append(purpose)

    def alerts():
        with Session(real_db) as s:
            return s.execute(select(Alert.kind, Alert.about, Alert.step)).all()

    porter = Worker(real_db, ConsoleGateway(3))
    with time_machine.travel("2026-11-21 09:00 +0700", tick=False) as traveller:
        with db.transaction(real_db) as s:
            hanh, lan = s.get_one(Member, there.hanh.id), s.get_one(Account, there.lan.id)
            consent.give(s, hanh, consent.Given(("sms",), "oral"), lan)
            cast.ambassador(s, hanh, clock.today() - timedelta(days=9))
            cast.promise(s, lan, s.get_one(Household, there.sens_house.id), clock.today() + timedelta(days=1))
            planning.plan_one(s, "follow_up", clock.today())
        with monkeypatch.context() as broken:
            broken.setattr(planning, "plan_one", one)
            porter.send()
        assert alerts() == [("sms_unplanned", "due_date", "new")]
        traveller.shift(timedelta(minutes=10))
        porter.send()
    assert alerts() == [("sms_unplanned", "due_date", "closed")]
    with Session(real_db) as s:
        assert s.scalars(select(Sms.state)).all() == ["sent"]
    assert set(planned) == set(rules.RULES) - {"due_date"}
    assert "reminders of due_date cannot be planned" in caplog.text


def test_a_tally_that_differs_from_its_households_is_an_alarm(real_db, there, caplog):
    with db.transaction(real_db) as s:
        s.get_one(Tally, there.dong.id).visited = 9
    with time_machine.travel("2026-11-22 09:00 +0700", tick=False), caplog.at_level(logging.ERROR):
        porter = Worker(real_db, ConsoleGateway(3))
        while porter.do_next():
            pass
    with Session(real_db) as s:
        result = s.scalars(select(Job.result).where(Job.key == "recount:2026-11-22")).one()
        assert s.get_one(Tally, there.dong.id).visited == 0
        found = s.execute(select(RecountFinding.area_id, RecountFinding.facts)).all()
    assert found == [(there.dong.id, {"visited": -9})]
    assert result == {"found": 1, "weighed": 1}
    assert "1 sums were wrong and are mended" in caplog.text


def test_a_worker_counts_skills_and_sums_all_up_each_minute(real_db, there):
    porter = Worker(real_db, ConsoleGateway(3))

    def country():
        with Session(real_db) as s:
            return s.get_one(AreaTally, there.country.id).alone_payment

    with time_machine.travel("2026-11-22 09:00 +0700", tick=False) as traveller:
        porter.send()
        with db.transaction(real_db) as s:
            hanh = s.get_one(Member, there.hanh.id)
            evidence.observe(s, hanh, ["payment"], aided="alone", at=clock.now(), by_id=there.lan.id)
        seen = []
        for _ in range(2):
            traveller.shift(timedelta(seconds=40))
            porter.send()
            seen.append(country())
    assert seen == [0, 1]


@pytest.mark.parametrize("broken", [(watching, "watch"), (weighing, "weigh"), (counts, "keep"), (looking, "often")])
def test_numbers_are_summed_up_though_another_look_breaks(real_db, there, monkeypatch, broken):
    monkeypatch.setattr(*broken, lambda s: s.execute(text("select nothing from nowhere")))
    with pytest.raises(DBAPIError):
        Worker(real_db, ConsoleGateway(3)).send()
    with Session(real_db) as s:
        assert s.get_one(AreaTally, there.country.id).not_reached == 4


def test_each_piece_of_a_list_is_in_the_audit_log_in_the_name_of_who_ordered_it(real_db, there, job):
    in_this_process(real_db).do_next()
    with Session(real_db) as s:
        pieces = s.scalars(select(AuditEntry).where(AuditEntry.act == "household.import")).all()
    assert {(piece.actor_id, piece.area_id) for piece in pieces} == {(there.cuc.id, there.tan_hung.id)}
    assert sum(piece.details["counts"].get("created", 0) for piece in pieces) == NEW
