"""Doors that phones knock at with JSON: to be set up, to have their bag filled."""

from flask import Blueprint, Response, current_app, request

from outreach import db, web
from outreach.accounts import receipts
from outreach.accounts.access import me, me_or_none
from outreach.accounts.models import LEADER, VOLUNTEER
from outreach.bag import answering, filling, handsets, letting_in, reading
from outreach.bag.reading import Unreadable

doors = Blueprint("bag", __name__)
doors.register_error_handler(Unreadable, answering.unreadable)
doors.register_error_handler(413, answering.too_large)


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
        bunch = letting_in.set_up(s, me(), mark.lower(), label, current_app.config["SECRET_KEY"])
    except letting_in.Somebodys:
        raise Unreadable(409, "taken") from None
    s.commit()
    return answering.told(bunch.told() | {"me": {"id": me().id, "name": me().name}})


@doors.post("/tui/do")
@web.public
@web.same_origin
def fill() -> Response:
    """Fill the bag, or what changed in it; or let the phone forget it: at once, or (`over`) once all is handed in."""
    s, said = db.session(), reading.body(request)
    handset, head = answering.known(said)
    held = str(said.get("scope") or "")
    if handset.wiped_at is not None:
        s.commit()
        return answering.told({"wipe": True})
    if handsets.is_over(handset, held, me_or_none()):
        s.commit()
        return answering.told({"wipe": True, "over": True})
    account, have = answering.owner(handset), said.get("have")
    holds = filling.Holds(held, str(said.get("lists") or ""), have if isinstance(have, dict) else {})
    filled = filling.fill(s, account, holds, current_app.config["SUPPORT_PHONE"])
    if not (head.waiting and handset.scope):  # what waits was noted at the place that the bag was filled for before
        handset.scope = filled["scope"]
    s.commit()
    return answering.told(filled)
