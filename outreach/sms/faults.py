"""What a gateway's error code means: whom it concerns, what happens, and what to do, in plain words.

One table for all gateways: Twilio's codes (https://www.twilio.com/docs/api/errors), its statuses where it gives no
code, and our own words for what has none.
"""

from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGE = "message"  # this one will never arrive; others to the same number may
NUMBER = "number"  # nothing will ever arrive at this number
STOPPED = "stopped"  # the number wants nothing from us
WORDS = "words"  # what we say, or who says it, is not let through
AGAIN = "again"  # it was not reached: once more the same day
LATER = "later"  # not now
TRIAL = "trial"  # this number, while the account is on trial
HOUSE = "house"  # our account: every message would fail
WHOM = (MESSAGE, NUMBER, STOPPED, WORDS, AGAIN, LATER, TRIAL, HOUSE)
FINAL = (MESSAGE, NUMBER, STOPPED, WORDS)  # this very message will not be tried again
ALERTS = {NUMBER: "sms_number", WORDS: "sms_filtered", HOUSE: "sms_operator"}  # who must hear of it

THEN = {
    MESSAGE: _l("It is not sent again. Later messages to this number go out as usual."),
    NUMBER: _l("It is not sent again. Ask the family for the right number and correct it in the household's record."),
    STOPPED: _l("Everything that waited for this number was taken back. It gets messages again only with a new yes."),
    WORDS: _l("It is not sent again. The operator must change these words or the sender before more of them go."),
    AGAIN: _l("It is tried once more the same day, two hours later, if that is still of use."),
    LATER: _l("It is tried again after a while, by itself. Nothing needs to be done."),
    TRIAL: _l("It waits and is tried again. The operator must have this number verified, or pay the account up."),
    HOUSE: _l("All messages wait, none is lost. They go by themselves once the operator has put it right."),
}


class Fault(NamedTuple):
    """`concerns`: one of WHOM."""

    concerns: str
    words: LazyString

    @property
    def then(self) -> LazyString:
        """What happens now, and what to do."""
        return THEN[self.concerns]

    @property
    def permanent(self) -> bool:
        """Whether this very message will not be tried again."""
        return self.concerns in FINAL


NO_CONNECTION, NO_WORD = "no_connection", "no_word"
LANDLINE = _l("This number cannot receive messages; it may be a landline.")
TOO_LATE = _l("It could not be delivered in the time it was of use.")
UNREACHED = _l("The phone could not be reached: switched off or no signal.")
BUSY = _l("The SMS provider was busy.")
REFUSED = _l("This number asked not to receive messages. It will not get any more.")
SILENT = _l("The phone company did not deliver it and did not say why.")
FILTERED = _l("The phone company stopped the message as unwanted. The operator must change its text or sender.")
UNVERIFIED = _l("Our account is on trial and may write to verified numbers only; this is none of them.")
OTHER = _l("The SMS provider did not take the message.")
FAULTS = {
    "20003": Fault(HOUSE, _l("The SMS provider did not accept our sign-in. The operator must check the account.")),
    "20429": Fault(LATER, BUSY),
    "20503": Fault(LATER, _l("The SMS provider was out of order for a while.")),
    "21211": Fault(NUMBER, _l("This is not a valid phone number. Please correct it in the household's record.")),
    "21212": Fault(HOUSE, _l("The sender name is not valid. The operator must check the sender.")),
    "21408": Fault(HOUSE, _l("Messages to Vietnam are switched off in our account. The operator must switch them on.")),
    "21602": Fault(MESSAGE, _l("The message was empty.")),
    "21603": Fault(HOUSE, _l("The sender is missing. The operator must check the settings.")),
    "21606": Fault(HOUSE, _l("The sender may not send to this country. The operator must check the sender.")),
    "21608": Fault(TRIAL, UNVERIFIED),
    "21610": Fault(STOPPED, REFUSED),
    "21611": Fault(LATER, _l("The sender's queue was full.")),
    "21612": Fault(MESSAGE, _l("The SMS provider has no way to reach this number.")),
    "21614": Fault(NUMBER, LANDLINE),
    "21617": Fault(MESSAGE, _l("The text is too long.")),
    "30001": Fault(AGAIN, BUSY),
    "30002": Fault(HOUSE, _l("Our account at the SMS provider is suspended. The operator must ask the provider.")),
    "30003": Fault(AGAIN, UNREACHED),
    "30004": Fault(MESSAGE, _l("The phone or its company blocks messages such as this one.")),
    "30005": Fault(NUMBER, _l("This number is not in use. Please correct it in the household's record.")),
    "30006": Fault(NUMBER, LANDLINE),
    "30007": Fault(WORDS, FILTERED),
    "30008": Fault(MESSAGE, SILENT),
    "30018": Fault(HOUSE, _l("The sender name is not registered in Vietnam yet. The operator must register it.")),
    "30036": Fault(MESSAGE, TOO_LATE),
    NO_WORD: Fault(MESSAGE, _l("The SMS provider cannot tell whether it went, so it was not sent again.")),
    NO_CONNECTION: Fault(HOUSE, _l("The SMS provider cannot be reached. Is our server connected to the internet?")),
    "canceled": Fault(MESSAGE, TOO_LATE),
    "undelivered": Fault(MESSAGE, SILENT),
    # Where the settings say of a provider's own code only whom it concerns.
    MESSAGE: Fault(MESSAGE, OTHER),
    NUMBER: Fault(NUMBER, _l("The SMS provider says that this number cannot be reached.")),
    STOPPED: Fault(STOPPED, REFUSED),
    WORDS: Fault(WORDS, FILTERED),
    AGAIN: Fault(AGAIN, UNREACHED),
    LATER: Fault(LATER, BUSY),
    TRIAL: Fault(TRIAL, UNVERIFIED),
    HOUSE: Fault(HOUSE, _l("The SMS provider refuses our account. The operator must check it.")),
}


def concerns(code: str, status: int = 400) -> str:
    """Whom an error concerns (one of WHOM), by its code; an unknown one by its HTTP status: 401, 402 and 403 the house,
    other 4xx this message, else try later.
    """
    if code in FAULTS:
        return FAULTS[code].concerns
    if status in (401, 402, 403):
        return HOUSE
    return MESSAGE if 400 <= status < 500 and status != 429 else LATER
