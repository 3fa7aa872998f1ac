"""Ask a web server again and again over a few connections that stay open: raw sockets in one loop, which is light."""

import selectors
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

HEAD_END = b"\r\n\r\n"


class _Line:
    """One open connection: asks, reads one answer whole, asks again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.request = request
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""

    def ask(self) -> None:
        """Send the request."""
        self.got = b""
        self.socket.sendall(self.request)

    def answered(self) -> bool:
        """Take what has come; whether the answer is whole. Raises RuntimeError when it is no 200."""
        came = self.socket.recv(65536)
        if not came:
            raise RuntimeError("the server hung up")
        self.got += came
        head, found, body = self.got.partition(HEAD_END)
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(str(head[:60], "ascii", "replace"))
        length = head.lower().partition(b"content-length:")[2].partition(b"\r")[0]
        return len(body) >= int(length)


def a_second(port: int, path: str, *, connections: int = 8, seconds: float = 2.0) -> float:
    """How many answers a second come back from this path of a server on this machine."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip, br\r\n\r\n".encode()
    lines = [_Line(port, request) for _ in range(connections)]
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.ask()
        answers, began = 0, time.perf_counter()
        while time.perf_counter() < began + seconds:
            for key, _events in waiting.select(1):
                if key.data.answered():
                    answers += 1
                    key.data.ask()
        took = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return answers / took


class Answer(NamedTuple):
    """The status of an answer (0: the line broke before it came) and how many seconds it took."""

    status: int
    seconds: float


class _Sender:
    """One client: sends what it has, one after the other, over a line that it opens anew when it was closed."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.port, self.requests = port, requests
        self.answers: list[Answer] = []
        self.socket: socket.socket | None = None
        self.got, self.sent_at = b"", 0.0

    def send(self) -> socket.socket | None:
        """Send the next request; None when there is none left."""
        if len(self.answers) == len(self.requests):
            return None
        self.got, self.sent_at = b"", time.perf_counter()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.requests[len(self.answers)])
        return self.socket

    def hears(self) -> bool:
        """Take what has come; whether an answer is whole or will never be."""
        try:
            came = self.socket.recv(65536) if self.socket else b""
        except OSError:
            came = b""
        self.got += came
        head, found, body = self.got.partition(HEAD_END)
        if came and (not found or len(body) < _length(head)):
            return False
        self._note(int(head[9:12]) if came else 0)
        if not came or b"\r\nConnection: close" in head:
            self.hang_up()
        return True

    def _note(self, status: int) -> None:
        self.answers.append(Answer(status, time.perf_counter() - self.sent_at))

    def hang_up(self) -> None:
        """Close the line, whatever may still come over it."""
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r")[0] or b"0")


def send(port: int, packs: Sequence[Sequence[bytes]], *, seconds: float = 300) -> tuple[list[list[Answer]], float]:
    """Send packs of prepared requests, each pack one after the other over a line of its own, all packs at once.

    Gives the answers of each pack, and how many seconds it took in all.
    """
    senders = [_Sender(port, pack) for pack in packs]
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for sender in senders:
            opened = sender.send()
            if opened:
                waiting.register(opened, selectors.EVENT_READ, sender)
        while waiting.get_map() and time.perf_counter() < began + seconds:
            for key, _events in waiting.select(1):
                if key.data.hears():
                    _go_on(waiting, key)
        took = time.perf_counter() - began
    for sender in senders:
        sender.hang_up()
    return [sender.answers for sender in senders], took


def send_for(seconds: float, port: int, packs: Sequence[Sequence[bytes]]) -> tuple[list[Answer], float]:
    """What is answered while every client is busy, and how many seconds that was; what comes later is not counted.

    Whoever measures until the last of the packs is through measures a server half of which has nothing left to do.
    Raises RuntimeError when a pack was too small for so many seconds.
    """
    answers, took = send(port, packs, seconds=seconds)
    if any(len(given) == len(pack) for given, pack in zip(answers, packs, strict=True)):
        raise RuntimeError("a client had nothing left to send")
    return [answer for given in answers for answer in given], took


def _go_on(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    opened = key.data.send()
    if opened is not key.fileobj:
        waiting.unregister(key.fileobj)
        if opened:
            waiting.register(opened, selectors.EVENT_READ, key.data)
