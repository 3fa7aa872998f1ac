"""Filling the bag with 300 households: how long the server takes, how much goes over the wire, and 300 phones at once.

On training day they all begin at the same moment: 300 handsets of all volunteers of 30 villages, set up beforehand,
each with an empty bag. CHT's first sync for 100 at once took 2.5 min (its notes on release 4.2).
"""

import itertools
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench import handsets, load, volunteers
from tests.bench.town import open_town
from tests.bench.volunteers import as_json

PHONES, LOOKS = 300, 15
EMPTY = {"scope": "", "lists": "", "have": {}}
MOST_BYTES, MOST_MS, MOST_S = 150_000, 500, 30
Figure = tuple[str, float | None, str, str, bool]


def run() -> list[Figure]:
    """One phone alone, then all."""
    with tempfile.TemporaryDirectory() as folder, open_town(Path(folder)) as town:
        port = town.served.port
        crew = volunteers.gather(town.engine, town.served.base, PHONES)  # as many as there are: two a village
        heads = [(one, handsets.set_up(port, one)) for one in itertools.islice(itertools.cycle(crew), PHONES)]
        (first, head), spans, size = heads[0], [], 0
        for _ in range(LOOKS):
            began = time.perf_counter()
            size = len(handsets.ask(port, first, "/tui/do", head | EMPTY))
            spans.append(time.perf_counter() - began)
        alone = statistics.median(spans) * 1000
        packs = [[one.request(port, "/tui/do", "application/json", as_json(head | EMPTY))] for one, head in heads]
        answers, took = load.send(port, packs)
    good = sum(answer.status == 200 for pack in answers for answer in pack) == PHONES
    return [
        ("bag_first_bytes_300", size, "bytes", f"≤ {MOST_BYTES}, brotli", size <= MOST_BYTES),
        ("bag_fill_ms_300", round(alone), "ms", f"≤ {MOST_MS}", alone <= MOST_MS),
        ("bag_300_phones_s", round(took, 1), "s", f"≤ {MOST_S} (CHT: 100 in 150)", good and took <= MOST_S),
    ]
