"""Gateways: how a message leaves the house, and how a gateway's word comes back. The console one shows what would go
out; each other has a file of its own (docs/gateways.md).

A gateway may answer in three ways: it took the message, it refused it (SendError), or nobody knows (NoAnswer). After
the third nothing is sent again before the gateway was asked.
"""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple, Protocol

from werkzeug.datastructures import Headers, MultiDict

from outreach.settings import CONSOLE, Settings
from outreach.sms import faults


class SendError(Exception):
    """The gateway refused. `permanent`: never send this one again. `house`: every message would be refused now."""

    def __init__(self, permanent: bool, code: str, *, house: bool = False) -> None:
        super().__init__(code)
        self.permanent, self.code, self.house = permanent, code, house


def refused(code: str, status: int = 400) -> SendError:
    """What a refusal means by its code, an unknown one by its HTTP status: see `faults`."""
    whom = faults.concerns(code, status)
    return SendError(whom in faults.FINAL, code, house=whom == faults.HOUSE)


class NoAnswer(Exception):
    """The message may have gone out or not: ask before sending again."""


class Trace(NamedTuple):
    """A message the gateway remembers: its number there, when it took it, the error code ("" = none)."""

    id: str
    at: datetime
    error: str


class Gateway(Protocol):
    """What the outbox asks of a gateway. `daily_limit` = messages to one number in 24 hours; `registers`: only words
    that the operator has registered may go through it; `trial_numbers` (E.164): nobody else gets anything, empty = no
    trial.
    """

    name: str
    daily_limit: int
    registers: bool
    trial_numbers: frozenset[str]

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Hand over a message that must not arrive after `until`; its number there. Raises SendError, NoAnswer.

        `reference` is our own name for it. A gateway that knows idempotency keys gets it as one; receipts bring it
        back.
        """

    def find(self, to: str, body: str, since: datetime, reference: str) -> Sequence[Trace]:
        """What it took for this number with this text since then, oldest first. Raises SendError, NoAnswer.

        A gateway that remembers references looks for that one alone. Raises NoAnswer where it cannot tell.
        """


class Forged(Exception):
    """A call that the gateway did not sign: nothing of it is believed."""


class Call(NamedTuple):
    """What was posted to one of our webhooks. `address` is the public one, as the gateway was given it."""

    address: str
    headers: Headers
    form: MultiDict[str, str]
    body: bytes  # empty where there is a form


class Receipt(NamedTuple):
    """What became of a message, by the gateway's word: our name for it ("" = unknown), its number there, `status` in
    the words of `receipts.RANKS`, the error code ("" = none).
    """

    reference: str
    gateway_id: str
    status: str
    code: str


class Reply(NamedTuple):
    """Somebody wrote back: the message's number at the gateway, the phone (E.164), the words."""

    gateway_id: str
    phone: str
    text: str


class Listener(Protocol):
    """What reads a gateway's calls. Both raise Forged; None: the call says nothing of a message."""

    def receipt(self, call: Call) -> Receipt | None:
        """A receipt, after its signature was checked."""

    def reply(self, call: Call) -> Reply | None:
        """A message from a phone, after its signature was checked."""


class ConsoleGateway:
    """Sends nothing to any phone. Its ledger is the outbox itself: what is marked sent is what it would have sent."""

    name = CONSOLE
    registers = False

    def __init__(self, daily_limit: int, trial_numbers: frozenset[str] = frozenset()) -> None:
        self.daily_limit, self.trial_numbers = daily_limit, trial_numbers

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        """Take the message and show it on the messages page only."""
        return ""

    def find(self, to: str, body: str, since: datetime, reference: str) -> Sequence[Trace]:
        """It remembers nothing, for nothing ever left."""
        return []


def choose(settings: Settings) -> Gateway:
    """The gateway the settings ask for. Only that one is loaded: Twilio's library takes megabytes of memory."""
    if settings.sms_gateway == CONSOLE:
        return ConsoleGateway(settings.sms_daily_limit, settings.sms_trial_numbers)
    chosen: Gateway = import_module(f"outreach.sms.{settings.sms_gateway}_gateway").open_gateway(settings)
    return chosen


def listen(settings: Settings) -> Listener | None:
    """Who reads the calls of the gateway the settings ask for; None: that gateway never calls.

    It stands in the gateway's file, or in `…_receipts` beside it, where what sending needs is too much for a web
    process to carry.
    """
    if settings.sms_gateway == CONSOLE:
        return None
    own, beside = (f"outreach.sms.{settings.sms_gateway}_{kind}" for kind in ("gateway", "receipts"))
    module = import_module(beside if find_spec(beside) else own)
    listener: Listener | None = module.open_listener(settings) if hasattr(module, "open_listener") else None
    return listener
