"""A job's own page: how far it is. Rooms above show the same progress within their pages."""

from flask import Blueprint, Response
from flask_login import current_user

from outreach import db, web
from outreach.jobs import queries

doors = Blueprint("jobs", __name__)


@doors.get("/viec/<int:job_id>")
@web.allow("admin", "province", "official", "leader", "volunteer", "agent")
def show(job_id: int) -> Response:
    """A job of whoever is signed in; anybody else's is not found."""
    job = web.or_404(queries.find(db.session(), current_user.id, job_id))
    return web.page("jobs/show.html", "progress", job=job)
