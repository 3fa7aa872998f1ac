"""Gateways: how a message leaves the house. The console one shows what would go out; others have a file of their own.

A gateway may answer in three ways: it took the message, it refused it (SendError), or nobody knows (NoAnswer). After
the third nothing is sent again before the gateway was asked.
"""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import NamedTuple, Protocol

from outreach.settings import CONSOLE, Settings


class SendError(Exception):
    """The gateway refused. `permanent`: never send this one again. `house`: every message would be refused now."""

    def __init__(self, permanent: bool, code: str, *, house: bool = False) -> None:
        super().__init__(code)
        self.permanent, self.code, self.house = permanent, code, house


class NoAnswer(Exception):
    """The message may have gone out or not: ask before sending again."""


class Trace(NamedTuple):
    """A message the gateway remembers: its number there, when it took it, the error code ("" = none)."""

    id: str
    at: datetime
    error: str


class Gateway(Protocol):
    """What the outbox asks of a gateway. `daily_limit` = messages to one number in 24 hours."""

    name: str
    daily_limit: int

    def send(self, to: str, body: str, until: datetime) -> str:
        """Hand over a message that must not arrive after `until`; its number there. Raises SendError, NoAnswer."""

    def find(self, to: str, body: str, since: datetime) -> Sequence[Trace]:
        """What it took for this number with this text since then, oldest first. Raises SendError, NoAnswer."""


class ConsoleGateway:
    """Sends nothing to any phone. Its ledger is the outbox itself: what is marked sent is what it would have sent."""

    name = CONSOLE

    def __init__(self, daily_limit: int) -> None:
        self.daily_limit = daily_limit

    def send(self, to: str, body: str, until: datetime) -> str:
        """Take the message and show it on the messages page only."""
        return ""

    def find(self, to: str, body: str, since: datetime) -> Sequence[Trace]:
        """It remembers nothing, for nothing ever left."""
        return []


def choose(settings: Settings) -> Gateway:
    """The gateway the settings ask for. Only that one is loaded: Twilio's library takes ten megabytes of memory."""
    if settings.sms_gateway == CONSOLE:
        return ConsoleGateway(settings.sms_daily_limit)
    chosen: Gateway = import_module(f"outreach.sms.{settings.sms_gateway}_gateway").open_gateway(settings)
    return chosen
