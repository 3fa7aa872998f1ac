"""The table that compares places: its headings, and how it may be sorted."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from outreach.areas.models import Area
from outreach.coverage import names as coverage
from outreach.coverage.numbers import Row
from outreach.reports.ranking import Ranked

# What places are sorted by; those with the highest share stand first, and equals keep that order.
ORDERS: Mapping[str, Callable[[Ranked[Row[Area]]], str | int]] = {
    "share": lambda one: 0,
    "name": lambda one: one.place.place.sort_key,
    "done": lambda one: -one.done,
    "of": lambda one: -one.of,
    "moved": lambda one: -one.place.moved,
}
WORDS = ("name", "rank", "picture")
KINDS = {"share": "main", "picture": "wide"}  # on a phone (components/tables.html)


def heads(area: Area, month: date, sort: str) -> dict[str, dict[str, Any]]:
    """The headings by their columns, in order; those that sort are links."""
    texts = {
        "name": coverage.BELOW[area.kind], "rank": _("Rank"), "share": _("Share"), "interval": _("Interval"),
        "picture": _("From 0 to 100 per cent"), "done": _("Proficient"), "of": _("In scope"),
        "moved": _("In the month"),
    }  # fmt: skip
    found = {}
    for column, text in texts.items():
        asked: dict[str, Any] = {"code": area.code, "thang": f"{month:%Y-%m}", "sort": column}
        url = url_for("reports.compare", **asked, _anchor="table") if column in ORDERS else ""
        order = ("ascending" if column == "name" else "descending") if column == sort else ""
        found[column] = {"text": text, "numeric": column not in WORDS, "url": url, "sort": order} | {
            "kind": KINDS.get(column, "")
        }
    return found
