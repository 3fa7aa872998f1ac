"""Twilio's own client against a Twilio nearby: lost answers, killed workers, refusals."""

import os
import signal
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import Headers, MultiDict

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.settings import TwilioSettings
from outreach.sms import faults, outbox, receipts, sending
from outreach.sms.gateway import Call, ConsoleGateway
from outreach.sms.models import OptOut
from outreach.sms.reconcile import reconcile
from outreach.sms.twilio_gateway import TwilioGateway, receipts_at
from outreach.sms.twilio_receipts import TwilioListener
from tests.databases import sqlite_only
from tests.ready import Started
from tests.sms.fake_twilio import BAD_FROM, BAD_TO, SID, TOKEN

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)


def gateway(twilio, **changes):
    return TwilioGateway(twilio.account(**changes), 3, timeout=5)


def later(clock_at_ten, minutes=5):
    clock_at_ten.shift(timedelta(minutes=minutes))


def test_a_message_arrives_with_its_sender_and_a_time_after_which_it_is_dropped(box, twilio):
    box.put()
    assert sending.send_due(box.engine, gateway(twilio)) == 1
    (asked,) = twilio.asked
    assert (asked["To"], asked["From"]) == ("+84912345678", "XA TAN HUNG")
    assert int(asked["ValidityPeriod"]) == 4 * 3600
    assert asked["SmartEncoded"] == "false"  # what we count and look for is what goes out
    assert box.row().gateway_id == twilio.messages[0]["sid"]


@sqlite_only
def test_a_messaging_service_sends_in_place_of_a_sender_name(box, twilio):
    box.put()
    sending.send_due(box.engine, gateway(twilio, sender="MG" + "b" * 32))
    assert twilio.messages[0]["messaging_service_sid"] == "MG" + "b" * 32
    assert "From" not in twilio.asked[0]


def test_a_lost_answer_is_looked_up_and_nothing_is_sent_again(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    sending.send_due(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    assert sending.send_due(box.engine, gateway(twilio)) == 0
    assert reconcile(box.engine, gateway(twilio)) == 1
    assert (box.row().state, box.row().gateway_id) == ("sent", twilio.messages[0]["sid"])
    sending.send_due(box.engine, gateway(twilio))
    assert len(twilio.messages) == 1


@sqlite_only
def test_a_lost_answer_is_found_under_what_a_trial_account_puts_before_it(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    sending.send_due(box.engine, gateway(twilio))
    twilio.messages[0]["body"] = f"Sent from your Twilio trial account - {twilio.messages[0]['body']}"
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["sent"]


def test_an_answer_that_takes_too_long_is_looked_up(box, twilio, clock_at_ten):
    box.put()
    twilio.delay = 60
    sending.send_due(box.engine, TwilioGateway(twilio.account(), 3, timeout=0.3))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_a_message_that_never_arrived_goes_out_once_it_was_looked_for(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["before"]
    sending.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["queued"]
    later(clock_at_ten)
    sending.send_due(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_two_lost_answers_with_the_same_text_each_find_their_own_message(box, twilio, clock_at_ten):
    box.put("member:1")
    box.put("member:2")
    twilio.lose = ["after", "before"]
    sending.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert sorted(box.states()) == ["queued", "sent"]


def test_an_unknown_message_stays_unknown_while_twilio_does_not_answer(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    sending.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    twilio.refuse = [(503, 20503)]
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["sent"]


@sqlite_only
def test_an_unknown_message_is_not_settled_by_a_gateway_that_cannot_know(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    sending.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    assert reconcile(box.engine, ConsoleGateway(3)) == 0
    assert box.states() == ["unknown"]


def test_a_message_taken_back_while_unknown_is_not_sent_when_it_was_not_found(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["before"]
    sending.send_due(box.engine, gateway(twilio))
    with db.transaction(box.engine) as s:
        outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN)
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert (box.row().state, box.row().error) == ("cancelled", "consent_withdrawn")


@sqlite_only
def test_a_message_that_was_found_to_have_failed_says_why(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    sending.send_due(box.engine, gateway(twilio))
    twilio.messages[0].update(status="undelivered", error_code=30003)
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert (box.row().state, box.row().error) == ("failed", "30003")


@pytest.mark.parametrize("killed_after", [True, False], ids=["after Twilio took it", "before Twilio took it"])
def test_a_worker_killed_while_sending_leaves_a_message_that_goes_out_once(box, twilio, clock_at_ten, killed_after):
    box.put()
    started = threading.Event()

    def kill() -> None:
        started.wait()
        os.kill(worker.pid, signal.SIGKILL)
        if not killed_after:
            twilio.messages.clear()

    twilio.on_recorded = kill
    database = box.engine.url.render_as_string(hide_password=False)
    moment = (TEN + timedelta(minutes=1)).isoformat()
    worker = Started(dict(os.environ), "tests.sms.one_worker", database, twilio.base_url, moment)
    started.set()
    assert worker.wait(timeout=60) == -signal.SIGKILL
    twilio.on_recorded = lambda: None
    assert box.states() == ["working"]
    assert sending.send_due(box.engine, gateway(twilio)) == 0

    later(clock_at_ten)
    assert sending.send_due(box.engine, gateway(twilio)) == 0
    reconcile(box.engine, gateway(twilio))
    later(clock_at_ten)
    sending.send_due(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


@sqlite_only
@pytest.mark.parametrize(
    ("to", "state", "error"),
    [
        ("+15005550001", "failed", "21211"),
        ("+15005550002", "failed", "21612"),
        ("+15005550003", "queued", ""),
        ("+15005550004", "failed", "21610"),
        ("+15005550009", "failed", "21614"),
    ],
)
def test_each_refusal_has_its_consequence(box, twilio, to, state, error):
    box.put(to=to)
    sending.send_due(box.engine, gateway(twilio))
    assert (box.row().state, box.row().error, twilio.messages) == (state, error, [])


@sqlite_only
def test_a_number_that_twilio_calls_opted_out_is_noted_as_such(box, twilio):
    box.put(to="+15005550004")
    sending.send_due(box.engine, gateway(twilio))
    with db.transaction(box.engine) as s:
        assert s.get_one(OptOut, "+15005550004").how == "carrier"


@sqlite_only
@pytest.mark.parametrize("sender", ["+15005550001", "+15005550007"])
def test_a_wrong_sender_stops_the_batch_and_wastes_no_message(box, twilio, sender):
    box.put("member:1")
    box.put("member:2", to="+84987654321")
    sending.send_due(box.engine, gateway(twilio, sender=sender))
    assert (len(twilio.asked), box.states()) == (1, ["queued", "queued"])


@sqlite_only
def test_a_wrong_password_stops_the_batch_and_wastes_no_message(box, twilio):
    box.put("member:1")
    box.put("member:2", to="+84987654321")
    sending.send_due(box.engine, gateway(twilio, token="wrong"))
    assert (len(twilio.asked), box.states()) == (1, ["queued", "queued"])


@sqlite_only
def test_a_busy_twilio_gets_the_message_later(box, twilio, clock_at_ten):
    box.put()
    twilio.refuse = [(429, 20429), (503, 20503)]
    for _ in range(3):
        sending.send_due(box.engine, gateway(twilio))
        later(clock_at_ten)
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


@sqlite_only
def test_a_broken_twilio_may_have_taken_the_message(box, twilio):
    box.put()
    twilio.refuse = [(500, 20500)]
    sending.send_due(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]


@sqlite_only
def test_a_twilio_that_cannot_be_reached_took_nothing(box):
    box.put()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        sending.send_due(box.engine, TwilioGateway(TwilioSettings(SID, TOKEN, "XA", address), 3, timeout=5))
    assert box.states() == ["queued"]


@sqlite_only
def test_receipts_are_asked_for_at_our_address_with_our_name_for_the_message(box, twilio):
    box.put()
    at = receipts_at("https://hoc.example", twilio.account())
    sending.send_due(box.engine, TwilioGateway(twilio.account(), 3, receipts_at=at))
    assert twilio.asked[0]["StatusCallback"] == f"https://hoc.example/sms/bien-nhan/twilio?tin={box.row().reference}"


@pytest.mark.parametrize(
    ("address", "stand_in", "asked"),
    [("https://hoc.example", "", True), ("http://127.0.0.1:8000", "", False), ("http://127.0.0.1:8000", "x", True)],
    ids=["https", "a desk", "a desk with a Twilio nearby"],
)
def test_twilio_is_asked_for_receipts_where_it_can_deliver_them(address, stand_in, asked):
    account = TwilioSettings(SID, TOKEN, "XA", stand_in)
    assert receipts_at(address, account) == (f"{address}/sms/bien-nhan/twilio" if asked else "")


@sqlite_only
def test_a_highest_price_is_named_only_where_one_is_set(box, twilio):
    box.put("member:1")
    box.put("member:2", to="+84987654321")
    sending.send_due(box.engine, gateway(twilio), 1)
    account = replace(twilio.account(), max_price=0.09)
    sending.send_due(box.engine, TwilioGateway(account, 3))
    assert [form.get("MaxPrice") for form in twilio.asked] == [None, "0.09"]


@sqlite_only
@pytest.mark.parametrize(("to", "code"), [("+15005550001", "21211"), ("+15005550009", "21614")])
def test_a_wrong_number_or_a_landline_becomes_the_communes_to_mend(box, twilio, to, code):
    box.put(to=to)
    sending.send_due(box.engine, gateway(twilio))
    with db.transaction(box.engine) as s:
        (alert,) = s.scalars(select(Alert))
        assert (alert.kind, alert.about, alert.facts["code"]) == ("sms_number", "member:1", code)


def test_a_receipt_of_a_stand_in_moves_its_message_on(box, twilio):
    box.put()
    at = receipts_at("http://127.0.0.1:8000", twilio.account())
    sending.send_due(box.engine, TwilioGateway(twilio.account(), 3, receipts_at=at))
    callback = twilio.tell(twilio.messages[0], "delivered")
    call = Call(callback.address, Headers(callback.headers), MultiDict(callback.form), b"")
    said = TwilioListener(TOKEN).receipt(call)
    with db.transaction(box.engine) as s:
        receipts.note(s, "twilio", *said, clock.now())
    assert box.states() == ["accepted"]


# What the documents of Twilio and of Twilio for Việt Nam name: whom it concerns.
DOCUMENTED = {
    faults.NUMBER: ["21211", "21614", "30005", "30006"],
    faults.HOUSE: ["20003", "21212", "21408", "21606", "30018", "30002"],
    faults.MESSAGE: ["21612", "21617", "30008", "30004"],
    faults.STOPPED: ["21610"],
    faults.WORDS: ["30007"],
    faults.AGAIN: ["30003", "30001"],
    faults.LATER: ["20429", "20503", "21611"],
}


@pytest.mark.parametrize(("whom", "codes"), DOCUMENTED.items())
def test_every_documented_code_says_whom_it_concerns_and_what_to_do(whom, codes):
    assert {faults.concerns(code) for code in codes} == {whom}
    assert all(str(faults.FAULTS[code].words) and str(faults.FAULTS[code].then) for code in codes)


def test_every_magic_number_of_the_stand_in_is_explained():
    assert {*map(str, BAD_TO.values()), *map(str, BAD_FROM.values())} <= set(faults.FAULTS)


@pytest.mark.parametrize(
    ("status", "whom"),
    [(400, faults.MESSAGE), (401, faults.HOUSE), (402, faults.HOUSE), (429, faults.LATER), (503, faults.LATER)],
)
def test_a_code_nobody_knows_is_judged_by_its_status(status, whom):
    assert faults.concerns("99999", status) == whom
