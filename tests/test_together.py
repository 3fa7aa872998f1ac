"""Web and worker from one house: both are at work, what is killed comes back, and nobody stays behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.jobs.models import DONE, Job
from tests import world
from tests.test_chaos import Quick


@pytest.fixture
def keep(monkeypatch):
    """What looks after the parts, without its pause; settings are asked for when the house is first read."""
    monkeypatch.setenv("OUTREACH_ENV", "development")
    from outreach import together

    monkeypatch.setattr(together, "PAUSE", 0.0)
    return together._keep


def children(pid: int) -> list[int]:
    """Of a process, and theirs."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [one for child in map(int, told.split()) for one in (child, *children(child))]


def wait_until(happened, seconds=30):
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.real_db
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_the_door_is_open_and_jobs_are_done_until_the_house_ends(real_db, ending):
    with Session(real_db) as s:
        world.build(s)
        s.commit()
    house = Quick(real_db.url.render_as_string(hide_password=False), "house").wait()
    try:
        with Session(real_db) as s:
            wait_until(lambda: s.scalars(select(Job).where(Job.state == DONE)).first() or s.rollback())
        parted = children(house.web.pid)
        assert len(parted) == 4  # gunicorn and its two, the worker
    finally:
        house.web.send_signal(ending)
        status = house.web.wait(30)
    assert status == (0 if ending == signal.SIGTERM else -signal.SIGKILL)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parted))


def test_a_part_that_is_killed_is_started_again(tmp_path, keep):
    first = tmp_path / "first"

    def killed_once():
        if first.exists():
            sys.exit(3)
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(SystemExit) as left:
        keep([killed_once, signal.pause])
    assert left.value.code == 3


def test_a_part_that_leaves_takes_the_others_with_it(tmp_path, keep):
    there = tmp_path / "there"

    def stays():
        there.write_text(str(os.getpid()), encoding="utf-8")
        signal.pause()

    def leaves():
        wait_until(lambda: there.exists() and there.read_text(encoding="utf-8"))

    with pytest.raises(SystemExit) as left:
        keep([stays, leaves])
    assert left.value.code == 0
    assert not Path(f"/proc/{there.read_text(encoding='utf-8')}").exists()
