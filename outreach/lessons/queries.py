"""Reading lessons: what can be learned, and what is left out and why."""

import logging
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from flask import current_app

from outreach.lessons import content
from outreach.lessons.content import Lesson
from outreach.lib.faults import Fault
from outreach.settings import ROOT

FOLDER = ROOT / "lessons"
log = logging.getLogger(__name__)


def catalogue() -> Mapping[str, Lesson]:
    """Every lesson by slug, in order; read once a process, at a desk again within a second of a change of a file."""
    return _now()[0]


def faults() -> Sequence[Fault]:
    """Why lessons, or languages of them, are left out of the catalogue; empty when all is well."""
    return _now()[1]


def _now() -> tuple[Mapping[str, Lesson], Sequence[Fault]]:
    at_a_desk = bool(current_app) and current_app.config["SETTINGS"].development
    return _read(FOLDER, _newest(FOLDER, int(time.monotonic())) if at_a_desk else 0.0)


@lru_cache(maxsize=2)  # as the app at a desk and whoever works beside it ask
def _read(folder: Path, _changed: float) -> tuple[Mapping[str, Lesson], Sequence[Fault]]:
    lessons, wrong = content.load_sound(folder)
    for fault in wrong:
        log.error("A lesson is not shown, or not in every language. %s", fault)
    return lessons, wrong


@lru_cache(maxsize=1)
def _newest(folder: Path, _second: int) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def for_procedure(procedure_id: str) -> Lesson | None:
    """The lesson that teaches this procedure of the handbook, if there is one."""
    return next((one for one in catalogue().values() if one.procedure == procedure_id), None)
