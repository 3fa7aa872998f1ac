"""Doors of those who look after others: the list of staff, codes to hand over, suspension, the audit log.

They belong to the same blueprint as the doors everyone passes; importing this module opens both.
"""

from typing import Any

from flask import Response, abort, current_app, flash, request, session, url_for
from flask_babel import gettext as _

from outreach import db, meanwhile, web
from outreach.accounts import access, codes, deeds, names, queries, registering
from outreach.accounts.forms import StaffForm
from outreach.accounts.models import ADMIN, LEADER, OFFICE, OFFICIAL, PROVINCE, Account
from outreach.accounts.views import doors
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.areas.models import PROVINCE as PROVINCES
from outreach.lib import qr

__all__ = ["doors"]
CHIEFS = (*OFFICE, LEADER)  # who has people to look after
HANDED = "handed_code"  # in the session between making a code and showing it once


@doors.get("/can-bo")
@web.allow(*CHIEFS)
def index() -> Response:
    """The staff of one's area, place by place."""
    q, state = request.args.get("q", "").strip(), request.args.get("state", "")
    page = max(request.args.get("page", 1, type=web.whole), 1)
    staff = queries.staff(db.session(), access.me(), q, state, page)
    said = {"q": q, "state": state, "page": min(page, staff.pages)}
    return web.page("accounts/index.html", "list", staff=staff, said=said, state_of=queries.state, names=names)


@doors.get("/can-bo/moi")
@web.allow(*CHIEFS)
def new() -> Response:
    """A form for a new member of staff; admins and provinces choose the place first."""
    places = _places(None)
    if not places:
        return web.page("accounts/where.html", kinds=_kinds(), inside=access.me().area)
    return _staff_page("new", _staff_form(places))


@doors.post("/can-bo/moi")
@web.allow(*CHIEFS)
def create() -> Response:
    """Take somebody on; the first code is handed over from their page."""
    s, places = db.session(), _places(None)
    if not places:
        return web.see_other(url_for("accounts.new"))
    form = _staff_form(places)
    if form.validate_on_submit():
        try:
            made = registering.register(s, access.me(), **_typed(form))
        except registering.PhoneTaken:
            form.phone.errors = [_("This number already belongs to an account. Check it, or look for it in the list.")]
        else:
            s.commit()
            flash(_("%(name)s is on the list. Now hand over the first code.", name=made.name), "success")
            return web.see_other(url_for("accounts.show", account_id=made.id))
    return _staff_page("new", form, 422)


@doors.get("/can-bo/<int:account_id>")
@web.allow(*CHIEFS)
def show(account_id: int) -> Response:
    """One member of staff: facts, and what may be done by the one who looks."""
    person = _find(account_id)
    manages = registering.may_manage(access.me(), person)
    form = _staff_form(_places(person.area), person) if manages else None
    return _staff_page("show", form, person=person)


@doors.post("/can-bo/<int:account_id>")
@web.allow(*CHIEFS)
def update(account_id: int) -> Response:
    """Correct name or phone, give another role or place."""
    s = db.session()
    meanwhile.alone(s, "account", account_id)
    person = _managed(account_id)
    places = _places(person.area)
    form = _staff_form(places, person).over(_staff_form(places, person, formdata=None))
    if form.validate_on_submit():
        try:
            registering.change(s, access.me(), person, **_typed(form))
        except registering.PhoneTaken:
            form.phone.errors = [_("This number already belongs to another account.")]
        else:
            s.commit()
            flash(_("Saved."), "success")
            return web.see_other(url_for("accounts.show", account_id=person.id))
    return _staff_page("show", form, form.refusal, person=person)


@doors.post("/can-bo/<int:account_id>/tam-dung")
@web.allow(*CHIEFS)
def create_suspension(account_id: int) -> Response:
    """Suspend: signed out at once, everywhere."""
    s, person = db.session(), _managed(account_id)
    registering.suspend(s, access.me(), person)
    s.commit()
    flash(_("%(name)s is suspended and signed out everywhere.", name=person.name), "success")
    return web.see_other(url_for("accounts.show", account_id=person.id))


@doors.post("/can-bo/<int:account_id>/tam-dung/thoi")
@web.allow(*CHIEFS)
def delete_suspension(account_id: int) -> Response:
    """Let a suspended account work again."""
    s, person = db.session(), _managed(account_id)
    registering.resume(s, access.me(), person)
    s.commit()
    flash(_("%(name)s may sign in again.", name=person.name), "success")
    return web.see_other(url_for("accounts.show", account_id=person.id))


@doors.post("/can-bo/<int:account_id>/ma")
@web.allow(*CHIEFS)
def create_code(account_id: int) -> Response:
    """Make a one-time code to hand over; older ones are void."""
    s, person = db.session(), _managed(account_id)
    if not person.is_active:
        abort(403)
    code = codes.issue(s, person, access.me(), current_app.config["SECRET_KEY"])
    s.commit()
    session[HANDED] = [person.id, code]
    return web.see_other(url_for("accounts.code", account_id=person.id))


@doors.get("/can-bo/<int:account_id>/ma")
@web.allow(*CHIEFS)
def code(account_id: int) -> Response:
    """The code just made, on paper or screen, once."""
    person = _managed(account_id)
    handed_to, made = session.pop(HANDED, (None, ""))
    open_code = queries.open_code(db.session(), person)
    if handed_to != person.id or open_code is None:
        flash(_("A code is shown only once. If it is lost, make a new one: the old one is then void."), "info")
        return web.see_other(url_for("accounts.show", account_id=person.id))
    house = current_app.config["SETTINGS"].public_base_url
    address = house + url_for("accounts.invitation", code=made.replace("-", ""))
    typed_at = house + url_for("accounts.invitation")
    handed = {"code": made, "qr": qr.picture(address), "typed_at": typed_at, "until": open_code.expires_at}
    return web.page("accounts/code.html", person=person, handed=handed, names=names)


@doors.get("/nhat-ky")
@web.allow(*OFFICE)
def audit() -> Response:
    """Who did what in one's area, newest first."""
    page = max(request.args.get("page", 1, type=web.whole), 1)
    log = queries.log(db.session(), access.me(), page)
    return web.page("accounts/audit.html", log=log, page=min(page, log.pages), deeds=deeds)


def _find(account_id: int) -> Account:
    return web.or_404(queries.find(db.session(), access.me(), account_id))


def _managed(account_id: int) -> Account:
    """Somebody one may change: out of sight is 404, in sight but not below oneself is 403."""
    person = _find(account_id)
    if not registering.may_manage(access.me(), person):
        abort(403)
    return person


def _places(now: Area | None) -> list[Area]:
    """The places that may be given: an official's commune and villages, a leader's village, else the picked."""
    s, me = db.session(), access.me()
    if me.role in (OFFICIAL, LEADER):
        return [me.area, *(areas.villages(s, me.area) if me.role == OFFICIAL else ())]
    picked = request.args.get("area")
    place = areas.by_code(s, picked) if picked else now
    if picked and (place is None or not registering.roles_for(me, place)):
        abort(404)
    return [place] if place else []


def _kinds() -> list[str]:
    """What the picker may find for the one who asks."""
    return [PROVINCES, COMMUNE, VILLAGE] if access.me().role == ADMIN else [COMMUNE]


def _staff_form(places: list[Area], person: Account | None = None, **kw: Any) -> StaffForm:
    me = access.me()
    possible = registering.MANAGES[me.role]
    roles = [role for role in possible if any(registering.may_give(me, role, place) for place in places)]
    now: dict[str, Any] = {"role": roles[0]} if len(roles) == 1 else {}
    if person:
        now = {"name": person.name, "phone": person.phone, "role": person.role, "area": person.area.code}
    return StaffForm(roles, places, data=now, **kw)


def _typed(form: StaffForm) -> dict[str, Any]:
    return {"name": form.name.data, "phone": form.phone.data, "role": form.role.data, "area": form.place}


def _staff_page(name: str, form: StaffForm | None, status: int = 200, person: Account | None = None) -> Response:
    waiting = queries.open_code(db.session(), person) if person else None
    return web.page(
        f"accounts/{name}.html", "main", status=status, form=form, person=person, waiting=waiting, names=names,
        state=queries.state(person) if person else "", kinds=_kinds(), inside=access.me().area,
        picks=access.me().role in (ADMIN, PROVINCE),
    )  # fmt: skip
