"""Where a house is, its place on the way, and what kind of family lives there, as lists write it. Plain text work.

Kinds of families are the commune's own (models.FAMILY_TYPES). Lists often use the same heading for poor households and
the like: those words are passed over, nobody here needs them. Nor is party membership read: it is a political view.
"""

import re

from outreach.households.models import FAMILY_TYPES
from outreach.lib import words

LATITUDES, LONGITUDES = (6.0, 24.0), (102.0, 118.0)  # of Vietnam with its islands; the two never meet
LAST_PLACE = 9999
KINDS = tuple(
    zip(
        FAMILY_TYPES,
        map(
            re.compile,
            (
                r"\b(can bo|cong chuc|vien chuc|cbccvc|cccvc|cbcc)\b",
                r"\b(doan vien|thanh nien)\b",
                r"\b(hoc sinh|sinh vien)\b",
                r"\b(phu nu)\b",
                r"\b(nong dan)\b",
            ),
        ),
        strict=True,
    )
)


class Unclear(Exception):
    """What stands there is no place; the row is taken without it."""


def coordinates(lat: str, lon: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None where the list says neither. Raises Unclear.

    Many lists exchange the two; since no latitude of Vietnam is a longitude, they are put right.
    """
    if not lat and not lon:
        return None
    try:
        pair = sorted(float(cell.strip().rstrip("°").replace(",", ".")) for cell in (lat, lon))
    except ValueError:
        raise Unclear from None
    if not (LATITUDES[0] <= pair[0] <= LATITUDES[1] and LONGITUDES[0] <= pair[1] <= LONGITUDES[1]):
        raise Unclear
    return pair[0], pair[1]


def place(cell: str) -> int | None:
    """The house's place on the way through its lane, from 1; None where nothing is said. Raises Unclear."""
    typed = cell.strip().removesuffix(".0")
    if not typed:
        return None
    if not typed.isascii() or not typed.isdecimal() or not 1 <= int(typed[:6]) <= LAST_PLACE:
        raise Unclear
    return int(typed[:6])


def kinds(cell: str) -> tuple[str, ...]:
    """The kinds of family that are named in a cell, in the order of FAMILY_TYPES; other words are passed over."""
    folded = words.fold(cell)
    return tuple(kind for kind, rule in KINDS if rule.search(folded))
