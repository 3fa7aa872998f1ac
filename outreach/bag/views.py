"""Doors that phones knock at with JSON: to be set up, to have their bag filled, to hand in what was recorded."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from outreach import db, web
from outreach.accounts import receipts
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import FIELD, LEADER, VOLUNTEER, Account
from outreach.bag import filling, handsets, reading, sending
from outreach.bag.models import SUSPENDED, Handset
from outreach.bag.reading import Sending, Unreadable
from outreach.bag.sending import Whole

doors = Blueprint("bag", __name__)


@doors.errorhandler(Unreadable)
def unreadable(fault: Unreadable) -> Response:
    """Say in JSON why nothing was done; what the phone holds stays there."""
    return _told({"error": fault.error, "text": _text(fault.error)}, fault.status)


@doors.errorhandler(413)
def too_large(_fault: HTTPException) -> Response:
    """A body beyond what a form may hold."""
    return unreadable(Unreadable(413, "too_large"))


def _text(error: str) -> str:
    texts = {
        "sign_in": _("Please sign in. What waits stays on your phone."),
        "role": _("Only volunteers and leaders carry a bag."),
        "unknown": _("This phone is not known here. Please set it up anew; what waits stays on it."),
        "taken": _("This phone's bag belongs to somebody else."),
        "too_large": _("That is too much at once. Send it in smaller parts; nothing is lost."),
    }
    return texts.get(error) or _("This request could not be understood. What waits stays on your phone.")


def _told(said: dict[str, Any], status: int = 200) -> Response:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


@doors.post("/tui/may")
@web.allow(VOLUNTEER, LEADER)
@web.same_origin
def set_up() -> Response:
    """Make a phone known, or let its owner in again after a forgotten PIN."""
    s, said = db.session(), reading.body(request)
    mark, label = reading.words(said, "mark", 36), reading.words(said, "label", 200)
    if not receipts.is_client_id(mark):
        raise Unreadable(422, "shape")
    try:
        bunch = handsets.set_up(s, me(), mark.lower(), label, current_app.config["SECRET_KEY"])
    except handsets.Somebodys:
        raise Unreadable(409, "taken") from None
    s.commit()
    return _told(bunch.told() | {"me": {"id": me().id, "name": me().name}})


@doors.post("/tui/do")
@web.public
@web.same_origin
def fill() -> Response:
    """Fill the bag, or what changed in it; or let the phone forget it."""
    s, said = db.session(), reading.body(request)
    handset, _head = _known(said)
    if handsets.must_forget(handset):
        s.commit()
        return _told({"wipe": True})
    account = _owner(handset)
    if account.role not in FIELD:
        s.commit()
        return _told({"wipe": True})
    have = said.get("have")
    holds = filling.Holds(
        str(said.get("scope") or ""), str(said.get("lists") or ""), have if isinstance(have, dict) else {}
    )
    filled = filling.fill(s, account, holds, current_app.config["SUPPORT_PHONE"])
    handset.scope = filled["scope"]
    s.commit()
    return _told(filled)


@doors.post("/tui/gui")
@web.public
@web.same_origin
def send() -> Response:
    """Take what was recorded: each record is judged by itself and gets its own fate."""
    s, said = db.session(), reading.body(request)
    handset, head = _known(said)
    records = reading.records(said, head.ahead)
    if handset.account.is_active:
        by = _owner(handset)
        fates = sending.judge(s, Whole(by, by, handsets.place_of(handset)), records)
    else:
        fates = sending.apart(s, handset.account, records, SUSPENDED)
    s.commit()
    return _told({"fates": [fate.told(record.client_id) for fate, record in zip(fates, records, strict=True)]})


def _known(said: dict[str, Any]) -> tuple[Handset, Sending]:
    """The handset that speaks, known by its secret, and what it says of itself. Raises Unreadable."""
    head = reading.sending(said)
    handset = handsets.known(db.session(), head.mark, head.secret)
    if handset is None:
        raise Unreadable(404, "unknown")
    handsets.heard(handset, head.waiting, head.seconds_ahead, sends="records" in said)
    return handset, head


def _owner(handset: Handset) -> Account:
    """Whose handset it is, if this is who is signed in. Raises Unreadable."""
    account = me_or_none()
    if account is None:
        raise Unreadable(401, "sign_in")
    if account.id != handset.account_id:
        raise Unreadable(404, "unknown")
    return account
