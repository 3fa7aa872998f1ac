"""Doors of the visits room: today's plan, a household's page, and recording a visit there."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from outreach import clock, db, fields, web
from outreach.accounts.access import me
from outreach.accounts.models import AGENT, FIELD, LEADER, OFFICIAL, VOLUNTEER
from outreach.assessments.confirming import CONFIRMERS
from outreach.households import consent, parting
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.households.names import RELATION_NAMES, reason
from outreach.visits import care, names, planning, queries, recording, timeline
from outreach.visits.forms import VisitForm
from outreach.visits.models import NOBODY
from outreach.visits.recording import Door, OtherContent, Recorded

doors = Blueprint("visits", __name__)
RECORDERS = (OFFICIAL, LEADER, VOLUNTEER)


@doors.route("/hom-nay")
@web.allow(LEADER, VOLUNTEER)
def index() -> Response:
    """Whom to visit next and why, in walking order; `?nha=toi`: only the houses one looks after."""
    mine = request.args.get("nha") == "toi"
    plan = planning.plan(db.session(), me(), mine=mine)
    today = clock.today()
    rows = [(one, names.why(one, (today - one.day).days if one.day else 0)) for one in plan.suggestions]
    return web.page("visits/index.html", plan=plan, rows=rows, names=names, today=today, mine=mine)


@doors.route("/ho/<int:id>")
@web.allow(OFFICIAL, LEADER, VOLUNTEER, AGENT)
def household(id: int) -> Response:
    """A household: its members, its ambassador, and all that happened there, newest first."""
    s = db.session()
    home = households.find(s, me(), id)
    if home is None:
        return web.see_other(url_for(".household", id=web.or_404(households.became(s, me(), id)).id))
    saved = queries.just_saved(s, me(), home, request.args.get("tham", type=web.whole))
    if saved:
        flash(_("The visit is saved."), "success")
    return web.page(
        "visits/household.html", "timeline", home=home, members=households.present(home), names=names, reason=reason,
        ambassador=households.ambassador(home), care=care.current(s, home), last=queries.last(s, home),
        promise=queries.promise(s, home), next_door=saved and me().role in FIELD,
        history=timeline.page(s, home, request.args.get("page", 1, type=web.whole)), relations=RELATION_NAMES,
        may_record=me().role in RECORDERS, may_confirm=me().role in CONFIRMERS,
        merges=parting.undoable(s, home) if me().role == OFFICIAL else (), last_day_of=parting.until,
    )  # fmt: skip


@doors.route("/ho/<int:id>/tham")
@web.allow(*RECORDERS)
def new(id: int) -> Response:
    """The form at the door; from “nobody home” it comes with that answer."""
    home = _home(id)
    form = _form(home)
    if request.args.get("outcome") == NOBODY:
        form.outcome.data = NOBODY
    return _ask(home, form)


@doors.route("/ho/<int:id>/tham", methods=["POST"])
@web.allow(*RECORDERS)
def create(id: int) -> Response:
    """Record the visit, once, however often it is sent."""
    s = db.session()
    home, number = _door(id)
    form = fields.laid_out(VisitForm)
    form.process(request.form)
    form.expect(home, lambda: queries.colleagues(s, home, me()))
    if not form.validate():
        return _refuse(home)
    try:
        recorded = _record(home, form, number)
    except OtherContent as there:
        return _both(home, form, there)
    s.commit()
    if recorded.new:  # the page says so, and the answer at the door need not carry it in a cookie
        return web.see_other(url_for(".household", id=home.id, tham=recorded.id))
    flash(_("This visit was saved before. Nothing was added."), "info")
    return web.see_other(url_for(".household", id=home.id))


def _home(id: int) -> Household:
    """The household, or the one it was merged into: what was written at its door meanwhile must not be lost."""
    s = db.session()
    return web.or_404(households.find(s, me(), id) or households.became(s, me(), id))


def _door(id: int) -> Door:
    """As `_home`, held for the visit that was sent."""
    s, mark = db.session(), request.form.get("client_id", "")
    return recording.open_door(s, me(), id, mark) or Door(web.or_404(households.became(s, me(), id)), None)


def _record(home: Household, form: VisitForm, number: int | None) -> Recorded:
    s = db.session()
    try:
        return recording.record(s, me(), home, form.draft(), form.said_at(), number)
    except IntegrityError:  # tapped twice: the other one was written while this one waited at the door
        s.rollback()
        return recording.record(s, me(), home, form.draft(), form.said_at())


def _form(home: Household) -> VisitForm:
    form = VisitForm()
    form.offer(home, queries.colleagues(db.session(), home, me()))
    return form


def _refuse(home: Household) -> Response:
    form, colleagues = VisitForm(), queries.colleagues(db.session(), home, me())
    form.expect(home, lambda: colleagues)
    form.validate()
    form.offer(home, colleagues)
    return _ask(home, form, 422)


def _ask(home: Household, form: VisitForm, status: int = 200) -> Response:
    relations = {str(m.id): RELATION_NAMES[m.relation] for m in home.members}
    again = consent.to_ask_again(db.session(), home.members)
    return web.page("visits/new.html", "form", status=status, home=home, form=form, relations=relations, again=again)


def _both(home: Household, form: VisitForm, there: OtherContent) -> Response:
    """Show what stands and what was sent, side by side; a visit at another house stays unseen."""
    stands = there.visit if there.visit.household_id == home.id else None
    sent = form.draft()
    met = [m.name for m in home.members if m.id in sent.met]
    came = [a.name for a in queries.colleagues(db.session(), home, me()) if a.id in sent.came]
    again = [(key, value) for key, value in request.form.items(multi=True) if key not in ("client_id", "csrf_token")]
    return web.page(
        "visits/conflict.html", status=409, home=home, stands=stands, sent=sent, met=met, came=came, again=again,
        sent_taught=[names.lesson(slug) for slug in sent.taught],
        stood_taught=[names.lesson(one.lesson) for one in stands.taught] if stands else [],
        names=names, client_id=recording.new_client_id(),
    )  # fmt: skip
