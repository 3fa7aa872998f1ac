"""A plan beside coverage's own numbers: coverage stands below and knows no plans, so its pages ask here."""

from datetime import date
from typing import NamedTuple

from flask import Blueprint, url_for

from outreach import db
from outreach.areas.models import Area
from outreach.plans import path, queries

doors = Blueprint("plan_beside", __name__)


class Beside(NamedTuple):
    """What the plan in force for an area wants by a day's evening: a share from 0 to 1; `url`: plan and forecast."""

    wanted: float
    url: str

    def missing(self, proficient: int, in_scope: int) -> int:
        """How many households the plan is ahead of what is done; nobody is behind by a part of one."""
        return max(0, int(self.wanted * in_scope + 1e-9) - proficient)


@doors.app_template_global("plan_beside")
def beside(area: Area, day: date) -> Beside | None:
    """None where no plan is in force, or where it began after that day. Three questions at most."""
    plan = queries.standing(db.session(), area)
    if plan is None:
        return None
    points = queries.points(plan)
    return Beside(path.expected(points, day), url_for("plans.show", code=area.code)) if points[0].on <= day else None
