"""Handsets as the bag's doors know them: set up once, then the head of every request."""

import http.client
import json
import uuid
from typing import Any

from outreach import clock
from tests.bench.volunteers import Volunteer, as_json


def set_up(port: int, owner: Volunteer) -> dict[str, Any]:
    """A new handset of hers; gives what every request of it begins with."""
    mark = str(uuid.uuid4())
    said = json.loads(ask(port, owner, "/tui/may", {"mark": mark, "label": "bench"}))
    return {"mark": mark, "secret": said["secret"], "waiting": 0, "now": clock.now().isoformat()}


def ask(port: int, owner: Volunteer, path: str, said: object) -> bytes:
    """Ask a door of the bag, as a browser that takes brotli; the answer as it came over the wire."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    wire.request("POST", path, as_json(said), owner.headers("application/json") | {"Accept-Encoding": "br"})
    answer = wire.getresponse()
    came = answer.read()
    wire.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} at {path}: {came[:200]!r}")
    return came
