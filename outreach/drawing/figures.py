"""Rows of a screen that tell how things stand: sums, receipts, stations of a case, goods, bars, good and bad news."""

from outreach.drawing import icons
from outreach.drawing.ink import (
    EDGE,
    HAIR,
    INDIGO,
    INK,
    PALE,
    PINK,
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


def amount(line: Line, room: Room) -> Drawn:
    """A big sum."""
    box = Box(0, 1, room.w, room.h - 2)
    size = size_for(line.parts[0], room.w - 24, 27, bold=True)
    pieces = rect(box, PALE, r=8) + text(
        room.middle, room.h / 2 + size * 0.35, line.parts[0], size, bold=True, fill=INDIGO, anchor="middle"
    )
    return Drawn(pieces, box, room.middle + em(line.parts[0], bold=True) * size / 2)


def number(line: Line, room: Room) -> Drawn:
    """A number that matters."""
    size = size_for(line.parts[0], room.w, 32, bold=True)
    wide = em(line.parts[0], bold=True) * size
    left = room.middle - wide / 2 if room.centred else 0
    pieces = text(
        left + wide / 2 if room.centred else 0,
        room.h / 2 + size * 0.35,
        line.parts[0],
        size,
        bold=True,
        fill=INDIGO,
        anchor="middle" if room.centred else "",
    )
    return Drawn(pieces, Box(left - 4, 2, wide + 8, room.h - 4), left + wide)


def receipt(line: Line, room: Room) -> Drawn:
    """A slip of paper that says what was paid."""
    left, right, low = 14.0, room.w - 14, room.h - 3
    teeth = "".join("l6-5 6 5" for _ in range(int((right - left) // 12)))
    right = left + 12 * int((right - left) // 12)
    pieces = path(f"M{left} {low}V2H{right}V{low}M{left} {low}{teeth}", INK, 2, fill=WHITE)
    pieces += icons.done(left + 30, room.h / 2 - 3, 18)
    x, width = left + 58, right - left - 66
    pieces += text(x, 32, line.parts[0], 16, room=width)
    pieces += text(x, 60, line.parts[1], 22, room=width, bold=True, fill=INDIGO)
    return Drawn(pieces, Box(left, 2, right - left, low - 2), right)


def stars(line: Line, room: Room) -> Drawn:
    """Five stars, some of them given."""
    given, wide = int(line.parts[0]), min(46.0, room.w / 5)
    left = room.middle - 2.5 * wide
    star = "M0-15l4.400 10.200 11 .9-8.400 7.200 2.600 10.800L0 7.300-9.600 13.100l2.600-10.800-8.400-7.200 11-.9z"
    pieces = "".join(
        f'<g transform="translate({left + wide * (index + 0.5):.0f} {room.h / 2:.0f})">'
        f"{path(star, INDIGO, 2, fill=INDIGO if index < given else WHITE)}</g>"
        for index in range(5)
    )
    return Drawn(pieces, Box(left, 0, 5 * wide, room.h), room.w)


def track(line: Line, room: Room) -> Drawn:
    """The stations of a case: done, now, to come."""
    many = len(line.parts)
    wide = room.w / many
    now = line.star or many + 1
    places = [wide * (index + 0.5) for index in range(many)]
    pieces = path(f"M{places[0]} 11H{places[-1]}", HAIR, 4)
    pieces += path(f"M{places[0]} 11H{places[min(now, many) - 1]}", INDIGO, 4)
    for index, x in enumerate(places, start=1):
        if index < now:
            pieces += circle(x, 11, 9, INDIGO) + path(f"M{x - 4} 11l3 3.500 5-7", WHITE, 2.2)
        else:
            pieces += circle(x, 11, 9, edge=INDIGO if index == now else EDGE, thick=2.5)
            pieces += circle(x, 11, 4.5, INDIGO) if index == now else ""
        said = line.said[index - 1]
        pieces += lines(x, 36, said, 15, step=16, room=wide - 2, bold=index == now, anchor="middle")
    return Drawn(pieces, room.whole, room.w)


def calendar(line: Line, room: Room) -> Drawn:
    """A leaf of a calendar and a day in words."""
    said = line.said[0]
    size = min(size_for(one, room.w - 96, 22, bold=True) for one in said)
    wide = max(em(one, bold=True) for one in said) * size
    left = max(room.middle - (80 + wide) / 2, 0)
    box = Box(left, 8, 66, room.h - 12)
    pieces = rect(box, r=6, edge=INK, thick=2.2)
    pieces += path(f"M{left} 26v-12a6 6 0 0 1 6-6h54a6 6 0 0 1 6 6v12z", "", fill=RED)
    pieces += path(f"M{left + 18} 3v11M{left + 48} 3v11", INK, 3)
    for row in range(3):
        y = 37 + row * (room.h - 46) / 3
        pieces += path("".join(f"M{left + 12 + column * 14} {y}h.1" for column in range(4)), EDGE, 6)
    pieces += circle(left + 40, 37 + (room.h - 46) / 3, 8, "none", edge=RED, thick=2.5)
    pieces += lines(left + 80, room.h / 2 + size * 0.35 - 13 * (len(said) - 1), said, size, step=26, bold=True)
    return Drawn(pieces, Box(left, 2, 80 + wide, room.h - 4), left + 80 + wide)


def item(line: Line, room: Room) -> Drawn:
    """Goods for sale: a picture, a name, a price."""
    box = Box(0, 1, room.w, room.h - 2)
    photo = Box(6, 7, room.h - 14, room.h - 14)
    pieces = rect(box, r=8, edge=HAIR) + rect(photo, SAND, r=6)
    pieces += icons.sign("Mua sắm", photo.x + photo.w / 2, room.h / 2, 1.3, SOFT)
    said = line.said[0]
    left = photo.x + photo.w + 10
    width = room.w - left - 8
    size = min(size_for(one, width, 16) for one in said)
    # Two lines of a name leave the price only the end of the second.
    pieces += lines(left, 25 if len(said) == 1 else 20, said, size, step=16, room=width)
    pieces += text(left, room.h - (12 if len(said) == 1 else 8), line.parts[1], 17, room=width, bold=True, fill=RED)
    longest = max(max(map(em, said)) * size, em(line.parts[1], bold=True) * 17)
    return Drawn(pieces, box, left + longest)


def menu(line: Line, room: Room) -> Drawn:
    """The bar at the foot of an app."""
    many = len(line.parts)
    wide = room.w / many
    wraps = any(len(line.said[index]) > 1 for index in range(many))
    pieces = ""
    for index, name in enumerate(line.parts):
        x, chosen = wide * (index + 0.5), line.mark == index + 1
        ink = INDIGO if chosen else SOFT
        if wraps:
            said = line.said[index]
            first = room.h / 2 + 5 - 8.5 * (len(said) - 1)
            pieces += lines(x, first, said, 15, step=17, room=wide - 2, bold=chosen, fill=ink, anchor="middle")
        else:
            pieces += icons.sign(name, x, 10, 0.75, ink) if name in icons.SIGNS else circle(x, 10, 6, "none", edge=ink)
            pieces += text(x, room.h - 4, name, 15, room=wide - 2, bold=chosen, fill=ink, anchor="middle")
    left = wide * ((line.mark or 1) - 1)
    return Drawn(pieces, Box(left + 3, 0, wide - 6, room.h), left + wide)


def apps(line: Line, room: Room) -> Drawn:
    """Apps side by side, each with its name."""
    many = len(line.parts)
    wide = room.w / many
    wraps = any(len(line.said[index]) > 1 for index in range(many))
    side = room.h - (36 if wraps else 22)
    pieces, spot = "", room.whole
    for index, name in enumerate(line.parts):
        x = wide * (index + 0.5)
        box = Box(x - side / 2, 0, side, side)
        pieces += icons.app_icon(name, box)
        chosen = line.mark == index + 1
        pieces += lines(x, side + 15, line.said[index], 15, step=16, room=wide, bold=chosen, anchor="middle")
        if chosen:
            broad = min(max(side, *(em(one, bold=True) * 15 for one in line.said[index])) + 4, wide)
            spot = Box(x - broad / 2, -1, broad, side + 4 + 16 * len(line.said[index]))
    return Drawn(pieces, spot, spot.x + spot.w)


def bars(line: Line, room: Room) -> Drawn:
    """A small bar chart, in per cent; the numbers stand beside the bars."""
    told = [part.rsplit(maxsplit=1) for part in line.parts]
    step = room.h / len(told)
    size = min(size_for(name, room.w * 0.42, 16) for name, _ in told)
    left = min(max(em(name) * size for name, _ in told) + 8, room.w * 0.5)
    full = room.w - left - 46
    pieces = ""
    for index, (name, share) in enumerate(told):
        y, long = step * (index + 0.5), full * min(int(share), 100) / 100
        pieces += text(0, y + 5.5, name, size, room=left - 6) + rect(Box(left, y - 8, full, 16), PALE, r=2)
        pieces += rect(Box(left, y - 8, max(long, 2), 16), INDIGO, r=2)
        pieces += text(room.w, y + 5.5, f"{share}%", 16, bold=True, anchor="end")
    return Drawn(pieces, room.whole, room.w)


def good(line: Line, room: Room) -> Drawn:
    """It went well."""
    return _news(line, room, INDIGO)


def bad(line: Line, room: Room) -> Drawn:
    """Stop, something is wrong."""
    return _news(line, room, RED)


def _news(line: Line, room: Room, ink: str) -> Drawn:
    said = line.said[0]
    sign = icons.warning if ink == RED else icons.done
    pieces = rect(Box(0, 1, room.w, room.h - 2), PINK if ink == RED else PALE, r=8)
    if room.h > 64 + 26 * len(said):  # the sign over the words, else beside them
        size = min(size_for(one, room.w - 16, 21, bold=True) for one in said)
        y = room.h / 2 - 13 * len(said) - 4
        pieces += sign(room.middle, y, 26)
        pieces += lines(room.middle, y + 54, said, size, step=26, bold=True, fill=ink, anchor="middle")
        return Drawn(pieces, room.whole)
    size = min(size_for(one, room.w - 72, 19, bold=True) for one in said)
    wide = max(em(one, bold=True) for one in said) * size
    left = max(room.middle - (58 + wide) / 2, 8)
    y = room.h / 2
    pieces += sign(left + 22, y, 20)
    pieces += lines(left + 54, y + size * 0.35 - 11 * (len(said) - 1), said, size, step=22, bold=True, fill=ink)
    return Drawn(pieces, room.whole)


def blank(line: Line, room: Room) -> Drawn:
    """A dotted line to write on."""
    y = room.h - 5
    dotted = f'<path d="M2 {y:.0f}H{room.w:.0f}" stroke="{SOFT}" stroke-width="2.2" stroke-dasharray="0.1 6"/>'
    return Drawn(dotted, Box(0, 2, room.w, room.h - 2), 0)
