"""Doors of stopping: the page for everybody, the telephone desk, and what a member was sent and why."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from outreach import db, i18n, web
from outreach.accounts import attempts
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER
from outreach.households import consent
from outreach.households import queries as households
from outreach.households.models import Member
from outreach.households.names import STOP_NAMES
from outreach.sms import days
from outreach.sms import names as fates
from outreach.stopping import queries, stop
from outreach.stopping.forms import StopForm

doors = Blueprint("stopping", __name__)
DESK = (OFFICIAL, LEADER, VOLUNTEER, AGENT)  # whoever may be telephoned about it
DOOR = "stop"


@doors.get("/ngung-nhan-tin")
@web.public
def new() -> Response:
    """Type the number; below stands who writes, why, and what we never ask."""
    return _ask(StopForm())


@doors.post("/ngung-nhan-tin")
@web.public
def create() -> Response:
    """Stop the number at once. The answer is the same whether anybody here has it or not."""
    s, form = db.session(), StopForm()
    if not form.validate_on_submit():
        return _ask(form, 422)
    phone, address = form.phone.data or "", request.remote_addr or ""
    if attempts.locked_until(s, DOOR, phone, address):
        raise TooManyRequests
    attempts.failed(s, DOOR, phone, address)  # every try counts: nobody stops numbers by the hundred
    stop.stop_number(s, phone, stop.PAGE)
    s.commit()
    return web.see_other(url_for(".done"))


@doors.get("/ngung-nhan-tin/xong")
@web.public
def done() -> Response:
    """It is stopped: what that means, and how it begins again."""
    return web.page("stopping/done.html", staff=me_or_none())


@doors.get("/ngung-nhan-tin/qua-dien-thoai")
@web.allow(*DESK)
def desk() -> Response:
    """Somebody telephones, or comes to the desk: their number."""
    return web.page("stopping/desk.html", form=StopForm())


@doors.post("/ngung-nhan-tin/qua-dien-thoai")
@web.allow(*DESK)
def note() -> Response:
    """Stop it as asked by telephone; whom one knows with this number is named."""
    s, form = db.session(), StopForm()
    if not form.validate_on_submit():
        return web.page("stopping/desk.html", status=422, form=form)
    phone = form.phone.data or ""
    stop.stop_number(s, phone, stop.PHONE, me().id)
    s.commit()
    _say(phone)
    return web.see_other(url_for(".desk"))


@doors.get("/nguoi/<int:id>/tin-nhan")
@web.allow(*DESK)
def messages(id: int) -> Response:
    """What a member was sent or will be, each with its reason, and a button to stop."""
    s, member = db.session(), _member(id)
    return web.page(
        "stopping/messages.html", member=member, rows=queries.messages(s, member), reason=fates.why,
        fate=fates.fate, hours=days.hours(s), agreed=consent.current(s, member).get("sms"),
        stopped=consent.stopped(s, member), hows=STOP_NAMES, wrong=consent.wrong_number(s, member),
    )  # fmt: skip


@doors.post("/nguoi/<int:id>/ngung-nhan-tin")
@web.allow(*DESK)
def stop_member(id: int) -> Response:
    """The person told us, and means the whole number."""
    s, member = db.session(), _member(id)
    if member.phone:
        stop.stop_number(s, member.phone, stop.VOLUNTEER, me().id)
        s.commit()
        _say(member.phone)
    return web.see_other(url_for(".messages", id=id))


def _member(id: int) -> Member:
    return web.or_404(households.find_member(db.session(), me(), id))


def _ask(form: StopForm, status: int = 200) -> Response:
    return web.page("stopping/new.html", status=status, form=form)


def _say(phone: str) -> None:
    """What was done, and for whom of those one sees."""
    shown, served = i18n.show_phone(phone), ", ".join(queries.served(db.session(), me(), phone))
    done = _("No more messages go to %(phone)s.", phone=shown)
    flash(_("%(done)s The number belongs to: %(names)s.", done=done, names=served) if served else done, "success")
