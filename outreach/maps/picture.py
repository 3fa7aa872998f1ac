"""Lays out one map for the places that are there now: their shapes, where a number stands in them, labelled frames.

A place that the ground does not know (a later reform made it) stands as a square below the others; ground whose place
is no more stays empty. Units are the drawing's own; a letter is `letter` of them high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from outreach.maps.ground import Frame, Ground

WORD = 9  # letters of a name that stand in one line of a square
ROOMY = 0.66  # the radius that two digits need, in letters
NEW_COLUMNS = 5
ISLETS = ((0.5, 0.45), (0.72, 0.5), (0.3, 0.62), (0.55, 0.7), (0.4, 0.84), (0.75, 0.78))  # in a frame of one square


class Squares(NamedTuple):
    """Sizes of a map of squares."""

    width: int
    height: int
    letter: float
    gap: int = 2


PLAIN, NAMED = Squares(24, 24, 12), Squares(64, 54, 12)


@dataclass(frozen=True)
class Shape:
    """A place as it is drawn. Without lines only its number stands in it, and that only where it is roomy."""

    code: str
    path: str
    x: float
    y: float  # the number's base line
    roomy: bool = True
    lines: Sequence[tuple[float, str]] = ()  # (base line, words) of its name


@dataclass(frozen=True)
class Label:
    """A frame with its name; x and y are the middle of the name's base line."""

    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Picture:
    """All that a page draws, in the order in which a keyboard goes through it: row by row from the north."""

    box: str  # SVG's viewBox
    letter: float
    shapes: Sequence[Shape]
    frames: Sequence[Label]
    bare: Sequence[str] = ()  # paths of the ground where no place is now


def tiles(ground: Ground, codes: Sequence[str], names: Mapping[str, str] | None = None) -> Picture:
    """One square for each place; with names, if they are given. The frames' islets share their province's shape."""
    kind = PLAIN if names is None else NAMED
    spots = {code: ground.tiles[code] for code in codes if code in ground.tiles}
    columns, rows = _extent(ground)
    strangers = [code for code in codes if code not in spots]
    spots |= {code: (n % columns, rows + n // columns) for n, code in enumerate(strangers)}
    rows += -(-len(strangers) // columns)
    frames = [_enlarged(frame, kind) for frame in ground.tile_frames]
    islets = {frame.code: _islets(frame) for frame in frames if frame.code}
    shapes = [_square(code, spots[code], kind, names) for code in sorted(spots, key=lambda code: spots[code][::-1])]
    return Picture(
        f"-1 -1 {columns * (kind.width + kind.gap)} {rows * (kind.height + kind.gap)}", kind.letter,
        [replace(shape, path=shape.path + islets.get(shape.code, "")) for shape in shapes],
        [_frame(frame, kind.letter) for frame in frames],
        [path for code, path in islets.items() if code not in spots],
    )  # fmt: skip


def cells(ground: Ground, codes: Sequence[str]) -> Picture:
    """Each place as it lies, schematically; new places as squares below."""
    left, top, width, height = ground.box
    letter = round(width / 36)
    side = width // 12
    strangers = [code for code in codes if code not in ground.cells]
    there = sorted(set(codes) - set(strangers), key=lambda code: (ground.tiles[code][::-1], code))
    shapes = [_cell(ground, code, letter) for code in there]
    for n, code in enumerate(strangers):
        x, y = left + n % 10 * (side + letter), top + height + letter + n // 10 * (side + letter)
        shapes.append(Shape(code, _box(x, y, side, side), x + side / 2, y + side / 2 + letter * 0.35))
    height += -(-len(strangers) // 10) * (side + letter)
    bare = [cell.path for code, cell in ground.cells.items() if code not in set(codes)]
    frames = [_frame(frame, letter) for frame in ground.frames]
    return Picture(f"{left} {top} {width} {height}", letter, shapes, frames, bare)


def lines(name: str, most: int = WORD) -> list[str]:
    """A name in lines of at most so many letters, unless a word is longer."""
    found = [""]
    for word in name.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > most:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def _extent(ground: Ground) -> tuple[int, int]:
    """Columns and rows of a map of squares; where nothing was drawn, columns for those that are new."""
    spots = [*ground.tiles.values(), *((f.x + f.width - 1, f.y + f.height - 1) for f in ground.tile_frames)]
    return max((x + 1 for x, _y in spots), default=NEW_COLUMNS), max((y + 1 for _x, y in spots), default=0)


def _square(code: str, spot: tuple[int, int], kind: Squares, names: Mapping[str, str] | None) -> Shape:
    x, y = spot[0] * (kind.width + kind.gap), spot[1] * (kind.height + kind.gap)
    path, middle = _box(x, y, kind.width, kind.height), x + kind.width / 2
    if names is None:
        return Shape(code, path, middle, y + kind.height / 2 + kind.letter * 0.35)
    words = lines(names[code])
    first = y + kind.height / 2 - kind.letter * (len(words) * 0.55 - 0.35)
    told = [(round(first + n * kind.letter * 1.1, 1), line) for n, line in enumerate(words)]
    return Shape(code, path, middle, round(told[-1][0] + kind.letter * 1.3, 1), lines=told)


def _cell(ground: Ground, code: str, letter: int) -> Shape:
    cell = ground.cells[code]
    return Shape(code, cell.path, cell.x, round(cell.y + letter * 0.35), cell.radius >= letter * ROOMY)


def _islets(frame: Frame) -> str:
    """Islets in a frame of one square, below its name; where, says only the map of cells."""
    side = round(frame.width / 12)
    return "".join(
        _box(round(frame.x + x * frame.width - side / 2), round(frame.y + y * frame.height), side, side)
        for x, y in ISLETS
    )


def _enlarged(frame: Frame, kind: Squares) -> Frame:
    """A frame of columns and rows in the drawing's units."""
    across, down = kind.width + kind.gap, kind.height + kind.gap
    width, height = frame.width * across - kind.gap, frame.height * down - kind.gap
    return Frame(frame.name, frame.x * across, frame.y * down, width, height, frame.code)


def _frame(frame: Frame, letter: float) -> Label:
    path = _box(frame.x, frame.y, frame.width, frame.height)
    return Label(frame.name, path, frame.x + frame.width / 2, round(frame.y + letter * 1.3, 1))


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x} {y}h{width}v{height}h-{width}z"
