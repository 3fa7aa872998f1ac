"""Rows of a screen that one operates: address bars, fields, ticks, buttons, keys."""

from outreach.drawing import icons
from outreach.drawing.ink import (
    EDGE,
    HAIR,
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
    path,
    rect,
    size_for,
    text,
)
from outreach.drawing.row import Drawn, Line, Room

BODY = 16
CHOOSE = "Chọn"  # a field that says so opens a list


def bar(line: Line, room: Room) -> Drawn:
    """A browser's address bar."""
    y = room.h / 2
    pieces = rect(room.whole, SAND, r=room.h / 2) + circle(15, y, 5.5, "none", edge=SOFT)
    address = line.parts[0]
    size = size_for(address, room.w - 44, BODY, bold=True)
    pieces += text(29, y + 5.5, address, BODY, room=room.w - 44, bold=True)
    return Drawn(pieces, room.whole, 29 + em(address, bold=True) * size, room.h / 2)


def app(line: Line, room: Room) -> Drawn:
    """The title bar of an app."""
    y = room.h / 2
    pieces = rect(room.whole, INDIGO, r=6) + path(f"M17 {y - 6}l-6 6 6 6", WHITE)
    pieces += text(30, y + 6, line.parts[0], 17, room=room.w - 40, bold=True, fill=WHITE)
    return Drawn(pieces, room.whole, 30 + em(line.parts[0], bold=True) * 17)


def field(line: Line, room: Room) -> Drawn:
    """A label and a box to write in."""
    label, value = line.parts[0], line.parts[1] if len(line.parts) > 1 else ""
    high = min(34.0, room.h - (25 if line.mark else 20))
    box = Box(0, room.h - high, room.w, high)
    must = label.endswith("*")
    label = label.rstrip("* ")
    pieces = text(1, 13, label, BODY, room=room.w - 12, fill=SOFT)
    if must:
        pieces += text(5 + em(label) * size_for(label, room.w - 12, BODY), 14, "*", BODY, bold=True, fill=RED)
    pieces += rect(box, r=6, edge=EDGE)
    y = box.y + high / 2
    if value and not value.strip("*•"):
        pieces += "".join(circle(15 + 12 * index, y, 4, INK) for index in range(min(len(value) * 3, 9)))
        return Drawn(pieces, box, 125)
    if not value:
        return Drawn(pieces + (path(f"M12 {y - 8}v16", INDIGO) if line.mark else ""), box, 14)
    pieces += text(11, y + 5.5, value, BODY, room=room.w - 34)
    if value.startswith(CHOOSE):
        pieces += path(f"M{room.w - 24} {y - 3}l6 6 6-6", SOFT)
    return Drawn(pieces, box, 11 + em(value) * size_for(value, room.w - 34, BODY))


def tick(line: Line, room: Room) -> Drawn:
    """A square box, ticked or not, and what one agrees to."""
    y = room.h / 2
    box = Box(4, y - 10, 20, 20)
    pieces = rect(box, INDIGO if line.star else WHITE, r=4, edge=INDIGO if line.star else EDGE, thick=2)
    if line.star:
        pieces += path(f"M9 {y}l4 4.5 7-9", WHITE)
    return _said(line, room, pieces)


def choice(line: Line, room: Room) -> Drawn:
    """A round box, chosen or not."""
    y = room.h / 2
    pieces = circle(14, y, 10, edge=INDIGO if line.star else EDGE)
    if line.star:
        pieces = rect(room.whole, PALE, r=6) + pieces + circle(14, y, 5.5, INDIGO)
    return _said(line, room, pieces)


def _said(line: Line, room: Room, pieces: str) -> Drawn:
    said = line.said[0]
    width = room.w - 40
    size = min(size_for(one, width, BODY, bold=bool(line.star)) for one in said)
    first = room.h / 2 + 5.5 - 9 * (len(said) - 1)
    pieces += lines(33, first, said, BODY, step=18, room=width, bold=bool(line.star))
    return Drawn(pieces, room.whole, 33 + max(em(one, bold=bool(line.star)) for one in said) * size)


def switch(line: Line, room: Room) -> Drawn:
    """A switch, on or off."""
    y = room.h / 2
    said = line.said[0]
    pieces = lines(2, y + 5.5 - 9 * (len(said) - 1), said, BODY, step=18, room=room.w - 58)
    box = Box(room.w - 48, y - 12, 46, 24)
    pieces += rect(box, INDIGO if line.star else WHITE, r=12, edge=INDIGO if line.star else EDGE, thick=2)
    pieces += circle(box.x + (34 if line.star else 12), y, 8, WHITE if line.star else EDGE)
    return Drawn(pieces, box, box.x + box.w, 12)


def row(line: Line, room: Room) -> Drawn:
    """A row of a list, which opens when pressed; at its right perhaps a code or a price."""
    y = room.h / 2
    left, right = line.parts[0], line.parts[1] if len(line.parts) > 1 else ""
    wide = em(right) * BODY + 8 if right else 0
    size = size_for(left, room.w - 30 - wide, BODY)
    pieces = path(f"M0 {room.h - 0.5}h{room.w}", HAIR, 1) if not line.mark else ""
    pieces += text(6, y + 5.5, left, BODY, room=room.w - 30 - wide)
    if right:
        pieces += text(room.w - 22, y + 5.5, right, BODY, fill=SOFT, anchor="end")
    pieces += path(f"M{room.w - 13} {y - 6}l6 6-6 6", EDGE)
    return Drawn(pieces, room.whole, room.w - 22 if right else 6 + em(left) * size)


def button(line: Line, room: Room) -> Drawn:
    """The one filled button."""
    return _button(line.parts[0], Box(0, 1, room.w, room.h - 2), filled=True)


def button2(line: Line, room: Room) -> Drawn:
    """An outlined button."""
    return _button(line.parts[0], Box(0, 1, room.w, room.h - 2), filled=False)


def pair(line: Line, room: Room) -> Drawn:
    """Two buttons side by side, the second filled; the longer one gets more room."""
    first, second = (max(em(part, bold=True), 3) for part in line.parts)
    gap = 16 if line.mark else 10
    wide = (room.w - gap - 32) * first / (first + second) + 16
    left = _button(line.parts[0], Box(0, 1, wide, room.h - 2), filled=False)
    right = _button(line.parts[1], Box(wide + gap, 1, room.w - wide - gap, room.h - 2), filled=True)
    chosen = left if line.mark == 1 else right
    return Drawn(left.pieces + right.pieces, chosen.spot, chosen.words_end)


def _button(words: str, box: Box, *, filled: bool) -> Drawn:
    room = box.w - 16
    size = size_for(words, room, 17, bold=True)
    middle = box.x + box.w / 2
    pieces = rect(box, INDIGO if filled else WHITE, r=8, edge="" if filled else INDIGO, thick=2)
    ink = WHITE if filled else INDIGO
    pieces += text(middle, box.y + box.h / 2 + 6, words, 17, room=room, bold=True, fill=ink, anchor="middle")
    return Drawn(pieces, box, middle + em(words, bold=True) * size / 2)


def search(line: Line, room: Room) -> Drawn:
    """A search box with what is looked for."""
    y = room.h / 2
    box = Box(0, 1, room.w, room.h - 2)
    pieces = rect(box, r=box.h / 2, edge=EDGE)
    pieces += circle(19, y - 1, 6, "none", edge=SOFT, thick=2.5) + path(f"M23 {y + 3}l5 5", SOFT)
    pieces += text(36, y + 5.5, line.parts[0], BODY, room=room.w - 50)
    return Drawn(pieces, box, 36 + em(line.parts[0]) * BODY, box.h / 2)


def code(line: Line, room: Room) -> Drawn:
    """Six places, some of them filled."""
    filled = int(line.parts[0][0])
    wide = min(36.0, (room.w - 40) / 6)
    left = room.middle - (6 * wide + 5 * 6) / 2
    box = Box(left, 0, 6 * wide + 30, room.h)
    pieces = ""
    for index in range(6):
        x = left + index * (wide + 6)
        pieces += rect(Box(x, 0, wide, room.h), r=5, edge=EDGE)
        if index < filled:
            pieces += circle(x + wide / 2, room.h / 2, 4.5, INK)
        elif index == filled:
            pieces += path(f"M{x + wide / 2} {room.h / 2 - 8}v16", INDIGO)
    return Drawn(pieces, box, box.x + box.w - wide / 2 - 8)


def keypad(line: Line, room: Room) -> Drawn:
    """The number keys."""
    box = room.whole
    wide, high = (box.w - 16) / 3, (box.h - 9) / 4
    pieces = ""
    for index, key in enumerate("123456789 0⌫"):
        if key == " ":
            continue
        x, y = index % 3 * (wide + 8), index // 3 * (high + 3)
        pieces += rect(Box(x, y, wide, high), SAND, r=4)
        if key == "⌫":
            pieces += icons.backspace(x + wide / 2, y + high / 2)
        else:
            pieces += text(x + wide / 2, y + high / 2 + 5.5, key, BODY, bold=True, anchor="middle")
    return Drawn(pieces, box)
