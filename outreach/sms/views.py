"""The door of the messages room: how messages go at present, which they are, and the whole life of one."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_login import current_user

from outreach import clock, db, web
from outreach.alerts import names as alerts
from outreach.alerts import queries as open_alerts
from outreach.settings import CONSOLE
from outreach.sms import counts, days, faults, life, names, queries
from outreach.sms.queries import Wanted

doors = Blueprint("sms", __name__)


@doors.get("/tin-nhan")
@web.allow("official", "province", "admin")
def index() -> Response:
    """How the messages of one's own area are; below it the list one asks for."""
    s, area, wanted = db.session(), current_user.area, _wanted()
    tally, hours = counts.tally(s, area, wanted.last), days.hours(s)
    found = None
    if not web.htmx:  # the panel asks again for itself only
        page = request.args.get("page", 1, type=web.whole)
        found = queries.listing(s, area, wanted, page, tally)
    response = web.page(
        "sms/index.html", "panel", tally=tally, found=found, wanted=wanted, names=names, hours=hours, link=_link,
        now=clock.now(), today=clock.today(), first=counts.first_of(wanted.last), span=timedelta(counts.DAYS),
        console=current_app.config["SETTINGS"].sms_gateway == CONSOLE, faults=faults.FAULTS,
        broken=open_alerts.standing(s, alerts.OPERATOR),
    )  # fmt: skip
    return web.unless_known(response) if web.htmx else response


@doors.get("/tin-nhan/<int:id>")
@web.allow("official", "province", "admin")
def show(id: int) -> Response:
    """A message's whole life."""
    s = db.session()
    sms, commune = web.or_404(queries.find(s, current_user.area, id))
    moments = life.life(sms, queries.receipts(s, sms))
    return web.page(
        "sms/show.html", sms=sms, commune=commune, life=moments, names=names, hours=days.hours(s),
        waits=sms.state in counts.OPEN,
    )  # fmt: skip


def _wanted() -> Wanted:
    """What the address asks for; 404 where it asks for nothing there is."""
    asked, today = request.args, clock.today()
    try:
        last = min(date.fromisoformat(asked["until"]), today) if asked.get("until") else today
    except ValueError:
        abort(404)
    fate = asked.get("list", "waiting")
    if fate not in counts.FATES or last.year < 2000:
        abort(404)
    return Wanted(fate, last, asked.get("purpose", ""), asked.get("reason", ""), "late" in asked)


def _link(wanted: Wanted, page: int | None = None) -> str:
    """Where such a list stands; only what differs from the usual stands in the address."""
    until = wanted.last.isoformat() if wanted.last != clock.today() else None
    return url_for(
        ".index", list=wanted.fate, purpose=wanted.purpose or None, reason=wanted.reason or None,
        late=1 if wanted.late else None, until=until, page=page,
    )  # fmt: skip
