"""Before the door: a sign of life for machines and, on a desk only, the style guide."""

from flask import Blueprint, Response, abort, current_app
from sqlalchemy import text

from outreach import db, web

doors = Blueprint("porch", __name__)


@doors.get("/healthz")
@web.public
def health() -> Response:
    """Whether the house answers and reaches its database."""
    db.session().execute(text("select 1"))
    return Response("ok", mimetype="text/plain")


@doors.get("/styleguide")
@web.public
def styleguide() -> Response:
    """The whole design system on one page; in production there is no such page."""
    if not current_app.config["SETTINGS"].development:
        abort(404)
    return web.page("styleguide/index.html")
