"""A real house for browser tests: gunicorn and a worker on a database of its own, and a real Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "screenshots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class House:
    """A running web server and worker; `stop` ends just these two."""

    def __init__(self, database_url: str, *, workers: int = 1) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "OUTREACH_ENV": "development",
            "DATABASE_URL": database_url,
            "PUBLIC_BASE_URL": self.address,
            "PYTHONPATH": str(ROOT),
        }
        bind = f"127.0.0.1:{self.port}"
        gunicorn = [sys.executable, "-m", "gunicorn", "outreach.app:create_app()", "--worker-class", "gthread"]
        self.processes = [
            self._start([*gunicorn, "--threads", "8", "--workers", str(workers), "--bind", bind, "--log-level", "error"]),
            self._start([sys.executable, "-m", "outreach.worker"]),
        ]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env=self.env)

    def wait(self) -> "House":
        """Until the first page is answered."""
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return self
            except OSError:
                time.sleep(0.1)
        self.stop()
        raise TimeoutError("the house did not open within 30 seconds")

    def stop(self) -> None:
        """End the two processes."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(15)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def shot(page: Page, name: str) -> None:
    """Keep a picture of the whole page under screenshots/."""
    path = SHOTS / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path), full_page=True)
