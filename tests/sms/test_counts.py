"""The panel of many messages: a worker counts them, so that a page need not."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from outreach import clock, db
from outreach.sms import counts
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import Sms, SmsDay
from outreach.worker import Worker
from tests import counting, world
from tests.databases import sqlite_only
from tests.sms.rows import TEN, message, sent

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def looked(s, area, last=TEN):
    found = Counter()
    for one in counts.tally(s, area, last.date()).counts:
        found[one[:-1]] += one.number
    return found


def week(s, w):
    """Messages of two communes and another province, of every fate, over ten days."""
    for place in (w.tan_hung, w.tien_lu, w.tuyen_quang):
        for n in range(10):
            state, error = (("sent", ""), ("accepted", ""), ("failed", "30003"))[n % 3]
            sent(s, place, state=state, error=error, due_at=TEN - n * DAY)
        message(s, place, due_at=TEN + DAY, held="quiet", purpose="class")
    message(s, w.tan_hung, state="unknown", gateway="twilio", cleared_at=TEN - DAY, due_at=TEN - 9 * DAY)
    message(s, w.country, state="cancelled", error="no_longer_due")


def test_what_a_worker_counted_is_what_one_would_find_oneself(s, w):
    week(s, w)
    asked = [(area, TEN - n * DAY) for area in (w.country, w.hung_yen, w.tuyen_quang) for n in (0, 3, 14)]
    found = [looked(s, *one) for one in asked]
    assert len(found[0]) > len(found[3]) > 5
    counts.keep(s)
    assert [looked(s, *one) for one in asked] == found


@sqlite_only
def test_the_panel_of_the_country_looks_through_no_messages(s, w, visitor, connection):
    sent(s, w.tan_hung, state="accepted")
    counts.keep(s)
    s.commit()
    for who in (w.anh, w.binh):
        reader = visitor.as_(who)
        with counting.statements(connection) as said:
            assert "Counted once a minute." in reader.htmx("/tin-nhan").words
        assert not [one for one in said if "FROM sms " in one or "FROM sms\n" in one]


def test_what_changed_stands_in_the_next_count_or_on_the_next_day(s, w, clock_at_ten):
    def end(days_ago, state):
        s.query(Sms).filter(Sms.due_at == TEN - days_ago * DAY).update({"state": state})
        counts.keep(s)
        return counts.tally(s, w.country, TEN.date()).of("accepted")

    week(s, w)
    counts.keep(s)
    clock_at_ten.move_to(TEN + MINUTE)
    assert end(1, "failed") == 3
    clock_at_ten.move_to(TEN + 2 * MINUTE)
    assert end(3, "accepted") == 3
    clock_at_ten.move_to(TEN + DAY)
    assert end(6, "accepted") == 9


def test_without_a_worker_nobody_is_shown_figures_of_long_ago(s, w, clock_at_ten):
    counts.keep(s)
    message(s, w.tan_hung)
    assert counts.tally(s, w.country, TEN.date()).of("waiting") == 0
    clock_at_ten.move_to(TEN + 4 * MINUTE)
    assert counts.tally(s, w.country, TEN.date()).of("waiting") == 1


def test_a_worker_counts_beside_its_work(real_db):
    with db.transaction(real_db) as s:
        country = world.area(s, None, "country", "nước", "VN", "Việt Nam")
    Worker(real_db, ConsoleGateway(3)).send()
    with db.transaction(real_db) as s:
        assert s.get_one(SmsDay, (country.id, clock.today())).counts == []


def test_workers_that_count_at_once_keep_one_count(real_db):
    with db.transaction(real_db) as s:
        world.area(s, None, "country", "nước", "VN", "Việt Nam")

    def count(_n):
        with db.transaction(real_db) as s:
            counts.keep(s)

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(count, range(3)))
    with db.transaction(real_db) as s:
        assert s.query(SmsDay.counted_at).distinct().count() == 1
