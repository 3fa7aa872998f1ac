"""The handbook's doors: find a procedure, read what it takes; a province says what it costs there."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, i18n, meanwhile, web
from outreach.accounts import access
from outreach.accounts.access import me
from outreach.accounts.models import PROVINCE
from outreach.procedures import fees, queries
from outreach.procedures.forms import FeeForm
from outreach.procedures.models import Procedure

doors = Blueprint("procedures", __name__)


@doors.get("/thu-tuc")
@web.public
def index() -> Response:
    """All procedures, or those that match `q`."""
    typed = request.args.get("q", "").strip()
    found = queries.listing(db.session(), typed)
    return web.page("procedures/index.html", typed=typed, found=found, **_frame())


@doors.get("/thu-tuc/<id>")
@web.public
def show(id: str) -> Response:
    """One procedure with its facts, their date and their doubts."""
    procedure = _procedure(id)
    reasons: dict[str, str] = procedure.facts["recheck_reason"] or {}
    reason = reasons.get(i18n.chosen(), reasons.get(i18n.DEFAULT, ""))
    account = access.me_or_none()
    found = fees.of(db.session(), procedure)
    return web.page(
        "procedures/show.html", procedure=procedure, facts=procedure.facts, reason=reason, fees=found,
        own_fee=fees.own(found, account.area if account else None), **_frame(),
    )  # fmt: skip


@doors.get("/thu-tuc/<id>/le-phi")
@web.allow(PROVINCE)
def edit(id: str) -> Response:
    """What this procedure costs in one's province."""
    procedure = _procedure(id)
    return _fee_page(procedure, _drawn(procedure))


@doors.post("/thu-tuc/<id>/le-phi")
@web.allow(PROVINCE)
def update(id: str) -> Response:
    """Set it."""
    s, procedure = db.session(), _procedure(id)
    meanwhile.alone(s, "fees", me().area_id)
    form = FeeForm().over(_drawn(procedure))
    if not form.validate_on_submit():
        return _fee_page(procedure, form, form.refusal)
    fees.put(s, procedure, me(), online=form.online.data, direct=form.direct.data, source=form.source.data or "")
    s.commit()
    flash(_("The fee of your province stands on the page of the procedure and in its lesson."), "success")
    return web.see_other(url_for(".show", id=id))


@doors.post("/thu-tuc/<id>/le-phi/thoi")
@web.allow(PROVINCE)
def delete(id: str) -> Response:
    """The national fee holds again."""
    s, procedure = db.session(), _procedure(id)
    fee = fees.own(fees.of(s, procedure), me().area)
    if fee is not None:
        fees.end(s, fee)
        s.commit()
        flash(_("The national fee holds again."), "success")
    return web.see_other(url_for(".show", id=id))


def _procedure(id: str) -> Procedure:
    return web.or_404(queries.find(db.session(), id))


def _drawn(procedure: Procedure) -> FeeForm:
    fee = fees.own(fees.of(db.session(), procedure), me().area)
    values = {"online": fee.online_vnd, "direct": fee.direct_vnd, "source": fee.source} if fee else {}
    return FeeForm(formdata=None, data=values)


def _fee_page(procedure: Procedure, form: FeeForm, status: int = 200) -> Response:
    fee = fees.own(fees.of(db.session(), procedure), me().area)
    return web.page(
        "procedures/fee.html", status=status, procedure=procedure, facts=procedure.facts, form=form, fee=fee
    )


def _frame() -> dict[str, Any]:
    """Where the first page is: their own for staff, the residents' for everybody else."""
    return {"home_url": access.home_address() if access.me_or_none() else "/"}
