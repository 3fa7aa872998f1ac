"""How long the pages about messages take when the whole country writes: 780,000 messages a week, on PostgreSQL.

They are put there in one statement, over all 3,321 communes; an eighth of them waits for tomorrow. Medians of requests
one after the other, signed in, the page made whole.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import time_machine
from sqlalchemy import Engine, text

from outreach import clock, db, migrating
from outreach.accounts.models import Account
from outreach.app import create_app
from outreach.areas import loading, queries
from outreach.sms import counts
from tests import world
from tests.bench.postgres import Server
from tests.conftest import settings
from tests.visitor import Visitor

GOAL = 100.0  # ms
MESSAGES, TIMES = 780_000 * 8 // 7, 9
Figure = tuple[str, float, str, str, bool]
FATES = "array['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'sent', 'failed', 'cancelled']"
PURPOSES = "array['follow_up', 'lesson_stopped', 'next_lesson', 'due_date', 'class']"
# Row n is due n % 8 days before tomorrow; those of tomorrow wait.
FILL = f"""
insert into sms (key, recipient, area_id, purpose, "to", form, body, encoding, segments, price, why, not_after,
  created_at, held, cleared_at, sent_at, reference, gateway, gateway_id, gateway_state, error, state, due_at, attempts)
select 'member:' || n || '/follow_up/' || n, 'member:' || n, (array[{{communes}}])[1 + n / 8 % {{number}}],
  ({PURPOSES})[1 + n / 7 % 5], '+8490' || lpad(n::text, 7, '0'), 'plain', repeat('Ngay mai to den nha. ', 7), 'GSM-7',
  1, case when waits or state = 'cancelled' then null else 800 end, '{{{{}}}}', due + interval '8 hours',
  due - interval '1 day', case when waits and n / 16 % 2 = 0 then 'quiet' else '' end,
  case when not waits then due end, case when not waits then due end, gen_random_uuid()::text,
  case when waits then '' else 'twilio' end, case when waits then '' else 'SM' || n end,
  case when waits then '' else 'delivered' end,
  case when waits then '' when state = 'failed' then (array['30003', '30005', '21211'])[1 + n / 64 % 3]
    when state = 'cancelled' then 'no_longer_due' else '' end,
  case when waits then 'queued' else state end, due, case when waits then 0 else 1 end
from (
  select n, n % 8 = 0 as waits, ({FATES})[1 + n / 8 / {{number}} % 8] as state,
    cast(:morning as timestamptz) - (n % 8 - 1) * interval '1 day' + n % 30000 * interval '1 second' as due
  from generate_series(0, :last) n
) made
"""
PAGES = {
    "country": ("admin", "/tin-nhan"), "province": ("province", "/tin-nhan"), "commune": ("official", "/tin-nhan"),
    "waiting": ("admin", "/tin-nhan?list=waiting"), "accepted": ("admin", "/tin-nhan?list=accepted"),
    "sent": ("admin", "/tin-nhan?list=sent"), "failed": ("admin", "/tin-nhan?list=failed"),
    "cancelled": ("admin", "/tin-nhan?list=cancelled"), "unknown": ("admin", "/tin-nhan?list=unknown"),
    "earlier": ("admin", "/tin-nhan?until={yesterday}"), "narrow": ("admin", "/tin-nhan?list=failed&purpose=class"),
    "country_cost": ("admin", "/tin-nhan/chi-phi"), "commune_cost": ("official", "/tin-nhan/chi-phi"),
}  # fmt: skip


def run() -> Iterator[Figure]:
    """Fill a database, then ask for each page."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "pg")
        try:
            engine = fill(server.new("bench"))
            first, again = (_kept(engine, counts.JUST_NOW * n) for n in (-1, 0))
            yield "sms_count_first_s", round(first, 2), "s", "≤ 10, once a day", first <= 10
            yield "sms_count_again_s", round(again, 2), "s", "≤ 3, once a minute", again <= 3
            for name, ms in measured(engine).items():
                yield f"sms_page_{name}_ms", round(ms, 1), "ms", f"≤ {GOAL:g}", ms <= GOAL
            engine.dispose()
        finally:
            server.close()


def fill(url: str, messages: int = MESSAGES) -> Engine:
    """The country, three who read, and so many messages."""
    engine = db.make_engine(url)
    migrating.upgrade(engine)
    with db.transaction(engine) as s:
        loading.load(s)
        communes = s.execute(text("select id from area where kind = 'commune' order by id")).scalars().all()
        morning = clock.day_start(clock.today()) + timedelta(hours=8)
        made = text(FILL.format(communes=", ".join(map(str, communes)), number=len(communes)))
        s.execute(made, {"morning": morning, "last": messages})
        for role, code, phone in (
            ("admin", "VN", "1"), ("province", "79", "2"), ("official", "11977", "3"),
        ):  # fmt: skip
            area = queries.by_code(s, code)
            assert area is not None
            world.account(s, f"Vũ Ngọc {role}", f"+8491200000{phone}", role, area)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
    return engine


def _kept(engine: Engine, later: timedelta) -> float:
    """Seconds in which a worker counts them, so much later."""
    with time_machine.travel(clock.now() + later), db.transaction(engine) as s:
        start = perf_counter()
        counts.keep(s)
        return perf_counter() - start


def measured(engine: Engine) -> dict[str, float]:
    """Milliseconds of each page."""
    app = create_app(settings(engine.url.render_as_string(hide_password=False)), engine)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with db.transaction(engine) as s:
        who = {one.role: Visitor(app).as_(one) for one in s.query(Account)}
    found = {}
    yesterday = clock.today() - timedelta(days=1)
    for name, (role, address) in PAGES.items():
        taken = []
        for _ in range(TIMES + 1):
            start = perf_counter()
            answer = who[role].client.get(address.format(yesterday=yesterday))
            taken.append((perf_counter() - start) * 1000)
            assert answer.status_code == 200
        found[name] = median(taken[1:])
    return found
