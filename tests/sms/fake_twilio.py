"""A small Twilio on 127.0.0.1: takes messages, remembers them, lists them, knows the documented magic numbers.

It never de-duplicates, as the real one does not. A test may have it lose or delay answers, refuse, or do something at
the moment a message was recorded. What becomes of a message it tells by signed callbacks, which a test
hands over when it likes: late, twice, in any order.
"""

import base64
import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from outreach.lib import sms_text
from outreach.settings import TwilioSettings

SID, TOKEN = "AC" + "a" * 32, "t" * 32
HOST = "https://api.twilio.com"
PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"
# https://www.twilio.com/docs/iam/test-credentials
MAGIC = "+1500555000"
BAD_TO = {f"{MAGIC}1": 21211, f"{MAGIC}2": 21612, f"{MAGIC}3": 21408, f"{MAGIC}4": 21610, f"{MAGIC}9": 21614}
BAD_FROM = {f"{MAGIC}1": 21212, f"{MAGIC}7": 21606, f"{MAGIC}8": 21611}


FINAL = ("delivered", "undelivered", "failed", "canceled", "read")


class Callback(NamedTuple):
    """A call to our webhook, signed as Twilio does."""

    address: str
    form: dict[str, str]
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """What the web server sees of the address."""
        parts = urlsplit(self.address)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def signed(address: str, form: dict[str, str], token: str = TOKEN) -> Callback:
    """Sign a call for the address that Twilio was told."""
    return Callback(address, form, {"X-Twilio-Signature": RequestValidator(token).compute_signature(address, form)})


class FakeTwilio:
    """Use as a context manager; `messages` holds every message it took, as its API shows them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []  # every form posted
        self.refuse: list[tuple[int, int]] = []  # (HTTP status, code), one for each coming request
        self.lose: list[str] = []  # "before" or "after" recording, one for each coming message: no answer comes
        self.delay = 0.0  # seconds between recording and answering
        self.addresses: dict[str, str] = {}  # where it tells of a message, by the message's number
        self.on_recorded: Callable[[], None] = lambda: None
        self._over = threading.Event()

    def __enter__(self) -> Self:
        fake = self

        class Handler(_Handler):
            twilio: FakeTwilio = fake

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def account(self, *, sender: str = "XA TAN HUNG", token: str = TOKEN) -> TwilioSettings:
        """Settings that lead here."""
        return TwilioSettings(SID, token, sender, self.base_url)

    def refusal(self) -> tuple[int, int] | None:
        """What the request at hand is refused with: HTTP status and code."""
        return self.refuse.pop(0) if self.refuse else None

    def loss(self) -> str:
        """What becomes of the answer to the message at hand: see `lose`."""
        return self.lose.pop(0) if self.lose else ""

    def pause(self) -> float:
        """Seconds until the answer to the message at hand."""
        return self.delay

    def record(self, form: dict[str, str]) -> dict[str, Any]:
        """Take a message, and answer in one's own time."""
        message = self.take(form)
        self.on_recorded()
        self._over.wait(self.pause())
        return message

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """Note a message."""
        number, now = f"SM{uuid.uuid4().hex}", format_datetime(datetime.now(UTC))
        service = form.get("MessagingServiceSid")
        message = {
            "account_sid": SID, "api_version": "2010-04-01", "body": form["Body"], "date_created": now,
            "date_sent": None, "date_updated": now, "direction": "outbound-api", "error_code": None,
            "error_message": None, "from": form.get("From"), "messaging_service_sid": service, "num_media": "0",
            "num_segments": "0" if service else str(sms_text.measure(form["Body"]).segments), "price": None,
            "price_unit": None, "sid": number, "status": "accepted" if service else "queued",
            "subresource_uris": {"media": f"{PATH[:-5]}/{number}/Media.json"}, "to": form["To"],
            "uri": f"{PATH[:-5]}/{number}.json",
        }  # fmt: skip
        self.messages.append(message)
        self.addresses[number] = form.get("StatusCallback", "")
        return message

    def tell(self, message: dict[str, Any], status: str, code: int = 0) -> Callback:
        """Move a message on, and the callback that says so."""
        if message["status"] not in FINAL:
            message.update(status=status, error_code=code or None)
        form = {
            "SmsSid": message["sid"], "SmsStatus": status, "MessageStatus": status, "To": message["to"],
            "MessageSid": message["sid"], "AccountSid": SID, "From": message["from"] or "", "ApiVersion": "2010-04-01",
        }  # fmt: skip
        return signed(self.addresses[message["sid"]], form | ({"ErrorCode": str(code)} if code else {}))

    def listing(self, query: dict[str, str]) -> dict[str, Any]:
        """The newest first, of one number when asked so."""
        found = [one for one in reversed(self.messages) if query.get("To") in (None, one["to"])]
        return {
            "messages": found, "page": 0, "page_size": int(query.get("PageSize", 50)), "start": 0,
            "end": max(len(found) - 1, 0),
            "uri": f"{HOST}{PATH}", "first_page_uri": f"{HOST}{PATH}?Page=0", "next_page_uri": None,
            "previous_page_uri": None,
        }  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128  # several workers call at the same moment


class _Handler(BaseHTTPRequestHandler):
    twilio: FakeTwilio

    def log_message(self, *_args: object) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        """List messages."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if self._welcome():
            self._answer(200, self.twilio.listing(query))

    def do_POST(self) -> None:
        """Take a message, or refuse it as documented."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        self.twilio.asked.append(form)
        if not self._welcome():
            return
        lost = self.twilio.loss()
        if lost == "before":
            self.close_connection = True
            return
        fault = _fault(form)
        if fault:
            self._refuse(400, fault)
            return
        message = self.twilio.record(form)
        if lost == "after":
            self.close_connection = True
        else:
            self._answer(201, message)

    def _welcome(self) -> bool:
        expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if refusal := self.twilio.refusal():
            self._refuse(*refusal)
        elif self.headers.get("Authorization") != expected:
            self._refuse(401, 20003)
        elif urlsplit(self.path).path != PATH:
            self._refuse(404, 20404)
        else:
            return True
        return False

    def _refuse(self, status: int, code: int) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self._answer(status, {"code": code, "message": f"error {code}", "more_info": more, "status": status})

    def _answer(self, status: int, what: dict[str, Any]) -> None:
        data = json.dumps(what).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):  # the caller hung up, or was killed
            self.close_connection = True


def _fault(form: dict[str, str]) -> int:
    if form.get("To") in BAD_TO:
        return BAD_TO[form["To"]]
    if form.get("From") in BAD_FROM:
        return BAD_FROM[form["From"]]
    if not form.get("To", "").startswith("+") or not form["To"][1:].isdigit():
        return 21211
    if not form.get("Body"):
        return 21602
    if len(form["Body"]) > 1600:
        return 21617
    return 0 if form.get("From") or form.get("MessagingServiceSid") else 21603
