"""The door of the weekly message: who works here switches it on or off for themselves, on the page of their account."""

from typing import NamedTuple

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from outreach import db, web
from outreach.accounts.access import me
from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.reminders import names, rules, wishes

doors = Blueprint("weekly", __name__)


class Wish(NamedTuple):
    """What an account's page shows of the weekly message."""

    says: str
    on: bool
    sent: bool  # whether the commune sends it at all


@doors.app_template_global("weekly_message")
def _wish(account: Account) -> Wish | None:
    """For those who may have one."""
    purpose = wishes.PURPOSE.get(account.role)
    if purpose is None:
        return None
    sent = purpose in rules.on(db.session(), wishes.commune_id(account))
    return Wish(str(names.WEEKLY[purpose]), account.sms_since is not None, sent)


@doors.post("/tai-khoan/tin-nhan")
@web.allow(OFFICIAL, LEADER, VOLUNTEER)
def update() -> Response:
    """Want it, or no longer."""
    s = db.session()
    on = request.form.get("on") == "1"
    wishes.set_(s, me(), to=on)
    s.commit()
    flash(_("You get a message on Mondays.") if on else _("You get no more messages on Mondays."), "success")
    return web.see_other(url_for("accounts.account"))
