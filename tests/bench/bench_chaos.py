"""Chaos: 20 phones with 200 records each, in a storm (see phones.Troubles), while the server is killed 20 times.

Afterwards each record must be there, once, and every tally must be right. CHAOS_SEED replays what was drawn.
"""

import os
import tempfile
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.households.models import Household
from tests.bench import storm
from tests.bench.phones import Troubles
from tests.bench.storm import Storm
from tests.bench.town import open_town

PHONES, EACH, KILLS, SECONDS = 20, 200, 20, 900
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """How many records are missing, and how many stand there more often than once, or are counted wrongly."""
    seed = int(os.environ.get("CHAOS_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"CHAOS_SEED={seed}")
    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town:
        with Session(town.engine) as s:
            before = s.scalar(select(func.count(Household.id))) or 0
        day = Storm(town.served, town.engine, Path(folder), seed)
        day.gather(PHONES, EACH, Troubles())
        day.blow([day.kill] * KILLS, SECONDS)
        there = storm.standing(town.engine)
        lost = sum(mark not in there for phone in day.phones for mark in phone.written)
        more = storm.doubled(town.engine, before) + storm.miscounted(town.engine)
    goal = f"0 of {PHONES * EACH}, {KILLS} × kill -9, seed {seed}"
    return [("chaos_lost", lost, "", goal, lost == 0), ("chaos_doubled", more, "", goal, more == 0)]
