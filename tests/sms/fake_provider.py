"""A small brand-name provider on 127.0.0.1, of the kind that settings alone describe: JSON in, JSON out.

It knows idempotency keys, as a good one does: the same key twice is one message.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "Bearer secret"


class FakeProvider:
    """Use as a context manager; `messages` by idempotency key. `answers`: (HTTP status, JSON) for the coming calls."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.asked: list[Any] = []
        self.answers: list[tuple[int, Any]] = []
        self.lose: list[str] = []  # "before" or "after" recording, one for each coming message: no answer comes

    def __enter__(self) -> "FakeProvider":
        provider = self

        class Handler(_Handler):
            fake = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def options(self, **changes: str) -> dict[str, str]:
        """Settings that lead here, without their SMS_HTTP_."""
        here = f"http://127.0.0.1:{self._server.server_port}"
        own = {"URL": f"{here}/send", "LOOKUP_URL": f"{here}/status/{{reference}}", "SENDER": "XA TAN HUNG"}
        return {**own, "TOKEN": TOKEN, "SECRET": "shared", "REGISTERS": "0", **changes}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeProvider

    def log_message(self, *_args: object) -> None:
        """Be quiet."""

    def do_GET(self) -> None:
        """What became of the message with this reference."""
        found = self.fake.messages.get(self.path.rsplit("/", 1)[-1])
        self._answer(*(self.fake.answers.pop(0) if self.fake.answers else (200 if found else 404, found or {})))

    def do_POST(self) -> None:
        """Take a message."""
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.asked.append(said)
        if self.headers["Authorization"] != TOKEN:
            self._answer(401, {})
            return
        lost = self.fake.lose.pop(0) if self.fake.lose else ""
        if self.fake.answers and not lost:
            self._answer(*self.fake.answers.pop(0))
            return
        if lost != "before":
            key = self.headers["Idempotency-Key"]
            number = f"P{len(self.fake.messages) + 1}"
            self.fake.messages.setdefault(key, {"id": number, "reference": key, "status": "sent", "code": "", **said})
        if lost:
            self.close_connection = True
        else:
            self._answer(200, self.fake.messages[key])

    def _answer(self, status: int, what: Any) -> None:
        data = what if isinstance(what, bytes) else json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
