"""Tables of what stands below an area. A large province has a thousand cells: each is worked out here, once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from outreach.areas.models import Area
from outreach.coverage import names, visiting
from outreach.coverage.links import Links
from outreach.coverage.names import Column
from outreach.coverage.numbers import Row, Visits
from outreach.i18n import show_number, show_percent

MAIN_VISITS = "visits"  # the number that stands beside the name where a row has two lines


class Cell(NamedTuple):
    """What one reads, and the address of the list behind it: "" where nothing lies behind it for this reader."""

    label: str
    text: str
    url: str
    main: bool


class Table(NamedTuple):
    """Headings that sort, each place with its cells in the order asked for, and the cells of all of them together."""

    heads: Sequence[dict[str, object]]
    lines: Sequence[tuple[Area, Sequence[Cell]]]
    total: Sequence[Cell]


def draw(links: Links, rows: Sequence[Row[Area]], key: str, *, descending: bool) -> Table | None:
    """The table of an area's places; `key` is what it is sorted by, `rows` are in that order. None: nothing there."""
    if not rows:
        return None
    columns = named(names.columns(key))
    lines = [(row.place, _cells(links, columns, row)) for row in rows]
    return Table(links.heads(key, descending=descending), lines, _cells(links, columns, links.page.own))


def named(columns: Sequence[Column]) -> list[Column]:
    """Columns whose headings are said once, not for each cell."""
    return [Column(one.key, str(one.text)) for one in columns]


def visits(links: Links, columns: Sequence[Column], done: Visits, place: Area, month: date | None = None) -> list[Cell]:
    """The cells of a place's visits. `columns`: of visiting.KEYS; `month`: if it is not the page's."""
    many = [(one, visiting.value(done, one.key)) for one in columns]
    main = MAIN_VISITS if month is None else ""
    return [
        Cell(one.text, show_number(n), links.visits(place, one.key, month) if n else "", one.key == main)
        for one, n in many
    ]


def _cells(links: Links, columns: Sequence[Column], row: Row[Area]) -> list[Cell]:
    return [Cell(one.text, *_shown(links, row, one.key), one.key == names.SHARE.key) for one in columns]


def _shown(links: Links, row: Row[Area], key: str) -> tuple[str, str]:
    """A number and where it leads: every one but 0 and the share leads to its list."""
    if key == names.SHARE.key:
        return show_percent(row.counts.share), ""
    if key == names.MONTH.key:
        return names.signed(row.moved), links.moves(row.place) if row.moved else ""
    count = row.counts.of(key)
    return show_number(count), links.number(row.place, key) if count else ""
