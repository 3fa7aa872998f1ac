"""How months, versions and withheld numbers are shown."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from outreach.exchange.tables import Column
from outreach.i18n import show_number
from outreach.open_data.models import DatasetVersion
from outreach.open_data.suppressing import FEW
from outreach.open_data.tables import CSV, GEOJSON, JSON, PLACE, Dataset

SHOWN = 10  # rows of a table on its page; the rest is in the file
BREAKS = re.compile(r"(?<=_)|(?=\+)")  # where a long code may go on in the next line
FORMS = {CSV: "CSV", JSON: "JSON", GEOJSON: "GeoJSON"}
WITHHELD = _l("An empty number: fewer than five, perhaps none. It is not told, so that nobody can be recognised.")
ROUNDED = _l(
    "Each number counted is told by the middle of its step of five: 52 stands for 50 to 54. So it is 2 off at most, "
    "and no comparison of columns, months or versions shows a number of one to four."
)
SUMMED = _l(
    "The number of a province is the sum of what is told of its communes, each by the middle of its step of five. "
    "Communes with fewer than five are not in it; how many those are stands in a column of its own. It is empty where "
    "every commune has fewer than five."
)


class Preview(NamedTuple):
    """The beginning of a version's table: its columns, rows of shown cells, and how many rows there are in all."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: int

    @property
    def heads(self) -> list[dict[str, object]]:
        """The headings of the table, as its file has them."""
        return [{"text": code(column.code), "numeric": numeric(column)} for column in self.columns]


def month(first: date) -> str:
    """A month as one writes it: 10/2026."""
    return f"{first:%m/%Y}"


def how(dataset: Dataset) -> list[Any]:
    """How its numbers are told, and what an empty one means; nothing where it counts nothing."""
    if not dataset.monthly:
        return []
    return [SUMMED] if dataset.summed else [WITHHELD, ROUNDED]


def preview(dataset: Dataset, version: DatasetVersion | None) -> Preview | None:
    """What the page shows of a version, first the rows in which a number is told; its rows are read for this."""
    if version is None:
        return None
    hidden = {column.code for column in PLACE}
    shown = [
        (n, column)
        for n, column in enumerate(dataset.columns)
        if column.code not in hidden and not column.code.endswith(("_code", "_withheld"))
    ]
    few = "–" if dataset.summed else gettext("under %(few)s", few=FEW)
    counts = [n for n, column in shown if numeric(column)]
    told = sorted(version.rows, key=lambda row: not any(row[n] for n in counts if n < len(row)))
    rows = [[_cell(column, row[n] if n < len(row) else None, few) for n, column in shown] for row in told[:SHOWN]]
    return Preview([column for _n, column in shown], rows, len(version.rows))


def code(text: str) -> Markup:
    """A column's code or tag: the same in every language; it may be broken where a new word begins."""
    broken = Markup(BREAKS.sub("<wbr>", str(escape(text))))  # noqa: S704 (escaped)
    return Markup('<span lang="en" translate="no">{}</span>').format(broken)


def numeric(column: Column) -> bool:
    """Whether a column holds numbers."""
    return column.tag.endswith(("+num", "+pct"))


def _cell(column: Column, value: Any, few: str) -> str:
    if value is None:
        return few if column.tag.endswith("+num") else "–"
    if column.tag.endswith("+pct"):
        return f"{value} %"
    return show_number(value) if isinstance(value, int) else str(value)
