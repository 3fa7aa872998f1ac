"""Doors of the digest: what an area should know in the morning of a day."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICE
from outreach.operations import digest, queries

doors = Blueprint("digest", __name__)


@doors.get("/van-hanh/<code>/ban-tin")
@web.allow(*OFFICE, LEADER)
def show(code: str) -> Response:
    """This morning's."""
    return _page(code, clock.today())


@doors.get("/van-hanh/<code>/ban-tin/<day>")
@web.allow(*OFFICE, LEADER)
def of_day(code: str, day: str) -> Response:
    """That of a day of the last weeks."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    return _page(code, on)


def _page(code: str, day: date) -> Response:
    area = web.or_404(queries.find(db.session(), me(), code))
    if not digest.there_is(area, day):
        abort(404)
    near = [day - timedelta(days=1), day + timedelta(days=1)]
    before, after = (one if digest.there_is(area, one) else None for one in near)
    told = digest.tell(db.session(), area, day)
    return web.page("operations/digest.html", digest=told, before=before, after=after, today=clock.today())
