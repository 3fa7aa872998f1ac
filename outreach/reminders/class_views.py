"""Doors of classes in person: which there are, a new one, one of them with whom it reaches; changed, called off."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from outreach import clock, db, meanwhile, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER
from outreach.areas.models import VILLAGE
from outreach.i18n import show_weekday
from outreach.lessons.content import Kind
from outreach.lessons.queries import catalogue
from outreach.reminders import classes, meetings, rules
from outreach.reminders.forms import ClassForm
from outreach.reminders.models import ClassMeeting
from outreach.sms.purposes import CLASS
from outreach.visits.names import lesson

doors = Blueprint("classes", __name__)
MAKERS = (OFFICIAL, LEADER)


@doors.get("/lop-hoc")
@web.allow(*MAKERS, VOLUNTEER)
def index() -> Response:
    """Classes to come, then those that were."""
    found = meetings.listing(db.session(), me(), request.args.get("page", 1, type=web.whole))
    return web.page("reminders/classes.html", found=found, may_make=me().role in MAKERS, lesson=lesson, when=_when)


@doors.get("/lop-hoc/moi")
@web.allow(*MAKERS)
def new() -> Response:
    """An empty sheet."""
    return _new_page(_form())


@doors.post("/lop-hoc/moi")
@web.allow(*MAKERS)
def create() -> Response:
    """Make it; its page says whom it reaches."""
    s, form = db.session(), _form()
    if not form.validate_on_submit():
        return _new_page(form, 422)
    made = meetings.make(s, me(), **form.said())
    s.commit()
    flash(_("The class is noted."), "success")
    return web.see_other(url_for(".show", id=made.id))


@doors.get("/lop-hoc/<int:id>")
@web.allow(*MAKERS, VOLUNTEER)
def show(id: int) -> Response:
    """A class: whom it reaches; once called off, who was told of it already."""
    s, meeting = db.session(), _meeting(id)
    told = meetings.told(s, me(), meeting, request.args.get("page", 1, type=web.whole))
    to_come = meeting.at > clock.now() and not meeting.cancelled_at
    return web.page(
        "reminders/class.html", meeting=meeting, told=told, to_come=to_come, lesson=lesson, when=_when,
        reach=classes.reach(s, meeting) if to_come else None, on=CLASS in rules.on(s, meeting.commune_id),
        goes_on=classes.goes_on(s, meeting), may_change=meetings.may_change(me(), meeting),
    )  # fmt: skip


@doors.get("/lop-hoc/<int:id>/sua")
@web.allow(*MAKERS)
def edit(id: int) -> Response:
    """The sheet of a class that has not begun."""
    meeting = _own(id)
    if meeting.cancelled_at or meeting.at <= clock.now():
        return _over(meeting)
    return _new_page(_form(meeting), meeting=meeting)


@doors.post("/lop-hoc/<int:id>/sua")
@web.allow(*MAKERS)
def update(id: int) -> Response:
    """Change it; its page says who was told otherwise."""
    s = db.session()
    meanwhile.alone(s, "class", id)
    meeting = _own(id)
    form = _form(meeting).over(_form(meeting, formdata=None))
    if not form.validate_on_submit():
        return _new_page(form, form.refusal, meeting)
    try:
        meetings.change(s, meeting, me(), **form.said())
    except meetings.Over:
        return _over(meeting)
    s.commit()
    flash(_("The class is changed."), "success")
    return web.see_other(url_for(".show", id=meeting.id))


@doors.post("/lop-hoc/<int:id>/huy")
@web.allow(*MAKERS)
def cancel(id: int) -> Response:
    """Call it off; what waits is taken back."""
    s, meeting = db.session(), _own(id)
    try:
        taken = meetings.cancel(s, meeting, me())
    except meetings.Over:
        return _over(meeting)
    s.commit()
    back = ngettext("%(num)s waiting message was taken back.", "%(num)s waiting messages were taken back.", taken)
    flash(_("The class is called off.") + " " + back, "success")
    return web.see_other(url_for(".show", id=meeting.id))


def _meeting(id: int) -> ClassMeeting:
    return web.or_404(meetings.find(db.session(), me(), id))


def _own(id: int) -> ClassMeeting:
    meeting = _meeting(id)
    return web.or_404(meeting if meetings.may_change(me(), meeting) else None)


def _over(meeting: ClassMeeting) -> Response:
    flash(_("This class is over or called off already. Nothing was changed."), "info")
    return web.see_other(url_for(".show", id=meeting.id))


def _when(meeting: ClassMeeting) -> str:
    at = clock.local(meeting.at)
    return f"{show_weekday(at.date())}, {at:%H:%M}"


def _form(meeting: ClassMeeting | None = None, **kw: Any) -> ClassForm:
    lessons = [one for one in catalogue().values() if one.kind is not Kind.TEAM]
    form = ClassForm(data=ClassForm.of(meeting) if meeting else None, **kw)
    return form.offer(meetings.places(db.session(), me()), lessons, everywhere=me().area.kind != VILLAGE)


def _new_page(form: ClassForm, status: int = 200, meeting: ClassMeeting | None = None) -> Response:
    on = CLASS in rules.on(db.session(), meetings.commune_id(me()) or 0)
    return web.page("reminders/class_new.html", status=status, form=form, on=on, meeting=meeting)
