"""Two hundred officials look while fifty volunteers record, each at her own pace, and a worker folds what comes in."""

import itertools
import time
from collections.abc import Iterator, Sequence
from random import Random

from sqlalchemy.orm import Session

from outreach.coverage import recounting
from tests.bench import paced, volunteers
from tests.bench.nation import Nation, Official
from tests.bench.paced import Heard, Turn
from tests.bench.volunteers import Volunteer

OFFICIALS, VOLUNTEERS = 200, 50
LOOKS_EVERY, RECORDS_EVERY = 15.0, 20.0  # seconds
RIGHT = {"look": 200, "record": 303}
LIMIT = 150
Figure = tuple[str, float, str, str, bool]


def figures(nation: Nation, minutes: float) -> list[Figure]:
    """How long they wait, what goes wrong, and whether every sum is right afterwards."""
    officials = list(itertools.islice(itertools.cycle(nation.officials(OFFICIALS)), OFFICIALS))
    crew = volunteers.gather(nation.engine, nation.served.base, VOLUNTEERS, seed=fresh())
    port, seconds = nation.served.port, minutes * 60
    nation.served.start_worker()
    heard = paced.send(port, [*_looking(officials, port, seconds), *recording(crew, port, seconds)])
    nation.served.stop_worker()
    with Session(nation.engine) as s:
        wrong = sum(recounting.prove(s))
        s.commit()
    errors = sum(one.status != RIGHT[one.what] for one in heard)
    whole, posts = _p95(heard), _p95([one for one in heard if one.what == "record"])
    crowd = f"{len(officials)} officials, {len(crew)} volunteers, {minutes:g} minutes, {len(heard)} requests"
    return [
        ("mixed_p95_ms", whole, "ms", f"≤ {LIMIT}: {crowd}", whole <= LIMIT),
        ("mixed_record_p95_ms", posts, "ms", "of the volunteers alone, for the record", True),
        ("mixed_errors", errors, "", "= 0", errors == 0),
        ("mixed_sums_wrong", wrong, "", "= 0, by the nightly proof", wrong == 0),
    ]


def fresh() -> int:
    """A seed for marks: a database that was kept has the visits of earlier runs, and would only say so again."""
    return time.time_ns()


def _looking(officials: Sequence[Official], port: int, seconds: float) -> Iterator[Turn]:
    dice = Random(5)
    for one in officials:
        paths = [path for kind in one.pages(dice).values() for path in kind]
        for at in _times(dice, LOOKS_EVERY, seconds):
            yield Turn(at, "look", one.looks(port, dice.choice(paths), "Connection: close"))


def recording(crew: Sequence[Volunteer], port: int, seconds: float) -> Iterator[Turn]:
    """Each records a visit as often as somebody who hurries could."""
    dice = Random(len(crew[0].sent))
    for one in crew:
        times = list(_times(dice, RECORDS_EVERY, seconds))
        for at, request in zip(times, one.forms(port, len(times)), strict=True):
            yield Turn(at, "record", request)


def _times(dice: Random, every: float, seconds: float) -> Iterator[float]:
    """About so often, beginning somewhere."""
    for beat in itertools.count():
        at = (beat + dice.random()) * every
        if at >= seconds:
            return
        yield at


def _p95(heard: Sequence[Heard]) -> float:
    return round(sorted(one.seconds for one in heard)[int(len(heard) * 0.95)] * 1000, 1)
