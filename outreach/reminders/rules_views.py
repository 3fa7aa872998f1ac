"""Doors of a commune's reminders: what each does, whom it reaches, what it costs; switched on and off."""

from typing import NamedTuple

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import clock, db, web
from outreach.accounts.access import me, sees
from outreach.accounts.models import ADMIN, OFFICIAL, PROVINCE
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, COUNTRY, VILLAGE, Area
from outreach.reminders import names, planning, rules
from outreach.reminders.planning import Expected
from outreach.sms import money_queries
from outreach.sms.money_queries import Forecast
from outreach.sms.purposes import PURPOSES

doors = Blueprint("rules", __name__)


class Rule(NamedTuple):
    """A reminder as its commune has it."""

    purpose: str
    on: bool
    expected: Expected
    forecast: Forecast
    ahead: bool  # the month that comes is counted, not the one that was


@doors.get("/nhac")
@web.allow(OFFICIAL, PROVINCE, ADMIN)
def index() -> Response:
    """A commune's reminders; above it the places below, with how much they have switched on (`?khu-vuc=` a code)."""
    area = _area()
    if area.kind != COMMUNE:
        return web.page("reminders/places.html", area=area, rows=_places(area))
    return web.page(
        "reminders/index.html", area=area, sections=names.SECTIONS, rules=_rules(area), purposes=PURPOSES, names=names,
        may_switch=me().role == OFFICIAL,
    )  # fmt: skip


@doors.post("/nhac")
@web.allow(OFFICIAL)
def update() -> Response:
    """Switch one on or off; what waits of one that is switched off is taken back at once."""
    s, purpose = db.session(), request.form.get("purpose", "")
    if purpose not in PURPOSES:
        abort(404)
    to = request.form.get("on") == "1"
    taken = rules.switch(s, me().area, purpose, to=to, by=me())
    s.commit()
    name = PURPOSES[purpose].name
    if to:
        flash(_("“%(name)s” is switched on.", name=name), "success")
    else:
        flash(_("“%(name)s” is switched off.", name=name) + " " + _back(taken), "success")
    return web.see_other(url_for(".index"))


def _back(taken: int) -> str:
    if not taken:
        return _("No message was waiting.")
    return ngettext("%(num)s waiting message was taken back.", "%(num)s waiting messages were taken back.", taken)


def _area() -> Area:
    """One's own, or the one asked for below it."""
    code = request.args.get("khu-vuc")
    found = areas.by_code(db.session(), code) if code else me().area
    return web.or_404(found if found and sees(me(), found) and found.kind != VILLAGE else None)


def _rules(commune: Area) -> dict[str, Rule]:
    s, today = db.session(), clock.today()
    switched = rules.on(s, commune.id)
    expected = {purpose: planning.expected(s, commune, purpose, today) for purpose in rules.RULES}
    costs = money_queries.forecasts(s, commune, {purpose: one.readers for purpose, one in expected.items()})
    return {
        one: Rule(one, one in switched, expected[one], costs[one], one in planning.KNOWN_AHEAD) for one in rules.RULES
    }


def _places(area: Area) -> list[tuple[Area, int]]:
    """The places below, in Vietnamese order: of provinces how many communes have chosen, of communes how many
    reminders are on."""
    s = db.session()
    below = areas.children(s, area)
    if area.kind == COUNTRY:
        chosen = rules.communes_that_chose(s)
        return [(one, chosen[one.id]) for one in below]
    on = rules.on_each(s, [one.id for one in below])
    return [(one, len(on[one.id])) for one in below]
