"""Crash: 20 × kill -9 of the web server and 5 × immediate stop of PostgreSQL, under load, at both doors of a visit.

After each blow, and at the end, whatever a phone has been told is stored must be there. What was stored although its
answer never came is found by its id when it is sent again, so that it is there once. ODK Central, measured likewise
for us in November 2026: 11 crashes, 2,288 acknowledged, none missing.
"""

import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.households.models import Household
from tests.bench import storm
from tests.bench.phones import NONE
from tests.bench.storm import Storm
from tests.bench.town import open_town

PHONES, EACH, KILLS, STOPS, SECONDS = 8, 1000, 20, 5, 900
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """How many acknowledged records went missing; beside it what was stored without an answer, and rows too many."""
    seed = int(os.environ.get("CHAOS_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"CHAOS_SEED={seed}")
    missing: set[str] = set()
    unanswered = 0
    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town:
        with Session(town.engine) as s:
            before = s.scalar(select(func.count(Household.id))) or 0
        day = Storm(town.served, town.engine, Path(folder), seed)
        day.gather(PHONES, EACH, NONE, mixed_doors=True)

        def look() -> None:
            nonlocal unanswered
            told = day.acknowledged()
            there = storm.standing(town.engine)
            missing.update(told - there.keys())
            unanswered += len(there.keys() & {mark for phone in day.phones for mark in phone.written} - told)

        def kill() -> None:
            town.served.kill()
            time.sleep(0.1)  # what the dead had sent to the database is still being done there
            look()
            town.served.reopen()

        def stop() -> None:
            town.server.stop_at_once()
            town.server.start()
            look()

        blows = [stop if n % 5 == 4 else kill for n in range(KILLS + STOPS)]
        day.blow(blows, SECONDS)
        missing.update(day.acknowledged() - storm.standing(town.engine).keys())
        more = storm.doubled(town.engine, before) + storm.miscounted(town.engine)
    goal = f"0 of {PHONES * EACH}; {KILLS} × kill -9, {STOPS} × PostgreSQL stopped at once"
    return [
        ("crash_acknowledged_lost", len(missing), "", goal, not missing),
        ("crash_doubled", more, "", "0: what was stored without an answer is found by its id", more == 0),
        ("crash_stored_unanswered", unanswered, "", "for the record: stood there before their answer came", True),
    ]
