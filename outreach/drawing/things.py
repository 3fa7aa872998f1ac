"""Things of a scene; each stands on (0, 0), at most some 92 px wide and 110 px high."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from outreach.drawing import icons, people
from outreach.drawing.ink import (
    EDGE,
    INDIGO,
    INK,
    MIDDLE,
    PALE,
    RED,
    SAND,
    WHITE,
    Box,
    circle,
    lines,
    moved,
    path,
    rect,
    stripes,
)

ROOF = "#8A5A44"
HOUR: Final = re.compile(r"(\d{1,2}) ?(?:giờ|h|:) ?(\d{2})?")


def house() -> str:
    """A house with a tiled roof."""
    walls = rect(Box(-38, -56, 76, 56), WHITE, edge=INK, thick=2.5)
    door = rect(Box(-28, -38, 22, 38), MIDDLE, edge=INK, thick=2) + rect(Box(6, -40, 22, 18), PALE, edge=INK, thick=2)
    return walls + door + path("M-48-54L0-96 48-54z", INK, 2.5, fill=ROOF) + path("M17-40v18M6-31h22", INK, 1.5)


def office() -> str:
    """The commune's house: a flight of steps, a long roof, a board over the door."""
    pieces = rect(Box(-42, -70, 84, 64), WHITE, edge=INK, thick=2.5)
    pieces += path("M-48-70h96l-12-18h-72z", INK, 2.5, fill=INDIGO)
    pieces += path("M0-88v-20M0-108h18v11h-18", INK, 2.2, fill=RED)
    pieces += rect(Box(-18, -62, 36, 10), PALE, r=1, edge=INK) + rect(Box(-10, -40, 20, 34), MIDDLE, edge=INK, thick=2)
    for x in (-35, 20):
        pieces += rect(Box(x, -40, 15, 18), PALE, edge=INK, thick=2)
    return pieces + rect(Box(-48, -6, 96, 6), SAND, edge=INK, thick=2)


def bank() -> str:
    """A house with columns and a coin over them."""
    pieces = path("M-46-62L0-92 46-62z", INK, 2.5, fill=PALE) + circle(0, -73, 8, WHITE, edge=INDIGO, thick=2.5)
    for x in (-36, -14, 8, 28):
        pieces += rect(Box(x - 1, -60, 11, 48), WHITE, edge=INK, thick=2)
    return pieces + rect(Box(-46, -12, 92, 12), INDIGO, r=1, edge=INK, thick=2)


def desk() -> str:
    """A table with papers on it."""
    table = path("M-46-46H46M-38-44V0M38-44V0", INK, 5) + rect(Box(-38, -44, 76, 10), SAND, edge=INK, thick=2)
    papers = path("M-30-50l6-16h26l-6 16z", INK, 2, fill=WHITE) + path("M14-50v-18h8v18", INK, 2, fill=PALE)
    return table + papers + path("M18-68v-14M24-68l4-10", INK, 2.5)


def motorbike() -> str:
    """A motorbike."""
    wheels = "".join(circle(x, -16, 16, WHITE, edge=INK, thick=5) + circle(x, -16, 3, INK) for x in (-31, 31))
    frame = path("M-34-20l6-22h34l8 14h8l-6-34 10-4M22-58L33-18", INK, 5)
    seat = path("M-32-44q16-9 34-4l6 16h-32z", INK, 2.5, fill=INDIGO)
    return wheels + frame + seat + path("M-12-18h24", INK, 6) + circle(30, -50, 6, PALE, edge=INK)


def envelope() -> str:
    """A letter."""
    folds = "M-41-57L0-26 41-57M-40-5l26-28M40-5L14-33"
    return rect(Box(-42, -60, 84, 58), WHITE, r=4, edge=INK, thick=2.5) + path(folds, INK, 2.5)


def notebook() -> str:
    """A notebook and a pen."""
    pieces = rect(Box(-32, -84, 58, 82), WHITE, r=4, edge=INK, thick=2.5)
    pieces += rect(Box(-32, -84, 13, 82), INDIGO, r=3, edge=INK)
    pieces += stripes(-10, -64, [28, 28, 20, 28], 14, EDGE, 3)
    return pieces + path("M40-74l7 5-28 44-9 5 2-10z", INK, 2.2, fill=SAND)


def poster() -> str:
    """A board on the village wall, with a code to scan."""
    pieces = path("M-30-20V0M30-20V0", INK, 5) + rect(Box(-42, -104, 84, 86), WHITE, r=3, edge=INK, thick=3)
    pieces += rect(Box(-42, -104, 84, 18), INDIGO, r=3) + path("M-28-95h56", WHITE, 4)
    return pieces + icons.qr(-34, -78, 40) + stripes(14, -72, [20, 20, 14], 13, EDGE, 4)


def phone() -> str:
    """A telephone."""
    pieces = rect(Box(-29, -106, 58, 106), INK, r=9) + rect(Box(-24, -94, 48, 80), WHITE, r=2)
    pieces += path("M-6-100h12", WHITE, 2.5) + path("M-6-7h12", WHITE, 3)
    for index in range(6):
        pieces += rect(Box(-18 + index % 2 * 20, -88 + index // 2 * 20, 15, 15), PALE if index else MIDDLE, r=4)
    return pieces + rect(Box(-18, -26, 35, 8), INDIGO, r=2)


def bulb() -> str:
    """An electric light."""
    glass = path("M-13-30c0-12-17-18-17-38a30 30 0 0 1 60 0c0 20-17 26-17 38z", INK, 2.5, fill="#FFF3CC")
    base = rect(Box(-13, -30, 26, 18), SAND, r=3, edge=INK, thick=2.5) + path("M-12-21h24M-6-6h12", INK, 3)
    rays = path("M-44-68h-6M44-68h6M-32-98l-4-4M32-98l4-4", INK, 3)
    return glass + base + rays + path("M-8-32v-24l-6-8M8-32v-24l6-8M-8-56h16", INK, 2)


def meter() -> str:
    """An electricity meter."""
    pieces = rect(Box(-34, -98, 68, 90), SAND, r=8, edge=INK, thick=2.5)
    pieces += circle(0, -62, 26, WHITE, edge=INK, thick=2.5)
    pieces += rect(Box(-19, -72, 38, 16), INK, r=2) + path("M-13-64h4M-3-64h4M7-64h4", WHITE, 5)
    pieces += path("M4-53l-8 10h8l-4 8", RED, 2.5)
    return pieces + rect(Box(-20, -26, 40, 12), WHITE, r=2, edge=INK, thick=2) + path("M-10-8V0M10-8V0", INK, 4)


def plot() -> str:
    """A piece of land with its boundary."""
    field = path("M-48-8L-22-52H50L28-8z", INK, 2.5, fill="#E3E4CF")
    furrows = path("M-30-8l22-44M-10-8l20-44M10-8l20-44", EDGE, 1.8)
    corners = ((-48, -6), (-22, -50), (50, -50), (28, -6))
    return field + furrows + "".join(rect(Box(x - 3, y - 14, 6, 16), RED, r=1, edge=INK) for x, y in corners)


def clock(said: Sequence[str] = ()) -> str:
    """A clock; it shows the hour of its label, and four o'clock where that tells none."""
    told = HOUR.search(" ".join(said))
    hour, minute = (int(told[1]), int(told[2] or 0)) if told else (4, 0)
    face = circle(0, -48, 42, WHITE, edge=INK, thick=3.5) + path("M0-84v4M0-16v4M-36-48h4M32-48h4", INK, 3)
    hands = (((hour + minute / 60) * 30, 19), (minute * 6, 29))
    return face + "".join(moved(path(f"M0 0v-{long}", INDIGO, 4.5), 0, -48, turn=turn % 360) for turn, long in hands)


def qr() -> str:
    """A code to scan."""
    return rect(Box(-42, -90, 84, 84), r=5, edge=INK, thick=2.5) + icons.qr(-35, -83, 70)


def paper(title: Sequence[str] = ()) -> str:
    """A paper with its title."""
    pieces = path("M-40-106H26L40-92V0h-80z", INK, 2.5, fill=WHITE) + path("M26-106v14h14", INK, 2)
    first = -78.0 if title else -90.0
    pieces += lines(0, first, title, 16, step=17, room=72, bold=True, anchor="middle")
    top = first + 17 * len(title) - 2
    return pieces + stripes(-28, top, [56, 48, 56, 36][: int(-top // 13)], 13, "#C9C1B3", 4)


def card(title: Sequence[str] = ()) -> str:
    """A card with a portrait."""
    pieces = rect(Box(-47, -80, 94, 76), PALE, r=7, edge=INDIGO, thick=2.5)
    pieces += lines(0, -61, title, 16, step=17, room=84, bold=True, anchor="middle")
    top = -52.0 + 17 * max(len(title) - 1, 0) if title else -70.0
    high = -10 - top
    photo = Box(-38, top, min(28, high * 0.8), high)
    pieces += rect(photo, r=2) + icons.portrait(photo)
    return pieces + stripes(0, top + 8, [36, 26, 36][: int(high // 12)], 12, "#9DB4CC", 4)


@dataclass(frozen=True)
class Thing:
    """How a thing is drawn, and how broad and high it is then; `titled` = its label stands on it."""

    draw: Callable[[Sequence[str]], str]
    w: float
    h: float
    titled: bool = False


def _plain(draw: Callable[[], str], w: float, h: float) -> Thing:
    return Thing(lambda _title: draw(), w, h)


THINGS: Final[Mapping[str, Thing]] = {
    "person": _plain(people.person, 64, 105),
    "elder": _plain(people.elder, 76, 115),
    "volunteer": _plain(people.volunteer, 64, 105),
    "officer": _plain(people.officer, 100, 105),
    "child": _plain(people.child, 48, 78),
    "baby": _plain(people.baby, 58, 76),
    "house": _plain(house, 96, 98),
    "office": _plain(office, 100, 110),
    "desk": _plain(desk, 94, 84),
    "motorbike": _plain(motorbike, 98, 66),
    "envelope": _plain(envelope, 86, 62),
    "notebook": _plain(notebook, 80, 86),
    "poster": _plain(poster, 86, 106),
    "phone": _plain(phone, 60, 106),
    "bulb": _plain(bulb, 100, 104),
    "meter": _plain(meter, 70, 100),
    "plot": _plain(plot, 104, 66),
    "bank": _plain(bank, 94, 94),
    "clock": Thing(clock, 86, 92),
    "qr": _plain(qr, 86, 92),
    "paper": Thing(paper, 82, 108, titled=True),
    "card": Thing(card, 96, 82, titled=True),
}
