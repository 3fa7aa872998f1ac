"""The door at which a plan ends without another one: with a reason, which is kept."""

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICE
from outreach.coverage import queries as coverage
from outreach.plans import queries, setting
from outreach.plans.forms import EndForm
from outreach.plans.models import Plan

doors = Blueprint("plan_ends", __name__)


@doors.get("/ke-hoach/<code>/ket-thuc")
@web.allow(*OFFICE)
def new(code: str) -> Response:
    """Which plan it is, and what holds then."""
    plan = web.or_404(_plan(code))
    return _page(plan, EndForm(formdata=None, plan=str(plan.id)))


@doors.post("/ke-hoach/<code>/ket-thuc")
@web.allow(*OFFICE)
def create(code: str) -> Response:
    """End it; one that has ended meanwhile, or gave way to another, is left alone."""
    s, plan, form = db.session(), _plan(code), EndForm()
    if plan is not None and form.plan.data == str(plan.id):
        if not form.validate_on_submit():
            return _page(plan, form, 422)
        ended = setting.end_plan(s, plan, form.reason.data or "", me())
        s.commit()
    else:
        ended = False
    flash(_("The plan has ended.") if ended else _("That plan had ended already."), "success" if ended else "info")
    return web.see_other(url_for("plans.show", code=code))


def _plan(code: str) -> Plan | None:
    s = db.session()
    area = web.or_404(coverage.find(s, me(), code))
    web.or_404(setting.may_set(me(), area) or None)
    return queries.own(s, area)


def _page(plan: Plan, form: EndForm, status: int = 200) -> Response:
    above = plan.area.parent and queries.standing(db.session(), plan.area.parent)
    return web.page("plans/end.html", status=status, plan=plan, above=above, form=form)
