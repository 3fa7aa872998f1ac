"""Many people at their own pace: each sends when it is time, however slow the others' answers are.

A server that falls behind is not asked less, as it would be by clients that wait for their answer; and what somebody
waits for counts from the moment she meant to send.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.load import HEAD_END


class Turn(NamedTuple):
    """A request, and when it is sent: seconds after the beginning."""

    at: float
    what: str
    request: bytes


class Heard(NamedTuple):
    """What came of a turn: the answer's status (0: none), and seconds since it was due."""

    what: str
    status: int
    seconds: float


class _Call:
    """One request under way, on a line of its own."""

    def __init__(self, port: int, turn: Turn, due: float) -> None:
        self.turn, self.due, self.got = turn, due, b""
        self.line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.line.sendall(turn.request)

    def hears(self) -> Heard | None:
        """Take what has come; the answer when it is whole or will never be."""
        try:
            came = self.line.recv(65536)
        except OSError:
            came = b""
        self.got += came
        head, found, body = self.got.partition(HEAD_END)
        length = head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r")[0]
        whole = bool(found) and len(body) >= int(length or b"0")
        if came and not whole:
            return None
        self.line.close()
        return Heard(self.turn.what, int(head[9:12]) if whole else 0, time.perf_counter() - self.due)


def send(port: int, turns: Sequence[Turn], *, patience: float = 30) -> list[Heard]:
    """Send each at its time; gives what was heard. After the last is sent, wait for so many seconds at most."""
    waiting, heard = sorted(turns, reverse=True), []
    began = time.perf_counter()
    with selectors.DefaultSelector() as lines:
        while waiting or lines.get_map():
            now = time.perf_counter() - began
            if not waiting and now > max(turn.at for turn in turns) + patience:
                break
            while waiting and waiting[-1].at <= now:
                call = _Call(port, waiting[-1], began + waiting.pop().at)
                lines.register(call.line, selectors.EVENT_READ, call)
            for key, _events in lines.select(min(1.0, max(0.0, waiting[-1].at - now)) if waiting else 1.0):
                answer = key.data.hears()
                if answer:
                    lines.unregister(key.fileobj)
                    heard.append(answer)
        heard += [Heard(key.data.turn.what, 0, patience) for key in (lines.get_map() or {}).values()]
    return heard
