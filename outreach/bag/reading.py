"""Reading what phones say: JSON of any kind becomes words and numbers of a known shape; what does not is Unreadable."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request

from outreach import clock
from outreach.web import LARGEST

NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Unreadable(Exception):
    """Nothing of it can be understood: an answer's status and a word for programs."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(status, error)
        self.status, self.error = status, error


@dataclass(frozen=True)
class Sending:
    """What a phone says at the head of a sending: who it is, what waits, how far its clock is ahead of ours."""

    mark: str
    secret: str
    waiting: int
    ahead: timedelta

    @property
    def seconds_ahead(self) -> int:
        """As the database keeps it."""
        return max(-LARGEST, min(LARGEST, round(self.ahead.total_seconds())))


def body(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises Unreadable."""
    try:
        found = json.loads(request.get_data() or "null")
    except (ValueError, RecursionError):
        raise Unreadable(400, "unreadable") from None
    if not isinstance(found, dict):
        raise Unreadable(422, "shape")
    return found


def sending(said: dict[str, Any]) -> Sending:
    """The head of a sending. Raises Unreadable."""
    return Sending(words(said, "mark", 36), words(said, "secret", 100), whole(said.get("waiting")), ahead(said))


def ahead(said: dict[str, Any]) -> timedelta:
    """By how much the phone's clock is ahead of ours, from what it showed when it sent."""
    shown = moment(said.get("now"))
    return shown - clock.now() if shown else timedelta(0)


def words(said: dict[str, Any], name: str, most: int) -> str:
    """A short text. Raises Unreadable where there is none."""
    text = said.get(name)
    if not isinstance(text, str) or not text or len(text) > most or not clean(text):
        raise Unreadable(422, "shape")
    return text


def whole(said: object) -> int:
    """A count; what is none is nothing."""
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= LARGEST else 0


def clean(text: str) -> bool:
    """No NUL (PostgreSQL cannot keep it), and no half letter (nothing can write it down)."""
    return NO_TEXT.search(text) is None


def moment(said: object) -> datetime | None:
    """A moment as phones write it (ISO 8601), in UTC; None for anything else, and for what no page could show."""
    if not isinstance(said, str) or len(said) > 40:
        return None
    try:
        found = datetime.fromisoformat(said)
        return showable((found if found.tzinfo else found.replace(tzinfo=clock.place())).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def showable(found: datetime) -> datetime:
    """The moment itself, if a page can show it. Raises OverflowError in the calendar's last hours."""
    clock.local(found)
    return found
