"""Doors of the coverage room: an area's numbers, the list behind a movement, the table as a file."""

from datetime import datetime, timedelta

from flask import Blueprint, Response, request, url_for

from outreach import clock, db, web
from outreach.accounts import audit
from outreach.accounts.access import me
from outreach.accounts.models import ROLES
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.coverage import exports, figure, lines, meanings, names, numbers, queries, trend, visiting
from outreach.coverage.links import Links, may_list
from outreach.coverage.queries import Overview
from outreach.households.models import CLOSED, LADDER, STAGES
from outreach.households.names import STAGE_NAMES
from outreach.lib.months import before

doors = Blueprint("coverage", __name__)


@doors.route("/do-phu")
@web.allow(*ROLES)
def home() -> Response:
    """One's own area."""
    return web.see_other(url_for(".show", code=me().area.code))


@doors.route("/do-phu/<code>")
@web.allow(*ROLES)
def show(code: str) -> Response:
    """How far are we, are we moving, where is it stuck, what first; then the evidence."""
    s, page = db.session(), overview(code)
    key = request.args.get("sort", "share")
    key = key if key in names.SORTS else "share"
    descending = request.args.get("dir") == "desc"
    rows, links = numbers.ordered(page.rows, key, descending=descending), Links(me(), page)
    return web.page(
        "coverage/show.html", page=page, links=links, names=names, stages=STAGE_NAMES, now=clock.now(),
        ladder=LADDER, closed=CLOSED, opens=may_list(me(), page.area), mine=_mine(page), stuck=page.total.stuck,
        slowest=numbers.slowest(page.rows), steps=numbers.steps(page.rows or [page.own]),
        table=lines.draw(links, rows, key, descending=descending), key=key, descending=descending,
        chart=trend.draw(page.months), before=before(page.month),
        figure=figure.draw(page, links, rows, cells=figure.CELLS in request.args), skills=names.skills(),
        visits=visiting.month(s, page), count_of=visiting.value, meaning=meanings.address, since=since(page),
        heirs=areas.heirs(s, page.area) if page.area.valid_to else (),
    )  # fmt: skip


@doors.route("/do-phu/<code>/chuyen-bien")
@web.allow(*ROLES)
def moves(code: str) -> Response:
    """Who changed: the households behind a month's movement, for those who may see them."""
    here = area(code)
    month = web.or_404(queries.month_of(here, request.args.get("thang")))
    stage = request.args.get("stage", "proficient")
    web.or_404((stage in STAGES and may_list(me(), here)) or None)
    found = queries.moves(db.session(), me(), here, month, stage, request.args.get("page", 1, type=web.whole))

    def address(page: int) -> str:
        return url_for(".moves", code=code, thang=f"{month:%Y-%m}", stage=stage, page=page)

    return web.page(
        "coverage/moves.html", "main", area=here, month=month, stage=stage, found=found, address=address,
        stages=STAGE_NAMES, names=names,
    )  # fmt: skip


@doors.route("/do-phu/<code>.csv")
@web.allow(*ROLES)
@web.writes
def table(code: str) -> Response:
    """The table as a file for Excel."""
    page = overview(code)
    _note(page)
    name = f"do-phu-{page.area.code}-{page.last_day:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(exports.table(page), mimetype="text/csv", headers=headers)


def area(code: str) -> Area:
    """The area with this code, if who asks may see its numbers; else 404."""
    return web.or_404(queries.find(db.session(), me(), code))


def overview(code: str) -> Overview:
    """Its numbers in the month asked for; 404 for a month that it does not have."""
    here = area(code)
    month = web.or_404(queries.month_of(here, request.args.get("thang")))
    return queries.overview(db.session(), here, month)


def _note(page: Overview) -> None:
    """Every export is audited; committed before the file is made, so that no one waits for the database meanwhile."""
    s, area_id = db.session(), page.area.id
    month = f"{page.month:%Y-%m}"
    audit.record(s, "coverage.export", "area", area_id, area_id=area_id, format="csv", month=month)
    s.commit()


def since(page: Overview) -> datetime:
    """What a phone sent after this moment may still change the numbers: a day ago, or the end of a past month."""
    return clock.day_start(page.last_day + timedelta(days=1)) if page.past else page.as_of - timedelta(days=1)


def _mine(page: Overview) -> numbers.Row[Area] | None:
    """On a page above one's own area: the line of the table one belongs to."""
    own = me().area
    if page.area.id == own.id or page.area.kind == VILLAGE:
        return None
    return next((row for row in page.rows if row.place.contains(own)), None)
