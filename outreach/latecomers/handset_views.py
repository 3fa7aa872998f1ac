"""Doors to the phones that carry a bag: which there are, wiping one from afar, handing in a file that one kept."""

import time
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from outreach import clock, db, fields, web
from outreach.accounts import sign_in
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import LEADER, OFFICIAL, ROLES, VOLUNTEER, Account
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.bag import filling, handsets, quiet
from outreach.latecomers import filing

doors = Blueprint("handsets", __name__)
HOLDERS = (OFFICIAL, LEADER, VOLUNTEER)
CLOCK_OFF = 300  # seconds
COUNTED, MOST_COUNTED, FRESH = "phones counted", 1_000, 60.0  # under which name the app keeps them; seconds
NO_FILE = _l("This is not a file that a phone kept, or it cannot be opened any more. Nothing is lost.")


class FileForm(fields.Form):
    """A file that a phone kept."""

    file = FileField(_l("The file that the phone kept"), [FileRequired(_l("Please choose the file."))])


@doors.app_context_processor
def _for_the_accounts() -> dict[str, Any]:
    """Accounts stand below and know no phones; their pages ask here for the way to them."""
    return {"handsets_address": _address}


@doors.app_template_global("quiet_phones")
def _quiet_phones(area: Area, since: datetime | None = None, as_of: datetime | None = None) -> quiet.Quiet:
    """Coverage stands below and knows no phones; what they have not sent is missing in its numbers.

    `as_of`: of which moment the numbers are; without a `since`, a phone may be silent for a day before it.
    """
    since = since or (as_of or clock.now()) - timedelta(days=1)
    found = quiet.count(db.session(), area, since) if area.kind in (COMMUNE, VILLAGE) else _of_many(area, since)
    account = me_or_none()
    sees = account is not None and account.role in (OFFICIAL, LEADER) and account.area.contains(area)
    return found._replace(since=since, url=url_for("handsets.index") if sees else "")


def _of_many(area: Area, since: datetime) -> quiet.Quiet:
    """Provinces and the country are shown as of the last minute: their phones, up to a hundred thousand, too."""
    kept: dict[tuple[int, datetime], tuple[float, quiet.Quiet]] = current_app.extensions.setdefault(COUNTED, {})
    until, found = kept.get((area.id, since), (0.0, quiet.Quiet(0, 0)))
    if until < time.monotonic():
        if len(kept) >= MOST_COUNTED:
            kept.clear()
        found = quiet.count(db.session(), area, since)
        kept[area.id, since] = time.monotonic() + FRESH, found
    return found


def _address(person: Account) -> str:
    """Where the phones of somebody are shown, if the one who reads may see them; else ""."""
    account = me_or_none()
    if account is None or account.role not in HOLDERS or person.role not in (LEADER, VOLUNTEER):
        return ""
    if account.id == person.id:
        return url_for("handsets.index", nguoi=person.id)
    return "" if account.role == VOLUNTEER else url_for("handsets.index", nguoi=person.id)


@doors.get("/may")
@web.allow(*HOLDERS)
def index() -> Response:
    """The phones of one's own, or of one's people; `nguoi` narrows them to one person."""
    of = request.args.get("nguoi", type=web.whole)
    found = handsets.listing(db.session(), me(), of)
    now = clock.now()
    overdue = {one.id for one in found if not one.wiped_at and now - one.seen_at > filling.GOOD_FOR}
    return web.page("latecomers/handsets.html", handsets=found, of=of, overdue=overdue, clock_off=CLOCK_OFF)


@doors.post("/may/<int:id>/xoa")
@web.allow(*HOLDERS)
def wipe(id: int) -> Response:
    """Let a phone forget its bag; what was not sent stays sealed on it, and can be sent after signing in there."""
    s = db.session()
    handset = web.or_404(handsets.find(s, me(), id))
    handsets.wipe(s, handset, me())
    if handset.account_id == me().id:
        sign_in.begin(s, me())  # every other session of mine has ended
    s.commit()
    flash(_("The phone forgets its bag when it is next on the network. It is signed out."), "success")
    return web.see_other(url_for(".index"))


@doors.post("/may/<int:id>/thoi")
@web.allow(OFFICIAL, LEADER)
def give_up(id: int) -> Response:
    """Note as lost what a phone held."""
    s = db.session()
    handsets.give_up(s, web.or_404(handsets.find(s, me(), id)), me())
    s.commit()
    flash(_("It is noted as lost, and no longer missed in the figures. Should it still come, it is taken."), "success")
    return web.see_other(url_for(".index"))


@doors.get("/tui/tep")
@web.allow(*ROLES)
def new_file() -> Response:
    """Choose a file that a phone kept."""
    return web.page("latecomers/file.html", "main", form=FileForm(formdata=None), handed_in=None)


@doors.post("/tui/tep")
@web.allow(*ROLES)
def hand_in() -> Response:
    """Hand it in; what became of each record is shown."""
    s, form = db.session(), FileForm()
    if not form.validate_on_submit():
        return web.page("latecomers/file.html", "main", status=422, form=form, handed_in=None)
    try:
        handed_in = filing.hand_in(s, me(), form.file.data.read(), current_app.config["SECRET_KEY"])
    except filing.NoFile:
        form.file.errors = [NO_FILE]
        return web.page("latecomers/file.html", "main", status=422, form=form, handed_in=None)
    s.commit()
    return web.page("latecomers/file.html", "main", form=FileForm(formdata=None), handed_in=handed_in)
