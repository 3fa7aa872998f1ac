"""A fresh Kolibri to run beside us, on this machine alone: what it would ask in the world leads to a dead port."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEARN = "/en/learn/"
NOWHERE = "http://127.0.0.1:9"  # nothing listens on the discard port


@contextmanager
def served(command: Path, home: Path) -> Iterator[int]:
    """Set up a new Kolibri in an empty folder and open it; gives its port. Ends just this one."""
    env = os.environ | {
        "KOLIBRI_HOME": str(home), "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1", "KOLIBRI_DISABLE_PING": "True",
        "KOLIBRI_ZEROCONF_ENABLED": "False", "KOLIBRI_CENTRAL_CONTENT_BASE_URL": NOWHERE,
        "KOLIBRI_DATA_PORTAL_SYNCING_BASE_URL": NOWHERE,
    }  # fmt: skip
    settle = [
        "manage", "provisiondevice", "--facility", "Bench", "--preset", "nonformal", "--language_id", "en",
        "--superusername", "bench", "--superuserpassword", "bench-only", "--noinput",
    ]  # fmt: skip
    subprocess.run([command, *settle], env=env, check=True, timeout=120, capture_output=True)
    port, zips = _free_port(), _free_port()
    start: list[str | Path] = [command, "start", "--foreground", "--port", str(port), "--zip-port", str(zips)]
    running = subprocess.Popen(start, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{LEARN}", timeout=10).close()
            return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError("Kolibri did not open")


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
