"""Doors to an area's coverage by who looks after the households, by the kind of family, by the hardship of villages."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from outreach import clock, db, web
from outreach.accounts import audit
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import ADMIN, LEADER, OFFICIAL, PROVINCE, Account
from outreach.areas.models import VILLAGE, Area
from outreach.coverage import meanings, queries
from outreach.coverage import names as coverage
from outreach.coverage.names import COLUMNS, SHARE, Column
from outreach.groups import breakdown, breakdown_files
from outreach.groups import breakdown_names as names
from outreach.groups.breakdown import Breakdown
from outreach.groups.people import HOMES

doors = Blueprint("breakdown", __name__)
READ = (ADMIN, PROVINCE, OFFICIAL, LEADER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEYS = tuple(column.key for column in (*COLUMNS, SHARE))


@doors.app_template_global("breakdown_address")
def _address(area: Area) -> str:
    """For the page of coverage, which stands below; "" for who may not see it, or where there is none."""
    account = me_or_none()
    return url_for("breakdown.show", code=area.code) if account and _may_see(account, area) else ""


@doors.get("/do-phu/<code>/theo-nhom")
@web.allow(*READ)
def show(code: str) -> Response:
    """The divisions, each a table."""
    area = _area(code)
    told = _told(area)
    key = request.args.get("sort", "name")
    key = key if key in KEYS else "name"
    descending = request.args.get("dir") == "desc"
    columns = (names.CARER_COLUMN, *COLUMNS, SHARE)
    return web.page(
        "groups/breakdown.html", area=area, told=told, names=names, columns=COLUMNS, share_column=SHARE,
        as_of=told.as_of or clock.now(), carers=breakdown.ordered(told.carers, key, descending=descending),
        meaning=meanings.address,
        heads=[_head(area, one, key, descending=descending) for one in columns],
        homes=lambda account: url_for("groups.person", account_id=account.id, xem=HOMES),
        families=lambda kind, stage: _families(area, kind, stage), reads_names=_reads_names(me(), area),
        papers=names.papers(told.villages), coverage=coverage,
    )  # fmt: skip


@doors.get("/do-phu/<code>/theo-nhom.csv")
@web.allow(*READ)
@web.writes
def table(code: str) -> Response:
    """All divisions as one table."""
    area, told = _noted(code, "csv")
    return _file(breakdown_files.as_csv(area, told), "text/csv", area, "csv")


@doors.get("/do-phu/<code>/theo-nhom.xlsx")
@web.allow(*READ)
@web.writes
def workbook(code: str) -> Response:
    """A sheet for each division."""
    area, told = _noted(code, "xlsx")
    return _file(
        breakdown_files.as_workbook(area, f"{area.full_name}, {clock.today():%d/%m/%Y}", told), XLSX, area, "xlsx"
    )


def _area(code: str) -> Area:
    area = web.or_404(queries.find(db.session(), me(), code))
    web.or_404(_may_see(me(), area) or None)
    return area


def _may_see(account: Account, area: Area) -> bool:
    """Whether the area is the account's own or within it."""
    return account.role in READ and account.area.contains(area)


def _reads_names(account: Account, area: Area) -> bool:
    """Provinces and the country see sums; who looks after whom is for those who lead them."""
    return account.role in (OFFICIAL, LEADER) and account.area.contains(area)


def _told(area: Area) -> Breakdown:
    return breakdown.of(db.session(), area, names=_reads_names(me(), area))


def _noted(code: str, form: str) -> tuple[Area, Breakdown]:
    """Every export is audited; committed before the file is made."""
    s, area = db.session(), _area(code)
    told = _told(area)
    audit.record(s, "coverage.export", "area", area.id, area_id=area.id, format=form, month="", division="all")
    s.commit()
    return area, told


def _file(data: str | bytes, kind: str, area: Area, ending: str) -> Response:
    name = f"do-phu-theo-nhom-{area.code}-{clock.today():%Y-%m-%d}.{ending}"
    return Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _families(area: Area, kind: str, stage: str) -> str:
    """The households behind a number of a kind of family, for those who may see them."""
    if not _reads_names(me(), area):
        return ""
    village = area.id if area.kind == VILLAGE else None
    return url_for("households.index", village=village, kind=kind, stage=stage)


def _head(area: Area, column: Column, key: str, *, descending: bool) -> dict[str, Any]:
    """A heading that sorts; the one that sorts now turns the order round. One asks for the lowest first."""
    chosen = column.key == key
    direction = "desc" if chosen and not descending else "asc"
    url = url_for(".show", code=area.code, sort=column.key, dir=direction, _anchor="carers")
    sort = ("descending" if descending else "ascending") if chosen else ""
    kind = "main" if column.key == SHARE.key else ""
    return {"text": column.text, "numeric": column.key != "name", "sort": sort, "url": url, "kind": kind}
