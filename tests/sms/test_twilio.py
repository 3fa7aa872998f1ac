"""Twilio's own client against a Twilio nearby: lost answers, killed workers, refusals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach import db
from outreach.settings import TwilioSettings
from outreach.sms import faults, outbox
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import OptOut
from outreach.sms.reconcile import reconcile
from outreach.sms.twilio_gateway import TwilioGateway
from tests.sms.fake_twilio import PATH, SID, TOKEN

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)
SPEC = os.environ.get("TWILIO_SPEC", "")


def gateway(twilio, **changes):
    return TwilioGateway(twilio.account(**changes), 3, timeout=5)


def later(clock_at_ten, minutes=5):
    clock_at_ten.shift(timedelta(minutes=minutes))


def test_a_message_arrives_with_its_sender_and_a_time_after_which_it_is_dropped(box, twilio):
    box.put()
    assert outbox.send_due(box.engine, gateway(twilio)) == 1
    (asked,) = twilio.asked
    assert (asked["To"], asked["From"]) == ("+84912345678", "XA TAN HUNG")
    assert int(asked["ValidityPeriod"]) == 4 * 3600
    assert box.row().gateway_id == twilio.messages[0]["sid"]


def test_a_messaging_service_sends_in_place_of_a_sender_name(box, twilio):
    box.put()
    outbox.send_due(box.engine, gateway(twilio, sender="MG" + "b" * 32))
    assert twilio.messages[0]["messaging_service_sid"] == "MG" + "b" * 32
    assert "From" not in twilio.asked[0]


def test_a_lost_answer_is_looked_up_and_nothing_is_sent_again(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    outbox.send_due(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    assert outbox.send_due(box.engine, gateway(twilio)) == 0
    assert reconcile(box.engine, gateway(twilio)) == 1
    assert (box.row().state, box.row().gateway_id) == ("sent", twilio.messages[0]["sid"])
    outbox.send_due(box.engine, gateway(twilio))
    assert len(twilio.messages) == 1


def test_an_answer_that_takes_too_long_is_looked_up(box, twilio, clock_at_ten):
    box.put()
    twilio.hold = True
    outbox.send_due(box.engine, TwilioGateway(twilio.account(), 3, timeout=0.3))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_a_message_that_never_arrived_goes_out_once_it_was_looked_for(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["before"]
    outbox.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["queued"]
    later(clock_at_ten)
    outbox.send_due(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_two_lost_answers_with_the_same_text_each_find_their_own_message(box, twilio, clock_at_ten):
    box.put("member:1")
    box.put("member:2")
    twilio.lose = ["after", "before"]
    outbox.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert sorted(box.states()) == ["queued", "sent"]


def test_an_unknown_message_stays_unknown_while_twilio_does_not_answer(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    outbox.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    twilio.refuse = [(503, 20503)]
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert box.states() == ["sent"]


def test_an_unknown_message_is_not_settled_by_a_gateway_that_cannot_know(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    outbox.send_due(box.engine, gateway(twilio))
    later(clock_at_ten)
    assert reconcile(box.engine, ConsoleGateway(3)) == 0
    assert box.states() == ["unknown"]


def test_a_message_taken_back_while_unknown_is_not_sent_when_it_was_not_found(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["before"]
    outbox.send_due(box.engine, gateway(twilio))
    with db.transaction(box.engine) as s:
        outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN)
    later(clock_at_ten)
    reconcile(box.engine, gateway(twilio))
    assert (box.row().state, box.row().error) == ("cancelled", "consent_withdrawn")


def test_a_message_that_was_found_to_have_failed_says_why(box, twilio, clock_at_ten):
    box.put()
    twilio.lose = ["after"]
    outbox.send_due(box.engine, gateway(twilio))
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
    root = Path(__file__).parents[2]
    moment = (TEN + timedelta(minutes=1)).isoformat()
    script = [sys.executable, "-m", "tests.sms.one_worker"]
    worker = subprocess.Popen([*script, database, twilio.base_url, moment], cwd=root)
    started.set()
    assert worker.wait(timeout=60) == -signal.SIGKILL
    twilio.on_recorded = lambda: None
    assert box.states() == ["working"]
    assert outbox.send_due(box.engine, gateway(twilio)) == 0

    later(clock_at_ten)
    assert outbox.send_due(box.engine, gateway(twilio)) == 0
    reconcile(box.engine, gateway(twilio))
    later(clock_at_ten)
    outbox.send_due(box.engine, gateway(twilio))
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


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
    outbox.send_due(box.engine, gateway(twilio))
    assert (box.row().state, box.row().error, twilio.messages) == (state, error, [])


def test_a_number_that_twilio_calls_opted_out_is_noted_as_such(box, twilio):
    box.put(to="+15005550004")
    outbox.send_due(box.engine, gateway(twilio))
    with db.transaction(box.engine) as s:
        assert s.get_one(OptOut, "+15005550004").how == "carrier"


@pytest.mark.parametrize("sender", ["+15005550001", "+15005550007"])
def test_a_wrong_sender_stops_the_batch_and_wastes_no_message(box, twilio, sender):
    box.put("member:1")
    box.put("member:2", to="+84987654321")
    outbox.send_due(box.engine, gateway(twilio, sender=sender))
    assert (len(twilio.asked), box.states()) == (1, ["queued", "queued"])


def test_a_wrong_password_stops_the_batch_and_wastes_no_message(box, twilio):
    box.put("member:1")
    box.put("member:2", to="+84987654321")
    outbox.send_due(box.engine, gateway(twilio, token="wrong"))
    assert (len(twilio.asked), box.states()) == (1, ["queued", "queued"])


def test_a_busy_twilio_gets_the_message_later(box, twilio, clock_at_ten):
    box.put()
    twilio.refuse = [(429, 20429), (503, 20503)]
    for _ in range(3):
        outbox.send_due(box.engine, gateway(twilio))
        later(clock_at_ten)
    assert (box.states(), len(twilio.messages)) == (["sent"], 1)


def test_a_broken_twilio_may_have_taken_the_message(box, twilio):
    box.put()
    twilio.refuse = [(500, 20500)]
    outbox.send_due(box.engine, gateway(twilio))
    assert box.states() == ["unknown"]


def test_a_twilio_that_cannot_be_reached_took_nothing(box):
    box.put()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        outbox.send_due(box.engine, TwilioGateway(TwilioSettings(SID, TOKEN, "XA", address), 3, timeout=5))
    assert box.states() == ["queued"]


def test_every_refusal_is_explained_in_words_of_its_own_kind():
    assert {fault.concerns for fault in faults.FAULTS.values()} == {faults.MESSAGE, faults.LATER, faults.HOUSE}
    assert faults.concerns("99999", 400) == faults.MESSAGE
    assert faults.concerns("99999", 503) == faults.LATER


def test_the_twilio_nearby_speaks_as_the_published_interface_says(twilio):
    if not SPEC:
        assert "CI" not in os.environ, "set TWILIO_SPEC to the path of the published interface (OpenAPI)"
        pytest.skip("TWILIO_SPEC does not lead to the published interface (OpenAPI)")
    spec = json.loads(Path(SPEC).read_text())
    outgoing = TwilioGateway(twilio.account(), 3, timeout=5)
    number = outgoing.send("+84912345678", "Xa Tan Hung: mai den nha.", TEN + timedelta(hours=1), "r")
    assert [trace.id for trace in outgoing.find("+84912345678", "Xa Tan Hung: mai den nha.", TEN, "r")] == [number]
    doors = spec["paths"][PATH.replace(SID, "{AccountSid}")]
    form = doors["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]["properties"]
    assert set(twilio.asked[0]) <= set(form)
    listing = doors["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
    assert set(twilio.listing({})) == set(listing)
    message = spec["components"]["schemas"]["api.v2010.account.message"]["properties"]
    assert set(twilio.messages[0]) == set(message)
    faulty = {name: value for name, value in twilio.messages[0].items() if not _fits(value, message[name], spec)}
    assert faulty == {}


def _fits(value, schema, spec):
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if value is None:
        return schema.get("nullable", False)
    kind = {"string": str, "integer": int, "object": dict}[schema["type"]]
    return (
        isinstance(value, kind)
        and value in schema.get("enum", [value])
        and re.search(schema.get("pattern", ""), str(value)) is not None
    )
