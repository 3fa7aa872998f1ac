"""Doors of plans: where an area stands beside its plan, when the goal is reached, and setting a plan."""

from typing import NamedTuple

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICE, ROLES
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.coverage import queries as coverage
from outreach.plans import chart, forecast, names, needed, outlook, queries, setting, supposing
from outreach.plans.forecast import Forecast
from outreach.plans.forms import PlanForm, SupposeForm, TargetForm
from outreach.plans.outlook import Outlook

doors = Blueprint("plans", __name__)


@doors.get("/ke-hoach")
@web.allow(*ROLES)
def home() -> Response:
    """One's own area."""
    return web.see_other(url_for(".show", code=me().area.code))


@doors.get("/ke-hoach/<code>")
@web.allow(*ROLES)
def show(code: str) -> Response:
    """Plan and reality, the pace, the forecast, what is needed a week, and what if."""
    s, area = db.session(), _area(code)
    seen = outlook.look(s, area)
    here = queries.volunteers(s, area) if area.kind in (COMMUNE, VILLAGE) else None
    form = SupposeForm(request.args)
    more = (form.more.data or 0) if form.validate() and here != 0 else 0
    return web.page(
        "plans/show.html", seen=seen, names=names, pace=forecast.pace, chart=chart.draw(seen.marks), form=form,
        supposed=_supposed(seen, more, here), more=more, here=here, visits=needed.visits, may_see=_may_see,
        may_set=setting.may_set(me(), area), earlier=queries.earlier(s, area), VILLAGE=VILLAGE,
        villages=queries.of_villages(s, area) if area.kind == COMMUNE else (),
    )  # fmt: skip


@doors.get("/ke-hoach/<code>/moi")
@web.allow(*OFFICE)
def new(code: str) -> Response:
    """The day and the share; once these are told, the milestones along a straight line."""
    area = _own(code)
    now = outlook.look(db.session(), area)
    target = _target(now, request.args)
    if "target_on" not in request.args:
        return _new_page(area, now, TargetForm(formdata=None, share=100))
    if not target.validate():
        return _new_page(area, now, target, status=422)
    return _new_page(area, now, target, _milestones(now, target))


@doors.post("/ke-hoach/<code>")
@web.allow(*OFFICE)
def create(code: str) -> Response:
    """Set the plan; it ends the one before."""
    s, area = db.session(), _own(code)
    now = outlook.look(s, area)
    target = _target(now, request.form)
    if not target.validate() or target.target_on.data is None:
        return _new_page(area, now, target, status=422)
    form = _milestones(now, target)
    if not form.validate_on_submit():
        return _new_page(area, now, target, form, 422)
    setting.set_plan(s, area, form.wish(target.target_on.data, target.share.data or 0), now.total, me())
    s.commit()
    flash(_("The plan is set. Everybody below sees it, unless they have a plan of their own."), "success")
    return web.see_other(url_for(".show", code=code))


def _area(code: str) -> Area:
    return web.or_404(coverage.find(db.session(), me(), code))


def _own(code: str) -> Area:
    area = _area(code)
    return area if setting.may_set(me(), area) else abort(404)


def _may_see(area: Area) -> bool:
    return coverage.may_see(me(), area)


class Supposed(NamedTuple):
    """An order of houses: when the next milestone would be reached, if there is one, and when the goal."""

    order: str
    next: Forecast | None
    goal: Forecast


def _supposed(seen: Outlook, more: int, here: int | None) -> list[Supposed]:
    """Each order; above a commune (`here` is none) nobody counts volunteers: `more` is per cent."""
    factor = 1.0 if here == 0 else 1 + more / (here or 100)
    return [
        Supposed(order, seen.suppose(order, factor, seen.next) if seen.next else None, seen.suppose(order, factor))
        for order in supposing.ORDERS
        if seen.rows or order != supposing.FARTHEST
    ]


def _target(now: Outlook, typed: object) -> TargetForm:
    form = TargetForm(typed)
    form.now = now.total.share or 0.0
    return form


def _milestones(now: Outlook, target: TargetForm) -> PlanForm:
    return PlanForm.of(target.target_on.data or clock.today(), target.share.data or 100, now.total.share or 0.0)


def _new_page(
    area: Area, now: Outlook, target: TargetForm, form: PlanForm | None = None, status: int = 200
) -> Response:
    return web.page("plans/new.html", status=status, area=area, now=now, target=target, form=form)
