"""A small receiver on 127.0.0.1, of the kind an operations centre runs: it keeps what it was told."""

import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

HOST = "127.0.0.1"


class Heard(NamedTuple):
    """A message as it came."""

    headers: dict[str, str]  # by name in small letters
    body: bytes


class Receiver:
    """Use as a context manager; `heard` is what came. `answers`: statuses for the coming messages, then 200.

    `location`: where a redirect points. `hold`: seconds before it answers. `drip`: says its answer letter by letter.
    """

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self.location = ""
        self.hold = 0.0
        self.drip = False
        self.closing = threading.Event()

    def __enter__(self) -> "Receiver":
        receiver = self

        class Handler(_Handler):
            own = receiver

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._server.server_port}/outreach"


class _Handler(BaseHTTPRequestHandler):
    own: Receiver

    def log_message(self, *_args: object) -> None:
        """Be quiet."""

    def do_POST(self) -> None:
        """Take a message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.own.heard.append(Heard({name.lower(): said for name, said in self.headers.items()}, body))
        self.own.closing.wait(self.own.hold)
        if self.own.drip:
            self._drip()
            return
        self.send_response(self.own.answers.pop(0) if self.own.answers else 200)
        if self.own.location:
            self.send_header("Location", self.own.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        for letter in b"HTTP/1.1 200 " + b"O" * 400:
            if self.own.closing.is_set():
                return
            with suppress(OSError):
                self.wfile.write(bytes([letter]))
            time.sleep(0.02)
