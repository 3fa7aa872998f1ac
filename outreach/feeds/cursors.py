"""Cursors: up to where somebody has read, as a short text that they hand back. They carry it, and need not read it."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

SHAPE = re.compile(r"[a-z][0-9a-f]{1,16}(-[0-9a-f]{1,8})+")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST = 2**31 - 1  # what a row's number can be
TICK = timedelta(microseconds=1)  # what both databases keep


class NoCursor(ValueError):
    """What was handed back is no cursor of this list."""


class Cursor(NamedTuple):
    """A row's moment of change, and what tells it from others that changed at the same moment."""

    at: datetime
    marks: tuple[int, ...]


def write(kind: str, cursor: Cursor) -> str:
    """A cursor as text; `kind` is one letter, so that a cursor of one list is none of another."""
    numbers = ((cursor.at - EPOCH) // TICK, *cursor.marks)
    return kind + "-".join(f"{number:x}" for number in numbers)


def read(kind: str, text: str, marks: int) -> Cursor | None:
    """The cursor of a text; None for an empty one: from the beginning. Raises NoCursor."""
    if not text:
        return None
    if not SHAPE.fullmatch(text) or text[0] != kind or text.count("-") != marks:
        raise NoCursor(text)
    at, *rest = (int(piece, 16) for piece in text[1:].split("-"))
    if max(rest) > LARGEST:
        raise NoCursor(text)
    try:
        return Cursor(EPOCH + at * TICK, tuple(rest))
    except OverflowError:
        raise NoCursor(text) from None
