"""Doors to what lies behind an area's numbers: what they mean, charts and visits, who says to be on VNeID."""

from functools import partial
from typing import Any

from flask import Response, request, url_for

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import ROLES
from outreach.coverage import charts, lines, meanings, names, numbers, queries, views, visiting
from outreach.coverage.links import Links, may_list
from outreach.households import queries as households
from outreach.visits.names import OUTCOME_NAMES

doors = views.doors
TABLE = "table"


@doors.get("/do-phu/nghia-la", endpoint="meanings_page")
@web.allow(*ROLES)
def meanings_page() -> Response:
    """What each number means and how it is counted."""
    return web.page("coverage/meanings.html", meanings=meanings.MEANINGS, home=me().area)


@doors.get("/do-phu/<code>/bieu-do")
@web.allow(*ROLES)
def drawn(code: str) -> Response:
    """Charts of an area, each with its numbers as a table; visits of the month, place by place."""
    s, page = db.session(), views.overview(code)
    key = request.args.get("sort", "visits")
    key = key if key in visiting.KEYS else "name"
    descending = request.args.get("dir") == "desc"
    rows = visiting.ordered(visiting.below(s, page), key, descending=descending)
    heads = [_head(page, one, key, descending=descending) for one in names.visit_columns(page.area.kind)]
    links, columns = Links(me(), page), lines.named(names.VISIT_COLUMNS)
    return web.page(
        "coverage/charts.html", page=page, links=links, names=names, charts=charts.of(s, page),
        visits=visiting.month(s, page), rows=rows, heads=heads, key=key,
        visit_heads=[{"text": one.text, "numeric": True} for one in columns],
        visit_cells=partial(lines.visits, links, columns),
        slowest=numbers.ordered(page.rows, "share"),
        descending=descending, meaning=meanings.address, opens=may_list(me(), page.area), since=views.since(page),
    )  # fmt: skip


@doors.get("/do-phu/<code>/luot-tham")
@web.allow(*ROLES)
def visited(code: str) -> Response:
    """The visits behind a month's number, for those who may see the households."""
    s, page = db.session(), views.overview(code)
    key = request.args.get("xem", "visits")
    web.or_404((key in visiting.KEYS and may_list(me(), page.area)) or None)
    found = visiting.listed(s, me(), page, key, request.args.get("page", 1, type=web.whole))

    def address(number: int) -> str:
        return url_for(".visited", code=code, thang=f"{page.month:%Y-%m}", xem=key, page=number)

    return web.page(
        "coverage/visited.html", "main", page=page, key=key, found=found, address=address, outcomes=OUTCOME_NAMES,
        columns=dict(names.VISIT_COLUMNS), meaning=meanings.address,
    )  # fmt: skip


@doors.get("/do-phu/<code>/vneid")
@web.allow(*ROLES)
def sayers(code: str) -> Response:
    """The adults who say that they are confirmed on VNeID, and since when; for those who may see them."""
    area = views.area(code)
    web.or_404(may_list(me(), area) or None)
    found = households.sayers(db.session(), me(), area, request.args.get("page", 1, type=web.whole))

    def address(page: int) -> str:
        return url_for(".sayers", code=code, page=page)

    return web.page("coverage/sayers.html", "main", area=area, found=found, address=address, meaning=meanings.address)


def _head(page: queries.Overview, column: names.Column, key: str, *, descending: bool) -> dict[str, Any]:
    """A heading that sorts; the one that sorts now turns the order round. One asks for the fewest first."""
    chosen = column.key == key
    month = f"{page.month:%Y-%m}" if page.past else None
    direction = "desc" if chosen and not descending else "asc"
    url = url_for(".drawn", code=page.area.code, thang=month, sort=column.key, dir=direction, _anchor=TABLE)
    sort = ("descending" if descending else "ascending") if chosen else ""
    kind = "main" if column.key == lines.MAIN_VISITS else ""
    return {"text": str(column.text), "numeric": column.key != "name", "kind": kind, "sort": sort, "url": url}
