"""The webhooks: what a gateway posts to us. Believed only when it is signed; stored and answered at once.

They stand above the messages' own room, since a reply that says "stop" ends a consent.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy import select

from outreach import clock, db, web
from outreach.settings import ABROAD, Settings
from outreach.sms import faults, receipts
from outreach.sms.gateway import Call, Forged, Listener, Receipt, Reply, listen
from outreach.sms.models import InboundSms, Sms
from outreach.stopping import replying, stop

doors = Blueprint("hooks", __name__)
LONGEST = 64 * 1024  # bytes; a receipt has some hundred, a reply of 1,600 letters fifteen thousand
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'  # no answer goes back to the phone
Said = TypeVar("Said", Receipt, Reply)


@doors.record
def open_listener(state: BlueprintSetupState) -> None:
    """When the house opens: who reads the calls of its gateway. A wrong setting shows now, not at the first call."""
    state.app.extensions["listener"] = listen(state.app.config["SETTINGS"])


@doors.post("/sms/bien-nhan/<gateway>")
@web.public
@web.by_machine
def receipt(gateway: str) -> Response:
    """What became of a message."""
    said = _heard(gateway, lambda listener, call: listener.receipt(call))
    if isinstance(said, Response):
        return said
    s = db.session()
    news = receipts.note(s, gateway, said.reference, said.gateway_id, said.status, said.code, clock.now())
    if not news:
        current_app.logger.warning("a receipt of %s came a second time", gateway)
    elif faults.concerns(said.code) == faults.STOPPED:
        _stop(said.gateway_id)
    s.commit()
    return Response(status=204)


@doors.post("/sms/den/<gateway>")
@web.public
@web.by_machine
def reply(gateway: str) -> Response:
    """A message from a phone, where a number can take them; in Việt Nam none can."""
    if not _settings().sms_two_way:
        return _plain(404, "This number takes no messages.")
    said = _heard(gateway, lambda listener, call: listener.reply(call))
    if isinstance(said, Response):
        return said
    if ABROAD.fullmatch(said.phone):
        _take(said)
    return Response(NOTHING, mimetype="text/xml")


def _heard(gateway: str, read: Callable[[Listener, Call], Said | None]) -> Said | Response:
    """What the gateway said, or the answer to a call that is refused."""
    listener: Listener | None = current_app.extensions["listener"]
    if listener is None or gateway != _settings().sms_gateway:
        return _plain(404, "Nobody listens to this gateway here.")
    if (request.content_length or 0) > LONGEST:
        return _plain(413, "That is too long.")
    try:
        said = read(listener, _call())
    except Forged:
        current_app.logger.warning("a call in the name of %s bore no valid signature", gateway)
        return _plain(403, "The signature is missing or wrong.")
    return said or Response(status=204)


def _call() -> Call:
    """The call as it was signed: for the one public address we have, whatever name or port a proxy may show us."""
    query = request.query_string.decode("ascii", "replace")
    address = _settings().public_base_url + request.path + (f"?{query}" if query else "")
    return Call(address, request.headers, request.form, request.get_data())


def _stop(gateway_id: str) -> None:
    """The operator says that this number wants nothing from us."""
    s = db.session()
    to = s.scalar(select(Sms.to).where(Sms.gateway_id == gateway_id, Sms.gateway == _settings().sms_gateway))
    if to:
        stop.by_carrier(s, to)


def _take(said: Reply) -> None:
    """Note what somebody meant, once; a "stop" counts at once."""
    s, meant = db.session(), replying.meaning(said.text)
    row = {"gateway_id": said.gateway_id[:64], "phone": said.phone, "meant": meant, "at": clock.now()}
    new = s.execute(db.unless_there(s, InboundSms, InboundSms.gateway_id), row).first() is not None
    if new and meant == replying.STOP:
        stop.stop_number(s, said.phone, stop.REPLY)
    s.commit()


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _plain(status: int, said: str) -> Response:
    return Response(f"{said}\n", status, mimetype="text/plain")
