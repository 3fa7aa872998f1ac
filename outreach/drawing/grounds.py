"""Where a picture plays: on a phone, on a sheet of paper, or in the open; and what stands where in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from outreach.drawing import contents, controls, figures, marks
from outreach.drawing.ink import EDGE, INK, RED, Box, circle, lines, moved, path, rect, text
from outreach.drawing.row import Drawn, Line, Room

Pen = Callable[[Line, Room], Drawn]
PENS: Final[Mapping[str, Pen]] = {
    "bar": controls.bar, "app": controls.app, "field": controls.field, "tick": controls.tick,
    "choice": controls.choice, "switch": controls.switch, "row": controls.row, "button": controls.button,
    "button2": controls.button2, "pair": controls.pair, "search": controls.search, "code": controls.code,
    "keypad": controls.keypad,
    "title": contents.title, "text": contents.plain, "note": contents.note, "sms": contents.sms,
    "mine": contents.mine, "call": contents.call, "qr": contents.qr, "scan": contents.scan,
    "camera": contents.camera, "camera-bad": contents.camera_bad, "paper": contents.paper,
    "papers": contents.papers, "card": contents.card, "photo": contents.photo,
    "amount": figures.amount, "receipt": figures.receipt, "stars": figures.stars, "track": figures.track,
    "calendar": figures.calendar, "item": figures.item, "menu": figures.menu, "apps": figures.apps,
    "bars": figures.bars, "number": figures.number, "ok": figures.good, "stop": figures.bad, "line": figures.blank,
}  # fmt: skip
# One big thing and the words about it stand in the middle; forms and lists begin at the left.
CENTRED: Final = frozenset(
    "code keypad qr scan camera camera-bad photo amount stars call card paper ok stop".split(),  # noqa: SIM905
)
BARS: Final = ("bar", "app")  # they stay at the top
SCALES: Final = (1.3, 1.2, 1.1, 1.0)
TOP, FOOT = 32.0, 237.0  # px: the phone's screen
RING, GAP, LOOSE = 14.0, 8.0, 16.0  # px: more height for what is marked; what is good and what is most between rows
# px a row may be higher than it must, where the picture has room.
GROWTH: Final = {
    "sms": 10, "mine": 6, "row": 8, "tick": 6, "choice": 8, "switch": 8, "button": 6, "button2": 6, "pair": 6,
    "search": 4, "keypad": 44, "paper": 70, "papers": 50, "camera": 44, "camera-bad": 44, "scan": 40, "qr": 50,
    "photo": 60, "code": 8, "apps": 16, "bars": 44, "item": 10, "field": 6, "card": 26, "ok": 70, "stop": 70,
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A row drawn, and how far down it stands."""

    drawn: Drawn
    y: float
    marked: bool


def phone(told: Sequence[Line]) -> str:
    """A phone's screen; what is at its foot stays at the foot."""
    status = next((line for line in told if line.kind == "status"), None)
    rows = [line for line in told if line.kind != "status"]
    footed = bool(rows) and rows[-1].kind == "menu"
    pieces = rect(Box(46, 8, 268, 226 if footed else 272), r=24, edge=INK, thick=2.5)
    pieces += path("M160 19h40", INK, 4) + (_status(status.parts[0]) if status else "")
    return pieces + _rows(rows, Box(60, TOP, 240, (FOOT - 7 if footed else FOOT) - TOP))


def sheet(told: Sequence[Line]) -> str:
    """A page of paper, perhaps stamped."""
    pieces = rect(Box(52, 12, 256, 270), r=2, edge=INK, thick=2)
    stamped = any(line.kind == "stamp" for line in told)
    rows = [line for line in told if line.kind != "stamp"]
    pieces += _rows(rows, Box(70, 24, 220, 140 if stamped and _fits(rows, 140, 1) else 208))
    return pieces + "".join(_stamp(line) for line in told if line.kind == "stamp")


def _rows(rows: Sequence[Line], place: Box) -> str:
    scale = next((one for one in SCALES if _fits(rows, place.h, one)), 1.0)
    centred = any(line.kind in CENTRED for line in rows)
    placed = list(_placed(rows, place.w / scale, place.h / scale, centred=centred))
    ring = hand = ""
    for one in placed:
        if one.marked and not hand:
            spot = one.drawn.spot.moved(place.x, place.y + one.y * scale, scale)
            ring = marks.ring(spot, one.drawn.r * scale)
            hand = marks.hand(spot, place.x + one.drawn.words_end * scale if one.drawn.words_end else 0)
    # The ring comes first, so that it hides no words; the hand last.
    drawn = "".join(moved(one.drawn.pieces, 0, one.y) for one in placed)
    return ring + moved(drawn, place.x, place.y, scale) + hand


def _fits(rows: Sequence[Line], high: float, scale: float) -> bool:
    """Whether everything may be drawn so much larger."""
    need = sum(line.height for line in rows) + GAP * (len(rows) - 1) + RING * any(line.mark for line in rows)
    return need * scale <= high and all(line.larger >= scale for line in rows)


def _placed(rows: Sequence[Line], wide: float, high: float, *, centred: bool) -> Iterator[Placed]:
    """Rows under each other: the marked one has more room, then all grow a little, then what is left is air."""
    spare = max(high - sum(line.height for line in rows), 0.0)
    rings = [min(RING, spare) if line.mark else 0.0 for line in rows]
    spare = max(spare - sum(rings), 0.0)
    gap = min(GAP, spare / max(len(rows) - 1, 1))
    spare -= gap * (len(rows) - 1)
    growths = [GROWTH.get(line.kind, 0) for line in rows]
    share = min(spare / max(sum(growths), 1), 1.0)
    spare -= share * sum(growths)
    more = min(LOOSE - GAP, spare / max(len(rows) - 1, 1))
    spare -= more * (len(rows) - 1)
    bars = next((index for index, line in enumerate(rows) if line.kind not in BARS), 0)
    y = 0.0
    for index, line in enumerate(rows):
        y += spare * (0.5 if centred else 0.4) if index == bars else 0.0
        height = line.height + share * growths[index]
        if line.kind == "menu" and index == len(rows) - 1:
            y = high - height - rings[index]
        yield Placed(_drawn(line, Room(wide, height, centred), rings[index]), y, bool(line.mark))
        y += height + rings[index] + gap + more


def _drawn(line: Line, room: Room, ring: float) -> Drawn:
    """A row in the middle of its place; only a field's label stays where it is, and the ring goes between."""
    if line.kind == "field":
        return PENS[line.kind](line, Room(room.w, room.h + ring * 0.5, room.centred))
    drawn = PENS[line.kind](line, room)
    return Drawn(moved(drawn.pieces, 0, ring / 2), drawn.spot.moved(0, ring / 2), drawn.words_end, drawn.r)


def _status(kind: str) -> str:
    """The sign of the network, at the top right."""
    if kind == "wifi":
        arcs = path("M270 17q10-9 20 0M274 22q6-5 12 0", INK, 2.5)
        return arcs + circle(280, 26, 2, INK)
    steps = "".join(f"M{268 + 6 * index} 28v-{4 + 4 * index}" for index in range(4))
    bars = path(steps, INK if kind == "4g" else EDGE, 3.5)
    if kind == "4g":
        return bars + text(262, 28, "4G", 15, bold=True, anchor="end")
    return bars + path("M252 15l10 11M262 15l-10 11", RED, 3)


def _stamp(line: Line) -> str:
    """A round red stamp, without anybody's emblem."""
    pieces = circle(0, 0, 33, "none", edge=RED, thick=3) + circle(0, 0, 27, "none", edge=RED, thick=1.2)
    said = line.said[0] if line.said else ("Đã ký",)
    pieces += lines(0, 5 - 8 * (len(said) - 1), said, 15, step=16, room=46, bold=True, fill=RED, anchor="middle")
    return moved(pieces, 262, 190, 1, -12)
