"""Ink and paper: the colours, and the few shapes every picture is made of, as pieces of SVG."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH, HEIGHT = 360, 240
# The colours of the house (see static/css), by what they are: ink, indigo, lacquer red, paper, sand, turmeric.
INK, SOFT, EDGE, HAIR = "#1A1A1A", "#4A4640", "#7A756B", "#DDD6C9"
INDIGO, PALE, MIDDLE = "#10406F", "#E6EEF6", "#4F7AA6"
RED, PINK = "#9B1C0A", "#FCEEE9"
PAPER, SAND, WHITE, TURMERIC = "#FAF7F1", "#EFEAE0", "#fff", "#FFC83D"
LEAST: Final = 15  # px; smaller text cannot be read on a small phone
# Width of a letter in ems, taken on the wide side: other letters stand in where a phone has no Roboto.
WIDE: Final = {**dict.fromkeys("ijlI.,:;'|!()", 0.28), **dict.fromkeys("ftr-/ ", 0.36), "m": 0.93, "w": 0.79}
CAPITAL, WIDEST, OTHER, BOLD = 0.67, 0.93, 0.59, 1.13

LONG: Final = re.compile(r"\d*\.\d{2,}|\d+\.0\b")


@dataclass(frozen=True)
class Box:
    """A rectangle in px."""

    x: float
    y: float
    w: float
    h: float

    def moved(self, dx: float, dy: float, scale: float = 1) -> "Box":
        """The same box after `translate(dx dy) scale(scale)`."""
        return Box(self.x * scale + dx, self.y * scale + dy, self.w * scale, self.h * scale)

    def grown(self, by: float) -> "Box":
        """A box wider by so much on each side."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


def n(value: float) -> str:
    """A number as short as can be."""
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def em(words: str, *, bold: bool = False) -> float:
    """How wide a text is about, in ems."""
    width = 0.0
    for letter in unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D")):
        if not unicodedata.combining(letter):
            width += WIDE.get(letter, (WIDEST if letter in "MW" else CAPITAL) if letter.isupper() else OTHER)
    return width * (BOLD if bold else 1)


def size_for(words: str, room: float, size: float, *, bold: bool = False) -> float:
    """The largest size up to `size`, and no smaller than can be read, at which a text fits its room."""
    return max(LEAST, min(size, room / max(em(words, bold=bold), 0.01)))


def text(
    x: float,
    y: float,
    words: str,
    size: float = 16,
    *,
    room: float = 0,
    bold: bool = False,
    fill: str = INK,
    anchor: str = "",
) -> str:
    """Words on the base line `y`; with `room` they are made smaller to fit, and at worst pressed together."""
    pressed = ""
    if room:
        size = size_for(words, room, size, bold=bold)
        if em(words, bold=bold) * size > room * 1.15:  # far beyond what the limits of letters let through
            pressed = f' textLength="{n(room)}" lengthAdjust="spacingAndGlyphs"'
    weight = ' font-weight="700"' if bold else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return (
        f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}"{weight}{at}{pressed} fill="{fill}">'
        f"{escape(words, quote=False)}</text>"
    )


def lines(
    x: float,
    y: float,
    written: Sequence[str],
    size: float = 16,
    *,
    step: float = 0,
    room: float = 0,
    bold: bool = False,
    fill: str = INK,
    anchor: str = "",
) -> str:
    """Lines of text under each other, all of one size."""
    if room:
        size = min((size_for(line, room, size, bold=bold) for line in written), default=size)
    return "".join(
        text(x, y + index * (step or size * 1.25), line, size, room=room, bold=bold, fill=fill, anchor=anchor)
        for index, line in enumerate(written)
    )


def rect(box: Box, fill: str = WHITE, *, r: float = 0, edge: str = "", thick: float = 1.5) -> str:
    """A rectangle with round corners and perhaps an edge."""
    round_ = f' rx="{n(r)}"' if r else ""
    place = f'x="{n(box.x)}" y="{n(box.y)}" width="{n(box.w)}" height="{n(box.h)}"'
    return f'<rect {place}{round_} fill="{fill}"{_edge(edge, thick)}/>'


def circle(x: float, y: float, r: float, fill: str = WHITE, *, edge: str = "", thick: float = 2) -> str:
    """A circle."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}" fill="{fill}"{_edge(edge, thick)}/>'


def path(d: str, edge: str = INK, thick: float = 2.5, *, fill: str = "none") -> str:
    """A line, or an outline that is filled; every picture has round ends and corners."""
    d = LONG.sub(lambda number: n(float(number.group())), d)
    return f'<path d="{d}" fill="{fill}"{_edge(edge, thick)}/>'


def moved(pieces: str, x: float, y: float, scale: float = 1, turn: float = 0) -> str:
    """Pieces moved, turned about their origin and made larger or smaller."""
    rotate = f" rotate({n(turn)})" if turn else ""
    larger = f" scale({scale:.3g})" if scale != 1 else ""
    return f'<g transform="translate({n(x)} {n(y)}){rotate}{larger}">{pieces}</g>'


def stripes(x: float, y: float, lengths: Sequence[float], step: float = 12, edge: str = HAIR, thick: float = 5) -> str:
    """Bars that stand for writing which does not matter here."""
    return path("".join(_stripes(x, y, lengths, step)), edge, thick)


def _stripes(x: float, y: float, lengths: Sequence[float], step: float) -> Iterator[str]:
    for index, length in enumerate(lengths):
        yield f"M{n(x)} {n(y + index * step)}h{n(length)}"


def _edge(edge: str, thick: float) -> str:
    return f' stroke="{edge}" stroke-width="{n(thick)}"' if edge else ""
