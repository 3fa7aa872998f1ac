"""In which order to visit houses, so that a walk brings the most: plain arithmetic on houses and the ways between them.

The rule. Every house has a worth: how likely a visit there brings the family one stage nearer to "proficient". From
where one stands, the next house is the one with the most worth for the minutes it costs, the way there and the time at
the door. Houses of a lower tier (a promise, then the houses one looks after) come before all others, whatever their
worth. One begins at the worthiest house, because nobody's whereabouts are known to us; among equals the way decides.

The way. Where the list has the coordinates of both houses: the distance as the crow flies, lengthened by the bends of
village lanes. Else by the lane (the address without the house number): along one lane by the number that somebody gave
the houses for walking, or by the house numbers; between lanes by how far apart they stand in natural order.

The figures below are judgements, not measurements: 20 minutes for a visit that teaches something, 70 m a minute on
foot, house numbers 8 m apart. They need not be exact: they only have to tell next door from across the village.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple

from outreach.lib import words

AT_THE_DOOR: Final = 20.0  # minutes
METRES_A_MINUTE: Final = 70.0
BENDS: Final = 1.3  # a way on foot, for each metre as the crow flies
BETWEEN_NUMBERS: Final = 8.0  # metres for each house number
BETWEEN_PLACES: Final = 16.0  # metres for each place of a walking order: it counts houses, not numbers
SAME_LANE: Final = 60.0  # metres, where no order is known
LONGEST_LANE: Final = 400.0
OTHER_LANE: Final = 200.0
BETWEEN_LANES: Final = 25.0  # metres more for each lane that lies between
FAR: Final = 450.0  # the far end of the village, or an address nobody wrote down
EARTH: Final = 6_371_000.0
LOOKED_AT: Final = 300  # so many houses of the most worth are weighed against each other

HOUSE = r"\d+[a-zđ]?(?:[/.-]\d+[a-zđ]?)*"
ALONE = re.compile(rf"(?:(?:số nhà|nhà số|số|nhà|sn|no\.?)\s*)?({HOUSE})", re.IGNORECASE)
WITHIN = re.compile(rf"(?:\b(?:số nhà|nhà số|số|sn))\s*({HOUSE})\b", re.IGNORECASE)
BEFORE = re.compile(rf"({HOUSE})\s+(?=[^\W\d])", re.IGNORECASE)


class Spot(NamedTuple):
    """An address taken apart: the lane as written (may be ""), and the house number as a number that sorts."""

    lane: str
    number: float | None
    key: str  # what two spellings of one lane have in common
    order: str  # natural order of lanes: Ngõ 2, Ngõ 10


@dataclass(frozen=True)
class House:
    """A house that may be visited; lower tiers come first."""

    id: int
    worth: float  # 0 to 1, more for what must not wait
    tier: int = 0
    address: str = ""
    walk_no: int | None = None
    lat: float | None = None
    lon: float | None = None
    name: str = ""  # a sorting key: of two houses alike, the one listed first


class Stop(NamedTuple):
    """A house in its turn; `metres` from the one before, where both houses' coordinates are known."""

    id: int
    metres: float | None


@lru_cache(maxsize=8192)
def spot(address: str) -> Spot:
    """Lane and number of an address such as "Ngõ 3, số 12", "12, Ngõ 3" or "12/4 Trần Phú"."""
    parts = [part.strip() for part in words.nfc(address).split(",") if part.strip()]
    for at, part in enumerate(parts):
        if (alone := ALONE.fullmatch(part)) and len(parts) > 1:
            return _spot(", ".join(parts[:at] + parts[at + 1 :]), _number(alone[1]))
    whole = ", ".join(parts)
    within = WITHIN.search(whole) or BEFORE.match(whole)
    if not within:
        return _spot(whole, None)
    rest = whole[: within.start()] + whole[within.end() :]
    return _spot(" ".join(rest.split()).strip(" ,"), _number(within[1]))


def _spot(lane: str, number: float | None) -> Spot:
    return Spot(lane, number, words.fold(lane), words.sort_key(lane))


def in_order(address: str, walk_no: int | None, name: str = "") -> tuple[str, bool, float, str]:
    """A sorting key: lane by lane in natural order, then as one walks along it; houses without any order last."""
    place = spot(address)
    order = walk_no if walk_no is not None else place.number
    return place.order, order is None, float(order or 0), name


def tour(houses: Iterable[House], most: int) -> list[Stop]:
    """The first `most` houses of the walk; few or many houses, it looks at no more than LOOKED_AT of them."""
    ranked = sorted(houses, key=lambda h: (h.tier, -h.worth, *in_order(h.address, h.walk_no, h.name)))[:LOOKED_AT]
    in_turn = sorted({(place.order, place.key) for place in (spot(h.address) for h in ranked)})
    lanes = {key: n for n, (_order, key) in enumerate(in_turn)}
    walked: list[Stop] = []
    here: House | None = None
    while ranked and len(walked) < most:
        best = _next(here, [h for h in ranked if h.tier == ranked[0].tier], lanes)
        walked.append(Stop(best.id, straight(here, best) if here else None))
        ranked.remove(best)
        here = best
    return walked


def straight(one: House, other: House) -> float | None:
    """Metres as the crow flies (haversine); None unless both places are known."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    up, along = radians(other.lat - one.lat) / 2, radians(other.lon - one.lon) / 2
    part = sin(up) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(along) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, part)))


def way(one: House, other: House, lanes: dict[str, int]) -> float:
    """Metres on foot from one house to another; `lanes` gives each lane's place in natural order."""
    known = straight(one, other)
    if known is not None:
        return known * BENDS
    here, there = spot(one.address), spot(other.address)
    if not here.lane or not there.lane:
        return FAR
    if here.key == there.key:
        return min(LONGEST_LANE, _along(one, other, here.number, there.number))
    return min(FAR, OTHER_LANE + BETWEEN_LANES * abs(lanes.get(here.key, 0) - lanes.get(there.key, 0)))


def _along(one: House, other: House, here: float | None, there: float | None) -> float:
    if one.walk_no is not None and other.walk_no is not None:
        return BETWEEN_PLACES * abs(one.walk_no - other.walk_no)
    if here is not None and there is not None:
        return BETWEEN_NUMBERS * abs(here - there)
    return SAME_LANE


def _next(here: House | None, houses: Sequence[House], lanes: dict[str, int]) -> House:
    """The most worth for the minutes; the first of equals. With nowhere to stand, the worthiest."""
    if here is None:
        return houses[0]
    return max(houses, key=lambda h: h.worth / (AT_THE_DOOR + way(here, h, lanes) / METRES_A_MINUTE))


def _number(typed: str) -> float:
    """As numbers sort: 9 < 12 < 12A < 12/4 < 13."""
    first, *further = re.findall(r"\d+", typed)
    letter = re.search(r"\d([a-z])", typed.casefold())
    deeper = 0.1 + min(int(further[0]), 799) / 1000 if further else 0.0
    return int(first[:6]) + (ord(letter[1]) - 96) / 1000 + deeper if letter else int(first[:6]) + deeper
