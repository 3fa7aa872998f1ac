"""The door of the operations room: what needs somebody now, on a desk, on a phone, on a wall."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICE
from outreach.operations import board, names, queries

doors = Blueprint("operations", __name__)
WALL = "tuong"  # in the address: "?man-hinh=tuong" draws it for a screen on the wall


@doors.get("/van-hanh")
@web.allow(*OFFICE, LEADER)
def home() -> Response:
    """One's own area."""
    return web.see_other(url_for(".show", code=me().area.code))


@doors.get("/van-hanh/<code>")
@web.allow(*OFFICE, LEADER)
def show(code: str) -> Response:
    """What needs somebody now, the most urgent first; a page that is open asks again for itself."""
    s = db.session()
    area = web.or_404(queries.find(s, me(), code))
    wall = request.args.get("man-hinh") == WALL
    asked: dict[str, Any] = {"man-hinh": WALL} if wall else {}
    told = board.board(s, area)
    response = web.page(
        "operations/show.html", "board", board=told, heading=names.heading(told), wall=wall, today=clock.today(),
        url=url_for(".show", code=code, **asked), mine=area.id == me().area_id,
    )  # fmt: skip
    return web.unless_known(response) if web.htmx else response
