"""What one lesson step costs a phone that has never been here, in bytes on the wire and in requests: the heaviest step.

The real app under gunicorn, the demo's settings, a new browser for each step. The icon, which a headless browser
leaves out, is fetched and counted too.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

from outreach.db import make_engine, transaction
from outreach.lessons import content
from outreach.migrating import upgrade
from outreach.procedures import loading
from outreach.settings import ROOT

CHROMIUM = "/usr/bin/chromium"
MOST_BYTES, MOST_REQUESTS = 50_000, 4
FETCH_ICON = "fetch(document.querySelector('link[rel=icon]').href).then(answer => answer.text())"

Figure = tuple[str, float, str, str, bool]


def run() -> list[Figure]:
    """Measure every step of every lesson; the figures are of the heaviest and of the one with most requests."""
    steps = [(slug, n) for slug, one in content.load_all(ROOT / "lessons").items() for n, _ in enumerate(one.steps, 1)]
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        measured = [cold(browser, f"{base}/bai-hoc/{slug}/{n}") for slug, n in steps]
        browser.close()
    heaviest, most = max(size for size, _ in measured), max(asked for _, asked in measured)
    return [
        ("lesson_step_bytes", heaviest, "bytes", f"≤ {MOST_BYTES}", heaviest <= MOST_BYTES),
        ("lesson_step_requests", most, "requests", f"≤ {MOST_REQUESTS}", most <= MOST_REQUESTS),
    ]


def cold(browser: Browser, address: str) -> tuple[int, int]:
    """Bytes (headers and all) and requests of one page in a browser that has kept nothing."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    sizes: list[int] = []
    asked: list[str] = []
    wire.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    if not any("icon" in url for url in asked):
        page.evaluate(FETCH_ICON)
        page.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes), len(asked)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The app on a free port of this machine with a new database; gone at the end."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    engine = make_engine(url)
    upgrade(engine)
    with transaction(engine) as s:
        loading.load(s)
    engine.dispose()
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    settings = {"OUTREACH_ENV": "development", "DATABASE_URL": url, "PUBLIC_BASE_URL": base, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}",
               "outreach.app:create_app()"]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        _wait(base)
        yield base
    finally:
        server.terminate()
        server.wait(10)


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _wait(base: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urlopen(base).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError("the app did not start")
