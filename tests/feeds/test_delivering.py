"""Messages reach a real receiver: signed, in order, at least once, tried for a day; and none waits for another's."""

import json
import os
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Reader

from outreach import clock, db, queue, worker
from outreach.accounts.models import AuditEntry
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.coverage import folding
from outreach.feeds import delivering, hooks, telling
from outreach.feeds.models import Delivery, Webhook
from outreach.feeds.post import TOO_SLOW, Post
from outreach.households import stages
from outreach.sms.gateway import ConsoleGateway
from tests import world
from tests.feeds.receiver import HOST, Receiver
from tests.ready import Started

pytestmark = pytest.mark.real_db
HERE = frozenset({HOST})
POST = Post(HERE)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _november(now):
    return now


@pytest.fixture
def w(real_db, now):
    with Session(real_db, expire_on_commit=False) as s:
        made = world.build(s)
        folding.fold(s)
        s.commit()
        return made


def enter(real_db, w, address, by=None):
    with db.transaction(real_db) as s:
        return hooks.make(s, address, by or w.binh)


def tell(real_db):
    with db.transaction(real_db) as s:
        folding.fold(s)
        return telling.plan(s)


def learn(real_db, w):
    """One household more is proficient."""
    with db.transaction(real_db) as s:
        stages.proficient(s, s.get_one(type(w.tam), w.tam.id), clock.today(), w.dung.id)


def deliver(real_db, post=POST):
    return delivering.deliver_due(real_db, post)


def look(real_db, table=Delivery):
    with Session(real_db) as s:
        return s.scalars(select(table).order_by(table.id)).all()


def open_alerts(real_db):
    return [one for one in look(real_db, Alert) if one.closed_at is None]


def data(heard):
    return json.loads(heard.body)["data"]


def test_a_new_address_is_told_all_that_is_known_and_then_what_changed(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    assert tell(real_db) == deliver(real_db) == 1
    now.shift(telling.EVERY + MINUTE)
    learn(real_db, w)
    assert tell(real_db) == deliver(real_db) == 1
    first, then = receiver.heard
    assert {one["code"] for one in data(first)["areas"]} == {"33", "11977", "12361"}
    assert {one["code"] for one in data(then)["areas"]} == {"33", "11977"}
    assert data(first)["next"] == data(then)["since"]
    assert [one.state for one in look(real_db)] == [hooks.DELIVERED] * 2


def test_what_has_not_changed_is_not_told(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    tell(real_db)
    deliver(real_db)
    now.shift(telling.EVERY + MINUTE)
    assert tell(real_db) == deliver(real_db) == 0


def test_the_signature_is_that_of_standard_webhooks(real_db, w, receiver):
    hook = enter(real_db, w, receiver.address)
    tell(real_db)
    deliver(real_db)
    (heard,) = receiver.heard
    said = Reader(hook.secret).verify(heard.body, heard.headers)
    assert said["type"] == "coverage.changed"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["webhook-id"] == look(real_db)[0].key
    assert heard.headers["webhook-timestamp"] == str(int(clock.now().timestamp()))


def test_alerts_are_told_when_they_are_raised_and_when_they_are_over(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    with db.transaction(real_db) as s:
        raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{w.hanh.id}", code="21211")
    now.shift(MINUTE)
    assert tell(real_db) == deliver(real_db) == 2
    with db.transaction(real_db) as s:
        raising.over(s, "sms_number", w.tan_hung.id, f"member:{w.hanh.id}")
    now.shift(telling.EVERY + MINUTE)
    assert tell(real_db) == deliver(real_db) == 1
    said = [json.loads(one.body) for one in receiver.heard]
    steps = [one["data"]["alerts"][0]["step"] for one in said if one["type"] == hooks.ALERTS]
    assert steps == ["new", "closed"]
    assert f"member:{w.hanh.id}" not in str(said)


def test_a_commune_is_told_of_itself_alone(real_db, w, receiver):
    enter(real_db, w, receiver.address, w.cuc)
    tell(real_db)
    deliver(real_db)
    assert [one["code"] for one in data(receiver.heard[0])["areas"]] == ["11977"]


def test_a_message_is_tried_again_with_the_same_id_and_words_after_ever_longer_pauses(real_db, w, receiver, now):
    receiver.answers = [500] * len(delivering.PAUSES)
    enter(real_db, w, receiver.address)
    tell(real_db)
    began = clock.now()
    for pause in delivering.PAUSES:
        assert deliver(real_db) == 1
        now.shift(pause - timedelta(seconds=1))
        assert deliver(real_db) == 0
        now.shift(timedelta(seconds=1))
    assert deliver(real_db) == 1
    assert {(one.headers["webhook-id"], one.body) for one in receiver.heard} == {
        (look(real_db)[0].key, receiver.heard[0].body)
    }
    assert len({one.headers["webhook-timestamp"] for one in receiver.heard}) == len(receiver.heard) == 10
    assert look(real_db)[0].state == hooks.DELIVERED
    assert list(delivering.PAUSES) == sorted(delivering.PAUSES)
    assert timedelta(hours=20) < clock.now() - began <= DAY


def give_up(real_db, now):
    for pause in (*delivering.PAUSES, timedelta()):
        deliver(real_db)
        now.shift(pause)


def test_after_a_day_a_message_is_given_up_and_an_alert_says_so_until_one_arrives(real_db, w, receiver, now):
    receiver.answers = [503] * (len(delivering.PAUSES) + 1)
    hook = enter(real_db, w, receiver.address)
    tell(real_db)
    give_up(real_db, now)
    (given_up,) = look(real_db)
    assert (given_up.state, given_up.answer, given_up.attempts) == (hooks.GIVEN_UP, "503", 10)
    (alert,) = open_alerts(real_db)
    assert (alert.kind, alert.area_id, alert.about) == ("feed_unheard", w.hung_yen.id, f"webhook:{hook.id}")
    assert alert.facts == {"webhook": hook.id, "answer": "503"}
    assert tell(real_db) == deliver(real_db) == 1
    assert data(receiver.heard[-1])["areas"] == data(receiver.heard[0])["areas"]
    assert open_alerts(real_db) == []


def test_while_a_receiver_is_down_one_message_waits_and_the_next_tells_all_that_changed_since(
    real_db, w, receiver, now
):
    receiver.answers = [500]
    enter(real_db, w, receiver.address)
    tell(real_db)
    deliver(real_db)
    learn(real_db, w)
    now.shift(timedelta(seconds=10) + telling.EVERY)
    assert tell(real_db) == 0
    deliver(real_db)
    assert tell(real_db) == deliver(real_db) == 1
    assert len(look(real_db)) == 2
    assert data(receiver.heard[-1])["since"] == data(receiver.heard[0])["next"]
    assert {one["code"] for one in data(receiver.heard[-1])["areas"]} == {"33", "11977"}


def test_a_receiver_that_says_gone_is_told_nothing_more(real_db, w, receiver, now):
    receiver.answers = [410]
    hook = enter(real_db, w, receiver.address)
    tell(real_db)
    deliver(real_db)
    assert look(real_db, Webhook)[0].ended_at == clock.now()
    assert look(real_db)[0].state == hooks.GIVEN_UP
    (noted,) = (one for one in look(real_db, AuditEntry) if one.act == "webhook.end")
    assert (noted.actor_id, noted.subject_id, noted.note) == (None, hook.id, "410")
    now.shift(DAY)
    learn(real_db, w)
    assert tell(real_db) == deliver(real_db) == 0


def test_a_redirect_is_followed_nowhere(real_db, w, receiver):
    with Receiver() as elsewhere:
        receiver.answers, receiver.location = [302], elsewhere.address
        enter(real_db, w, receiver.address)
        tell(real_db)
        deliver(real_db)
        assert elsewhere.heard == []
    assert (look(real_db)[0].state, look(real_db)[0].answer) == (queue.QUEUED, "302")


def test_what_was_claimed_when_its_address_ended_is_not_sent(real_db, w, receiver, now):
    hook = enter(real_db, w, receiver.address)
    tell(real_db)
    with db.transaction(real_db) as s:
        queue.claim(s, Delivery, limit=1, lease=MINUTE)  # by a worker that dies
    with db.transaction(real_db) as s:
        hooks.end(s, s.get_one(Webhook, hook.id))
    now.shift(2 * MINUTE)
    assert deliver(real_db) == 0
    assert (receiver.heard, look(real_db)[0].state) == ([], hooks.DROPPED)


def test_a_worker_killed_while_it_sends_leaves_the_message_to_the_next_with_the_same_id(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    tell(real_db)
    receiver.hold = 60
    args = [real_db.url.render_as_string(hide_password=False), HOST, clock.now().isoformat()]
    first = Started(dict(os.environ), "tests.feeds.one_worker", *args)
    wait_for(lambda: receiver.heard)
    first.kill()
    first.wait()
    assert look(real_db)[0].state == queue.WORKING
    assert deliver(real_db) == 0
    now.shift(delivering.LEASE + MINUTE)
    receiver.hold = 0
    assert deliver(real_db) == 1
    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1
    assert len({one.body for one in receiver.heard}) == 1
    assert (len(receiver.heard), look(real_db)[0].state) == (2, hooks.DELIVERED)


def wait_for(happened):
    for _ in range(1500):
        if happened():
            return
        time.sleep(0.02)
    raise AssertionError("not after half a minute")


def test_a_worker_whose_lease_ran_out_settles_nothing(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    tell(real_db)
    (late,) = delivering._claim(real_db, 1)
    now.shift(delivering.LEASE + MINUTE)
    delivering._claim(real_db, 1)
    delivering._settle(real_db, late, delivering.Answer("200"))
    assert look(real_db)[0].state == queue.WORKING


def test_a_slow_receiver_holds_up_no_other_not_even_one_that_becomes_due_meanwhile(real_db, w, receiver):
    """The quick ones have their messages, and these are settled, while the slow one keeps the worker waiting."""
    with Receiver() as slow:
        slow.hold = 60
        enter(real_db, w, slow.address)
        tell(real_db)
        at_work = threading.Thread(target=deliver, args=(real_db,))
        at_work.start()
        wait_for(lambda: slow.heard)
        for n in (1, 2):
            enter(real_db, w, f"{receiver.address}/{n}")
            tell(real_db)
            wait_for(lambda n=n: look(real_db)[n].state == hooks.DELIVERED)
        assert look(real_db)[0].state == queue.WORKING
        slow.closing.set()
        at_work.join()
    assert [one.state for one in look(real_db)] == [hooks.DELIVERED] * 3


def test_a_message_that_cannot_be_posted_is_tried_again_and_holds_up_no_other(real_db, w, receiver, monkeypatch):
    broken = enter(real_db, w, "http://127.0.0.1:1/broken")
    enter(real_db, w, receiver.address)
    tell(real_db)
    send = Post.send

    def breaks(self, address, *rest):
        if address == broken.address:
            raise RuntimeError("nobody thought of this")
        return send(self, address, *rest)

    monkeypatch.setattr(Post, "send", breaks)
    deliver(real_db)
    assert [one.state for one in look(real_db)] == [queue.QUEUED, hooks.DELIVERED]


def test_a_receiver_that_keeps_one_waiting_or_answers_letter_by_letter_is_hung_up_on(real_db, w, receiver):
    hasty = Post(HERE, timeout=0.3)
    with Receiver() as slow:
        receiver.drip, slow.hold = True, 60
        enter(real_db, w, receiver.address)
        enter(real_db, w, slow.address)
        tell(real_db)
        deliver(real_db, hasty)
    assert [(one.state, one.answer) for one in look(real_db)] == [(queue.QUEUED, TOO_SLOW)] * 2


def test_two_workers_at_once_write_and_send_each_message_once(real_db, w, receiver):
    for n in range(6):
        enter(real_db, w, f"{receiver.address}/{n}")
    at_work = [threading.Thread(target=lambda: (tell(real_db), deliver(real_db))) for _ in range(2)]
    for one in at_work:
        one.start()
    for one in at_work:
        one.join()
    deliver(real_db)
    assert len(receiver.heard) == len({one.headers["webhook-id"] for one in receiver.heard}) == 6


def test_a_worker_tells_each_minute(real_db, w, receiver, now):
    porter = worker.Worker(real_db, ConsoleGateway(3), post=POST)
    enter(real_db, w, receiver.address)
    assert porter.tell()
    assert not porter.tell()
    learn(real_db, w)
    now.shift(telling.EVERY + MINUTE)
    with db.transaction(real_db) as s:
        folding.fold(s)
    assert porter.tell()
    assert len(receiver.heard) == 2


def test_messages_are_forgotten_after_a_week_unless_they_wait(real_db, w, receiver, now):
    enter(real_db, w, receiver.address)
    tell(real_db)
    deliver(real_db)
    enter(real_db, w, f"{receiver.address}/other")
    tell(real_db)
    now.shift(telling.KEPT + MINUTE)
    with db.transaction(real_db) as s:
        assert telling.let_go(s, clock.now()) == 1
    assert [one.state for one in look(real_db)] == [queue.QUEUED]
