"""Twilio's own client and our stand-in for Twilio, both held against the interface that Twilio publishes (OpenAPI).

Prism stands between them: it refuses what the interface does not allow to be asked (422) and to be answered (500).
"""

import os
import shutil
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from outreach.settings import ROOT, TwilioSettings
from outreach.sms.gateway import NoAnswer, SendError
from outreach.sms.twilio_gateway import TwilioGateway
from tests.sms.fake_twilio import BAD_FROM, BAD_TO, SID, TOKEN, FakeTwilio

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)
PRISM = ROOT / "node_modules" / ".bin" / "prism"
SPEC = os.environ.get("TWILIO_SPEC", "")
TO, BODY, REFERENCE = "+84912345678", "Xa Tan Hung: mai den nha.", "3f0c9f9e-5b1c-4c6e-9a53-1a2b3c4d5e6f"
SERVICE = "MG" + "b" * 32
STATUSES = (
    "queued",
    "accepted",
    "scheduled",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "canceled",
    "read",
)


@pytest.fixture(scope="module")
def fake():
    with FakeTwilio() as made:
        yield made


@pytest.fixture(scope="module")
def between(fake):
    """The address of Prism, which passes on to the stand-in what the interface allows."""
    if not Path(SPEC).is_file():
        pytest.skip("TWILIO_SPEC does not lead to the interface that Twilio publishes (OpenAPI)")
    if not PRISM.exists() or not shutil.which("node"):
        pytest.skip("Prism is not installed (npm ci)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PRISM), "proxy", "--host", "127.0.0.1", "--port", str(port), "--errors", SPEC, fake.base_url]
    prism = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    for line in prism.stdout:
        said.append(line)
        if "Prism is listening" in line:
            break
    else:
        pytest.fail("Prism did not start: " + "".join(said))
    yield f"http://127.0.0.1:{port}"
    prism.terminate()
    prism.wait()
    prism.stdout.close()


@pytest.fixture
def reach(between, fake):
    """A gateway that reaches the stand-in through Prism."""
    fake.messages.clear()
    fake.asked.clear()

    def reach_(sender="XA TAN HUNG", token=TOKEN, max_price=None):
        account = TwilioSettings(SID, token, sender, between, max_price)
        return TwilioGateway(account, 3, receipts_at="https://hoc.example/sms/bien-nhan/twilio")

    return reach_


def send(gateway, to=TO, body=BODY):
    return gateway.send(to, body, TEN + timedelta(hours=1), REFERENCE)


@pytest.mark.parametrize("sender", ["XA TAN HUNG", SERVICE], ids=["a sender name", "a messaging service"])
def test_what_we_send_and_what_is_answered_is_as_published(reach, fake, sender):
    number = send(reach(sender, max_price=0.09))
    assert [message["sid"] for message in fake.messages] == [number]
    assert {"StatusCallback", "ValidityPeriod", "MaxPrice"} <= set(fake.asked[0])


def test_a_message_is_found_again_in_every_state_it_may_be_in(reach, fake):
    number = send(reach())
    for status in STATUSES:
        fake.messages[0]["status"] = status
        (trace,) = reach().find(TO, BODY, TEN, REFERENCE)
        assert (trace.id, bool(trace.error)) == (number, status in ("undelivered", "failed", "canceled")), status
    assert reach().find(TO, "Other words", TEN, REFERENCE) == []
    assert reach().find("+84987654321", BODY, TEN, REFERENCE) == []


@pytest.mark.parametrize(("to", "code"), BAD_TO.items())
def test_a_refused_number_is_told_as_published(reach, to, code):
    with pytest.raises(SendError) as refused:
        send(reach(), to)
    assert refused.value.code == str(code)


@pytest.mark.parametrize(("sender", "code"), BAD_FROM.items())
def test_a_refused_sender_is_told_as_published(reach, sender, code):
    with pytest.raises(SendError) as refused:
        send(reach(sender))
    assert refused.value.code == str(code)


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (429, 20429), (503, 20503)])
def test_a_refused_account_and_a_busy_house_are_told_as_published(reach, fake, status, code):
    fake.refuse = [(status, code)]
    with pytest.raises(SendError) as refused:
        send(reach())
    assert (refused.value.code, refused.value.permanent) == (str(code), False)


def test_prism_refuses_what_twilio_would_not_understand(reach, fake):
    with pytest.raises(TwilioRestException) as refused:
        reach()._client.messages.create(to=TO, from_="XA", body=BODY, validity_period="soon")
    assert (refused.value.status, fake.messages) == (422, [])


def test_prism_refuses_an_answer_that_twilio_would_not_give(reach, fake):
    send(reach())
    fake.messages[0]["num_segments"] = 1  # Twilio gives it as text
    with pytest.raises(NoAnswer):
        reach().find(TO, BODY, TEN, REFERENCE)
