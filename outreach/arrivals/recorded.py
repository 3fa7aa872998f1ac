"""The records of a sending: what phones noted becomes records of a known shape.

One bad record is a record with a `fault`: the others still count.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from outreach import clock
from outreach.accounts import receipts
from outreach.bag.reading import Unreadable, clean, moment, showable

MOST_RECORDS = 50
MOST_FIELDS, LONGEST_NAME, LONGEST_VALUE, LONGEST_URL = 200, 40, 4000, 120
NOT_CONTENT = ("csrf_token", "client_id", "at", "base", "anyway", "same")
CLOCKS_AGREE = timedelta(minutes=5)
REFERENCE = re.compile(r"~([0-9a-f-]{36})(\.head)?")  # to what an earlier record makes; or to the head it comes with
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One form as a phone recorded it. `at` is put right already; `said_at` is what the phone's clock showed."""

    client_id: str
    url: str
    fields: Pairs
    at: datetime | None = None
    said_at: datetime | None = None
    by: int | None = None
    fault: str = ""  # why it cannot be read, in words

    def values(self, name: str) -> list[str]:
        """What a field says, in order."""
        return [value for key, value in self.fields if key == name]

    def digest(self) -> str:
        """A mark of what it says, whoever brings it and whenever."""
        return receipts.mark([*(pair for pair in self.fields if pair[0] not in NOT_CONTENT), (".url", self.url)])


def records(said: dict[str, Any], ahead: timedelta, most: int = MOST_RECORDS) -> list[Record]:
    """The records of a sending, in order. Raises Unreadable for more than it may hold."""
    found = said.get("records")
    if not isinstance(found, list) or len(found) > most:
        raise Unreadable(422, "shape")
    now = clock.now()
    return [_record(one, ahead, now) for one in found]


def _record(said: object, ahead: timedelta, now: datetime) -> Record:
    if not isinstance(said, dict):
        return Record("", "", (), fault=_broken())
    client_id = said.get("client_id")
    if not isinstance(client_id, str) or not receipts.is_client_id(client_id):
        return Record(client_id[:40] if isinstance(client_id, str) else "", "", (), fault=_broken())
    url, fields = said.get("url"), _pairs(said.get("fields"))
    if not isinstance(url, str) or len(url) > LONGEST_URL or not clean(url) or fields is None:
        return Record(client_id.lower(), "", (), fault=_broken())
    shown, by = moment(said.get("at")), said.get("by")
    author = by if isinstance(by, int) and not isinstance(by, bool) else None
    return Record(client_id.lower(), url, fields, put_right(shown, Clues.read(said), ahead, now), shown, author)


def _broken() -> str:
    return _("This record came in pieces and cannot be read. It stays on your phone.")


def _pairs(said: object) -> Pairs | None:
    """The fields, if they are pairs of clean texts of a size that people type."""
    if not isinstance(said, list) or len(said) > MOST_FIELDS or not all(_is_pair(one) for one in said):
        return None
    return tuple((name, value) for name, value in said)


def _is_pair(one: object) -> bool:
    if not isinstance(one, list) or len(one) != 2 or not all(isinstance(text, str) for text in one):
        return False
    return len(one[0]) <= LONGEST_NAME and len(one[1]) <= LONGEST_VALUE and all(map(clean, one))


class Clues(NamedTuple):
    """What a phone tells of when a record was made, in seconds: its age, or the age it has at least, by the page's own
    clock, which nobody can set; how far the phone's clock was off when the house was last heard, and when that was."""

    age: float | None = None
    least: float | None = None
    off: float | None = None
    heard: datetime | None = None

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Clues":
        """Those that can be read."""
        return cls(
            _seconds(said.get("age"), -1), _seconds(said.get("least"), 0), _seconds(said.get("off"), -(10**9)),
            moment(said.get("heard")),
        )  # fmt: skip


def _seconds(said: object, least: int) -> float | None:
    number = isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said)
    return float(said) if number and least <= said < 10**9 else None  # type: ignore[operator, arg-type]


def put_right(shown: datetime | None, clues: Clues, ahead: timedelta, now: datetime) -> datetime | None:
    """When it happened by our clock: by the seconds since; else by how far the phone's clock was off before it, or is
    off now, whichever can be (people set clocks right, and wrong); else what of all that can be is nearest."""
    if clues.age is not None:
        return now - timedelta(seconds=max(0.0, clues.age))
    if shown is None:
        return None
    offs = [ahead] if clues.off is None else [timedelta(seconds=clues.off), ahead]
    guesses = [_moved(shown, off) for off in offs]
    if clues.heard is None:
        return guesses[-1]
    first, last = clues.heard, now - timedelta(seconds=clues.least or 0)
    for guess in guesses:
        if min(guess - first, last - guess) >= -CLOCKS_AGREE:
            return guess
    return min(max(guesses[-1], first), last)


def _moved(shown: datetime, off: timedelta) -> datetime:
    try:
        return showable(shown - off) if abs(off) > CLOCKS_AGREE else shown
    except OverflowError:
        return shown
