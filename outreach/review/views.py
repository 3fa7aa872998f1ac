"""Doors of review: monthly sheets, doubts, samples, the allowance rule."""

from flask import Blueprint

from outreach.visits.models import Visit

doors = Blueprint("review", __name__)


@doors.app_template_global("counted_note")
def _counted_note(visit: Visit) -> str:
    """Where a correction of this visit will be counted, when the month of the visit is closed; else nothing."""
    return ""
