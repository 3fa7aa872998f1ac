"""Three phones, a bad network, a server that is killed twice: every record is there, once. The bench has twenty."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.households.models import Household
from tests import world
from tests.bench import storm
from tests.bench.phones import Troubles
from tests.bench.serving import Served
from tests.bench.storm import Storm
from tests.ready import Started

SEED = int(os.environ.get("CHAOS_SEED", "20261122"))
PHONES, EACH, KILLS = 3, 30, 2

pytestmark = pytest.mark.real_db


class Quick(Served):
    """The Procfile's command, said by a shell as ever, but by a process that has loaded already what it loads."""

    def start(self, line: str) -> Started:  # type: ignore[override]
        said = subprocess.run(
            ["/bin/sh", "-c", f"printf '%s\\0' {line.removeprefix('python -m ')}"],
            env=self.env,
            check=True,
            capture_output=True,
        )
        return Started(self.env, *said.stdout.decode().rstrip("\0").split("\0"))

    def kill(self) -> None:
        told = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text(encoding="utf-8")
        for pid in (self.web.pid, *map(int, told.split())):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.web.wait(15)

    def stop(self) -> None:
        self.web.terminate()
        self.web.wait(30)


def test_whatever_befalls_phones_and_server_each_record_is_there_once(real_db, tmp_path: Path):
    with Session(real_db) as s:
        world.build(s)
        s.commit()
        before = s.scalar(select(func.count(Household.id)))
    served = Quick(real_db.url.render_as_string(hide_password=False)).wait()
    try:
        day = Storm(served, real_db, tmp_path, SEED)
        day.gather(PHONES, EACH, Troubles())
        day.blow([day.kill] * KILLS, seconds=90)
    finally:
        served.stop()
    written = {mark for phone in day.phones for mark in phone.written}
    assert len(written) == PHONES * EACH
    assert storm.standing(real_db) == dict.fromkeys(written, 1)
    assert storm.doubled(real_db, before) == 0
    assert storm.miscounted(real_db) == 0
