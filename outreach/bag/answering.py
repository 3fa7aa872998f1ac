"""How phones are answered: in JSON, each known by its own secret; what cannot be done is said in words."""

import json
from typing import Any

from flask import Response
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from outreach import db
from outreach.accounts.access import me_or_none
from outreach.accounts.models import Account
from outreach.bag import handsets, letting_in, reading
from outreach.bag.models import Handset
from outreach.bag.reading import Sending, Unreadable


def unreadable(fault: Unreadable) -> Response:
    """Say in JSON why nothing was done; what the phone holds stays there."""
    return told({"error": fault.error, "text": _text(fault.error)}, fault.status)


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


def told(said: dict[str, Any], status: int = 200) -> Response:
    """An answer in JSON."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, mimetype="application/json")


def known(said: dict[str, Any]) -> tuple[Handset, Sending]:
    """The handset that speaks, known by its secret, and what it says of itself. Raises Unreadable."""
    head = reading.sending(said)
    handset = letting_in.known(db.session(), head.mark, head.secret)
    if handset is None:
        raise Unreadable(404, "unknown")
    handsets.heard(handset, head.waiting, head.seconds_ahead, sends="records" in said)
    return handset, head


def owner(handset: Handset) -> Account:
    """Whose handset it is, if this is who is signed in. Raises Unreadable."""
    account = me_or_none()
    if account is None:
        raise Unreadable(401, "sign_in")
    if account.id != handset.account_id:
        raise Unreadable(404, "unknown")
    return account
