"""The outbox in a storm: three workers and a web server, a Twilio on a bad day, and 20 × kill -9.

Two thousand houses expect a visit tomorrow; the workers plan a reminder of each and send it. Twilio next door is busy,
slow, loses answers after it took a message, and half of its receipts come, late, twice and in any order, to the house's
own web server. A worker is killed whenever it is least expected and another one started; PostgreSQL is stopped at once
in the middle as well. Whatever Twilio took is counted there. SMS_SEED replays what was drawn.
"""

import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError

from outreach import clock, db, migrating
from outreach.areas import loading
from outreach.areas.models import Area
from outreach.sms.models import REGISTERED, Budget, SmsPrice, Wording
from outreach.sms.spending import month_of
from outreach.wordings import house
from tests.bench import callers
from tests.bench.postgres import Server
from tests.bench.serving import ROOT, Served
from tests.sms.fake_twilio import SID, TOKEN, Callback
from tests.sms.moody_twilio import Moods, MoodyTwilio, Telling
from tests.sms.reckoning import Reckoning, reckon

WORKERS, MESSAGES, KILLS, SECONDS = 3, 2_000, 20, 240
MOODS = Moods(told=0.5)
Figure = tuple[str, float | None, str, str, bool]


class Storm(NamedTuple):
    """What is left of it."""

    found: Reckoning
    asked: int  # requests to take a message
    looked_for: int  # questions whether one was taken
    heard: int  # receipts
    unheard: int
    seconds: float

    def __str__(self) -> str:
        told = f"{self.found}, in {self.seconds:.0f} s; {self.asked} requests to take one, {self.looked_for} questions"
        return f"{told} after one, {self.heard} receipts heard, {self.unheard} not"


def run(folder: Path) -> Iterator[Figure]:
    """On each database: how many messages were lost, and how many went out too often."""
    seed = os.environ.get("SMS_SEED") or str(int.from_bytes(os.urandom(4), "big"))
    print(f"SMS_SEED={seed}", flush=True)
    place, zone, server = clock.place(), where_it_is_noon(), Server(folder / "storm")
    clock.set_place(ZoneInfo(zone))
    try:
        yield from _figures("sqlite", seed, blow(f"sqlite:///{folder / 'storm.sqlite'}", zone, seed, folder))
        yield from _figures("pg", seed, blow(server.new("storm"), zone, seed, folder, server))
    finally:
        clock.set_place(place)
        server.close()


def _figures(kind: str, seed: str, storm: Storm) -> Iterator[Figure]:
    print(f"{kind}: {storm}", flush=True)
    right, _lost, doubled, _open, wrong = storm.found
    stopped = ", PostgreSQL stopped at once" if kind == "pg" else ""
    goal = f"0 of {MESSAGES}; {KILLS} × kill -9{stopped}, seed {seed}"
    yield f"sms_lost_{kind}", MESSAGES - right, "", goal, right == MESSAGES
    yield f"sms_doubled_{kind}", doubled, "", goal, doubled == 0
    yield f"sms_budget_wrong_{kind}", wrong, "đ", "0: each message is paid once", wrong == 0


def blow(url: str, zone: str, seed: str, folder: Path, server: Server | None = None) -> Storm:
    """Let it blow until nothing is open any more, or SECONDS are over."""
    engine, dice, began = _settle(url), random.Random(seed), time.monotonic()
    with (
        MoodyTwilio(seed, MOODS) as twilio, _served(url, zone, twilio.base_url) as served,
        Telling(twilio, _call) as telling, _Crew(served, folder, dice) as crew,
    ):  # fmt: skip
        blows = [crew.kill] * KILLS
        if server:
            blows.insert(KILLS // 2, partial(_restart, server))
        for n, strike in enumerate(blows):
            moment = MESSAGES * (n + dice.random()) / (len(blows) + 1)
            _until(partial(_has_taken, twilio, moment), began + SECONDS)
            strike()
        _until(lambda: _is_over(engine, twilio), began + SECONDS)
    found, seconds = reckon(engine, twilio), time.monotonic() - began
    engine.dispose()
    return Storm(found, len(twilio.asked), twilio.looked_for, telling.heard, telling.unheard, seconds)


def _restart(server: Server) -> None:
    server.stop_at_once()
    server.start()


def where_it_is_noon() -> str:
    """A time zone in which it is noon now, so that the sending hours are open whenever this runs."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # in these names the sign is the other way round


class _Crew:
    """Three workers; use as a context manager."""

    def __init__(self, served: Served, folder: Path, dice: random.Random) -> None:
        self._served, self._dice, self._log = served, dice, (folder / "workers.log").open("ab")
        self._at_work = [self._hire() for _ in range(WORKERS)]  # who came last stands last

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._at_work:
            process.kill()
            process.wait(15)
        self._log.close()

    def kill(self) -> None:
        """One of the two who have been there longest, whatever it is doing; another one comes."""
        chosen = self._at_work.pop(self._dice.randrange(2))
        chosen.kill()
        chosen.wait(15)
        self._at_work.append(self._hire())

    def _hire(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.bench.hasty_worker"]
        return subprocess.Popen(command, cwd=ROOT, env=self._served.env, stderr=self._log, stdout=self._log)


@contextmanager
def _served(url: str, zone: str, twilio: str) -> Iterator[Served]:
    more = {
        "SMS_GATEWAY": "twilio", "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_SENDER": "XA TAN HUNG",
        "TWILIO_BASE_URL": twilio, "OUTREACH_TIMEZONE": zone, "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    served = Served(url, more=more)
    try:
        yield served.wait()
    finally:
        served.stop()


def _settle(url: str) -> Engine:
    """The houses, wordings that are registered, a price, and a budget in each commune that holds all of it."""
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with db.transaction(engine) as s:
        loading.load(s)
        house.bring(s)
        callers.settle(s, MESSAGES)
        s.execute(update(Wording).values(state=REGISTERED))
        s.add(SmsPrice(prefix="+84", since=clock.today(), dong=500, by_id=1))
        month = month_of(clock.today())
        for commune in s.scalars(select(Area.id).where(Area.kind == "commune")):
            s.add(Budget(area_id=commune, month=month, dong=10**7, spent=0, set_at=clock.now()))
    return engine


def _call(callback: Callback) -> bool:
    """Whether somebody heard it. Like the real one, nothing is told again."""
    form = urllib.parse.urlencode(callback.form).encode()
    asked = urllib.request.Request(callback.address, data=form, headers=callback.headers)
    try:
        with urllib.request.urlopen(asked, timeout=15) as answer:
            return bool(answer.status == 204)
    except (urllib.error.URLError, OSError):
        return False


def _has_taken(twilio: MoodyTwilio, more_than: float) -> bool:
    return len(twilio.messages) > more_than


def _is_over(engine: Engine, twilio: MoodyTwilio) -> bool:
    try:
        found = reckon(engine, twilio)
    except DBAPIError:  # the database is away
        return False
    return found.open == 0 and len(twilio.messages) >= MESSAGES and not twilio.untold


def _until(done: Callable[[], bool], end: float) -> None:
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
