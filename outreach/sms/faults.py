"""What a gateway's error code means: whom it concerns, and in plain words.

Codes and meanings: https://www.twilio.com/docs/api/errors
"""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGE, LATER, HOUSE = "message", "later", "house"


class Fault(NamedTuple):
    """`concerns` MESSAGE: this one will never arrive. LATER: try again. HOUSE: our account, so every message fails."""

    concerns: str
    words: LazyString


OPTED_OUT = "21610"
FAULTS = {
    "20003": Fault(HOUSE, _l("The SMS provider did not accept our sign-in. The operator must check the account.")),
    "20429": Fault(LATER, _l("The SMS provider was busy.")),
    "20503": Fault(LATER, _l("The SMS provider was out of order for a while.")),
    "21211": Fault(MESSAGE, _l("This is not a valid phone number. Please correct it in the household's record.")),
    "21212": Fault(HOUSE, _l("The sender name is not valid. The operator must check the sender.")),
    "21408": Fault(HOUSE, _l("Messages to Vietnam are switched off in our account. The operator must switch them on.")),
    "21606": Fault(HOUSE, _l("The sender may not send to this country. The operator must check the sender.")),
    OPTED_OUT: Fault(MESSAGE, _l("This number asked not to receive messages. It will not get any more.")),
    "21611": Fault(LATER, _l("The sender's queue was full.")),
    "21612": Fault(MESSAGE, _l("The SMS provider has no way to reach this number.")),
    "21614": Fault(MESSAGE, _l("This number cannot receive messages; it may be a landline.")),
    "21617": Fault(MESSAGE, _l("The text is too long.")),
    "30003": Fault(MESSAGE, _l("The phone could not be reached: switched off or no signal.")),
    "30005": Fault(MESSAGE, _l("This number is not in use. Please correct it in the household's record.")),
    "30006": Fault(MESSAGE, _l("This number cannot receive messages; it may be a landline.")),
    "30007": Fault(
        MESSAGE, _l("The phone company stopped the message as unwanted. The operator must change its text or sender.")
    ),
    "30018": Fault(HOUSE, _l("The sender name is not registered in Vietnam yet. The operator must register it.")),
    "no_connection": Fault(LATER, _l("The SMS provider could not be reached.")),
}
OTHER = _l("The SMS provider did not take the message.")


def concerns(code: str, status: int) -> str:
    """Whom an error concerns, by its code; by its HTTP status (4xx: this message, else try later) when unknown."""
    if code in FAULTS:
        return FAULTS[code].concerns
    if status in (401, 403):
        return HOUSE
    return MESSAGE if 400 <= status < 500 and status != 429 else LATER
