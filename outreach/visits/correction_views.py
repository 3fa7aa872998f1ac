"""Doors to correct a visit that was noted wrongly, or to take it back."""

from flask import Blueprint, Response, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from outreach import db, web
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER
from outreach.assessments.models import Evidence
from outreach.households.models import Household
from outreach.households.names import RELATION_NAMES
from outreach.visits import correcting, names, queries
from outreach.visits.correcting import AlreadyCorrected
from outreach.visits.correction_forms import CorrectionForm, TakeBackForm, as_it_stood
from outreach.visits.models import Visit
from outreach.visits.recording import OtherContent, VisitDraft

doors = Blueprint("corrections", __name__)
CORRECTORS = (OFFICIAL, LEADER, VOLUNTEER)


@doors.app_template_global("correctable")
def _correctable(visit: Visit) -> bool:
    """Whether who reads the page may correct a visit that stands on it."""
    account = me_or_none()
    return account is not None and account.role in CORRECTORS and correcting.may_correct(account, visit)


@doors.get("/tham/<int:id>/sua")
@web.allow(*CORRECTORS)
def new(id: int) -> Response:
    """The visit's form as it stood; below it, to take the visit back."""
    s, visit = db.session(), _visit(id)
    seen = s.scalars(select(Evidence).where(Evidence.ref == f"visit:{visit.id}").order_by(Evidence.id)).all()
    form = CorrectionForm(data=as_it_stood(visit, seen))
    return _ask(visit, _offered(form, visit), TakeBackForm(formdata=None))


@doors.post("/tham/<int:id>/sua")
@web.allow(*CORRECTORS)
def create(id: int) -> Response:
    """Write the visit as it should have been, in place of the one that was wrong."""
    visit = _visit(id)
    form = _offered(CorrectionForm(), visit)
    form.keep_hour(visit)
    if not form.validate_on_submit():
        return _ask(visit, form, TakeBackForm(formdata=None), 422)
    return _correct(visit, form.why.data or "", form.draft())


@doors.post("/tham/<int:id>/rut")
@web.allow(*CORRECTORS)
def delete(id: int) -> Response:
    """There was no such visit: nothing takes its place."""
    visit, form = _visit(id), TakeBackForm()
    if not form.validate_on_submit():
        return _ask(visit, _offered(CorrectionForm(formdata=None), visit), form, 422)
    return _correct(visit, form.why.data or "", None)


def _visit(id: int) -> Visit:
    """A visit that the asker may correct; what is out of scope is not there."""
    s = db.session()
    visit = web.or_404(queries.find(s, me(), id))
    return web.or_404(visit if correcting.may_correct(me(), visit) else None)


def _offered(form: CorrectionForm, visit: Visit) -> CorrectionForm:
    home = visit.household
    form.offer_all(visit, home, queries.colleagues(db.session(), home, visit.by))
    return form


def _correct(visit: Visit, why: str, draft: VisitDraft | None) -> Response:
    s = db.session()
    leaning = correcting.leaning(s, visit)
    try:
        made = correcting.correct(s, visit, me(), why, draft)
    except (AlreadyCorrected, OtherContent):
        s.rollback()
        flash(_("This visit had been corrected before. Nothing was changed; look at what stands now."), "warning")
        return web.see_other(_home_address(visit.household))
    s.commit()
    flash(_("The visit is corrected.") if made.new_visit_id else _("The visit is taken back."), "success")
    for member in leaning:
        flash(_("%(name)s was confirmed partly for what this visit noted. Please look at that confirmation again.",
                name=member.name), "warning")  # fmt: skip
    return web.see_other(_home_address(visit.household))


def _home_address(home: Household) -> str:
    return url_for("visits.household", id=home.id)


def _ask(visit: Visit, form: CorrectionForm, take_back: TakeBackForm, status: int = 200) -> Response:
    relations = {str(m.id): RELATION_NAMES[m.relation] for m in visit.household.members}
    correction = queries.correction(db.session(), visit)
    return web.page(
        "visits/correction.html", status=status, visit=visit, home=visit.household, form=form, take_back=take_back,
        relations=relations, correction=correction, names=names,
    )  # fmt: skip
