"""The house as it is served: the very commands of the Procfile, on this machine alone, in production's settings."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command(line: str) -> str:
    """A line of the Procfile, such as "web"."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return next(one.partition(":")[2].strip() for one in lines if one.startswith(f"{line}:"))


class Served:
    """A web server on a database. It may be killed and opened again.

    `line` of the Procfile: "web", or "house", which has a worker too. `app`: another than ours, behind the same
    gunicorn. `more`: settings beside the usual ones.
    """

    def __init__(self, url: str, line: str = "web", app: str = "", more: Mapping[str, str] | None = None) -> None:
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "OUTREACH_ENV": "production", "SECRET_KEY": "of-the-bench-alone-" * 3, "DATABASE_URL": url,
            "PUBLIC_BASE_URL": self.base, "PORT": str(self.port), "PYTHONPATH": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        } | dict(more or {})  # fmt: skip
        self._command = f"{command(line)} {app and shlex.quote(app)}"
        self.web = self.start(self._command)
        self.others: list[subprocess.Popen[bytes]] = []

    def start(self, line: str) -> subprocess.Popen[bytes]:
        """Start a command as `honcho` would, in a process group of its own."""
        return subprocess.Popen(
            ["/bin/sh", "-c", f"exec {line}"], cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start_worker(self) -> None:
        """From now on jobs are done."""
        self.others.append(self.start(command("worker")))

    def stop_worker(self) -> None:
        """Jobs are done no more; whatever the workers have in hand they finish."""
        _end(self.others)
        self.others = []

    def wait(self, path: str = "/healthz", seconds: float = 60) -> "Served":
        """Until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError), urllib.request.urlopen(self.base + path, timeout=5):
                return self
            time.sleep(0.05)
        self.stop()
        raise TimeoutError(f"nobody opened within {seconds:g} s: {shlex.split(self._command)[0]}")

    def kill(self) -> None:
        """kill -9 of the web server and all its workers, whatever they are doing."""
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait(15)

    def reopen(self) -> None:
        """Start the web server again at the same address."""
        self.web = self.start(self._command)

    def memory(self) -> float:
        """MB that the web server's processes and the worker use together: PSS, so that shared pages count once."""
        groups = {process.pid for process in (self.web, *self.others)}
        running = (one for one in Path("/proc").iterdir() if one.name.isdigit())
        return sum(pss(one) for one in running if _group(one) in groups)

    def stop(self) -> None:
        """End just these processes."""
        _end([self.web, *self.others])


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)


def _group(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[2])
    except OSError:
        return None


def pss(process: Path) -> float:
    """MB of a process (its folder in /proc), pages it shares with others counted in parts; 0 when it is gone."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
