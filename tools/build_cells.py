"""Builds the maps in outreach/maps/data from the tables of areas and an outline of the land; run once, by a person.

In a throw-away environment with shapely 2.2, numpy and scipy, from the top of the project, with the file
countries-10m.json of the npm package world-atlas 2.0.2 (Natural Earth 4.1, public domain):

    python -m tools.build_cells countries-10m.json

A cell is what lies nearest to a commune's point: a diagram, not a border. All is whole numbers of one grid of 100 m
(the country's own map: of 1 km), so that neighbours share every corner. The README beside the data says the rest.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import cos, radians
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box
from shapely.ops import polygonize

from tools import build_tiles, build_views
from tools.build_views import Island

ROOT = Path(__file__).resolve().parent.parent
AREAS, MAPS = ROOT / "outreach" / "areas" / "data", ROOT / "outreach" / "maps" / "data"
VIETNAM = "704"
WEST, NORTH, MIDDLE = 102.0, 23.5, 16.0  # degrees: the grid's corner, and where its width is true
A_DEGREE = 1111  # units of 100 m
FINE, COARSE = 7, 35  # what simplifying may change, in the square root of an area
LEAST_ISLAND = 1000  # 10 km²: smaller pieces of land without a commune's point are left out
# Islets of the two archipelagos: their places only, whatever the source says whose they are.
ARCHIPELAGOS = {"20333": ("Hoàng Sa", box(111, 15.5, 113, 17.2)), "22736": ("Trường Sa", box(111.5, 7, 116, 11.6))}


class Commune(NamedTuple):
    """A line of communes.csv on the grid."""

    code: str
    province: str
    name: str
    x: float
    y: float
    size: float  # of a square with its area, units


def main() -> None:
    """Read the outline and the tables, write one file a map."""
    rings = {code: list(found) for code, found in read_rings(Path(sys.argv[1])).items()}
    land = shapely.union_all([on_grid(ring) for ring in rings[VIETNAM]])
    communes = list(read_communes())
    faces = faces_by_commune(land, communes)
    whole = {code: shapely.union_all(found) for code, found in faces.items()}
    codes = list(whole)
    simple = shapely.coverage_simplify([whole[code] for code in codes], FINE)
    cells = dict(zip(codes, simple, strict=True))
    islands = dict(islets(ring for found in rings.values() for ring in found))
    provinces = defaultdict(list)
    for one in communes:
        provinces[one.province].append(one)
    MAPS.mkdir(parents=True, exist_ok=True)
    for code, below in provinces.items():
        write(code, province_map(below, cells, whole, islands))
    write("VN", country_map(provinces, whole, islands))


def read_rings(path: Path) -> dict[str, Iterator[Polygon]]:
    """The outer rings of each country's land in degrees, from a TopoJSON file."""
    told = json.loads(path.read_text(encoding="utf-8"))
    scale, shift = (np.array(told["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in told["arcs"]]

    def ring(ids: list[int]) -> Polygon:
        corners = np.concatenate([arcs[~i][::-1] if i < 0 else arcs[i] for i in ids])
        return Polygon(corners if len(corners) > 3 else [])

    shapes = told["objects"]["countries"]["geometries"]
    return {
        str(shape.get("id") or n): map(ring, (part[0] for part in parts(shape))) for n, shape in enumerate(shapes)
    }  # fmt: skip


def parts(shape: dict[str, list[list[list[int]]]]) -> list[list[list[int]]]:
    """A shape's polygons."""
    return shape.get("arcs", []) if shape["type"] == "MultiPolygon" else [shape["arcs"]]


def spot(lon: float, lat: float) -> tuple[float, float]:
    """A place on the grid."""
    return (lon - WEST) * A_DEGREE * cos(radians(MIDDLE)), (NORTH - lat) * A_DEGREE


def on_grid(ring: Polygon) -> shapely.Geometry:
    """A ring of degrees on the grid, whole numbers, without folds."""
    projected = Polygon([spot(*corner) for corner in ring.exterior.coords])
    return shapely.set_precision(projected.buffer(0), 1)


def read_communes() -> Iterator[Commune]:
    """All communes, in the table's order."""
    with (AREAS / "communes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            x, y = spot(float(row["lon"]), float(row["lat"]))
            size = 10 * float(row["area_km2"] or 10) ** 0.5
            yield Commune(row["code"], row["province_code"], row["name"], x, y, size)


def islets(rings: Iterable[Polygon]) -> Iterator[tuple[str, Island]]:
    """The archipelagos as groups of small squares at their islets' places."""
    found = defaultdict(list)
    for ring in rings:
        for code, (_name, where) in ARCHIPELAGOS.items():
            if where.contains(ring.centroid):
                found[code].append(spot(ring.centroid.x, ring.centroid.y))
    for code, places in found.items():
        yield code, Island(ARCHIPELAGOS[code][0], sorted(places))


def faces_by_commune(land: shapely.Geometry, communes: list[Commune]) -> dict[str, list[Polygon]]:
    """The pieces of land nearest to each commune's point; every corner on the grid and shared by those who meet."""
    points = np.array([(one.x, one.y) for one in communes])
    edges = shapely.voronoi_polygons(MultiPoint(points), extend_to=land.envelope, only_edges=True)
    lines = shapely.union_all([land.boundary, edges.intersection(land.envelope.buffer(50))], grid_size=1)
    shapely.prepare(land)
    faces = [face for face in polygonize(lines) if land.contains(face.representative_point())]
    nearest = shapely.STRtree([Point(point) for point in points])
    owners = defaultdict(list)
    for face in faces:
        owners[int(nearest.nearest(face.representative_point()))].append(face)
    return {communes[n].code: kept for n, kept in tidied(owners, points).items()}


def tidied(owners: dict[int, list[Polygon]], points: np.ndarray) -> dict[int, list[Polygon]]:
    """Pieces cut off from their commune go to the neighbour along the longest border; small islands go."""
    main = {n: main_piece(pieces, points[n]) for n, pieces in owners.items()}
    kept = {n: [piece] for n, piece in main.items()}
    tree, order = shapely.STRtree(list(main.values())), list(main)
    for n, pieces in sorted(owners.items()):
        for piece in pieces:
            if piece is main[n]:
                continue
            beside = {order[i]: piece.intersection(main[order[i]]).length for i in tree.query(piece)}
            best = max(beside, key=lambda i: beside[i], default=n)
            if beside.get(best, 0) > 0:
                kept[best].append(piece)
            elif piece.area >= LEAST_ISLAND:
                kept[n].append(piece)
    return kept


def main_piece(pieces: list[Polygon], point: np.ndarray) -> Polygon:
    """The piece a commune's point lies in, or else the largest."""
    return next((piece for piece in pieces if piece.contains(Point(point))), max(pieces, key=lambda piece: piece.area))


def province_map(
    below: list[Commune], cells: dict[str, MultiPolygon], whole: dict[str, Polygon], islands: dict[str, Island]
) -> build_views.Map:
    """A province: a cell and a square for each commune; the far islands in frames."""
    shapes = {one.code: cells.get(one.code) or square(one) for one in below}
    framed = {one.code: islands.get(one.code) for one in below}
    names = {one.code: one.name for one in below}
    view = build_views.province(shapes, names, {code: island for code, island in framed.items() if island})
    on_land = [one for one in below if not framed[one.code]]
    land = build_views.mainland([whole[one.code] for one in on_land if one.code in whole])
    tiles = build_tiles.laid({one.code: (one.x, one.y) for one in on_land}, land)
    frames = []
    for code, island in framed.items():
        if island:
            column, row = build_tiles.framed(list(tiles.values()), 0 if island.name == "Hoàng Sa" else 1)
            frames.append([island.name, column, row, build_tiles.WIDE, build_tiles.HIGH])
            tiles[code] = column + 1, row + 1
    return view._replace(tiles=tiles, tile_frames=frames)


def country_map(
    provinces: dict[str, list[Commune]], whole: dict[str, Polygon], islands: dict[str, Island]
) -> build_views.Map:
    """The country: its provinces, coarser, with both archipelagos in frames."""
    codes = list(provinces)
    grown = [shapely.union_all([whole[o.code] for o in provinces[code] if o.code in whole]) for code in codes]
    shapes = dict(zip(codes, shapely.coverage_simplify(grown, COARSE), strict=True))
    small = {
        code: [o for o in below if o.code not in whole and o.code not in islands] for code, below in provinces.items()
    }
    squares = {code: [square(one, 50) for one in found] for code, found in small.items()}
    homes = {
        code: (one.province, islands[code])
        for below in provinces.values()
        for one in below
        if (code := one.code) in islands
    }
    frames = [[one.name, *build_tiles.COUNTRY_FRAMES[one.name], 1, 1, province] for province, one in homes.values()]
    return build_views.country(shapes, squares, homes)._replace(tiles=build_tiles.country(), tile_frames=frames)


def square(one: Commune, least: float = 25) -> Polygon:
    """An island without a cell, at its place."""
    half = round(max(one.size, least) / 2)
    x, y = round(one.x), round(one.y)
    return box(x - half, y - half, x + half, y + half)


def write(code: str, drawn: build_views.Map) -> None:
    """A file with one shape a line, so that a change can be read."""
    lines = ",\n".join(f'  "{key}": {json.dumps(cell, ensure_ascii=False)}' for key, cell in drawn.cells.items())
    tiles = json.dumps(drawn.tiles)
    heads = "".join(
        f' "{name}": {json.dumps(getattr(drawn, name), ensure_ascii=False)},\n'
        for name in ("box", "frames", "tile_frames")
    )
    text = f'{{\n{heads} "tiles": {tiles},\n "cells": {{\n{lines}\n }}\n}}\n'
    (MAPS / f"{code}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
