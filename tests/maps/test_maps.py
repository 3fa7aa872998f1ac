"""Maps: everybody has a place in both ways of drawing, none stands on another, and the archipelagos never lack."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from outreach.maps import ground, picture, shades
from outreach.maps.ground import Ground
from outreach.maps.picture import Picture

AREAS = Path(__file__).parents[2] / "outreach" / "areas" / "data"
HOANG_SA, TRUONG_SA = "Hoàng Sa", "Trường Sa"
Spot = tuple[int, int]


def table(name: str) -> list[dict[str, str]]:
    with (AREAS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def below() -> dict[str, set[str]]:
    """Area → what stands directly below it."""
    found = defaultdict(set, {"VN": {row["code"] for row in table("provinces.csv")}})
    for row in table("communes.csv"):
        found[row["province_code"]].add(row["code"])
    return found


BELOW = below()
each_map = pytest.mark.parametrize("code", BELOW)


def land(code: str) -> Ground:
    found = ground.load(code)
    assert found
    return found


def drawn(code: str, cells: bool) -> Picture:
    there = sorted(BELOW[code])
    return picture.cells(land(code), there) if cells else picture.tiles(land(code), there)


def rings(path: str) -> Iterator[list[Spot]]:
    """The corners of each ring of a path, as SVG reads it."""
    for begin, ways in re.findall(r"M([^l]+)l([^z]*)z", path):
        x, y = map(int, begin.split())
        corners = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", ways)]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            corners.append((x, y))
        yield corners


@each_map
def test_every_place_has_a_shape_in_both_ways_of_drawing(code: str) -> None:
    for cells in (False, True):
        assert sorted(shape.code for shape in drawn(code, cells).shapes) == sorted(BELOW[code])
        assert all(shape.path for shape in drawn(code, cells).shapes)


def test_these_are_all_the_provinces_and_communes_there_are() -> None:
    assert (len(BELOW), sum(map(len, BELOW.values()))) == (35, 34 + 3321)


@each_map
def test_no_two_squares_stand_in_one_place(code: str) -> None:
    spots = land(code).tiles.values()
    assert len(set(spots)) == len(spots)
    assert max(column for column, _row in spots) < 14  # more would be too small for a phone
    for frame in land(code).tile_frames:
        inside = [(x, y) for x, y in spots if 0 <= x - frame.x < frame.width and 0 <= y - frame.y < frame.height]
        assert len(inside) == (0 if frame.code else 1)


@each_map
def test_neighbours_share_their_borders_without_gap_or_overlap(code: str) -> None:
    """Each stretch is walked once, by the neighbour the other way; what none walks back is coast, and encloses land."""
    walked = Counter(
        stretch
        for cell in land(code).cells.values()
        for ring in rings(cell.path)
        for stretch in zip(ring, ring[1:] + ring[:1], strict=True)
    )
    assert set(walked.values()) == {1}
    coast = [(start, end) for start, end in walked if (end, start) not in walked]
    assert len(coast) < len(walked)
    assert all(area > 0 for area in encircled(coast))


def encircled(stretches: list[tuple[Spot, Spot]]) -> Iterator[int]:
    """Twice the area within each ring that the stretches make; less than nothing for a gap."""
    onward = defaultdict(list)
    for start, end in stretches:
        onward[start].append(end)
    while onward:
        ring = [next(iter(onward))]
        while len(ring) == 1 or ring[0] != ring[-1]:
            ends = onward[ring[-1]]
            here, ring = ring[-1], [*ring, ends.pop()]
            if not ends:
                del onward[here]
        yield sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


@each_map
def test_all_that_is_drawn_lies_on_the_paper(code: str) -> None:
    left, top, width, height = land(code).box
    corners = [corner for cell in land(code).cells.values() for ring in rings(cell.path) for corner in ring]
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in corners)
    for frame in land(code).frames:
        assert left <= frame.x <= frame.x + frame.width <= left + width
        assert top <= frame.y <= frame.y + frame.height <= top + height


@pytest.mark.parametrize("cells", [False, True], ids=["squares", "cells"])
@pytest.mark.parametrize(("code", "names"), [("VN", [HOANG_SA, TRUONG_SA]), ("48", [HOANG_SA]), ("56", [TRUONG_SA])])
def test_the_archipelagos_are_drawn_and_labelled(code: str, names: list[str], cells: bool) -> None:
    labels = {frame.name: frame for frame in drawn(code, cells).frames}
    assert set(names) <= set(labels)
    for name in names:
        frame = next(one for one in (land(code).frames if cells else land(code).tile_frames) if one.name == name)
        owner = {"VN": {HOANG_SA: "48", TRUONG_SA: "56"}}.get(code, {HOANG_SA: "20333", TRUONG_SA: "22736"})[name]
        if cells:
            inside = [r for r in rings(land(code).cells[owner].path) if all(_within(corner, frame) for corner in r)]
            assert len(inside) > 5, "islets"
        elif frame.code:
            shape = next(one for one in drawn(code, cells).shapes if one.code == owner == frame.code)
            assert shape.path.count("z") > 5, "islets"
        else:
            assert _within(land(code).tiles[owner], frame)


def _within(spot: Spot, frame: ground.Frame) -> bool:
    return frame.x <= spot[0] <= frame.x + frame.width and frame.y <= spot[1] <= frame.y + frame.height


@pytest.mark.parametrize("cells", [False, True], ids=["squares", "cells"])
def test_the_archipelagos_stay_where_their_province_has_no_row(cells: bool) -> None:
    found = picture.cells(land("VN"), ["33"]) if cells else picture.tiles(land("VN"), ["33"])
    assert [shape.code for shape in found.shapes] == ["33"]
    assert {frame.name for frame in found.frames} >= {HOANG_SA, TRUONG_SA}
    assert len(found.bare) == (33 if cells else 2)
    assert sum(path.count("z") > 5 for path in found.bare) >= 2


@pytest.mark.parametrize("cells", [False, True], ids=["squares", "cells"])
def test_places_of_a_later_reform_stand_below_and_the_ended_ones_are_bare(cells: bool) -> None:
    there = [*sorted(BELOW["33"] - {"11977", "11980"}), *(f"9900{n}" for n in range(16))]
    found = picture.cells(land("33"), there) if cells else picture.tiles(land("33"), there)
    shapes = {shape.code: shape for shape in found.shapes}
    assert sorted(shapes) == sorted(there)
    new = [shape for code, shape in shapes.items() if code.startswith("99")]
    assert len({(shape.x, shape.y) for shape in new}) == 16
    assert min(shape.y for shape in new) > max(shape.y for shape in found.shapes if shape not in new)
    _left, top, _width, height = map(float, found.box.split())
    assert max(shape.y for shape in new) < top + height
    assert len(found.bare) == (2 if cells and "11980" in BELOW["33"] else cells)


def test_an_area_that_no_file_knows_is_drawn_in_new_squares() -> None:
    assert ground.load("97") is ground.load("../areas") is ground.load("README") is ground.load("") is None
    found = picture.tiles(ground.NOTHING, [f"9700{n}" for n in range(7)])
    assert len({(shape.x, shape.y) for shape in found.shapes}) == 7
    assert picture.tiles(ground.NOTHING, []).shapes == []


def test_squares_are_walked_row_by_row_from_the_north() -> None:
    names = {row["code"]: row["name"] for row in table("provinces.csv")}
    walked = picture.tiles(land("VN"), sorted(names), names).shapes
    assert [shape.y for shape in walked if len(shape.lines) == 1] == sorted(s.y for s in walked if len(s.lines) == 1)
    assert names[walked[0].code] == "Lai Châu"
    assert names[walked[-1].code] == "Cà Mau"


def test_a_name_is_broken_between_words_and_never_cut() -> None:
    assert picture.lines("Thái Nguyên") == ["Thái", "Nguyên"]
    assert picture.lines("Huế") == ["Huế"]
    assert picture.lines("Hồ Chí Minh") == ["Hồ Chí", "Minh"]
    assert picture.lines("Kmrơngprôngbuôn A") == ["Kmrơngprôngbuôn", "A"]
    assert picture.lines("") == [""]


def test_a_number_stands_in_a_cell_only_where_it_has_room() -> None:
    whole = land("79")
    roomy = {shape.code for shape in picture.cells(whole, sorted(BELOW["79"])).shapes if shape.roomy}
    assert 30 < len(roomy) < len(BELOW["79"])
    narrow = {code: cell._replace(radius=1) for code, cell in whole.cells.items()}
    tight = picture.cells(replace(whole, cells=narrow), sorted(BELOW["79"]))
    assert not any(shape.roomy for shape in tight.shapes)


@pytest.mark.parametrize(
    ("share", "number", "shade"),
    [
        (None, None, 0), (0, 0, 1), (0.0001, 1, 1), (0.1949, 19, 1), (0.195, 20, 2), (0.29, 29, 2), (0.5, 50, 3),
        (0.6, 60, 4), (0.799, 80, 5), (0.9999, 99, 5), (1, 100, 5),
    ],
)  # fmt: skip
def test_a_share_has_a_whole_number_and_a_shade_that_agree(share: float | None, number: int | None, shade: int) -> None:
    assert (shades.per_cent(share), shades.shade(share)) == (number, shade)


def test_each_whole_number_lies_in_the_range_of_its_shade() -> None:
    ranges = {shade: [int(end) for end in re.findall(r"\d+", text)] for shade, text in shades.RANGES}
    for number in range(101):
        low, high = ranges[shades.shade(number / 100)]
        assert low <= number <= high
