"""The door of poverty in a commune's villages: all of them on one page, as counts."""

from datetime import date

from flask import Blueprint, Response, flash, url_for
from flask_babel import ngettext

from outreach import clock, db, meanwhile, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.areas.models import VILLAGE
from outreach.coverage import queries as coverage
from outreach.i18n import show_date
from outreach.plans import poverty, queries
from outreach.plans.poverty_forms import PovertyForm
from outreach.plans.queries import Facts

doors = Blueprint("poverty", __name__)


@doors.get("/ho-ngheo")
@web.allow(OFFICIAL)
def edit() -> Response:
    """What was noted last, to be corrected, or to be taken over into this year's review."""
    known = queries.facts(db.session(), me().area)
    return _page(known, PovertyForm.of(known, {}))


@doors.post("/ho-ngheo")
@web.allow(OFFICIAL)
def update() -> Response:
    """Note it."""
    s, commune, today = db.session(), me().area, clock.today()
    meanwhile.alone(s, "poverty", commune.id)
    known = queries.facts(s, commune)
    rows = coverage.at_level(s, commune, VILLAGE, today, today)
    form = PovertyForm.of(known, {row.place.id: row.counts.in_scope + row.counts.closed for row in rows})
    if not form.validate_on_submit():
        return _page(known, form, form.refusal)
    as_of: date = form.as_of.data or today
    many = poverty.note(s, commune, form.facts(), as_of, form.source.data or "", me())
    s.commit()
    flash(
        ngettext("Noted for %(num)s village, as of %(day)s.", "Noted for %(num)s villages, as of %(day)s.", many,
                 day=show_date(as_of)), "success",
    )  # fmt: skip
    return web.see_other(url_for(".edit"))


def _page(known: Facts, form: PovertyForm, status: int = 200) -> Response:
    return web.page("plans/poverty.html", status=status, form=form, villages=[village for village, _fact in known.rows])
