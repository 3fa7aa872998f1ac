"""The house's own wordings: version 1 of every purpose and language, brought in from templates/sms/texts.

A commune's admin goes on from there; what somebody has written since is never touched.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.lib import words
from outreach.settings import ROOT
from outreach.sms.models import DRAFT, FULL, PLAIN, Wording
from outreach.sms.purposes import PURPOSES

FOLDER = ROOT / "templates" / "sms" / "texts"


class Own(NamedTuple):
    """A wording of the house as its two files say it."""

    purpose: str
    language: str
    full: str
    plain: str


def bring(s: Session) -> int:
    """Put in, as a draft, what is not there in any version; how many came. May run any number of times, by several."""
    there = {(purpose, language) for purpose, language in s.execute(select(Wording.purpose, Wording.language))}
    now = clock.now()
    rows = [
        {
            "purpose": one.purpose, "language": one.language, "version": 1, "full": one.full, "plain": one.plain,
            "state": DRAFT, "reference": "", "made_at": now, "made_by_id": None, "state_at": now, "state_by_id": None,
        }
        for one in own() if (one.purpose, one.language) not in there
    ]  # fmt: skip
    db.add_missing(s, Wording, rows)
    return len(rows)


def own() -> Iterator[Own]:
    """Every wording that the house brings, by purpose and language."""
    for purpose in PURPOSES:
        for path in sorted(FOLDER.glob(f"{purpose}.*.{FULL}.txt")):
            language = path.name.split(".")[1]
            yield Own(purpose, language, read(path), read(file(purpose, language, PLAIN)))


def file(purpose: str, language: str, form: str) -> Path:
    """Where the house's words for a purpose stand."""
    return FOLDER / f"{purpose}.{language}.{form}.txt"


def read(path: Path) -> str:
    """What a file says, as it is sent: NFC, on one line."""
    return " ".join(words.nfc(path.read_text(encoding="utf-8")).split())
