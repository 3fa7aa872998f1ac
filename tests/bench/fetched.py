"""Programs that others made and the bench needs for an hour: fetched into var/bench and kept there, never committed.

The Node programs are those that tests/bench/pages/package-lock.json names; Kolibri is the one of kolibri.txt beside it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTS = Path(__file__).resolve().parent / "pages"
HOME = ROOT / "var" / "bench"
READY = "fetched.txt"  # stands in a folder that is whole, and says of which list
SECONDS = 600


class NotFetched(Exception):
    """A program could not be had; the text says which one, and why."""


def node_programs() -> Path:
    """The folder whose node_modules holds Lighthouse and pa11y. Raises NotFetched."""
    home, wanted = HOME / "node", (LISTS / "package-lock.json").read_text(encoding="utf-8")
    if not _is_ready(home, wanted):
        if not shutil.which("npm"):
            raise NotFetched("Lighthouse and pa11y: there is no npm on this machine")
        _empty(home)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LISTS / name, home / name)
        _do("Lighthouse and pa11y", ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], home)
        _ready(home, wanted)
    return home


def kolibri() -> Path:
    """Kolibri's command, in a virtual environment of its own. Raises NotFetched."""
    home, wanted = HOME / "kolibri", (LISTS / "kolibri.txt").read_text(encoding="utf-8")
    if not _is_ready(home, wanted):
        _empty(home)
        _do("Kolibri", [sys.executable, "-m", "venv", str(home)], home)
        pip = [str(home / "bin" / "pip"), "install", "--require-hashes", "-r", str(LISTS / "kolibri.txt")]
        _do("Kolibri", pip, home)
        _ready(home, wanted)
    return home / "bin" / "kolibri"


def _is_ready(home: Path, wanted: str) -> bool:
    mark = home / READY
    return mark.exists() and mark.read_text(encoding="utf-8") == wanted


def _ready(home: Path, wanted: str) -> None:
    (home / READY).write_text(wanted, encoding="utf-8")


def _empty(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def _do(what: str, command: Sequence[str], folder: Path) -> None:
    env = os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}
    try:
        subprocess.run(command, cwd=folder, env=env, check=True, timeout=SECONDS, capture_output=True, text=True)
    except subprocess.CalledProcessError as fault:
        raise NotFetched(f"{what}: {' '.join((fault.stderr or fault.stdout).split())[-300:]}") from None
    except subprocess.TimeoutExpired:
        raise NotFetched(f"{what}: not here within {SECONDS} s") from None
