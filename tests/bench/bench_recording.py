"""Recording visits over HTTP, all on: cookie, token, scope, validation, audit, tally; 8 clients, PostgreSQL that keeps
what it answers. Beside it, in turn, the limit: a bare Flask app behind the same gunicorn, asked by the same generator,
that writes a visit and an audit row into the same tables (floor.py). Both are asked for some seconds in which every
client is busy.

What others took on a machine of this size, 8 clients, as measured for us in November 2026: ODK Central 171 submissions
a second with a p95 of 71 ms; CommCare Connect 27 with 465 ms. Memory is PSS of every process of web and worker, which
part from one house as on any single machine (outreach/together.py).
"""

import statistics
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.visits.models import Visit
from tests.bench import handsets, load, volunteers
from tests.bench.load import Answer
from tests.bench.serving import Served
from tests.bench.town import Town, open_town, settle
from tests.bench.volunteers import Volunteer, as_json

CLIENTS, ROUNDS = 8, 5
WINDOW = 4.0  # seconds
PLENTY = 600  # visits a second of one client: more than it can send
BATCHES, IN_BATCH = 5, 50
CROWD, CROWD_OF = 500, 50
OTHERS = "ODK Central, CommCare Connect"
FLOOR = "tests.bench.floor:create_app()"
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """One by one in turns with the limit, in batches, 500 at once, memory; then one by one on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        with open_town(Path(folder), line="house") as town:
            figures = [*_one_by_one(town), _in_batches(town), *_a_crowd(town), _memory(town)]
        return [*figures, _on_sqlite(Path(folder))]


def _one_by_one(town: Town) -> list[Figure]:
    bare = Served(town.url, app=FLOOR).wait()
    try:
        crew = volunteers.gather(town.engine, town.served.base, CLIENTS)
        for served in (town.served, bare):
            _post(served, crew, 1.0)
        rounds = [(_post(bare, crew), _post(town.served, crew)) for _ in range(ROUNDS)]
    finally:
        bare.stop()
    a_second, p95 = (statistics.median(one[n] for _bare, one in rounds) for n in (0, 1))
    share = statistics.median(ours[0] / limit[0] for limit, ours in rounds)
    limit = statistics.median(one[0] for one, _ours in rounds)
    return [
        ("visit_post_per_s_pg", round(a_second), "/s", f"≥ 300 ({OTHERS}: 171, 27)", a_second >= 300),
        ("visit_post_p95_ms_pg", round(p95 * 1000, 1), "ms", f"≤ 60 ({OTHERS}: 71, 465)", p95 <= 0.06),
        ("visit_floor_per_s_pg", round(limit), "/s", "for the record: a bare Flask app, two rows", True),
        ("visit_post_vs_floor", round(share, 2), "", "> 0.5 of the bare app", share > 0.5),
    ]  # fmt: skip


def _post(served: Served, crew: Sequence[Volunteer], seconds: float = WINDOW) -> tuple[float, float]:
    """Visits a second, and the p95 of an answer in seconds."""
    packs = [one.forms(served.port, round(PLENTY * seconds)) for one in crew]
    told, took = load.send_for(seconds, served.port, packs)
    _all([told], 303)
    return len(told) / took, _p95(told)


def _in_batches(town: Town) -> Figure:
    crew = volunteers.gather(town.engine, town.served.base, CLIENTS, seed=2)
    packs = [_batches(town.served.port, one) for one in crew]
    before = _visits(town.engine)
    answers, took = load.send(town.served.port, packs)
    _all(answers, 200)
    a_second = (_visits(town.engine) - before) / took
    return ("visit_batch_per_s_pg", round(a_second), "/s", f"≥ 1,000, {IN_BATCH} at once", a_second >= 1000)


def _batches(port: int, owner: Volunteer) -> list[bytes]:
    head = handsets.set_up(port, owner)
    visits = list(islice(owner.visits(), BATCHES * IN_BATCH))
    now = clock.now().isoformat()
    records = [
        {"client_id": dict(said)["client_id"], "url": url, "fields": said, "at": now, "age": 60, "by": owner.account_id}
        for url, said in visits
    ]
    return [
        owner.request(port, "/tui/gui", "application/json", as_json(head | {"now": now, "records": some}))
        for some in (records[n : n + IN_BATCH] for n in range(0, len(records), IN_BATCH))
    ]


def _a_crowd(town: Town) -> list[Figure]:
    """500 clients at the same moment, each over a line of its own, each with one visit."""
    crew = volunteers.gather(town.engine, town.served.base, CROWD_OF, seed=3)
    packs = [[form] for one in crew for form in one.forms(town.served.port, CROWD // CROWD_OF)]
    answers, _took = load.send(town.served.port, packs)
    told = [answer for pack in answers for answer in pack]
    with Session(town.engine) as s:
        marks = {mark for one in crew for mark in one.sent}
        stored = s.scalar(select(func.count(Visit.id)).where(Visit.client_id.in_(marks))) or 0
    p95 = _p95(told)
    return [
        ("visit_500_clients_p95_ms", round(p95 * 1000), "ms", "≤ 2,000", p95 <= 2),
        ("visit_500_clients_stored", stored, "", f"{CROWD} of {CROWD}", stored == CROWD == _good(told)),
    ]


def _memory(town: Town) -> Figure:
    used = town.served.memory()
    return ("memory_mb", round(used), "MB", "≤ 300, web and worker after all this (PSS)", used <= 300)


def _on_sqlite(folder: Path) -> Figure:
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    engine = settle(url, 3_000)
    served = Served(url).wait()
    try:
        crew = volunteers.gather(engine, served.base, CLIENTS)
        _post(served, crew, 1.0)
        a_second = _post(served, crew)[0]
    finally:
        served.stop()
        engine.dispose()
    return ("visit_post_per_s_sqlite", round(a_second), "/s", "for the record", True)


def _all(answers: Sequence[Sequence[Answer]], wanted: int) -> list[Answer]:
    told = [answer for pack in answers for answer in pack]
    wrong = {answer.status for answer in told} - {wanted}
    if wrong:
        raise RuntimeError(f"answers that should not be: {wrong}")
    return told


def _good(told: Sequence[Answer]) -> int:
    return sum(answer.status == 303 for answer in told)


def _p95(told: Sequence[Answer]) -> float:
    return sorted(answer.seconds for answer in told)[int(len(told) * 0.95)]


def _visits(engine: Engine) -> int:
    with Session(engine) as s:
        return s.scalar(select(func.count(Visit.id))) or 0
