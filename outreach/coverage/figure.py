"""The figure beside a table of places: the same shares as squares, or on a diagram of the land."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext

from outreach.areas.models import COUNTRY, VILLAGE, Area
from outreach.coverage import names, numbers
from outreach.coverage.links import Links
from outreach.coverage.numbers import Counts, Row
from outreach.coverage.queries import Overview
from outreach.i18n import show_number
from outreach.maps import ground, picture, shades
from outreach.maps.ground import Ground
from outreach.maps.picture import Picture, Shape

CELLS = "so-do"  # in the address: "?so-do=o" draws the land, without it squares


class Place(NamedTuple):
    """One place of the figure: where it leads ("" where its reader may not go), and what is read out."""

    title: str
    told: str
    url: str
    shade: int
    number: int | None  # per cent; none where no household is, or where it has no room
    behind: bool
    shape: Shape | None  # none for villages, which no map knows


@dataclass(frozen=True)
class Figure:
    """What a page draws. `drawing` is none for villages: they stand in the table's order."""

    drawing: Picture | None
    places: Sequence[Place]
    cells: bool  # drawn as the land lies, not as squares
    other: str  # the address of the other way to draw it; "" where there is none

    @property
    def shades(self) -> set[int]:
        """Those that occur, for the key."""
        return {place.shade for place in self.places}

    @property
    def ranges(self) -> Sequence[tuple[int, str]]:
        """(shade, what it means) from the lowest."""
        return shades.RANGES

    @property
    def behind(self) -> Sequence[Place]:
        """Those with the lowest shares."""
        return [place for place in self.places if place.behind]


def draw(page: Overview, links: Links, rows: Sequence[Row[Area]], *, cells: bool) -> Figure | None:
    """The figure of the places below an area; `rows` in the table's order. None where nothing stands below."""
    if not rows:
        return None
    behind = {row.place.code for row in lowest(rows, page.total)}
    if rows[0].place.kind == VILLAGE:
        return Figure(None, [_place(row, links, behind, None) for row in rows], cells=False, other="")
    land = ground.load(page.area.code)
    cells = cells and land is not None
    drawing = _drawing(land, page, cells=cells)
    by_code = {row.place.code: row for row in rows}
    places = [_place(by_code[shape.code], links, behind, shape) for shape in drawing.shapes]
    return Figure(drawing, places, cells, _other(page, links, cells=cells) if land else "")


def lowest(rows: Sequence[Row[Area]], total: Counts) -> list[Row[Area]]:
    """Of the slowest places those below the whole: where all are equal, none is behind."""
    whole = total.share or 0
    return [row for row in numbers.slowest(rows) if row.counts.share is not None and row.counts.share < whole]


def _drawing(land: Ground | None, page: Overview, *, cells: bool) -> Picture:
    codes = [row.place.code for row in page.rows]
    if land and cells:
        return picture.cells(land, codes)
    named = {row.place.code: row.place.name for row in page.rows} if page.area.kind == COUNTRY else None
    return picture.tiles(land or ground.NOTHING, codes, named)


def _place(row: Row[Area], links: Links, behind: set[str], shape: Shape | None) -> Place:
    title, share, late = names.place(row.place), row.counts.share, row.place.code in behind
    number = shades.per_cent(share)
    told = _told(title, row.counts, number, late=late)
    shown = number if shape is None or shape.roomy else None
    return Place(title, told, links.area(row.place), shades.shade(share), shown, late, shape)


def _told(place: str, counts: Counts, number: int | None, *, late: bool) -> str:
    """What a place's shape says to those who listen: "Tỉnh Hưng Yên: 41 %, 12.345 trên 29.990 hộ"; the number seen."""
    if number is None:
        return gettext("%(place)s: no household in scope", place=place)
    told = ngettext(
        "%(place)s: %(share)s, %(done)s of %(count)s household",
        "%(place)s: %(share)s, %(done)s of %(count)s households",
        counts.in_scope, place=place, share=f"{number} %",
        done=show_number(counts.proficient), count=show_number(counts.in_scope),
    )  # fmt: skip
    return gettext("%(told)s; among the lowest", told=told) if late else told


def _other(page: Overview, links: Links, *, cells: bool) -> str:
    asked: dict[str, Any] = {"thang": links.month(), CELLS: None if cells else "o"}
    return url_for("coverage.show", code=page.area.code, _anchor="map", **asked)
