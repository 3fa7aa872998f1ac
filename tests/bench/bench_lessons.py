"""What a lesson costs a phone and a server: bytes and requests of a step, scripts, the next step, requests a second.

The app as in production under gunicorn. Every step of every lesson is fetched over plain HTTP first; the heaviest are
then opened in a browser that has kept nothing, as is one Next.
"""

import gzip
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from outreach.db import make_engine, transaction
from outreach.lessons import content
from outreach.migrating import upgrade
from outreach.procedures import loading
from outreach.settings import ROOT
from tests.bench import load

CHROMIUM = "/usr/bin/chromium"
MOST_BYTES, MOST_REQUESTS, MOST_SCRIPT, MOST_NEXT, LEAST_SHARE = 50_000, 4, 20_480, 8_000, 0.5
IN_A_BROWSER, ROUNDS = 3, 7
OPTIONS = ("-k", "gthread", "--workers", "1", "--threads", "8", "--log-level", "warning")

Figure = tuple[str, float, str, str, bool]


def run() -> list[Figure]:
    """Measure; the bytes and requests are of the heaviest step, the share is the median of several rounds."""
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as base, bare(Path(folder)) as plain:
        weights = {address: weight(base + address) for address in steps()}
        heaviest = sorted(weights, key=lambda address: weights[address], reverse=True)[:IN_A_BROWSER]
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            cold = [opened(browser, base + address) for address in heaviest]
            turned = [next_of(browser, base + before(address)) for address in heaviest]
            browser.close()
        script = scripts(base, heaviest[0])
        share, ours, theirs = against(base, plain, heaviest[0])
    size, asked, turn = max(s for s, _ in cold), max(n for _, n in cold), max(turned)
    return [
        ("lesson_step_bytes", size, "bytes", f"≤ {MOST_BYTES}", size <= MOST_BYTES),
        ("lesson_step_requests", asked, "requests", f"≤ {MOST_REQUESTS}, icon and all", asked <= MOST_REQUESTS),
        ("lesson_js_gz_bytes", script, "bytes", f"≤ {MOST_SCRIPT}", script <= MOST_SCRIPT),
        ("lesson_next_step_bytes", turn, "bytes", f"≤ {MOST_NEXT}, headers and all", turn <= MOST_NEXT),
        ("lesson_rps_vs_bare_flask", round(share, 3), "×", f"≥ {LEAST_SHARE}", share >= LEAST_SHARE),
        ("lesson_rps", round(ours), "/s", "for the record", True),
        ("bare_flask_rps", round(theirs), "/s", "for the record", True),
    ]


def steps() -> list[str]:
    """The address of every step of every lesson."""
    lessons = content.load_all(ROOT / "lessons")
    return [f"/bai-hoc/{slug}/{n}" for slug, one in lessons.items() for n, _step in enumerate(one.steps, 1)]


def before(address: str) -> str:
    """The step from which Next leads here; for a first step that step itself."""
    lesson, _slash, n = address.rpartition("/")
    return f"{lesson}/{max(int(n) - 1, 1)}"


def weight(address: str) -> int:
    """Bytes of a page's body as a phone is sent it."""
    with urlopen(Request(address, headers={"Accept-Encoding": "br"})) as answer:
        return len(answer.read())


def opened(browser: Browser, address: str) -> tuple[int, int]:
    """Bytes (headers and all) and requests of one page in a browser that has kept nothing."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    sizes, asked = ear(page)
    page.goto(address, wait_until="networkidle")
    page.context.close()
    return sum(sizes), len(asked)


def next_of(browser: Browser, address: str) -> int:
    """Bytes (headers and all) of the answer to Next, by htmx."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(address, wait_until="networkidle")
    with page.expect_response(lambda answer: answer.request.method == "POST") as came:
        page.locator(".four-next").click()
    sizes = came.value.request.sizes()
    page.context.close()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def ear(page: Page) -> tuple[list[int], list[str]]:
    """What goes over the wire from now on: bytes of each answer, address of each request."""
    wire = page.context.new_cdp_session(page)
    sizes: list[int] = []
    asked: list[str] = []
    wire.on("Network.requestWillBeSent", lambda event: None if _inside(event) else asked.append(_address(event)))
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    return sizes, asked


def _address(event: dict) -> str:
    return str(event["request"]["url"])


def _inside(event: dict) -> bool:
    return _address(event).startswith("data:")  # a picture that came within the page is no request


def scripts(base: str, address: str) -> int:
    """Bytes of all scripts of a page, each compressed by gzip."""
    with urlopen(base + address) as answer:
        sources = re.findall(r'<script src="([^"]+)"', answer.read().decode())
    return sum(len(gzip.compress(urlopen(base + source).read(), 9)) for source in sources)


def against(base: str, plain: str, address: str) -> tuple[float, float, float]:
    """Our step beside a Flask that says hello, in turns: medians of the share, of ours, of theirs."""
    pairs = []
    for _round in range(ROUNDS):
        theirs = load.a_second(_port(plain), "/", seconds=1)
        pairs.append((load.a_second(_port(base), address, seconds=1), theirs))
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    return statistics.median(one / other for one, other in pairs), ours, theirs


def _port(base: str) -> int:
    return int(base.rpartition(":")[2])


@contextmanager
def house(folder: Path) -> Iterator[str]:
    """The app on a free port of this machine with a new database, as in production; gone at the end."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    engine = make_engine(url)
    upgrade(engine)
    with transaction(engine) as s:
        loading.load(s)
    engine.dispose()
    port = _free_port()
    settings = {
        "OUTREACH_ENV": "production", "SECRET_KEY": "of-the-bench-" * 4, "DATABASE_URL": url,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    with served("outreach.app:create_app()", port, ROOT, settings) as base:
        yield base


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """The least that Flask can do: one door that says hello, in the same gunicorn."""
    (folder / "hello.py").write_text(
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef hello():\n    return 'Hello'\n"
    )
    with served("hello:app", _free_port(), folder, {}) as base:
        yield base


@contextmanager
def served(app: str, port: int, folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """An app under gunicorn."""
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", *OPTIONS, "-b", f"127.0.0.1:{port}", app]
    env = os.environ | {"PYTHONPATH": str(folder)} | settings
    server = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL)
    try:
        _wait(base)
        yield base
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(base: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urlopen(base).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError("the app did not start")
