"""A file that a phone kept of what it had not sent: opened by the handset's key, judged in its author's name."""

import json
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.arrivals import recorded, sending
from outreach.arrivals.judging import KEPT, TAKEN, Fate
from outreach.arrivals.models import HANDED_IN, SUSPENDED
from outreach.arrivals.recorded import Record
from outreach.arrivals.sending import Whole
from outreach.bag import handsets, keys, reading
from outreach.bag.reading import Unreadable

MOST = 2000  # records of a file


class NoFile(Exception):
    """This is no such file, or nobody can open it any more."""


class HandedIn(NamedTuple):
    """Whose file it was, and what became of each record."""

    author: Account
    fates: list[tuple[Record, Fate]]


def hand_in(s: Session, by: Account, file: bytes, secret_key: str) -> HandedIn:
    """Judge the records of a file: one's own at once; what is not taken, and somebody else's, is kept apart, since
    nobody can be asked on the phone any more. Raises NoFile.
    """
    try:
        said = parsed(file)
        handset = handsets.by_mark(s, reading.words(said, "mark", 36))
        if handset is None:
            raise NoFile
        key = keys.take_out(handset.data_key, handset.mark, secret_key)
        told = parsed(keys.unseal(key, str(said.get("iv")), str(said.get("data"))))
        ahead = timedelta(seconds=handset.clock_off)  # as it was when it was last heard of
        records = recorded.records(_ageless(told), ahead, MOST)
    except (Unreadable, keys.Unopened):
        raise NoFile from None
    author = handset.account
    if author.id == by.id:
        fates = _own(s, by, handsets.place_of(handset), records)
    else:
        fates = sending.apart(s, author, records, HANDED_IN if author.is_active else SUSPENDED)
    handsets.arrived(handset, sum(fate.fate in TAKEN for fate in fates))
    audit.record(
        s, "handset.hand_in", "handset", handset.id, area_id=author.area_id, actor_id=by.id, records=len(records)
    )  # fmt: skip
    return HandedIn(author, list(zip(records, fates, strict=True)))


def _own(s: Session, by: Account, bag_place: int | None, records: list[Record]) -> list[Fate]:
    found = sending.judge(s, Whole(by, by, bag_place), records)
    return [
        fate if fate.fate in TAKEN else _apart(s, by, record, fate) for record, fate in zip(records, found, strict=True)
    ]


def _apart(s: Session, by: Account, record: Record, fate: Fate) -> Fate:
    kept = sending.apart(s, by, [record], HANDED_IN)[0]
    return kept if kept.fate == KEPT else fate


def _ageless(told: dict[str, object]) -> dict[str, object]:
    """An age was counted up to when the file was saved, which may be days ago: what its clock told is left."""
    records = told.get("records")
    if not isinstance(records, list):
        return told
    return told | {"records": [one | {"age": None, "least": None} if isinstance(one, dict) else one for one in records]}


def parsed(text: bytes) -> dict[str, object]:
    """A JSON object. Raises NoFile."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NoFile from None
    if not isinstance(found, dict):
        raise NoFile
    return found
