"""Words of the feed: how a message stands, and what came back."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from outreach.feeds.hooks import ALERTS, CHANGED, DELIVERED, DROPPED, GIVEN_UP, TRY
from outreach.feeds.models import Delivery
from outreach.feeds.post import BROKEN, CERTIFICATE, FORBIDDEN, NO_NAME, TOO_SLOW, UNREACHABLE
from outreach.queue import QUEUED, WORKING

STATES = {
    QUEUED: (_l("waits"), "clock", ""),
    WORKING: (_l("is being sent"), "clock", ""),
    DELIVERED: (_l("delivered"), "check", "done"),
    GIVEN_UP: (_l("given up"), "warning", "late"),
    DROPPED: (_l("dropped"), "cross", "sand"),
}
KINDS = {CHANGED: _l("Numbers that changed"), ALERTS: _l("Alerts that changed"), TRY: _l("Test message")}
ANSWERS = {
    NO_NAME: _l("There is no such host"),
    FORBIDDEN: _l("The address lies in a private network, or is not https"),
    UNREACHABLE: _l("No connection"),
    CERTIFICATE: _l("Its certificate is not valid"),
    TOO_SLOW: _l("No answer within 10 seconds"),
    BROKEN: _l("The connection broke off"),
    "401": _l("401: it refuses the signature or asks for a sign-in"),
    "404": _l("404: nobody listens at this address"),
    "410": _l("410: it wants no more messages"),
}


def answer(delivery: Delivery) -> str:
    """What came back last, in words; "" as long as nothing did."""
    code = delivery.answer
    if code in ANSWERS:
        return str(ANSWERS[code])
    if code.startswith("3"):
        return _("%(status)s: it points to another address; enter that one", status=code)
    return _("Status %(status)s", status=code) if code else ""
