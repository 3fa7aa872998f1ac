"""The handbook's doors: find a procedure, read what it takes."""

from typing import Any

from flask import Blueprint, Response, request

from outreach import db, i18n, web
from outreach.accounts import access
from outreach.procedures import queries

doors = Blueprint("procedures", __name__)


@doors.get("/thu-tuc")
@web.public
def index() -> Response:
    """All procedures, or those that match `q`."""
    typed = request.args.get("q", "").strip()
    found = queries.listing(db.session(), typed)
    return web.page("procedures/index.html", typed=typed, found=found, **_frame())


@doors.get("/thu-tuc/<id>")
@web.public
def show(id: str) -> Response:
    """One procedure with its facts, their date and their doubts."""
    procedure = web.or_404(queries.find(db.session(), id))
    reasons: dict[str, str] = procedure.facts["recheck_reason"] or {}
    reason = reasons.get(i18n.chosen(), reasons.get(i18n.DEFAULT, ""))
    return web.page("procedures/show.html", procedure=procedure, facts=procedure.facts, reason=reason, **_frame())


def _frame() -> dict[str, Any]:
    """Where the first page is: their own for staff, the residents' for everybody else."""
    return {"home_url": access.home_address() if access.me_or_none() else "/"}
