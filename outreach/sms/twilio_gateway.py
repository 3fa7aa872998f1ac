"""The gateway to Twilio's Messages API: the only module that knows Twilio."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from requests import ConnectionError as Disconnected
from requests import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from urllib3.exceptions import NewConnectionError

from outreach import clock
from outreach.settings import TWILIO, Settings, TwilioSettings
from outreach.sms import faults
from outreach.sms.gateway import NoAnswer, SendError, Trace, refused

TIMEOUT = 10.0  # seconds; far below the outbox's lease
LONGEST_VALIDITY = timedelta(hours=4)  # what every Twilio sender accepts
CLOCKS_DIFFER = timedelta(minutes=5)
AMBIGUOUS = (500, 502, 504)  # the message may have been taken before the answer broke
LATEST = 200  # messages to one number that are looked through; more than a number gets in weeks
RECEIPTS = "/sms/bien-nhan/twilio"


def open_gateway(settings: Settings) -> "TwilioGateway":
    """Twilio as the settings describe our account. Raises ValueError where they do not."""
    if settings.twilio is None:
        raise ValueError("SMS_GATEWAY is twilio, but there is no account")
    return TwilioGateway(
        settings.twilio,
        settings.sms_daily_limit,
        trial_numbers=settings.sms_trial_numbers,
        receipts_at=receipts_at(settings.public_base_url, settings.twilio),
    )


def receipts_at(public_base_url: str, account: TwilioSettings) -> str:
    """Where Twilio shall send its receipts; "" where it could not (it wants https; a stand-in in tests does not)."""
    known = public_base_url.startswith("https://") or account.base_url
    return f"{public_base_url}{RECEIPTS}" if known else ""


class TwilioGateway:
    """Twilio's Messages API. It has no idempotency key, so a lost answer is looked up by number and text."""

    name = TWILIO
    registers = True  # in Việt Nam sender names and words: https://www.twilio.com/en/guidelines/vn/sms

    def __init__(
        self, account: TwilioSettings, daily_limit: int, timeout: float = TIMEOUT, *,
        trial_numbers: frozenset[str] = frozenset(), receipts_at: str = "",
    ) -> None:  # fmt: skip
        self.daily_limit, self.trial_numbers = daily_limit, trial_numbers
        self._receipts_at = receipts_at
        sender = "messaging_service_sid" if account.sender.startswith("MG") else "from_"
        self._always: dict[str, Any] = {sender: account.sender, "smart_encoded": False}  # our words stay as they are
        if account.max_price is not None:
            self._always["max_price"] = account.max_price
        http = _StandIn(account.base_url, timeout=timeout) if account.base_url else TwilioHttpClient(timeout=timeout)
        self._client = Client(account.account_sid, account.auth_token, http_client=http)
        logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs people's numbers below that

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Hand over a message; Twilio drops it when it could not be delivered before `until`."""
        validity = max(timedelta(minutes=1), min(LONGEST_VALIDITY, until - clock.now()))
        fields = {**self._always, "to": to, "body": body, "validity_period": int(validity.total_seconds())}
        if self._receipts_at:
            fields["status_callback"] = f"{self._receipts_at}?tin={quote(reference)}"
        return str(self._ask(self._client.messages.create, **fields).sid)

    def find(self, to: str, body: str, since: datetime, reference: str) -> Sequence[Trace]:
        """Look through the latest messages to this number. Twilio's list does not give our reference back, and a trial
        account puts a sentence of Twilio's before each text.

        Twilio's own filter goes by the day of sending, which a message still in its queue does not have yet.
        """
        latest = self._ask(self._client.messages.list, to=to, limit=LATEST)
        traces = [
            Trace(str(one.sid), one.date_created.astimezone(UTC), _error_of(one))
            for one in latest
            if str(one.body).endswith(body) and one.date_created >= since - CLOCKS_DIFFER
        ]
        return sorted(traces, key=lambda trace: trace.at)

    def _ask(self, call: Any, **fields: Any) -> Any:
        try:
            return call(**fields)
        except TwilioException as error:
            raise _refusal(error) from error
        except (ConnectTimeout, Disconnected) as error:
            if isinstance(error, ConnectTimeout) or _never_connected(error):
                raise SendError(False, faults.NO_CONNECTION, house=True) from error
            raise NoAnswer(str(error)) from error
        except (RequestException, ValueError, KeyError) as error:  # a timeout, or an answer that cannot be read
            raise NoAnswer(str(error)) from error


class _StandIn(TwilioHttpClient):
    """Speaks to another host in place of Twilio's; path and query stay."""

    def __init__(self, base_url: str, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.session.trust_env = False  # a local stand-in is not behind a proxy
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kw: Any) -> Any:
        """Send the request to the stand-in."""
        there = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(there), *args, **kw)


def _error_of(message: Any) -> str:
    if message.status not in ("failed", "undelivered", "canceled"):
        return ""
    return str(message.error_code or message.status)


def _refusal(error: TwilioException) -> SendError | NoAnswer:
    if not isinstance(error, TwilioRestException) or error.status in AMBIGUOUS:
        return NoAnswer(str(error))
    code = str(error.code or error.status)
    return refused(code, error.status)


def _never_connected(error: Disconnected) -> bool:
    """Whether not even the connection stood, so that nothing can have been taken."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
