"""How long the whole test suite takes."""

import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run() -> list[tuple[str, float, str, str, bool]]:
    """One run of `make test`; a red suite is short whatever its time."""
    began = time.monotonic()
    passed = subprocess.run(["make", "-s", "test"], cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0
    seconds = time.monotonic() - began
    return [("suite_s", round(seconds, 1), "s", "< 300 and green", passed and seconds < 300)]
