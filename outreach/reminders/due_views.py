"""Doors for the days that a household asks to be reminded of."""

from collections.abc import Iterator

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from outreach import clock, db, web
from outreach.accounts.access import me
from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER
from outreach.households import consent
from outreach.households import queries as households
from outreach.households.models import Household, Member
from outreach.reminders import due_dates, names, noting, rules
from outreach.reminders.due_dates import RESULT, sendings
from outreach.reminders.forms import DueForm
from outreach.reminders.models import DueDate
from outreach.sms import days
from outreach.sms.purposes import DUE_DATE, RESULT_READY

doors = Blueprint("due_dates", __name__)
NOTERS = (OFFICIAL, LEADER, VOLUNTEER, AGENT)


@doors.app_template_global("due_dates_of")
def _days(home: Household) -> list[tuple[DueDate, str]]:
    """The household's days with what they are called, for its record."""
    return [(one, str(names.DUE_NAMES[one.kind])) for one in noting.standing(db.session(), home)]


@doors.get("/ho/<int:id>/hen-nhac")
@web.allow(*NOTERS)
def index(id: int) -> Response:
    """The household's days, and a sheet for another; the desk's begins with a result."""
    home = _home(id)
    desk = me().role == AGENT
    return _page(home, DueForm(kind=RESULT if desk else None, due_on=clock.today() if desk else None))


@doors.post("/ho/<int:id>/hen-nhac")
@web.allow(*NOTERS)
def create(id: int) -> Response:
    """Note a day."""
    s, home = db.session(), _home(id)
    members = households.present(home)
    form = DueForm().offer(members)
    if not form.validate_on_submit():
        return _page(home, form, 422)
    who = next(one for one in members if str(one.id) == form.member.data)
    noting.note(s, who, form.wanted(), me())
    s.commit()
    flash(_("It is noted."), "success")
    return web.see_other(url_for(".index", id=home.id))


@doors.post("/hen-nhac/<int:id>")
@web.allow(*NOTERS)
def update(id: int) -> Response:
    """Done with, or no longer wanted: nothing more is sent about it."""
    s = db.session()
    due = web.or_404(noting.find(s, me(), id))
    noting.end(s, due, noting.DONE if request.form.get("how") == noting.DONE else noting.UNWANTED, me())
    s.commit()
    flash(_("No more messages about this day."), "success")
    return web.see_other(url_for(".index", id=due.member.household_id))


def _home(id: int) -> Household:
    return web.or_404(households.find(db.session(), me(), id))


def _page(home: Household, form: DueForm, status: int = 200) -> Response:
    s = db.session()
    commune = home.village.parent or home.village
    on, told = rules.on(s, commune.id), _told(home)
    rows = [(one, list(_goes(one)) if one.member_id in told and _purpose(one) in on else None)
            for one in noting.standing(s, home)]  # fmt: skip
    silent = [one for one in households.present(home) if one.id not in told]
    return web.page(
        "reminders/due_dates.html", status=status, home=home, form=form.offer(households.present(home)), rows=rows,
        silent=silent, off=[purpose for purpose in (DUE_DATE, RESULT_READY) if purpose not in on], names=names,
        may_ask=me().role != AGENT,
    )  # fmt: skip


def _told(home: Household) -> set[int]:
    """Who of the house may be written to about their days."""
    here = select(Member.id).where(Member.household_id == home.id, consent.may_text(DUE_DATE))
    return set(db.session().scalars(here))


def _purpose(due: DueDate) -> str:
    return RESULT_READY if due.kind in due_dates.KINDS[RESULT_READY] else DUE_DATE


def _goes(due: DueDate) -> Iterator[str]:
    """The days, from today on, on which a message goes: the next open one where messages rest on its own."""
    hours = days.hours(db.session())
    for one in sendings(due.kind, due.due_on, clock.local(due.taken_at).date()):
        goes = clock.local(hours.opening(max(clock.day_start(one.on), due.taken_at)).at).date()
        if clock.today() <= goes <= one.until:
            yield f"{goes:%d/%m/%Y}"
