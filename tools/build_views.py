"""Part of build_cells: what one map shows, and where its frames stand; shapes as SVG paths of whole numbers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

Spot = tuple[int, int]
Cell = list[object]  # x, y and radius of the largest circle within (for a number), path
Frame = list[object]  # name, x, y, width, height

FAR = 400  # 40 km from the rest of the province: an island goes into a frame
A_FRAME, GAP = 0.22, 0.03  # a frame's side and the gap beside it, of the map's longer side
LABEL = 0.3  # of a frame's height, above what it holds
# The country's frames, in its units of 1 km: name → left, top, width, height.
COUNTRY_FRAMES = {"Hoàng Sa": (770, 690, 190, 150), "Trường Sa": (735, 1440, 225, 220)}


class Island(NamedTuple):
    """An archipelago: its name, and its islets' places on the grid."""

    name: str
    islets: list[tuple[float, float]]


class Map(NamedTuple):
    """What goes into a file; see outreach/maps/data/README.md."""

    box: list[int]
    frames: list[Frame]
    cells: dict[str, Cell]
    tiles: dict[str, Spot] = {}
    tile_frames: list[Frame] = []


def province(shapes: dict[str, MultiPolygon], names: Mapping[str, str], islands: Mapping[str, Island]) -> Map:
    """A province's communes; those far out at sea in frames beside it, westward or eastward as they lie."""
    home = mainland([shape for code, shape in shapes.items() if code not in islands])
    left, top, right, bottom = home.bounds
    longer = max(right - left, bottom - top)
    side, gap = round(A_FRAME * longer), round(GAP * longer)
    far = [code for code, shape in shapes.items() if code in islands or shape.distance(home) > FAR]
    frames: list[Frame] = []
    for code in sorted(far, key=lambda one: shapes[one].centroid.y):
        here = shapes[code].centroid
        west = here.x < left
        across = round(side * (1.5 if code in islands else 1))
        x = round(left - across - gap if west else right + gap)
        y = round(min(max(here.y - across / 2, top), bottom - across))
        y = max([y, *(int(f[2]) + int(f[4]) + gap for f in frames if (int(f[1]) < left) == west)])
        frames.append([names[code], x, y, across, across])
        shapes[code] = _within(shapes[code], islands.get(code), frames[-1])
    cells = {code: cell(shape) for code, shape in shapes.items()}
    return Map(
        _box([home.bounds, *(_bounds(frame) for frame in frames), *(s.bounds for s in shapes.values())]), frames, cells
    )


def country(
    shapes: Mapping[str, MultiPolygon], squares: Mapping[str, list[Polygon]], homes: Mapping[str, tuple[str, Island]]
) -> Map:
    """The provinces in units of 1 km: land, small islands at their place, the archipelagos in frames."""
    drawn = {code: [_coarse(part) for part in shapely.get_parts(shape)] for code, shape in shapes.items()}
    for code, found in squares.items():
        drawn[code] += [_coarse(one) for one in found]
    kept = {
        code: [max(found, key=lambda p: p.area), *(p for p in found if p.area >= 25)] for code, found in drawn.items()
    }
    cells = {code: cell(MultiPolygon(dict.fromkeys(found))) for code, found in kept.items()}
    frames: list[Frame] = []
    for province_code, island in homes.values():
        frames.append([island.name, *COUNTRY_FRAMES[island.name]])
        cells[province_code][3] = f"{cells[province_code][3]}{path(_within(Polygon(), island, frames[-1]))}"
    bounds = [part.bounds for found in kept.values() for part in found]
    return Map(_box([*bounds, *(_bounds(frame) for frame in frames)]), frames, cells)


def cell(shape: MultiPolygon | Polygon) -> Cell:
    """A shape as a file tells it."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest)
    (x, y), _edge = circle.coords
    return [round(x), round(y), round(circle.length), path(shape)]


def path(shape: MultiPolygon | Polygon) -> str:
    """SVG's short form: where a ring begins, then the way from corner to corner."""
    rings = [
        ring for part in shapely.get_parts(shapely.orient_polygons(shape)) for ring in (part.exterior, *part.interiors)
    ]
    return "".join(_ring(shapely.get_coordinates(ring).round().astype(int).tolist()) for ring in rings)


def _ring(corners: Sequence[Sequence[int]]) -> str:
    (x, y), told = corners[0], []
    begin = f"M{x} {y}l"
    for across, down in corners[1:-1]:
        if (across, down) != (x, y):
            told.append(f"{across - x},{down - y}".replace(",-", "-"))
            x, y = across, down
    return begin + " ".join(told).replace(" -", "-") + "z"


def mainland(shapes: Sequence[MultiPolygon]) -> shapely.Geometry:
    """The largest piece of a province and all that lies near it."""
    pieces = list(shapely.get_parts(shapely.union_all(shapes)))
    home = max(pieces, key=lambda piece: piece.area)
    return shapely.union_all([piece for piece in pieces if piece.distance(home) <= FAR])


def _within(shape: shapely.Geometry, island: Island | None, frame: Frame) -> MultiPolygon:
    """A shape in the middle of its frame, below the label; an archipelago as its islets."""
    _name, left, top, width, height = frame
    x, y = left + width / 2, top + height * (1 + LABEL) / 2
    if island is None:
        left, top, right, bottom = shape.bounds
        return translate(shape, round(x - (left + right) / 2), round(y - (top + bottom) / 2))
    xs, ys = zip(*island.islets, strict=True)
    size = min(width * 0.8 / (max(xs) - min(xs)), height * (1 - LABEL) * 0.75 / (max(ys) - min(ys)))
    half = round(width / 25)
    places = [
        (round(x + (a - (max(xs) + min(xs)) / 2) * size), round(y + (b - (max(ys) + min(ys)) / 2) * size))
        for a, b in island.islets
    ]
    return MultiPolygon([box(a - half, b - half, a + half, b + half) for a, b in places])


def _coarse(part: Polygon) -> Polygon:
    """A piece in units of 1 km; corners that neighbours share stay shared."""
    return shapely.transform(part, lambda corners: (corners / 10).round())


def _bounds(frame: Frame) -> tuple[float, float, float, float]:
    _name, left, top, width, height = frame
    return left, top, left + width, top + height


def _box(bounds: Sequence[tuple[float, float, float, float]]) -> list[int]:
    """The view box round all of them, with a little room."""
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    room = round(0.01 * (max(rights) - min(lefts)))
    left, top = round(min(lefts)) - room, round(min(tops)) - room
    return [left, top, round(max(rights)) + room - left, round(max(bottoms)) + room - top]
