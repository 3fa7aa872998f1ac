"""A gateway by settings alone: any provider that takes a message as JSON over HTTPS, such as a Vietnamese brand name's.

Settings are SMS_HTTP_…, explained in docs/gateways.md, which also shows by this file how to add a gateway of one's own.
"""

import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from outreach import clock
from outreach.settings import HTTP, Settings, SettingsError
from outreach.sms import faults
from outreach.sms.gateway import Call, Forged, NoAnswer, Receipt, Reply, SendError, Trace, refused

TIMEOUT = 10.0  # seconds; far below the outbox's lease
LONGEST_VALIDITY = timedelta(hours=4)
AMBIGUOUS = (408, 500, 502, 504)  # the message may have been taken before the answer broke
SAFE = ("https://", "http://127.0.0.1:", "http://localhost:")
BODY = '{"to": "{to}", "from": "{sender}", "text": "{body}", "reference": "{reference}", "validity": "{seconds}"}'
PLACES = ("to", "digits", "sender", "body", "reference", "seconds")
OK = "ok"
# Words of receipts: ours, and those of the SMPP protocol, which most phone companies pass on.
LOST = ("undelivered", "failed", "canceled")
STATUSES = {
    **{word: word for word in ("queued", "sending", "sent", "delivered", *LOST)},
    "ENROUTE": "sending", "ACCEPTD": "sent", "DELIVRD": "delivered", "UNDELIV": "undelivered",
    "EXPIRED": "undelivered", "REJECTD": "failed", "DELETED": "canceled",
}  # fmt: skip
RECEIPT = {"reference": "reference", "id": "id", "status": "status", "code": "code"}


@dataclass(frozen=True)
class Account:
    """What the settings say of the provider, by the name of each setting without its SMS_HTTP_."""

    url: str
    token: str
    sender: str
    body: Any  # a JSON value with {places} in its texts
    auth_header: str
    key_header: str
    id_field: str
    code_field: str
    codes: Mapping[str, str]  # the provider's own code → OK or a key of faults.FAULTS
    lookup_url: str
    secret: str
    signature_header: str
    receipt_fields: Mapping[str, str]  # our name of a receipt's field → the provider's
    statuses: Mapping[str, str]  # the provider's word → ours
    registers: bool


def read(options: Mapping[str, str]) -> Account:
    """The settings SMS_HTTP_… without their beginning. Raises SettingsError with a sentence."""
    missing = [f"SMS_HTTP_{name}" for name in ("URL", "TOKEN", "SENDER") if not options.get(name)]
    if missing:
        raise SettingsError(f"SMS_GATEWAY is http, so {', '.join(missing)} must be set.")
    for name in ("URL", "LOOKUP_URL"):
        if not (options.get(name) or SAFE[0]).startswith(SAFE):
            raise SettingsError(f"SMS_HTTP_{name} must begin with https://: people's numbers travel there.")
    return Account(
        options["URL"], options["TOKEN"], options["SENDER"], _template(options.get("BODY", BODY)),
        options.get("AUTH_HEADER", "Authorization"), options.get("KEY_HEADER", "Idempotency-Key"),
        options.get("ID_FIELD", "id"), options.get("CODE_FIELD", "code"),
        _pairs(options, "CODES", values=(OK, *faults.FAULTS)), options.get("LOOKUP_URL", ""),
        options.get("SECRET", ""), options.get("SIGNATURE_HEADER", "X-Signature"),
        RECEIPT | _pairs(options, "RECEIPT_FIELDS", names=tuple(RECEIPT)),
        STATUSES | _pairs(options, "STATUSES", values=tuple(STATUSES)), options.get("REGISTERS", "1") != "0",
    )  # fmt: skip


def open_gateway(settings: Settings) -> "HttpGateway":
    """The provider of the settings. Raises SettingsError."""
    return HttpGateway(read(settings.sms_options), settings.sms_daily_limit, settings.sms_trial_numbers)


def open_listener(settings: Settings) -> "HttpListener | None":
    """Reads the provider's receipts; None: no secret was agreed on, so none are believed. Raises SettingsError."""
    account = read(settings.sms_options)
    return HttpListener(account) if account.secret else None


class HttpGateway:
    """The provider as the settings describe it. Our reference is the idempotency key."""

    name = HTTP

    def __init__(
        self, account: Account, daily_limit: int, trial_numbers: frozenset[str] = frozenset(), timeout: float = TIMEOUT
    ) -> None:
        self.daily_limit, self.trial_numbers, self.registers = daily_limit, trial_numbers, account.registers
        self._account = account
        self._http = urllib3.PoolManager(timeout=timeout, retries=False, maxsize=10)

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Hand over a message; the provider is told for how many seconds it is of use."""
        validity = max(timedelta(minutes=1), min(LONGEST_VALIDITY, until - clock.now()))
        values = {
            "to": to, "digits": to.removeprefix("+"), "sender": self._account.sender, "body": body,
            "reference": reference, "seconds": int(validity.total_seconds()),
        }  # fmt: skip
        said = self._ask("POST", self._account.url, {self._account.key_header: reference}, values)
        return _number(said, self._account.id_field) or reference

    def find(self, to: str, body: str, since: datetime, reference: str) -> Sequence[Trace]:
        """Ask for our reference where the provider can be asked (404: it never took it); else nobody can tell."""
        if not self._account.lookup_url:
            raise NoAnswer("this provider cannot be asked")
        address = self._account.lookup_url.replace("{reference}", quote(reference, safe=""))
        try:
            said = self._ask("GET", address, {})
        except SendError as error:
            if error.code == "http_404":
                return []
            raise
        receipt = _receipt(self._account, said)
        if receipt is None:
            raise NoAnswer("an answer that cannot be read")
        lost = receipt.status in LOST
        return [Trace(receipt.gateway_id, clock.now(), receipt.code or receipt.status if lost else "")]

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str], values: Mapping[str, object] | None = None
    ) -> Any:
        signed_in = {self._account.auth_header: self._account.token, "Content-Type": "application/json", **headers}
        data = None if values is None else json.dumps(_filled(self._account.body, values)).encode()
        try:
            answer = self._http.request(method, address, body=data, headers=signed_in, redirect=False)
        except HTTPError as error:
            if _never_connected(error):
                raise SendError(False, faults.NO_CONNECTION, house=True) from error
            raise NoAnswer(type(error).__name__) from error
        said = _json(answer.data)
        meaning = self._meaning(said) if values is not None else OK
        if meaning in faults.FAULTS:
            raise refused(meaning)
        if answer.status in AMBIGUOUS:
            raise NoAnswer(f"http_{answer.status}")
        if not 200 <= answer.status < 300:
            raise refused(f"http_{answer.status}", answer.status)
        if said is None or meaning != OK:
            raise NoAnswer("an answer that nobody understands")
        return said

    def _meaning(self, said: Any) -> str:
        """What the provider's own code means: OK, or a key of faults.FAULTS; "" = it is no OK, but nobody explained it.

        Where the settings name no code for OK, HTTP's status says it.
        """
        account = self._account
        if OK not in account.codes.values():
            return account.codes.get(_text(_at(said, account.code_field)), OK)
        return account.codes.get(_text(_at(said, account.code_field)), "")


class HttpListener:
    """Believes only what is signed: the header holds HMAC-SHA256 of the body with the shared secret, in hex."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def receipt(self, call: Call) -> Receipt | None:
        """A receipt: a JSON object whose fields the settings name."""
        expected = hmac.new(self._account.secret.encode(), call.body, hashlib.sha256).hexdigest()
        signed = (call.headers.get(self._account.signature_header) or "").removeprefix("sha256=").lower()
        if not hmac.compare_digest(expected.encode(), signed.encode()):
            raise Forged
        return _receipt(self._account, _json(call.body))

    def reply(self, call: Call) -> Reply | None:
        """Nobody can write back to a brand name."""
        return None


def _receipt(account: Account, said: Any) -> Receipt | None:
    fields = account.receipt_fields
    reference, status, code = (_text(_at(said, fields[name])) for name in ("reference", "status", "code"))
    number = _number(said, fields["id"]) or reference
    if not number or not status:
        return None
    meaning = account.codes.get(code, code)
    return Receipt(reference, number, account.statuses.get(status, status), "" if meaning == OK else meaning)


def _template(text: str) -> Any:
    try:
        template = json.loads(text)
        _filled(template, dict.fromkeys(PLACES, ""))
    except (ValueError, LookupError, AttributeError):
        raise SettingsError(f"SMS_HTTP_BODY must be JSON with no places but {', '.join(PLACES)} in braces.") from None
    return template


def _filled(template: Any, values: Mapping[str, object]) -> Any:
    """The JSON value with its places filled; a text that is nothing but {seconds} becomes a number."""
    if isinstance(template, dict):
        return {name: _filled(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    if template == "{seconds}":
        return values["seconds"]
    return template.format_map(values) if isinstance(template, str) else template


def _pairs(
    options: Mapping[str, str], name: str, *, names: Sequence[str] = (), values: Sequence[str] = ()
) -> dict[str, str]:
    """A setting such as "100=ok, 99=later". Raises SettingsError for another shape or another word."""
    found = {}
    for pair in filter(None, (one.strip() for one in options.get(name, "").split(","))):
        key, sign, value = (part.strip() for part in pair.partition("="))
        if not (key and sign and value) or (names and key not in names) or (values and value not in values):
            raise SettingsError(f"SMS_HTTP_{name} holds {pair!r}, which nobody here understands.")
        found[key] = value
    return found


def _at(said: Any, path: str) -> Any:
    """What stands at "data.messages.0.id" of a JSON value; None where nothing does."""
    for step in path.split(".") if path else ():
        if isinstance(said, dict):
            said = said.get(step)
        else:
            inside = isinstance(said, list) and step.isdecimal() and int(step) < len(said)
            said = said[int(step)] if inside else None
    return said if path else None


def _text(value: Any) -> str:
    return str(value).replace("\0", "") if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(said: Any, path: str) -> str:
    """The provider's number of a message, as long as the column that keeps it."""
    return _text(_at(said, path))[:64]


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _never_connected(error: HTTPError) -> bool:
    """Whether not even the connection stood, so that nothing can have been taken."""
    cause = error.args[0] if error.args else None
    return isinstance(error, ConnectTimeoutError | NewConnectionError) or isinstance(
        cause, ssl.SSLCertVerificationError
    )
