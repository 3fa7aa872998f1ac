"""Posting a message to a receiver: one try, ten seconds, no redirects, and never into the house's own network."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException
from threading import Event, Timer
from typing import NamedTuple

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from outreach.feeds import addresses
from outreach.feeds.addresses import NotAllowed, Target

TIMEOUT = 10.0  # seconds for everything after the name was looked up
# What came back where no HTTP status did.
NO_NAME, FORBIDDEN, UNREACHABLE, CERTIFICATE, TOO_SLOW, BROKEN = (
    "no_name", "forbidden", "unreachable", "certificate", "too_slow", "broken",
)  # fmt: skip
GONE = "410"


class Unanswered(Exception):
    """No HTTP status came; the text is one of the codes above."""


class Answer(NamedTuple):
    """What came back: an HTTP status as text, or one of the codes above."""

    code: str

    @property
    def taken(self) -> bool:
        """Whether the receiver has it now."""
        return len(self.code) == 3 and self.code.startswith("2")


class Post:
    """How messages leave. `own_hosts`: receivers in a network of the operator's own, which may be private."""

    def __init__(
        self, own_hosts: frozenset[str] = frozenset(), timeout: float = TIMEOUT, tls: ssl.SSLContext | None = None
    ) -> None:
        self.own_hosts, self._timeout = own_hosts, timeout
        self._tls = tls or ssl.create_default_context()

    def send(self, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post a body, and tell what came back; what the receiver says beyond its status is not read."""
        try:
            target = addresses.read(address, self.own_hosts)
            found = _look_up(target)
            return Answer(str(self._ask(target, found, headers, body)))
        except NotAllowed:
            return Answer(FORBIDDEN)
        except Unanswered as fault:
            return Answer(str(fault))

    def _ask(self, target: Target, found: list[str], headers: Mapping[str, str], body: bytes) -> int:
        until = time.monotonic() + self._timeout
        with _connected(target, found, until) as line, _cut_at(line, until) as cut:
            try:
                status = self._say(target, line, headers, body)
            except ssl.SSLCertVerificationError:
                raise Unanswered(CERTIFICATE) from None
            except (OSError, HTTPError, HTTPException, ValueError):
                raise Unanswered(TOO_SLOW if cut.is_set() else BROKEN) from None
            if cut.is_set():  # half a status line is no answer
                raise Unanswered(TOO_SLOW)
            return status

    def _say(self, target: Target, line: socket.socket, headers: Mapping[str, str], body: bytes) -> int:
        with closing(HTTPConnection(target.host, target.port, timeout=line.gettimeout())) as connection:
            wrap = self._tls.wrap_socket
            connection.sock = wrap(line, server_hostname=target.host) if target.tls else line
            told = {**headers, "Host": target.netloc}
            connection.request("POST", target.path, body, told, preload_content=False)
            status: int = connection.getresponse().status
            return status


def _look_up(target: Target) -> list[str]:
    """The IP addresses of a receiver. Raises NotAllowed where one of them is not for everybody."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # what is too long for a name
        raise Unanswered(NO_NAME) from None
    addresses_ = [str(one[4][0]) for one in found]
    if not target.own and not all(addresses.is_public(one) for one in addresses_):
        raise NotAllowed(target.host)
    return addresses_


@contextmanager
def _connected(target: Target, found: list[str], until: float) -> Iterator[socket.socket]:
    """A line to the first address that takes one: to the very addresses that were judged."""
    fault = UNREACHABLE
    for one in found:
        try:
            line = socket.create_connection((one, target.port), max(0.1, until - time.monotonic()))
            break
        except TimeoutError:
            fault = TOO_SLOW
        except OSError:
            fault = UNREACHABLE
    else:
        raise Unanswered(fault)
    try:
        yield line
    finally:
        line.close()


@contextmanager
def _cut_at(line: socket.socket, until: float) -> Iterator[Event]:
    """Hang up at a moment, even on a receiver that says one letter every nine seconds; tells whether that was done."""
    left = max(0.1, until - time.monotonic())
    line.settimeout(left + 1)  # the timer comes first
    handle, cut = line.dup(), Event()  # the line itself may be wrapped for TLS by then
    timer = Timer(left, _hang_up, [handle, cut])
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()
        timer.join()
        handle.close()


def _hang_up(line: socket.socket, cut: Event) -> None:
    cut.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
