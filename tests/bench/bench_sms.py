"""How fast messages are planned and sent.

Planning: a hundred thousand houses to be visited tomorrow, as the worker plans them every ten minutes, in a process
whose memory is watched. Sending: these messages, by the real worker in a process of its own, with a provider next door
that takes each at once over HTTP, and PostgreSQL with durable commits: what is left is our own work. Beside it, the
outbox in a storm (see letters), and our count of segments against that of Twilio's own calculator.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from sqlalchemy import Engine, func, select

from outreach import clock, db, migrating
from outreach.areas import loading, queries
from outreach.sms import outbox, sending
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import SENT, Sms
from outreach.wordings import house
from tests.bench import callers, letters
from tests.bench.postgres import Server
from tests.sms import segments

ROOT = Path(__file__).resolve().parents[2]
MESSAGES, WARM, MORE_MESSAGES, HOUSES = 1_000, sending.LIMIT + 1, 5_000, 100_000
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # noon in Vietnam: the window is open
VALUES = {"commune": "Xã Tân Hưng", "village": "thôn Đông", "day": "22/11", "phone": "0912 345 678"}
PATIENCE = 300  # seconds for all messages
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """The goals: what GOV.UK Notify allows a service (3,000 a minute), four times as fast."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "pg")
        try:
            measured = [*_on_sqlite(Path(folder)), *_on_postgres(server.new("bench")), _segments()]
        finally:
            server.close()
        return [*measured, *letters.run(Path(folder))]


def _segments() -> Figure:
    try:
        wrong: int | None = len(segments.disagreements(segments.texts()))
    except segments.NoCalculator:
        wrong = None
    return "sms_segments_disagreements", wrong, "", f"0 of {segments.NUMBER} with Twilio's own calculator", wrong == 0


def _on_sqlite(folder: Path) -> Iterator[Figure]:
    with time_machine.travel(NOON):
        engine = _outbox(f"sqlite:///{folder / 'bench.sqlite'}", MESSAGES)
        began, sent = time.perf_counter(), 0
        while batch := sending.send_due(engine, ConsoleGateway(3)):
            sent += batch
        a_second = sent / (time.perf_counter() - began)
        engine.dispose()
    yield "sms_per_s", round(a_second, 1), "/s", "≥ 50, all of them", a_second >= 50 and sent == MESSAGES


def _on_postgres(url: str) -> Iterator[Figure]:
    with time_machine.travel(NOON):
        engine = _outbox(url, 0)
        with db.transaction(engine) as s:
            callers.settle(s, HOUSES)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    first, again = _plan(url), _plan(url)
    with db.transaction(engine) as s:
        put = s.scalar(select(func.count(Sms.id)))
    yield "sms_plan_100k_s", first[0], "s", "≤ 30, one message each", first[0] <= 30 and put == HOUSES
    yield "sms_plan_100k_mb", first[1], "MB", "≤ 80 more than before", first[1] <= 80
    yield "sms_plan_again_s", again[0], "s", "≤ 30, every ten minutes", again[0] <= 30
    yield _sent(engine, url)
    engine.dispose()


def _sent(engine: Engine, url: str) -> Figure:
    """From the moment the worker has sent its first and planned once; it is ended in the middle of its work."""
    with _provider() as provider:
        with _worker(url, provider):
            number, began = _wait_for(engine, WARM)
            more, ended = _wait_for(engine, WARM + MORE_MESSAGES)
        with urllib.request.urlopen(provider, timeout=10) as answer:
            told = json.loads(answer.read())
    a_second = (more - number) / (ended - began)
    fine = a_second >= 200 and told["twice"] == 0 and told["taken"] >= more
    return "sms_per_s_pg", round(a_second, 1), "/s", "≥ 200 through one worker, durable; none twice", fine


def _outbox(url: str, messages: int) -> Engine:
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with db.transaction(engine) as s:
        loading.load(s)
        house.bring(s)
        area_id, now = queries.country(s).id, clock.now()
        outbox.put_many(s, (
            outbox.Notice(
                recipient=f"member:{n}", to=f"+8490{n:07d}", area_id=area_id, purpose="follow_up", due_on=clock.today(),
                due_at=now, not_after=now + timedelta(hours=6), values=VALUES,
            )
            for n in range(messages)
        ))  # fmt: skip
    return engine


def _wait_for(engine: Engine, number: int) -> tuple[int, float]:
    """How many are sent when it is so many or more, and when that is."""
    end = time.perf_counter() + PATIENCE
    while (now := time.perf_counter()) < end:
        with db.transaction(engine) as s:
            if (sent := s.scalar(select(func.count(Sms.id)).where(Sms.state == SENT)) or 0) >= number:
                return sent, now
        time.sleep(0.05)
    raise TimeoutError(f"not {number} messages within {PATIENCE} s")


@contextmanager
def _provider() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.taker"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
    finally:
        process.kill()
        process.wait()


@contextmanager
def _worker(url: str, provider: str) -> Iterator[None]:
    env = os.environ | {
        "OUTREACH_ENV": "development", "DATABASE_URL": url, "SMS_GATEWAY": "http", "SMS_HTTP_URL": provider,
        "SMS_HTTP_TOKEN": "of the bench", "SMS_HTTP_SENDER": "XA TAN HUNG", "SMS_HTTP_REGISTERS": "0",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.at_noon", "work", NOON.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _plan(url: str) -> tuple[float, float]:
    """Seconds, and megabytes by which the process grew."""
    command = [sys.executable, "-m", "tests.bench.at_noon", "plan", NOON.isoformat(), url]
    seconds, grown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), float(grown)
