"""The door of the messages room: what waits, what went out, what did not and why."""

from flask import Blueprint, Response, abort, current_app, request
from flask_login import current_user

from outreach import db, web
from outreach.settings import CONSOLE
from outreach.sms import names, queries

doors = Blueprint("sms", __name__)


@doors.get("/tin-nhan")
@web.allow("official", "province", "admin")
def index() -> Response:
    """The messages of one's own area."""
    which = request.args.get("list", "waiting")
    if which not in queries.LISTS:
        abort(404)
    found = queries.listing(db.session(), current_user.area, which, request.args.get("page", 1, type=web.whole))
    console = current_app.config["SETTINGS"].sms_gateway == CONSOLE
    return web.page("sms/index.html", found=found, which=which, names=names, console=console)
