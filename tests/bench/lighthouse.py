"""What Lighthouse says of a page: four marks from 0 to 100, and when a weak phone has painted what matters."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
DEFAULT: tuple[str, ...] = ("--throttling-method=simulate",)  # its own phone: 150 ms, 1,638 kbit/s, 4 times slower
SLOW_3G = (
    "--throttling-method=simulate", "--throttling.rttMs=400", "--throttling.throughputKbps=400",
    "--throttling.cpuSlowdownMultiplier=4", "--screenEmulation.mobile", "--screenEmulation.width=360",
    "--screenEmulation.height=640", "--screenEmulation.deviceScaleFactor=2",
)  # fmt: skip
SECONDS, TRIES = 180, 3


class NoReport(Exception):
    """Lighthouse did not get to an end; the text says why."""


@dataclass(frozen=True)
class Report:
    """Marks by category; `lcp`: ms until the largest text or picture stands; `short`: what cost marks."""

    marks: Mapping[str, int]
    lcp: float
    short: Sequence[str]


def look(programs: Path, chromium: str, address: str, settings: Sequence[str]) -> Report:
    """Look at a page until there is a report; `programs` as `fetched.node_programs` gives it. Raises NoReport.

    On a busy machine its browser sometimes loses the beginning of its own recording: then it is asked again.
    """
    for _ in range(TRIES - 1):
        try:
            return _look(programs, chromium, address, settings)
        except NoReport:
            continue
    return _look(programs, chromium, address, settings)


def _look(programs: Path, chromium: str, address: str, settings: Sequence[str]) -> Report:
    command = [
        str(programs / "node_modules" / ".bin" / "lighthouse"), address, "--form-factor=mobile", *settings, "--quiet",
        "--no-enable-error-reporting", "--output=json", "--output-path=stdout",
        f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}",
    ]  # fmt: skip
    env = os.environ | {"CHROME_PATH": chromium}
    running = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said, wrong = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGINT)  # it ends its browser itself
        running.wait(20)
        raise NoReport(f"no end within {SECONDS} s: {address}") from None
    if running.returncode:
        raise NoReport(f"{address}: {' '.join(wrong.split())[-300:]}")
    return _read(json.loads(said))


def _read(told: Mapping[str, Any]) -> Report:
    if told.get("runtimeError"):
        raise NoReport(str(told["runtimeError"]))
    audits = told["audits"]
    marks = {name: round(100 * (told["categories"][name]["score"] or 0)) for name in CATEGORIES}
    weighed = [one["id"] for name in CATEGORIES for one in told["categories"][name]["auditRefs"] if one["weight"]]
    short = [name for name in weighed if audits[name]["score"] is not None and audits[name]["score"] < 1]
    said = [f"{name} {audits[name].get('displayValue', '')}".strip() for name in short]
    return Report(marks, audits["largest-contentful-paint"]["numericValue"], said)
