"""Chaos: 20 phones with 200 records each, in a storm (see phones.Troubles), while the server is killed 20 times.

Afterwards each record must be there, once, and every tally must be right. The same once more with 4 phones that are
real ones, pages of a Chromium (see carriers). CHAOS_SEED replays what was drawn.
"""

import os
import random
import tempfile
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outreach.db import make_engine
from outreach.households.models import Household
from tests import databases
from tests.bench import carriers, storm
from tests.bench.carriers import Carrier
from tests.bench.phones import Troubles
from tests.bench.storm import Storm
from tests.bench.town import open_town
from tests.browser import house

PHONES, EACH, KILLS, SECONDS = 20, 200, 20, 900
PAGES, EACH_PAGE, KILLS_OF_PAGES = 4, 25, 6
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """How many records are missing, and how many stand there more often than once, or are counted wrongly."""
    seed = int(os.environ.get("CHAOS_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"CHAOS_SEED={seed}", flush=True)
    (lost, more), (gone, twice, broken) = storm_of_phones(seed), storm_of_pages(seed)
    goal = f"0 of {PHONES * EACH}, {KILLS} × kill -9, seed {seed}"
    real = f"0 of {PAGES * EACH_PAGE} in Chromium, {KILLS_OF_PAGES} × kill -9, seed {seed}"
    return [
        ("chaos_lost", lost, "", goal, lost == 0),
        ("chaos_doubled", more, "", goal, more == 0),
        ("chaos_browser_lost", gone, "", real, gone == 0),
        ("chaos_browser_doubled", twice, "", real, twice == 0),
        ("chaos_browser_broken", broken, "", "> 0: requests torn, answers lost or held back", broken > 0),
    ]


def storm_of_phones(seed: int) -> tuple[int, int]:
    """Twenty phones that do on the wire what a phone does: how many records are lost, how many rows too many."""
    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town:
        before = _households(town.engine)
        day = Storm(town.served, town.engine, Path(folder), seed)
        day.gather(PHONES, EACH, Troubles())
        day.blow([day.kill] * KILLS, SECONDS)
        there = storm.standing(town.engine)
        lost = sum(mark not in there for phone in day.phones for mark in phone.written)
        return lost, storm.doubled(town.engine, before) + storm.miscounted(town.engine)


def storm_of_pages(seed: int) -> tuple[int, int, int]:
    """Four phones that are pages of one Chromium: lost, rows too many, and how often their lines broke."""
    engine = make_engine(databases.new("postgresql", "chaos"))
    people, doors = carriers.settle(engine, PAGES)
    before, opened = _households(engine), house.House(engine).wait()
    try:
        with house.open_browser() as browser:
            crew = [Carrier(browser, opened, one, random.Random(f"{seed}.{n}")) for n, one in enumerate(people)]
            carriers.blow(crew, doors, EACH_PAGE, opened, KILLS_OF_PAGES)
    finally:
        opened.stop()
    lost, doubled = carriers.counted(engine, crew)
    doubled += storm.doubled(engine, before) + storm.miscounted(engine)
    return lost, doubled, sum(one.line.broken for one in crew)


def _households(engine: Engine) -> int:
    with Session(engine) as s:
        return s.scalar(select(func.count(Household.id))) or 0
