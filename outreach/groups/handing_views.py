"""Doors of handing over: what hangs on a person, one form, and the way back."""

from flask import Response, abort, flash, url_for
from flask_babel import ngettext

from outreach import db, web
from outreach.accounts import registering as staff
from outreach.accounts.access import me
from outreach.accounts.models import OFFICIAL, Account
from outreach.areas import queries as areas
from outreach.groups import handing_over, links, names, people, queries
from outreach.groups.figures import periods
from outreach.groups.forms import HandOverForm
from outreach.groups.views import CHIEFS, doors
from outreach.review import names as review

__all__ = ["doors"]


@doors.get("/to/<int:account_id>/ban-giao")
@web.allow(*CHIEFS)
def new(account_id: int) -> Response:
    """What hangs on the person, and who takes it over."""
    person = _managed(account_id)
    return _ask(person, _form(person))


@doors.post("/to/<int:account_id>/ban-giao")
@web.allow(*CHIEFS)
def create(account_id: int) -> Response:
    """All in one step."""
    s, person = db.session(), _managed(account_id)
    form = _form(person)
    if not form.validate_on_submit():
        return _ask(person, form, 422)
    given = handing_over.hand_over(s, me(), person, form.how.data, form.takers, form.place)
    s.commit()
    done = ngettext("%(name)s has handed over %(num)s household.", "%(name)s has handed over %(num)s households.",
                    given, name=person.name)  # fmt: skip
    flash(done, "success")
    return web.see_other(url_for(".person", account_id=person.id))


@doors.post("/to/<int:account_id>/nhan-lai")
@web.allow(*CHIEFS)
def create_return(account_id: int) -> Response:
    """Hand back what the person handed over last."""
    s, person = db.session(), _managed(account_id)
    given, gone = handing_over.hand_back(s, me(), person)
    s.commit()
    done = ngettext("%(name)s looks after %(num)s household again.", "%(name)s looks after %(num)s households again.",
                    given, name=person.name)  # fmt: skip
    flash(done, "success")
    if gone:
        flash(names.gone_on(gone), "warning")
    return web.see_other(url_for(".person", account_id=person.id))


def _managed(account_id: int) -> Account:
    """Out of sight is 404, in sight but not below oneself is 403."""
    person = web.or_404(people.find(db.session(), me(), account_id))
    if not staff.may_manage(me(), person):
        abort(403)
    return person


def _form(person: Account) -> HandOverForm:
    s, form = db.session(), HandOverForm()
    villages = areas.villages(s, me().area) if me().role == OFFICIAL else ()
    form.offer(handing_over.colleagues(s, person), [one for one in villages if one.id != person.area_id])
    return form


def _ask(person: Account, form: HandOverForm, status: int = 200) -> Response:
    s = db.session()
    return web.page(
        "groups/hand_over.html", status=status, person=person, form=form, facts=queries.person(s, person), names=names,
        to=links.to, lanes=handing_over.lanes_of(s, me(), person), when=periods(), review=review,
    )  # fmt: skip
