"""What machines that judge pages say of ours, and how many of them a small server hands out beside Kolibri's.

The pages are real ones under gunicorn, the house furnished as for the guards. Lighthouse's performance mark hangs on
how busy the machine is: each page is looked at up to three times, and the run with the best one counts. Its LCP on slow
3G is the median of three. Lighthouse, pa11y and Kolibri are fetched; where they cannot be had, their figures stay open.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy.orm import Session

from outreach import db, migrating
from outreach.app import create_app
from tests.bench import bench_lessons, fetched, kolibri, lighthouse, load, readers
from tests.bench.readers import Reader
from tests.browser.house import House, chromium, open_browser
from tests.browser.phone import DESK, PHONE
from tests.browser.test_looks import faults
from tests.conftest import settings

LCP, TIMES, PROGRAM_SECONDS = 3_000, 3, 1_800
ROUNDS, FASTER = 5, 3.0
LCP_GOAL, MARKS_GOAL = f"≤ {LCP}, median of {TIMES}", f"= 100, best of at most {TIMES} looks"
Figure = tuple[str, float | None, str, str, bool]
Measure = Callable[[], list[Figure]]


def run() -> list[Figure]:
    """All figures; one that could not be taken has no value, and the reason is printed."""
    with tempfile.TemporaryDirectory() as folder, furnished(Path(folder)) as (base, found):
        browser, before = chromium() or "", os.getloadavg()[0]
        rows = [
            *_or_open(lambda: _on_slow_3g(base, browser), ("lesson_lcp_slow3g_ms", "ms", LCP_GOAL)),
            *_or_open(lambda: _marks(base, browser), ("lesson_lighthouse_min", "of 100", MARKS_GOAL)),
            *_or_open(lambda: _axe(base, found), ("axe_findings", "findings", "= 0")),
            *_or_open(lambda: _pa11y(base, browser, found), ("pa11y_findings", "findings", "= 0")),
            *_or_open(_beside_kolibri, ("lesson_rps_vs_kolibri", "times", f"≥ {FASTER:g}")),
        ]
    _tell(f"load average of this machine: {before:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end")
    return rows


@contextmanager
def furnished(folder: Path) -> Iterator[tuple[str, list[Reader]]]:
    """A house with one of everything in it, and who reads its public pages."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with Session(engine) as s:
        found = readers.furnish(s, create_app(settings(url), engine))
    house = House(engine).wait()
    try:
        yield house.address, [readers.only_pages(house.address, one) for one in found]
    finally:
        house.stop()
        engine.dispose()


def _or_open(measure: Measure, figure: tuple[str, str, str]) -> list[Figure]:
    """Take a figure; where its program cannot be had or does not come to an end, say so and leave it open."""
    name, unit, goal = figure
    try:
        return measure()
    except (fetched.NotFetched, lighthouse.NoReport, subprocess.SubprocessError, RuntimeError, OSError) as fault:
        _tell(f"{name} was not measured: {fault}")
        return [(name, None, unit, goal, False)]


def _tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _on_slow_3g(base: str, browser: str) -> list[Figure]:
    programs, address = fetched.node_programs(), base + heaviest(base)
    taken = [lighthouse.look(programs, browser, address, lighthouse.SLOW_3G).lcp for _ in range(TIMES)]
    value = round(median(taken))
    return [("lesson_lcp_slow3g_ms", value, "ms", LCP_GOAL, value <= LCP)]


def heaviest(base: str) -> str:
    """The path of the step whose page has most bytes; style and scripts are the same for all."""
    return max(bench_lessons.steps(), key=lambda path: bench_lessons.weight(base + path))


def _marks(base: str, browser: str) -> list[Figure]:
    """The least mark of a step and of its lesson's first page."""
    programs, step = fetched.node_programs(), heaviest(base)
    least = 100
    for path in (step, step.rpartition("/")[0]):
        best = _best(programs, browser, base + path)
        least = min(least, *best.marks.values())
        _tell(*(f"{path}: {one}" for one in best.short))
    return [("lesson_lighthouse_min", least, "of 100", MARKS_GOAL, least == 100)]


def _best(programs: Path, browser: str, address: str) -> lighthouse.Report:
    looks: list[lighthouse.Report] = []
    while len(looks) < TIMES and not any(min(one.marks.values()) == 100 for one in looks):
        looks.append(lighthouse.look(programs, browser, address, lighthouse.DEFAULT))
    return max(looks, key=lambda one: one.marks["performance"])


def _axe(base: str, found: Sequence[Reader]) -> list[Figure]:
    """By our own pages in Playwright: on a phone and at a desk."""
    told = []
    with open_browser() as browser:
        for reader in found:
            context = browser.new_context(base_url=base, viewport=PHONE)  # type: ignore[arg-type]
            context.add_cookies([{"name": name, "value": value, "url": base} for name, value in reader.cookies.items()])
            page = context.new_page()
            for path in reader.paths:
                page.goto(path)
                told += [
                    f"axe: {path} {dict(reader.cookies)}: {one}" for size in (PHONE, DESK) for one in faults(page, size)
                ]
            context.close()
    _tell(*told, f"axe looked at {sum(len(reader.paths) for reader in found)} pages")
    return [("axe_findings", len(told), "findings", "= 0", not told)]


def _pa11y(base: str, browser: str, found: Sequence[Reader]) -> list[Figure]:
    programs = fetched.node_programs()
    asked = [
        {
            "cookies": [{"name": name, "value": value} for name, value in reader.cookies.items()],
            "addresses": [base + path for path in reader.paths],
        }
        for reader in found
    ]
    answer = subprocess.run(
        [shutil.which("node") or "node", str(fetched.LISTS / "pa11y.cjs")], cwd=programs, check=True, text=True,
        input=json.dumps({"chromium": browser, "readers": asked}), stdout=subprocess.PIPE, timeout=PROGRAM_SECONDS,
    )  # fmt: skip
    told = json.loads(answer.stdout)
    _tell(*(f"pa11y: {' | '.join(one)}" for one in told))
    return [("pa11y_findings", len(told), "findings", "= 0", not told)]


def _beside_kolibri() -> list[Figure]:
    """Pages a second, ours and Kolibri's by turns, the same client; the medians against each other."""
    command = fetched.kolibri()
    with (
        tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home,
        bench_lessons.house(Path(folder)) as base, kolibri.served(command, Path(home)) as theirs,
    ):  # fmt: skip
        port, path = int(base.rpartition(":")[2]), heaviest(base)
        rounds = [(load.a_second(port, path), load.a_second(theirs, kolibri.LEARN)) for _ in range(ROUNDS)]
    our_rate, their_rate = (median(one) for one in zip(*rounds, strict=True))
    times = our_rate / their_rate
    return [
        ("lesson_rps_beside_kolibri", round(our_rate), "/s", "for the record", True),
        ("kolibri_learn_rps", round(their_rate), "/s", "for the record: Kolibri 0.19.5, its learn page", True),
        ("lesson_rps_vs_kolibri", round(times, 1), "times", f"≥ {FASTER:g}", times >= FASTER),
    ]
