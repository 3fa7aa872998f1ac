"""A real house for browser tests: gunicorn and a worker on a database of its own, and a real Chromium."""

import os
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from tests.ready import Started

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a microphone that beeps, and may be used
]  # fmt: skip


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def chromium_shell() -> str | None:
    """The same Chromium without the windows around its pages, which nobody sees and which cost a minute a run."""
    return shutil.which("chromium-headless-shell") or chromium()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_shell(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class House:
    """A running web server and worker on a database; `stop` ends just these two."""

    def __init__(self, engine: Engine) -> None:
        self.address = f"http://127.0.0.1:{_free_port()}"
        self.env = dict(os.environ) | {
            "OUTREACH_ENV": "development",
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "PUBLIC_BASE_URL": self.address,
            "PYTHONPATH": str(ROOT),
        }
        self.web = self._open()
        self.worker: Started | None = None

    def _open(self) -> Started:
        gunicorn = ["gunicorn", "outreach.app:create_app()", "--worker-class", "gthread", "--threads", "8"]
        return self._start(*gunicorn, "--bind", self.address.removeprefix("http://"), "--log-level", "error")

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Nobody answers at this address: for a browser, its service worker and all as without a network."""
        self.web.send_signal(signal.SIGQUIT)  # at once, however many browsers still hold a line open
        self.web.wait(15)
        try:
            yield
        finally:
            self.web = self._open()
            self.wait()

    def crash(self) -> None:
        """The web server is killed with all its workers, in the middle of whatever they do."""
        told = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        for pid in (self.web.pid, *map(int, told.split())):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.web.wait(15)

    def open_again(self) -> None:
        """After a crash."""
        self.web = self._open()
        self.wait()

    def _start(self, *command: str) -> Started:
        return Started(self.env, *command)

    def wait(self) -> "House":
        """Until the first page is answered."""
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                return self
            time.sleep(0.05)
        self.stop()
        raise TimeoutError("the house did not open within 30 seconds")

    def start_worker(self) -> None:
        """From now on jobs are done."""
        self.worker = self._start("outreach.worker")

    @contextmanager
    def worker_held(self) -> Iterator[None]:
        """The worker stands still, in the middle of whatever it does."""
        assert self.worker is not None
        self.worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.worker.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the two processes."""
        running = [process for process in (self.web, self.worker) if process]
        for process in running:
            process.terminate()
        for process in running:
            process.wait(15)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
