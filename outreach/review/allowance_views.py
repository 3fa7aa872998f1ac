"""Doors of the commune's allowance rule: the one that holds, those before, and a new one."""

from collections.abc import Sequence
from dataclasses import asdict

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL
from outreach.checks import months
from outreach.review import allowance, names, queries
from outreach.review.forms import AllowanceForm
from outreach.review.models import Allowance

doors = Blueprint("allowances", __name__)


@doors.get("/muc-ho-tro")
@web.allow(OFFICIAL)
def index() -> Response:
    """The rules, the newest first, and the form of a new one."""
    before = queries.rules_before(db.session(), me().area)
    chosen = next((rule for rule in before if rule.id == request.args.get("theo", type=web.whole)), None)
    said = asdict(allowance.terms(chosen)) if chosen else {"from_month": months.this()}
    return _show(AllowanceForm(formdata=None, data=said), before)


@doors.post("/muc-ho-tro")
@web.allow(OFFICIAL)
def create() -> Response:
    """Set a rule from a month on."""
    s, form = db.session(), AllowanceForm()
    closed = queries.last_closed(s, me().area)
    form.closed = closed.month if closed else None
    before = queries.rules_before(s, me().area)
    form.free_before = me().area.valid_from.replace(day=1) if before else None
    if not form.validate_on_submit():
        return _show(form, before, 422)
    allowance.set_rule(s, me().area, me(), form.terms())
    s.commit()
    flash(_("The rule is set."), "success")
    return web.see_other(url_for(".index"))


def _show(form: AllowanceForm, before: Sequence[Allowance], status: int = 200) -> Response:
    rules = allowance.rules(db.session(), me().area_id)
    holds = allowance.holding(rules, months.this())
    return web.page("review/allowance.html", status=status, form=form, rules=rules, holds=holds, names=names,
                    before=before)  # fmt: skip
