"""Rows of a screen that one looks at: words, messages, calls, codes to scan, papers."""

from collections.abc import Sequence

from outreach.drawing import icons, people
from outreach.drawing.ink import (
    EDGE,
    INDIGO,
    INK,
    PALE,
    RED,
    SAND,
    SOFT,
    WHITE,
    Box,
    circle,
    em,
    lines,
    moved,
    n,
    path,
    rect,
    size_for,
    stripes,
    text,
)
from outreach.drawing.row import Drawn, Line, Room

DARK, DIM = "#2B2925", "#8C857A"  # a camera's ground, and a paper in bad light
WRITING, MIDDLE_LINE = "#C9C1B3", "#9DB4CC"  # bars that stand for writing, on a paper and on a card
PAGE = 136.0  # px: breadth of a paper before a camera


def title(line: Line, room: Room) -> Drawn:
    """Bold words."""
    return _words(line, room, 18, 20, bold=True)


def plain(line: Line, room: Room) -> Drawn:
    """Plain words."""
    return _words(line, room, 16, 19)


def note(line: Line, room: Room) -> Drawn:
    """Small words."""
    return _words(line, room, 15, 18, ink=SOFT)


def _words(line: Line, room: Room, size: float, step: float, ink: str = INK, *, bold: bool = False) -> Drawn:
    said = line.said[0]
    size = min(size_for(one, room.w, size, bold=bold) for one in said)
    wide = max(em(one, bold=bold) for one in said) * size
    y = room.h / 2 + size * 0.34 - step * (len(said) - 1) / 2
    x, anchor = (room.middle, "middle") if room.centred else (1.0, "")
    left = room.middle - wide / 2 if room.centred else 1.0
    pieces = lines(x, y, said, size, step=step, room=room.w, bold=bold, fill=ink, anchor=anchor)
    spot = Box(left - 5, 0, wide + 10, room.h)
    return Drawn(pieces, spot, left + wide)


def sms(line: Line, room: Room) -> Drawn:
    """A message that came in: its sender, and a bubble."""
    said = line.said[1]
    box = Box(0, 19, room.w - 12, room.h - 20)
    pieces = text(4, 13, line.parts[0], 15, room=room.w - 20, bold=True)
    pieces += rect(box, PALE, r=9) + path(f"M0 {box.y + box.h - 12}v13l12-5z", "", fill=PALE)
    y = box.y + box.h / 2 + 5.2 - 9 * (len(said) - 1)
    pieces += lines(11, y, said, 15.5, step=18, room=box.w - 18)
    return Drawn(pieces, box, 11 + max(map(em, said)) * 15)


def mine(line: Line, room: Room) -> Drawn:
    """A message of one's own."""
    said = line.said[0]
    size = min(size_for(one, room.w - 30, 15.5) for one in said)
    wide = max(max(map(em, said)) * size + 24, 60)
    box = Box(room.w - wide, 3, wide, room.h - 8)
    right, bottom = box.x + box.w, box.y + box.h
    pieces = rect(box, INDIGO, r=9) + path(f"M{right} {bottom - 12}v14l-12-5z", "", fill=INDIGO)
    y = box.y + box.h / 2 + 5.2 - 9 * (len(said) - 1)
    pieces += lines(box.x + 11, y, said, 15.5, step=18, room=wide - 18, fill=WHITE)
    return Drawn(pieces, box, right)


def call(line: Line, room: Room) -> Drawn:
    """Somebody is calling: a name, a button to refuse and one to answer."""
    middle = room.middle
    pieces = text(middle, 14, "Cuộc gọi đến", 16, fill=SOFT, anchor="middle")
    pieces += text(middle, 40, line.parts[0], 21, room=room.w - 8, bold=True, anchor="middle")
    pieces += circle(middle, 75, 23, SAND) + moved(path(icons.PERSON, SOFT, 2.2), middle, 75, 1.25)
    low = room.h - 26
    red, blue = room.w * 0.22, room.w * 0.78
    pieces += circle(red, low, 24, RED) + icons.handset(red - 1, low + 4, 135)
    pieces += circle(blue, low, 24, INDIGO) + icons.handset(blue - 1, low - 1)
    for x, said in ((red, "Từ chối"), (blue, "Trả lời")):
        pieces += text(x, low - 31, said, 16, anchor="middle")
    return Drawn(pieces, Box(red - 24, low - 24, 48, 48), 0, 24)


def qr(line: Line, room: Room) -> Drawn:
    """A QR code."""
    side = room.h - 12
    box = Box(room.middle - side / 2 - 6, 0, side + 12, room.h)
    pieces = rect(box, r=6, edge=EDGE) + icons.qr(box.x + 6, 6, side)
    return Drawn(pieces, box)


def scan(line: Line, room: Room) -> Drawn:
    """A camera over a QR code."""
    pieces = rect(room.whole, DARK, r=8)
    side = room.h - 44
    card = Box(room.middle - side / 2 - 6, 16, side + 12, side + 12)
    pieces += rect(card, r=3) + icons.qr(card.x + 6, 22, side) + _corners(card.grown(8))
    pieces += path(f"M{card.x - 14} {room.h / 2}h{card.w + 28}", RED, 2)
    return Drawn(pieces, room.whole)


def camera(line: Line, room: Room) -> Drawn:
    """A camera over a paper that is whole, straight and in good light."""
    sheet = _frame(room)
    pieces = rect(room.whole, DARK, r=8) + _page(sheet, line.said[0]) + _corners(sheet.grown(8)) + _shutter(room)
    return Drawn(pieces, _button_of(room), 0, 16)


def camera_bad(line: Line, room: Room) -> Drawn:
    """A camera over a paper that is dark, askew and cut off."""
    frame = _frame(room)
    askew = _page(Box(-frame.w / 2, -46, frame.w, room.h), line.said[0], DIM)
    # A picture within the picture cuts off what hangs over its edge.
    cut = moved(askew, frame.x + frame.w / 2 - 24, room.h - 44, 1, 13)
    pieces = rect(room.whole, DARK, r=8) + f'<svg width="{n(room.w)}" height="{n(room.h)}">{cut}</svg>'
    pieces += _corners(frame.grown(8))
    pieces += _shutter(room) + icons.refused(room.w - 27, 26, 16)
    return Drawn(pieces, _button_of(room), 0, 16)


def _frame(room: Room) -> Box:
    """Where a paper should lie before a camera."""
    wide = min(PAGE, room.w - 96)
    return Box((room.w - 52 - wide) / 2, 15, wide, room.h - 30)


def _shutter(room: Room) -> str:
    spot = _button_of(room)
    x, y = spot.x + spot.w / 2, spot.y + spot.h / 2
    return circle(x, y, 14, DARK, edge=WHITE, thick=2.5) + circle(x, y, 9, WHITE)


def _button_of(room: Room) -> Box:
    """Where a camera is pressed."""
    return Box(room.w - 43, room.h * 0.58 - 16, 32, 32)


def _corners(box: Box) -> str:
    right, low, arm = box.x + box.w, box.y + box.h, 13
    return path(
        f"M{box.x} {box.y + arm}v-{arm}h{arm}M{right - arm} {box.y}h{arm}v{arm}"
        f"M{right} {low - arm}v{arm}h-{arm}M{box.x + arm} {low}h-{arm}v-{arm}",
        "#FFFFFF",
        3,
    )


def _page(box: Box, title: Sequence[str], ground: str = WHITE) -> str:
    """A paper with its title, and writing that does not matter."""
    pieces = rect(box, ground, r=3, edge=INK)
    middle, first = box.x + box.w / 2, box.y + 22
    pieces += lines(middle, first, title, 16, step=18, room=box.w - 12, bold=True, anchor="middle")
    top = first + 18 * len(title) - 4
    many = max(int((box.y + box.h - 6 - top) // 11) + 1, 0)
    lengths = [(box.w - 28) * (1, 0.8, 0.94, 0.6)[index % 4] for index in range(many)]
    return pieces + stripes(box.x + 14, top, lengths, 11, EDGE if ground != WHITE else WRITING, 3)


def paper(line: Line, room: Room) -> Drawn:
    """One paper."""
    wide = max(room.h * 0.78, 116)
    box = Box(room.middle - wide / 2, 1, wide, room.h - 2)
    return Drawn(_page(box, line.said[0]), box)


def papers(line: Line, room: Room) -> Drawn:
    """Two or three papers side by side."""
    many = len(line.parts)
    wide = (room.w - 12 * (many - 1)) / many
    boxes = [Box(index * (wide + 12), 1, wide, room.h - 2) for index in range(many)]
    pieces = "".join(_page(box, line.said[index]) for index, box in enumerate(boxes))
    chosen = boxes[(line.mark or 1) - 1]
    return Drawn(pieces, chosen, 0, 3)


def card(line: Line, room: Room) -> Drawn:
    """A card with a portrait; no number can be read on it."""
    said = line.said[0]
    wide = min(room.h * 1.7, room.w)
    box = Box(room.middle - wide / 2, 1, wide, room.h - 2)
    pieces = rect(box, PALE, r=10, edge=INDIGO, thick=2)
    pieces += lines(room.middle, 23, said, 16, step=17, room=wide - 14, bold=True, anchor="middle")
    top = 33 + 17.0 * (len(said) - 1)
    face = Box(box.x + 12, top, (room.h - 10 - top) * 0.8, room.h - 10 - top)
    pieces += rect(face, r=3) + icons.portrait(face)
    left = face.x + face.w + 12
    shares = [(1, 0.7, 0.9)[index % 3] for index in range(int((face.h - 6) // 13) + 1)]
    pieces += stripes(left, top + 7, [(box.x + wide - left - 14) * share for share in shares], 13, MIDDLE_LINE, 4)
    return Drawn(pieces, box, 0, 10)


def photo(line: Line, room: Room) -> Drawn:
    """A portrait on a white ground."""
    wide = room.h * 0.75
    box = Box(room.middle - wide / 2, 1, wide, room.h - 2)
    x, low = room.middle, box.y + box.h
    pieces = rect(box, r=3, edge=INK, thick=2)
    k = room.h / 96
    shoulders = path("M-28-1c0-30 12-34 28-34s28 4 28 34z", INK, 2, fill=INDIGO) + people.head(0, -52, 19)
    pieces += moved(shoulders, x, low, k)
    return Drawn(pieces, box, box.x + box.w)
