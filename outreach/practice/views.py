"""The rehearsal portal, screen by screen; works without script, and stores nothing that is typed."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts import access
from outreach.carrying import offline
from outreach.learning import phone, progress
from outreach.learning.models import Learner
from outreach.lessons import queries as lessons
from outreach.practice import portal, queries, running, showing
from outreach.practice.forms import NO, YES, ReportForm
from outreach.practice.models import Run
from outreach.practice.portal import Stay, Values
from outreach.practice.shape import Flow, Kind, Screen

doors = Blueprint("practice", __name__)
PRESSED, SHOWN, TYPED = "nut", "giup", "o-"  # names in the form: the button pressed, “Chỉ giúp”, fields


@doors.app_context_processor
def _for_the_lessons() -> dict[str, Any]:
    """Lessons stand below and know no rehearsals; their pages ask here for the one that belongs to a lesson."""
    return {"practice_address": _practice_address}


def _practice_address(slug: str = "") -> str:
    """Where the rehearsal of a lesson begins; without a lesson, where all stand. "" where there is none."""
    if not slug:
        return url_for("practice.index") if queries.catalogue() else ""
    return url_for("practice.show", slug=slug) if slug in queries.catalogue() else ""


@doors.get("/luyen-tap")
@web.public
def index() -> Response:
    """Every rehearsal."""
    who = phone.learner(db.session())
    flows = list(queries.catalogue().values())
    return web.page("practice/index.html", flows=flows, showing=showing, **phone.frame(db.session(), who))


@doors.get("/luyen-tap/<slug>")
@web.public
def show(slug: str) -> Response:
    """What one rehearses here, and with what; from here one begins or goes on."""
    flow = _flow(slug)
    who = phone.learner(db.session())
    run = queries.standing(db.session(), who, flow)
    return web.page("practice/show.html", run=run, unkept=_unkept(who), **_frame(flow, who))


@doors.post("/luyen-tap/<slug>")
@web.public
@web.same_origin
def begin(slug: str) -> Response:
    """Go to the first screen."""
    flow, s = _flow(slug), db.session()
    known = phone.learner(s)
    who = known or progress.begin(s)
    run = running.begin(s, who, flow, _lender())
    s.commit()
    first = url_for(".screen", slug=slug, screen=run.screen, thu=None if known else 1)
    return phone.remember(web.see_other(first), who)


@doors.get("/luyen-tap/<slug>/<screen>")
@web.public
def screen(slug: str, screen: str) -> Response:
    """One screen, if this go has come to it; else to where it stands."""
    flow = _flow(slug)
    here = web.or_404(flow.screen(screen))
    who = phone.learner(db.session())
    if _unkept(who):
        return web.see_other(url_for(".show", slug=slug, thu=1))
    run = queries.standing(db.session(), who, flow)
    if run is None or here.last or run.finished_at or here.id not in run.reached:
        return web.see_other(_stands(flow, run))
    return _screen(flow, here, run, who)


@doors.post("/luyen-tap/<slug>/<screen>")
@web.public
@web.same_origin
def press(slug: str, screen: str) -> Response:
    """A button of the screen, or “Chỉ giúp”. What was typed is compared with the sample and forgotten."""
    flow, s = _flow(slug), db.session()
    here = web.or_404(flow.screen(screen))
    who = phone.learner(s)
    run = queries.standing(s, who, flow)
    if run is None or run.finished_at or here.id not in run.reached:
        return web.see_other(_stands(flow, run))
    values = {field.id: request.form.get(TYPED + field.id, "") for field in here.fields}
    if SHOWN in request.form:
        running.hint(s, run)
        s.commit()
        return _screen(flow, here, run, who, values=values, hinted=True)
    try:
        outcome = running.press(s, run, flow, here.id, request.form.get(PRESSED, ""), values)
    except LookupError:
        return web.see_other(_stands(flow, run))
    s.commit()
    if isinstance(outcome, Stay):
        return _screen(flow, here, run, who, values=values, stay=outcome, status=422)
    return web.see_other(_stands(flow, run))


@doors.get("/luyen-tap/<slug>/xong")
@web.public
def finished(slug: str) -> Response:
    """The end: what was done, whether alone, and what it is good for."""
    flow = _flow(slug)
    who = phone.learner(db.session())
    run = queries.standing(db.session(), who, flow)
    if run is None or run.finished_at is None:
        return web.see_other(_stands(flow, run))
    return web.page("practice/finished.html", run=run, screen=flow.screen(run.screen), **_frame(flow, who))


@doors.post("/luyen-tap/<slug>/xong")
@web.public
@web.same_origin
def say(slug: str) -> Response:
    """The learner says whether somebody helped."""
    flow, s = _flow(slug), db.session()
    run = queries.standing(s, phone.learner(s), flow)
    if run is not None and run.finished_at and request.form.get("alone") in (YES, NO):
        running.say(s, run, request.form["alone"] == YES, _lender())
        s.commit()
    return web.see_other(_stands(flow, run))


@doors.get("/luyen-tap/<slug>/tat-ca")
@web.public
def whole(slug: str) -> Response:
    """The whole rehearsal on one page: a script plays it, with or without a network. The same for everybody."""
    return web.page("practice/whole.html", **_frame(_flow(slug), None))


@doors.get("/luyen-tap/<slug>/giu.json")
@web.public
def keep(slug: str) -> Response:
    """What a phone keeps to rehearse without a network: this first page and the one that the script plays."""
    flow = _flow(slug)
    pages = offline.copies(url_for(door, slug=slug) for door in (".show", ".whole"))
    return offline.answer(("rehearsal", slug), lambda: offline.bundle(showing.words(flow.title), pages))


@doors.post("/luyen-tap/<slug>/ket-qua")
@web.public
@web.same_origin
def report(slug: str) -> Response:
    """The result of a rehearsal that the phone played by itself; the same result twice does no harm."""
    flow, s, form = _flow(slug), db.session(), ReportForm()
    if not form.validate_on_submit():
        return _unlikely()
    told = running.Report(
        client_id=phone.deed() or "", path=(form.path.data or "").split(), hints=form.hints.data or 0,
        wrong=form.wrong.data or 0, seconds=form.seconds.data or 0, alone=form.alone.data == YES, at=phone.moment(),
        lent_by_id=_lender(),
    )  # fmt: skip
    who = phone.learner(s) or queries.teller(s, told.client_id) or progress.begin(s)
    try:
        running.report(s, who, flow, told)
    except ValueError:
        return _unlikely()
    s.commit()
    return phone.remember(Response(status=204, mimetype="text/plain"), who)


def _lender() -> int | None:
    """The colleague who is signed in on this phone, if one is."""
    account = access.me_or_none()
    return account.id if account else None


def _unlikely() -> Response:
    """No go of this rehearsal could have ended like that."""
    return Response(_("This result does not fit the rehearsal."), 422, mimetype="text/plain")


def _unkept(who: Learner | None) -> bool:
    """Whether this browser was given a cookie just now (`thu` in the address) and has not brought it back."""
    return who is None and "thu" in request.args


def _flow(slug: str) -> Flow:
    return web.or_404(queries.catalogue().get(slug))


def _address(flow: Flow, screen_id: str) -> str:
    return url_for(".screen", slug=flow.slug, screen=screen_id)


def _stands(flow: Flow, run: Run | None) -> str:
    """Where a go stands: at its screen, at the end, or before the beginning."""
    if run is None:
        return url_for(".show", slug=flow.slug)
    return url_for(".finished", slug=flow.slug) if run.finished_at else _address(flow, run.screen)


def _frame(flow: Flow, who: Learner | None) -> dict[str, Any]:
    """What every page of a rehearsal needs."""
    lesson = lessons.catalogue().get(flow.slug)
    return {
        "flow": flow, "showing": showing, "portal": portal, "lesson": lesson, **phone.frame(db.session(), who),
    }  # fmt: skip


def _screen(
    flow: Flow, here: Screen, run: Run, who: Learner | None, *, values: Values | None = None,
    stay: Stay | None = None, hinted: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    before = run.reached[: run.reached.index(here.id)]
    back = _address(flow, before[-1]) if before else url_for(".show", slug=flow.slug)
    return web.page(
        "practice/screen.html", status=status, screen=here, back_url=back, hinted=hinted,
        kept=_kept(flow, here, values or {}), slips=showing.slips(stay.slips) if stay else {},
        trap=showing.say(stay.trap) if stay and stay.trap else "", **_frame(flow, who),
    )  # fmt: skip


def _kept(flow: Flow, here: Screen, values: Values) -> dict[str, str]:
    """What may stand in the fields again: never a secret, and nothing that looks like a person's own number."""
    return {
        field.id: values.get(field.id, "")
        for field in here.fields
        if field.kind is not Kind.SECRET and not portal.looks_real(flow, values.get(field.id, ""))
    }
