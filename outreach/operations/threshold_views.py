"""Doors of the thresholds: from which figure on something is an alert in one's area."""

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICE
from outreach.areas.models import VILLAGE, Area
from outreach.operations import queries, thresholds
from outreach.operations.forms import ThresholdForm
from outreach.operations.thresholds import LINES

doors = Blueprint("thresholds", __name__)


@doors.get("/van-hanh/<code>/nguong")
@web.allow(*OFFICE)
def edit(code: str) -> Response:
    """What holds here, and where it was set."""
    area = _area(code)
    return _page(area, _drawn(area))


@doors.post("/van-hanh/<code>/nguong")
@web.allow(*OFFICE)
def update(code: str) -> Response:
    """Set one's own, or take them back."""
    s, area = db.session(), _area(code)
    thresholds.alone(s, area)
    form = ThresholdForm().over(_drawn(area))
    if not form.validate_on_submit():
        return _page(area, form, form.refusal)
    news = thresholds.agree(s, area, {kind: form[kind].data for kind in LINES}, me())
    s.commit()
    said = _("Saved. It holds from the next look on: tomorrow morning at the latest.")
    flash(said if news else _("Nothing was changed."), "success" if news else "info")
    return web.see_other(url_for(".edit", code=code))


def _area(code: str) -> Area:
    area = web.or_404(queries.find(db.session(), me(), code))
    if area.kind == VILLAGE:
        abort(404)
    return area


def _drawn(area: Area) -> ThresholdForm:
    return ThresholdForm(formdata=None, data=thresholds.own(db.session(), area))


def _page(area: Area, form: ThresholdForm, status: int = 200) -> Response:
    holding = thresholds.holding(db.session(), area)
    return web.page("operations/thresholds.html", status=status, area=area, form=form, lines=LINES, holding=holding)
