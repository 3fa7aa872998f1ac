"""How fast the outbox empties, with a gateway that takes every message at once: what is left is our own work."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from outreach import clock, db, migrating, tables
from outreach.areas import loading, queries
from outreach.sms import outbox
from outreach.sms.gateway import ConsoleGateway

MESSAGES = 1_000
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # noon in Vietnam: the window is open
TABLES = tables.METADATA
Figure = tuple[str, float, str, str, bool]


def run() -> list[Figure]:
    """Put a thousand messages, then send them; the goal is what GOV.UK Notify allows a service (3,000 a minute)."""
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOON):
        engine = db.make_engine(f"sqlite:///{Path(folder) / 'bench.sqlite'}")
        migrating.upgrade(engine)
        with db.transaction(engine) as s:
            loading.load(s)
            area_id = queries.country(s).id
            for n in range(MESSAGES):
                outbox.put(
                    s, recipient=f"member:{n}", to=f"+8490{n:07d}", area_id=area_id, purpose="follow_up", version="1",
                    due_on=clock.today(), due_at=clock.now(), not_after=clock.now() + timedelta(hours=6),
                    body="Mai to cong nghe so den nha.",
                )  # fmt: skip
        began, sent = time.perf_counter(), 0
        while batch := outbox.send_due(engine, ConsoleGateway(3), limit=200):
            sent += batch
        a_second = sent / (time.perf_counter() - began)
        engine.dispose()
    return [("sms_per_s", round(a_second, 1), "/s", "≥ 50, all of them", a_second >= 50 and sent == MESSAGES)]
