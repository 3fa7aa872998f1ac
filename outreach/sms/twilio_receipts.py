"""What Twilio tells us: receipts, and replies where a number can take them. Beside `twilio_gateway`, which needs more
memory than a web process should carry for this.
"""

from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from outreach.settings import Settings, SettingsError
from outreach.sms.gateway import Call, Forged, Receipt, Reply

REFERENCE = "tin"  # the parameter of our address that holds our name for the message


def open_listener(settings: Settings) -> "TwilioListener":
    """Reads what our account is told. Raises SettingsError where there is none."""
    if settings.twilio is None:
        raise SettingsError("SMS_GATEWAY is twilio, but there is no account.")
    return TwilioListener(settings.twilio.auth_token)


class TwilioListener:
    """Believes only what is signed with the account's token, for our public address and with every field as it came.

    https://www.twilio.com/docs/usage/webhooks/webhooks-security
    """

    def __init__(self, token: str) -> None:
        self._validator = RequestValidator(token)

    def receipt(self, call: Call) -> Receipt | None:
        """A status callback."""
        self._believe(call)
        number, status = call.form.get("MessageSid", ""), call.form.get("MessageStatus", "")
        if not number or not status:
            return None
        reference = parse_qs(urlsplit(call.address).query).get(REFERENCE, [""])[0]
        return Receipt(reference, number, status, call.form.get("ErrorCode", ""))

    def reply(self, call: Call) -> Reply | None:
        """A message somebody wrote to a two-way number."""
        self._believe(call)
        number, phone = call.form.get("MessageSid", ""), call.form.get("From", "")
        return Reply(number, phone, call.form.get("Body", "")) if number and phone else None

    def _believe(self, call: Call) -> None:
        signed = call.headers.get(SIGNATURE_HEADER) or ""
        algorithm = get_signature_algorithm(call.headers.get(SIGNATURE_SETTINGS_HEADER))
        if not self._validator.validate(call.address, call.form, signed, algorithm):
            raise Forged
