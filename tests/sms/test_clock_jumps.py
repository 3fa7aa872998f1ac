"""A clock that is put back or forward, by an hour or a day, sends nothing twice and nothing at night."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from outreach import clock, db
from outreach.sms import sending
from outreach.sms.models import Sms
from outreach.sms.reconcile import reconcile
from outreach.sms.twilio_gateway import TwilioGateway
from tests.databases import sqlite_only
from tests.sms.gateways import Recorder
from tests.sms.notices import TEN

pytestmark = sqlite_only
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = (-DAY, -HOUR, HOUR, DAY)
LATER = timedelta(minutes=6)
LONG = TEN + timedelta(days=9)
jumping = pytest.mark.parametrize("jump", JUMPS, ids=lambda jump: f"{jump.total_seconds() / 3600:+g}h")


def look(box, gateway, clock_at_ten, times=3):
    """A worker looks some times, minutes apart."""
    for _ in range(times):
        reconcile(box.engine, gateway)
        sending.send_due(box.engine, gateway)
        clock_at_ten.shift(LATER)


def by_day(gateway):
    return all(8 <= clock.local(at).hour < 20 or clock.local(at).strftime("%H:%M") == "20:00" for at in gateway.until)


@jumping
def test_what_went_out_is_not_sent_again(box, clock_at_ten, jump):
    box.put(not_after=LONG)
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    clock_at_ten.shift(jump)
    box.put(not_after=LONG, words={"village": "thôn Đoài"})
    look(box, gateway, clock_at_ten)
    assert (len(gateway.taken), box.row().state) == (1, "sent")


@jumping
def test_what_waits_goes_once_when_its_hour_comes(box, clock_at_ten, jump):
    box.put(not_after=LONG)
    clock_at_ten.shift(jump)
    gateway = Recorder()
    look(box, gateway, clock_at_ten)
    clock_at_ten.move_to(TEN + 2 * DAY)
    look(box, gateway, clock_at_ten)
    assert (len(gateway.taken), box.row().state, by_day(gateway)) == (1, "sent", True)


@jumping
def test_a_clock_that_jumps_while_a_message_is_on_its_way_sends_it_once(box, clock_at_ten, jump):
    box.put(not_after=LONG)
    gateway = Recorder(meanwhile=lambda: clock_at_ten.shift(jump))
    sending.send_due(box.engine, gateway)
    gateway.meanwhile = lambda: None
    look(box, gateway, clock_at_ten)
    clock_at_ten.move_to(TEN + 2 * DAY)
    look(box, gateway, clock_at_ten)
    assert (len(gateway.taken), box.row().state) == (1, "sent")


@pytest.mark.parametrize("jump", [HOUR, DAY])
def test_another_worker_that_thinks_this_one_dead_does_not_send_it_too(box, clock_at_ten, jump):
    """The gateway has the message, but cannot find it yet; this worker's word comes late, and counts."""
    box.put(not_after=LONG)
    gateway = Recorder()

    def meanwhile():
        clock_at_ten.shift(jump)
        found, gateway.by_reference = gateway.by_reference, {}
        reconcile(box.engine, gateway)
        sending.send_due(box.engine, gateway)
        gateway.by_reference = found
        assert box.states() == ["queued"]

    gateway.meanwhile = meanwhile
    sending.send_due(box.engine, gateway)
    gateway.meanwhile = lambda: None
    assert box.row().state == "sent"
    look(box, gateway, clock_at_ten)
    assert len(gateway.taken) == 1


@jumping
def test_a_batch_in_whose_middle_the_clock_jumps_is_sent_once_and_by_day(box, clock_at_ten, jump):
    for n in range(6):
        box.put(f"member:{n}", to=f"+8490000000{n}", not_after=LONG)
    jumps = [jump]
    gateway = Recorder(meanwhile=lambda: clock_at_ten.shift(jumps.pop()) if jumps else None)
    sending.send_due(box.engine, gateway)
    look(box, gateway, clock_at_ten)
    clock_at_ten.move_to(TEN + 3 * DAY)
    look(box, gateway, clock_at_ten)
    assert sorted(to for to, _body in gateway.taken) == [f"+8490000000{n}" for n in range(6)]
    assert (box.states(), by_day(gateway)) == (["sent"] * 6, True)


@pytest.mark.parametrize("hour", [20, 23, 0, 7])
def test_a_clock_that_jumps_into_the_night_sends_nothing(box, clock_at_ten, hour):
    box.put(not_after=LONG)
    clock_at_ten.move_to((clock.local(TEN) + DAY).replace(hour=hour))
    gateway = Recorder()
    look(box, gateway, clock_at_ten, times=1)
    assert (gateway.taken, box.row().held) == ([], "quiet")


@pytest.mark.parametrize("jump", [-DAY, -HOUR])
def test_a_clock_put_back_forgets_neither_the_days_message_nor_the_daily_limit(box, clock_at_ten, jump):
    words = {"name": "Sen", "lesson": "Bài 1"}
    for purpose in ("follow_up", "welcome", "next_lesson"):
        box.put(purpose=purpose, words=words, not_after=LONG)
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    clock_at_ten.shift(jump)
    for purpose in ("follow_up", "lesson_stopped"):
        box.put("member:2", purpose=purpose, words=words, due_at=clock.now(), not_after=LONG)
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 3
    assert [sms.held for sms in box.rows()[3:]] == ["purpose_today", "daily"]


@pytest.mark.parametrize("ahead", [HOUR, DAY - LATER])
def test_a_message_sent_by_a_clock_that_was_ahead_is_found_when_it_is_put_right(box, twilio, clock_at_ten, ahead):
    box.put(not_after=LONG)
    twilio.lose = ["after"]
    gateway = TwilioGateway(twilio.account(), 3, timeout=5)
    sending.send_due(box.engine, gateway)
    twilio.messages[0]["date_created"] = format_datetime(TEN - ahead)  # Twilio's clock was right
    clock_at_ten.shift(LATER)
    reconcile(box.engine, gateway)
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_a_lease_that_a_clock_put_back_made_long_ends_some_day(box, clock_at_ten):
    box.put(not_after=LONG)
    with db.transaction(box.engine) as s:
        sms = s.get_one(Sms, box.row().id)
        sms.state, sms.lease, sms.lease_until, sms.gateway, sms.attempts = "working", "x", TEN + HOUR, "recorder", 1
    clock_at_ten.shift(HOUR + LATER)
    gateway = Recorder()
    look(box, gateway, clock_at_ten)
    assert (len(gateway.taken), box.row().state) == (1, "sent")
