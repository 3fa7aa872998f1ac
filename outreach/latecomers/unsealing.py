"""What lies sealed on a phone whose owner cannot open it there: signed out or without the PIN, and suspended since.

The house has the data key. By it the phone's own half key opens, and by that each record (see sealed.js); whoever
brings a half key that opens has this phone in hand. All of it is kept apart for somebody to decide.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.arrivals import recorded, sending
from outreach.arrivals.judging import TAKEN, Fate
from outreach.arrivals.models import OUT_OF_REACH, SUSPENDED
from outreach.arrivals.recorded import MOST_RECORDS, Record
from outreach.bag import handsets, keys, reading
from outreach.bag.models import Handset
from outreach.bag.reading import Unreadable
from outreach.latecomers import filing


def known(s: Session, said: dict[str, Any], secret_key: str) -> tuple[Handset, bytes]:
    """The handset that speaks, known by its half key, and that key, opened; what it says of itself is noted.

    Raises Unreadable, also where the house has lost the data key.
    """
    mark = reading.words(said, "mark", 36)
    handset = s.scalars(select(Handset).where(Handset.mark == mark).with_for_update(of=Handset)).one_or_none()
    try:
        if handset is None:
            raise keys.Unopened
        half = _unsealed(keys.take_out(handset.data_key, handset.mark, secret_key), said.get("half"))
    except keys.Unopened:
        raise Unreadable(404, "unknown") from None
    handsets.heard(handset, reading.whole(said.get("waiting")), handset.clock_off, sends=False)
    return handset, half


def take(s: Session, handset: Handset, half: bytes, said: dict[str, Any]) -> list[tuple[Record, Fate]]:
    """Keep apart what it brings, and the fate of each; what cannot be opened is refused. Raises Unreadable."""
    boxes, author = said.get("boxes"), handset.account
    if not isinstance(boxes, list) or len(boxes) > MOST_RECORDS:
        raise Unreadable(422, "shape")
    records = recorded.records({"records": _opened(half, boxes)}, reading.ahead(said))
    why = OUT_OF_REACH if author.is_active else SUSPENDED
    fates = sending.apart(s, author, records, why, handsets.place_of(handset))
    taken = sum(fate.fate in TAKEN for fate in fates)
    handsets.arrived(handset, taken)
    if taken:
        handset.sent_at = handset.seen_at
        audit.record(s, "handset.unseal", "handset", handset.id, area_id=author.area_id, records=taken)
    return list(zip(records, fates, strict=True))


def _opened(half: bytes, boxes: Sequence[object]) -> list[object]:
    """Each record as the phone put it by; None for what cannot be opened."""
    found: list[object] = []
    for box in boxes:
        try:
            found.append(filing.parsed(_unsealed(keys.shared(half, _text(box, "salt")), box)))
        except (keys.Unopened, filing.NoFile):
            found.append(None)
    return found


def _unsealed(key: bytes, box: object) -> bytes:
    return keys.unseal(key, _text(box, "iv"), _text(box, "box"))


def _text(box: object, name: str) -> str:
    return str(box.get(name)) if isinstance(box, dict) else ""
