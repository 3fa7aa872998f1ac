"""The drawn ground of one map, read from data/ when it is asked for; tools/build_cells.py makes the files."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
KEPT = 4  # maps kept in memory, some 40 KB each


class Cell(NamedTuple):
    """A place as it lies: the middle and radius of the largest circle in it, and its outline as an SVG path."""

    x: int
    y: int
    radius: int
    path: str


class Frame(NamedTuple):
    """A labelled frame for what lies far out at sea; on the map of squares in columns and rows."""

    name: str
    x: int
    y: int
    width: int
    height: int
    code: str = ""  # the place that is more than what stands in the frame


@dataclass(frozen=True)
class Ground:
    """One map: all cells and squares by the areas' codes, y downwards."""

    box: tuple[int, int, int, int]  # left, top, width, height
    frames: tuple[Frame, ...]
    cells: dict[str, Cell]
    tiles: dict[str, tuple[int, int]]  # column, row
    tile_frames: tuple[Frame, ...]


NOTHING = Ground((0, 0, 0, 0), (), {}, {}, ())  # of an area that no file knows


@lru_cache(maxsize=KEPT)
def load(code: str) -> Ground | None:
    """The map of what stands directly below the country ("VN") or a province; None where none was drawn."""
    path = DATA / f"{code}.json"
    if not (code.isalnum() and path.exists()):
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    left, top, width, height = told["box"]
    return Ground(
        box=(left, top, width, height),
        frames=tuple(Frame(*frame) for frame in told["frames"]),
        cells={key: Cell(*cell) for key, cell in told["cells"].items()},
        tiles={key: (column, row) for key, (column, row) in told["tiles"].items()},
        tile_frames=tuple(Frame(*frame) for frame in told["tile_frames"]),
    )
