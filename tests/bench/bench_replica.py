"""A second database server that follows the first: whether officials may look there, and how far behind it is.

The pages are those of `bench_coverage`, signed in at the first server, read through a web server of its own whose
database takes no writing (a hot standby by streaming). How far behind: from the moment when visits are answered at the
first until the second has carried them out.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from outreach import db
from tests.bench import load, nation, pouring, volunteers
from tests.bench.nation import KINDS, Nation
from tests.bench.postgres import Server
from tests.bench.serving import Served

SCALE = "28k"
CREW, VISITS, ROUNDS = 8, 5, 10
Figure = tuple[str, float, str, str, bool]


def run() -> list[Figure]:
    """Pages that open there, and how far behind it is while visits come in."""
    with tempfile.TemporaryDirectory() as folder:
        first = Server(Path(folder) / "pg")
        try:
            url = first.new("country")
            pouring.pour(url, pouring.SIZES[SCALE])
            second = first.follow(Path(folder) / "second")
            try:
                with nation.opened(url) as there:
                    return [*_pages(there, second.of("country")), _behind(there, first, second)]
            finally:
                second.close()
        finally:
            first.close()


def _pages(there: Nation, url: str) -> Iterator[Figure]:
    served = Served(url).wait()
    engine = db.make_engine(url)
    try:
        wanted = Nation(engine, served).requests(there.officials(3))
        [answers], _took = load.send(served.port, [[request for kind in KINDS for request in wanted[kind]]])
    finally:
        served.stop()
        engine.dispose()
    opened = sum(answer.status == 200 for answer in answers)
    yield "replica_pages", opened, "", f"all {len(answers)} that officials look at", opened == len(answers)


def _behind(there: Nation, first: Server, second: Server) -> Figure:
    crew = volunteers.gather(there.engine, there.served.base, CREW)
    longest = 0.0
    for _ in range(ROUNDS):
        load.send(there.served.port, [one.forms(there.served.port, VISITS) for one in crew])
        written, began = first.reached(), time.perf_counter()
        while second.reached(following=True) < written:
            time.sleep(0.001)
        longest = max(longest, time.perf_counter() - began)
    behind = round(longest * 1000)
    return ("replica_behind_ms", behind, "ms", f"≤ 1,000, the longest of {ROUNDS}, on one machine", behind <= 1000)
