"""Part of build_cells: gives each place a square of its own on a grid that keeps the land's shape.

The squares are those whose middle lies on the land; their size is chosen so that there are as many as places. Who gets
which is the assignment with the least sum of squared ways, which is the same in every run.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import shapely
from scipy.optimize import linear_sum_assignment
from shapely.affinity import scale

MOST_COLUMNS = 14  # so that a square is some 23 pixels wide on a phone
PHASES = 6
BAYS = (100, 200, 400, 800)  # to the squares, water (or a neighbour's land) up to twice as wide (100 m) is filled
SQUEEZES = (1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # of the width
AT_WORST = (0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3)
WIDE, HIGH = 3, 2  # squares that a labelled frame takes
Spot = tuple[int, int]  # column, row

# The country's provinces by hand: who lies beside whom, five columns.
COUNTRY = """
12 15 08 04 ..
11 14 25 19 20
.. .. 01 24 22
.. .. 37 33 31
.. .. 38 .. ..
.. .. 40 .. ..
.. .. 42 .. ..
.. .. 44 46 ..
.. .. .. 48 ..
.. .. .. 51 ..
.. .. .. 52 ..
.. .. .. 66 ..
.. 75 68 56 ..
80 79 .. .. ..
91 82 .. .. ..
92 86 .. .. ..
96 .. .. .. ..
"""
COUNTRY_FRAMES = {"Hoàng Sa": (4, 8), "Trường Sa": (4, 12)}  # beside Đà Nẵng, beside Khánh Hòa


def country() -> dict[str, Spot]:
    """Where each province stands."""
    lines = COUNTRY.split("\n")[1:-1]
    return {
        code: (column, row)
        for row, line in enumerate(lines)
        for column, code in enumerate(line.split())
        if code != ".."
    }


def laid(points: Mapping[str, Spot], land: shapely.Geometry) -> dict[str, Spot]:
    """A square for each point; the grid begins at column 0, row 0."""
    squeeze, spots = next(found for found in _grids(land, len(points)))
    codes = list(points)
    places = np.array([points[code] for code in codes], float) * (squeeze, 1)
    middles = np.array([middle for _spot, middle in spots])
    ways = ((places[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2)
    chosen = linear_sum_assignment(ways)[1]
    left, top = (min(spot[n] for spot, _ in spots) for n in (0, 1))
    return {
        code: (spots[one][0][0] - left, spots[one][0][1] - top) for code, one in zip(codes, chosen, strict=True)
    }  # fmt: skip


def framed(taken: Sequence[Spot], downwards: float) -> Spot:
    """Where a frame of WIDE by HIGH squares stands free, as far east as can be and near a height (0 top, 1 bottom)."""
    columns, rows = (max(spot[n] for spot in taken) + 1 for n in (0, 1))
    aim = downwards * (rows - HIGH)
    for column in (columns - WIDE, columns - WIDE + 1, columns - WIDE + 2, columns):
        free = [row for row in range(rows - HIGH + 1) if _is_free(taken, column, row)]
        if free:
            return column, min(free, key=lambda row: abs(row - aim))
    raise AssertionError("beyond the last column all is free")


def _is_free(taken: Sequence[Spot], column: int, row: int) -> bool:
    """Nothing in the frame, nor right beside it on the land's side."""
    return not any(column - 1 <= x < column + WIDE and row <= y < row + HIGH for x, y in taken)


def _grids(land: shapely.Geometry, count: int) -> Iterator[tuple[float, list[tuple[Spot, tuple[float, float]]]]]:
    """Grids with just so many squares on the land, the least filled, least squeezed and coarsest first."""
    for bay, squeeze in (*product(BAYS, SQUEEZES), *product(BAYS[-1:], AT_WORST)):
        narrow = scale(land.buffer(bay).buffer(-bay), squeeze, 1, origin=(0, 0))
        shapely.prepare(narrow)
        whole = (narrow.area / count) ** 0.5
        for size in whole * np.arange(1.15, 0.8, -0.01):
            for phase in np.ndindex(PHASES, PHASES):
                spots = _spots(narrow, size, phase)
                columns = {spot[0] for spot, _middle in spots}
                if len(spots) == count and max(columns) - min(columns) < MOST_COLUMNS:
                    yield squeeze, spots


def _spots(land: shapely.Geometry, size: float, phase: tuple[int, ...]) -> list[tuple[Spot, tuple[float, float]]]:
    left, top, right, bottom = land.bounds
    xs = np.arange(left + size * phase[0] / PHASES, right, size)
    ys = np.arange(top + size * phase[1] / PHASES, bottom, size)
    grid_x, grid_y = np.meshgrid(xs, ys)
    inside = shapely.contains_xy(land, grid_x, grid_y)
    return [((int(c), int(r)), (float(xs[c]), float(ys[r]))) for r, c in zip(*np.nonzero(inside), strict=True)]
