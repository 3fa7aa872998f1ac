"""Doors of the days on which no message goes."""

from datetime import date

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import ADMIN, OFFICE
from outreach.i18n import show_weekday
from outreach.limits import closing, queries
from outreach.limits.days_forms import ClosedDayForm

doors = Blueprint("days", __name__)


@doors.get("/tin-nhan/ngay-nghi")
@web.allow(*OFFICE)
def index() -> Response:
    """The closed days of this year and the next."""
    return _page(ClosedDayForm(formdata=None))


@doors.post("/tin-nhan/ngay-nghi")
@web.allow(ADMIN)
def create() -> Response:
    """Close a day."""
    s, form = db.session(), ClosedDayForm()
    day = form.day.data if form.validate_on_submit() else None
    if day is None:
        return _page(form, 422)
    try:
        closing.close(s, day, form.name.data or "", me())
    except closing.Closed as known:
        form.day.errors = [_("This day is closed already: %(name)s.", name=known.name)]
        return _page(form, 422)
    s.commit()
    said = _("%(day)s: no message goes. What was due then waits for the next open day, unless that is too late for it.",
             day=show_weekday(day))  # fmt: skip
    flash(said, "success")
    return web.see_other(url_for(".index"))


@doors.post("/tin-nhan/ngay-nghi/<day>/bo")
@web.allow(ADMIN)
def delete(day: str) -> Response:
    """Open a closed day again."""
    s = db.session()
    closed = web.or_404(queries.closed_day(s, _read(day)))
    name, public = closed.name, closed.by_id is None
    try:
        closing.reopen(s, closed, me())
    except closing.Past:
        flash(_("This day is over. What did or did not go then stays as it was."), "info")
        return web.see_other(url_for(".index"))
    s.commit()
    said = _("%(day)s is an open day again: messages go.", day=show_weekday(closed.day))
    if public:
        said += " " + _("It was a public holiday (%(name)s). If that was a mistake, close it again here.", name=name)
    flash(said, "success")
    return web.see_other(url_for(".index"))


def _read(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return web.or_404(None)


def _page(form: ClosedDayForm, status: int = 200) -> Response:
    found = queries.closed_days(db.session())
    return web.page(
        "limits/days.html", status=status, years=found, today=clock.today(), form=form if me().role == ADMIN else None
    )
