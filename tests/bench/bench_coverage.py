"""The whole country on one small machine: how long its pages take, what a night's recount takes, what it needs.

`scale=` says how many households there are: 280k, 2.8m (usual) or 28m; provinces, communes and villages are the real
number of 28m and as many as it takes below it. `visits=all` pours every visit of 18 months as a row, not only those of
the last weeks; `minutes=` is how long the crowd stays; `keep=` a folder where the databases are left for the next run.

Pages are asked for over a line to the web server on this machine, by officials who are signed in, one after the other:
the time is the server's. Beside a limit of ours stands what DHIS2 asks of itself in its own nightly runs.
"""

import itertools
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy.orm import Session

from outreach.coverage import folding, recounting
from tests.bench import asked, bench_map, crowd, load, nation, paced, pouring, volunteers
from tests.bench.nation import BESIDE, KINDS, Nation
from tests.bench.postgres import Server

LIMIT, RECOUNT = 60, 120  # ms, s
DHIS2 = {"list": " (DHIS2: 131)", "search": " (DHIS2: 174)", "country": " (DHIS2, an export: 300)"}
GROWTH = {"country": 3.0, "province": 1.3, "commune": 1.3, "village": 1.3}
COMMUNES, FIRST = 40, 20
ROUNDS, BY_TURNS = 7, 20
ONE_PROVINCE, SON_LA = 600_000, "14"
A_WHILE = 10.0  # seconds
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """All of it, the largest database last but one: the one of SQLite stands alone."""
    figures = []
    for figure in itertools.chain(_on_postgres(asked.option("scale", "2.8m")), _on_sqlite(), _maps()):
        figures.append(figure)
        print(f"{figure[0]}: {figure[1]} {figure[2]} ({figure[3]})", file=sys.stderr)  # who waits for hours sees some
    return figures


def _maps() -> Iterator[Figure]:
    yield from bench_map.run()


def _on_postgres(scale: str) -> Iterator[Figure]:
    few = "280k" if pouring.SIZES[scale] > pouring.SIZES["280k"] else "28k"
    with _cluster() as server:
        (little, _poured), (great, poured) = _country(server, few), _country(server, scale)
        yield from _loaded(server, scale, poured)
        with nation.opened(little) as small, nation.opened(great) as large:
            yield from _pages(large, scale)
            yield from _growth(small, large, few, scale)
            yield from _nightly(large, scale)
            yield from crowd.figures(large, float(asked.option("minutes", "5")))
            yield "memory_app_mb", round(large.served.memory()), "MB", "for the record: the web server's (PSS)", True
            yield "memory_pg_mb", round(server.memory()), "MB", "for the record: PostgreSQL's (PSS)", True


@contextmanager
def _cluster() -> Iterator[Server]:
    """A PostgreSQL set as one sets it on such a machine: a quarter of the memory is its own, four gigabytes at most."""
    kept = asked.option("keep", "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(kept or folder) / "pg", keep=bool(kept))
        try:
            server.tune({
                "shared_buffers": f"{min(4096, memory // 4)}MB", "effective_cache_size": f"{memory // 2}MB",
                "max_wal_size": "8GB", "checkpoint_timeout": "15min", "random_page_cost": "1.1", "work_mem": "16MB",
            })  # fmt: skip
            yield server
        finally:
            server.close()


def _country(server: Server, scale: str) -> tuple[str, pouring.Poured | None]:
    """The address of such a country, poured unless it is there already."""
    every_visit = asked.option("visits", "") == "all"
    name = f"country_{scale}_all" if every_visit else f"country_{scale}"
    there = server.address(name)
    if there:
        return there, None
    url = server.new(name)
    poured = pouring.pour(url, pouring.SIZES[scale], every_visit=every_visit)
    server.mark_whole(name)
    return url, poured


def _loaded(server: Server, scale: str, poured: pouring.Poured | None) -> Iterator[Figure]:
    size = server.size(f"country_{scale}_all" if asked.option("visits", "") == "all" else f"country_{scale}")
    seconds = round(poured.seconds) if poured else None
    yield f"load_{scale}_s", seconds, "s", "for the record: COPY, indexes, sums", True
    yield f"disk_{scale}_mb", round(size / 2**20), "MB", "for the record: the database, its log apart", True


def _pages(large: Nation, scale: str) -> Iterator[Figure]:
    """The p95 of each kind of page, over places all over the country."""
    wanted = large.requests(large.officials(COMMUNES))
    for kind in (*KINDS, *BESIDE):
        _took(large, wanted[kind][:20])  # templates are read, lines are open
        times = sorted(_took(large, wanted[kind]))
        p95 = round(times[int(len(times) * 0.95)], 1)
        half = f"half of them ≤ {median(times):.1f}"
        goal = f"≤ {LIMIT}{DHIS2.get(kind, '')}; {half}" if kind in KINDS else f"for the record; {half}"
        yield f"{kind}_p95_ms_{scale}", p95, "ms", goal, p95 <= LIMIT or kind in BESIDE


def _took(served: Nation, requests: Sequence[bytes]) -> list[float]:
    """Milliseconds of each, one after the other. Raises RuntimeError when one is refused."""
    [answers], _seconds = load.send(served.served.port, [requests])
    wrong = {answer.status for answer in answers} - {200}
    if wrong or len(answers) < len(requests):
        raise RuntimeError(f"answers that should not be: {wrong or 'none'}")
    return [answer.seconds * 1000 for answer in answers]


def _growth(small: Nation, large: Nation, few: str, scale: str) -> Iterator[Figure]:
    """The same pages of the same places in both, by turns."""
    communes = FIRST if few == "280k" else 2  # that are whole in the small one
    wanted = [one.requests(one.officials(communes, first=True)) for one in (small, large)]
    for kind, limit in GROWTH.items():
        rounds = [
            [
                median(_took(one, requests[kind][:BY_TURNS]))
                for one, requests in zip((small, large), wanted, strict=True)
            ]
            for _ in range(ROUNDS + 1)
        ]
        times = median(after / before for before, after in rounds[1:])
        yield f"growth_{kind}_{few}_to_{scale}", round(times, 2), "times", f"≤ {limit:g}", times <= limit


def _nightly(large: Nation, scale: str) -> Iterator[Figure]:
    """The proof of every sum, while nobody works and while people record; and what is folded each minute."""
    took, wrong = _proved(large)
    yield f"recount_{scale}_s", round(took, 1), "s", f"≤ {RECOUNT}", took <= RECOUNT
    crew = volunteers.gather(large.engine, large.served.base, crowd.VOLUNTEERS, crowd.fresh())
    over, statuses = threading.Event(), list[int]()
    at_work = threading.Thread(target=_record, args=(large, crew, over, statuses))
    at_work.start()
    took_busy, wrong_busy = _proved(large)
    over.set()
    at_work.join()
    stored = statuses.count(crowd.RIGHT["record"])
    goal = f"≤ {RECOUNT}, while {stored} of {len(statuses)} visits were stored"
    yield f"recount_busy_{scale}_s", round(took_busy, 1), "s", goal, took_busy <= RECOUNT and stored == len(statuses)
    yield "recount_findings", wrong + wrong_busy, "", "= 0", wrong + wrong_busy == 0
    began = perf_counter()
    with Session(large.engine) as s:
        folding.fold(s)
        s.commit()
    yield f"fold_{scale}_s", round(perf_counter() - began, 2), "s", "for the record: each minute", True


def _record(large: Nation, crew: Sequence[volunteers.Volunteer], over: threading.Event, statuses: list[int]) -> None:
    while not over.is_set():
        heard = paced.send(large.served.port, list(crowd.recording(crew, large.served.port, A_WHILE)))
        statuses += [one.status for one in heard]


def _proved(large: Nation) -> tuple[float, int]:
    """Seconds, and findings."""
    began, found = perf_counter(), 0
    with Session(large.engine) as s:
        for findings in recounting.prove(s):
            s.commit()
            found += findings
    return perf_counter() - began, found


def _on_sqlite() -> Iterator[Figure]:
    """One province of 600,000 households without a database server."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'province.sqlite'}"
        print("SQLite: one province", file=sys.stderr)
        pouring.pour(url, ONE_PROVINCE, first=SON_LA)
        with nation.opened(url) as province:
            for name, value, *rest in _pages(province, "600k"):
                yield name.replace("_p95", "_sqlite_p95"), value, *rest
