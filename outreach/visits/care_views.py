"""Doors for who looks after which household, and in which order the houses of a lane stand."""

from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import db, meanwhile, web
from outreach.accounts import audit
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.areas.models import Area
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Household
from outreach.visits import care, lanes
from outreach.visits.care_forms import NOBODY, CareForm, LanesForm, OrderForm
from outreach.visits.lanes import Lane

doors = Blueprint("care", __name__)
GIVERS = (OFFICIAL, LEADER)


@doors.get("/ho/<int:id>/phu-trach")
@web.allow(OFFICIAL, LEADER, VOLUNTEER)
def show(id: int) -> Response:
    """Who looks after the household, and who did."""
    home = web.or_404(households.find(db.session(), me(), id))
    return _show(home, _care_form(home))


@doors.post("/ho/<int:id>/phu-trach")
@web.allow(*GIVERS)
def create(id: int) -> Response:
    """Somebody else looks after it from now on."""
    s = db.session()
    home = web.or_404(households.find(s, me(), id))
    stages.lock(s, home)
    form = _care_form(home).over(_care_form(home, formdata=None))
    if not form.validate_on_submit():
        return _show(home, form, form.refusal)
    care.give(s, [home.id], _account(form.to.data, home.village), me(), area_id=home.village_id)
    s.commit()
    flash(_("It is noted who looks after this household."), "success")
    return web.see_other(url_for("visits.household", id=home.id))


@doors.get("/phu-trach")
@web.allow(*GIVERS)
def index() -> Response:
    """A village lane by lane, with who looks after its houses."""
    return _lanes_page(_place())


@doors.post("/phu-trach")
@web.allow(*GIVERS)
def hand_out() -> Response:
    """Whole lanes at once change hands."""
    s, place = db.session(), _place()
    form = LanesForm.of(place.lanes, place.group)
    if not form.validate_on_submit():
        return _lanes_page(place, form, 422)
    chosen, changed = form.chosen(), 0
    for lane in place.lanes:
        if lane.key in chosen:
            ids, to = [house.id for house in lane.houses], _account(chosen[lane.key], place.village)
            changed += care.give(s, ids, to, me(), area_id=place.village.id)
    s.commit()
    flash(ngettext("%(num)s household changed hands.", "%(num)s households changed hands.", changed), "success")
    return web.see_other(url_for(".index", thon=place.village.id))


@doors.get("/thu-tu-di")
@web.allow(*GIVERS)
def order() -> Response:
    """The houses of a lane, with their places on the way."""
    place = _place()
    return _order_page(place, _lane(place))


@doors.post("/thu-tu-di")
@web.allow(*GIVERS)
def reorder() -> Response:
    """Take the places as typed; or number the houses as they stand."""
    s = db.session()
    meanwhile.alone(s, "order", request.args.get("thon"))
    place = _place()
    lane = web.or_404(_lane(place))
    form = OrderForm.of(lane)
    if "number" in request.form:
        places: dict[int, int | None] = {house.id: n for n, house in enumerate(lane.houses, 1)}
    elif form.validate_on_submit():
        places = form.places(lane)
    else:
        return _order_page(place, lane, form, form.refusal)
    changed = lanes.reorder(s, me(), places)
    for id_ in changed:
        audit.record(s, "household.update", "household", id_, area_id=place.village.id, changed=["walk_no"])
    s.commit()
    flash(_("The order of the houses is saved."), "success")
    return web.see_other(url_for(".order", thon=place.village.id, ngo=lane.key))


class _Place(NamedTuple):
    """The village that a page is about."""

    village: Area
    villages: list[Area]
    lanes: list[Lane]
    group: list[Account]


def _place() -> _Place:
    s = db.session()
    village, known = lanes.village(s, me(), request.args.get("thon", type=web.whole))
    village = web.or_404(village)
    return _Place(village, list(known), lanes.lanes(s, me(), village), list(lanes.group(s, village)))


def _lane(place: _Place) -> Lane | None:
    wanted = request.args.get("ngo")
    return next((lane for lane in place.lanes if lane.key == wanted or wanted is None), None)


def _care_form(home: Household, **kw: Any) -> CareForm:
    s = db.session()
    now = care.current(s, home)
    return CareForm(to=str(now.account_id) if now else NOBODY, **kw).offer(lanes.group(s, home.village))


def _account(typed: str | None, village: Area) -> Account | None:
    """Somebody of the village's group (the form has offered no one else), or nobody."""
    found = db.session().get(Account, int(typed or 0)) if typed != NOBODY else None
    return found if found and found.area_id == village.id else None


def _show(home: Household, form: CareForm, status: int = 200) -> Response:
    told = care.history(db.session(), home)
    return web.page("visits/care.html", status=status, home=home, form=form, told=told, may_give=me().role in GIVERS)


def _lanes_page(place: _Place, form: LanesForm | None = None, status: int = 200) -> Response:
    names = {account.id: account.name for account in place.group}
    shown = form or LanesForm.of(place.lanes, place.group)
    return web.page("visits/lanes.html", status=status, place=place, form=shown, names=names)


def _order_page(place: _Place, lane: Lane | None, form: OrderForm | None = None, status: int = 200) -> Response:
    shown = form or (OrderForm.of(lane) if lane else None)
    return web.page("visits/order.html", status=status, place=place, lane=lane, form=shown)
