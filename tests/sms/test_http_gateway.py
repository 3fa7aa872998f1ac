"""A provider that is described by settings alone: what it is sent, how its answers are read, what it tells us."""

import hashlib
import hmac
import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.datastructures import Headers, MultiDict

from outreach.settings import SettingsError
from outreach.sms import faults, sending
from outreach.sms.gateway import Call, Forged, NoAnswer, Receipt, SendError
from outreach.sms.http_gateway import HttpGateway, HttpListener, read
from outreach.sms.reconcile import reconcile
from tests.databases import sqlite_only
from tests.sms.fake_provider import FakeProvider

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
TO, BODY, REFERENCE = "+84912345678", 'Xã Tân Hưng: "mai" {đến} nhà.', "3f0c9f9e-5b1c-4c6e-9a53-1a2b3c4d5e6f"
NEEDED = {"URL": "https://sms.example", "TOKEN": "t", "SENDER": "XA"}


@pytest.fixture
def provider():
    with FakeProvider() as made:
        yield made


def gateway(provider, **options):
    return HttpGateway(read(provider.options(**options)), 3, timeout=5)


def send(provider, **options):
    return gateway(provider, **options).send(TO, BODY, TEN + timedelta(hours=1), REFERENCE)


def test_a_message_goes_out_with_our_reference_and_comes_back_with_its_number(provider, clock_at_ten):
    clock_at_ten.move_to(TEN, tick=False)
    assert send(provider) == "P1"
    assert provider.asked == [
        {"to": TO, "from": "XA TAN HUNG", "text": BODY, "reference": REFERENCE, "validity": 3600}
    ]  # fmt: skip
    assert list(provider.messages) == [REFERENCE]


def test_the_body_has_the_shape_the_provider_wants(provider):
    shape = '{"auth": {"brand": "{sender}"}, "messages": [{"phone": "{digits}", "content": "{body}", "n": 1}]}'
    send(provider, BODY=shape, ID_FIELD="auth.brand")
    assert provider.asked == [
        {"auth": {"brand": "XA TAN HUNG"}, "messages": [{"phone": "84912345678", "content": BODY, "n": 1}]}
    ]  # fmt: skip


def test_a_number_may_lie_deep_in_the_answer_or_be_missing(provider):
    provider.answers = [(200, {"data": [{"sms": {"no": 17}}]}), (200, {"ok": True})]
    assert send(provider, ID_FIELD="data.0.sms.no") == "17"
    assert send(provider, ID_FIELD="data.0.sms.no") == REFERENCE


@pytest.mark.parametrize(
    ("status", "permanent", "house"),
    [(400, True, False), (404, True, False), (401, False, True), (403, False, True), (429, False, False),
     (503, False, False), (302, False, False)],
)  # fmt: skip
def test_a_refusal_is_read_from_the_status(provider, status, permanent, house):
    provider.answers = [(status, {})]
    with pytest.raises(SendError) as refused:
        send(provider)
    assert (refused.value.permanent, refused.value.house) == (permanent, house)


CODES = {"CODES": "100=ok, 99=later, 101=house, 104=number, 118=21617, 119=stopped", "CODE_FIELD": "result.code"}


@pytest.mark.parametrize(
    ("code", "becomes", "permanent", "house"),
    [
        ("99", "later", False, False), ("101", "house", False, True), ("104", "number", True, False),
        ("118", "21617", True, False), ("119", "stopped", True, False),
    ],
)  # fmt: skip
def test_a_refusal_is_read_from_the_providers_own_code(provider, code, becomes, permanent, house):
    """Many answer 200 to everything and say in a code what they mean."""
    provider.answers = [(200, {"result": {"code": code}})]
    with pytest.raises(SendError) as refused:
        send(provider, **CODES)
    assert (refused.value.code, refused.value.permanent, refused.value.house) == (becomes, permanent, house)


@pytest.mark.parametrize("answer", [{"result": {"code": 777}}, {"result": {}}, {}])
def test_a_code_that_nobody_explained_is_neither_yes_nor_no(provider, answer):
    """To send again might be to send twice."""
    provider.answers = [(200, answer)]
    with pytest.raises(NoAnswer):
        send(provider, **CODES)


def test_the_providers_own_ok_is_ok(provider):
    provider.answers = [(200, {"result": {"code": 100}, "id": "P9"})]
    assert send(provider, **CODES) == "P9"


@pytest.mark.parametrize("answer", [(500, {}), (502, b"<html>"), (504, {}), (408, {}), (200, b"<html>")])
def test_where_nobody_knows_the_message_may_have_been_taken(provider, answer):
    provider.answers = [answer]
    with pytest.raises(NoAnswer):
        send(provider)


def test_a_provider_that_cannot_be_reached_took_nothing():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, but nobody listens
        options = NEEDED | {"URL": f"http://127.0.0.1:{nobody.getsockname()[1]}/"}
        with pytest.raises(SendError) as refused:
            HttpGateway(read(options), 3, timeout=5).send(TO, BODY, TEN, REFERENCE)
    assert (refused.value.code, refused.value.house) == (faults.NO_CONNECTION, True)


def test_a_lost_answer_is_looked_up_by_our_reference_and_nothing_is_sent_again(box, provider, clock_at_ten):
    box.put()
    provider.lose = ["after"]
    sending.send_due(box.engine, gateway(provider))
    assert box.states() == ["unknown"]
    clock_at_ten.shift(timedelta(minutes=5))
    reconcile(box.engine, gateway(provider))
    sending.send_due(box.engine, gateway(provider))
    assert (box.row().state, box.row().gateway_id, len(provider.messages)) == ("sent", "P1", 1)


@sqlite_only
def test_a_message_that_never_arrived_goes_out_once_it_was_looked_for(box, provider, clock_at_ten):
    box.put()
    provider.lose = ["before"]
    for _ in range(3):
        sending.send_due(box.engine, gateway(provider))
        clock_at_ten.shift(timedelta(minutes=5))
        reconcile(box.engine, gateway(provider))
    assert (box.states(), len(provider.messages)) == (["sent"], 1)


@sqlite_only
def test_a_provider_that_cannot_be_asked_leaves_the_message_unknown(box, provider, clock_at_ten):
    box.put()
    provider.lose = ["after"]
    for _ in range(3):
        sending.send_due(box.engine, gateway(provider, LOOKUP_URL=""))
        clock_at_ten.shift(timedelta(minutes=5))
        reconcile(box.engine, gateway(provider, LOOKUP_URL=""))
    assert (box.states(), len(provider.asked)) == (["unknown"], 1)


def test_a_message_that_is_found_to_have_failed_says_why(provider):
    send(provider)
    provider.messages[REFERENCE] |= {"status": "UNDELIV", "code": "E5"}
    (trace,) = gateway(provider, CODES="E5=30005").find(TO, BODY, TEN, REFERENCE)
    assert (trace.id, trace.error) == ("P1", "30005")


def test_a_look_up_that_cannot_be_read_tells_nothing(provider):
    provider.answers = [(200, b"no json"), (500, {})]
    for _ in range(2):
        with pytest.raises(NoAnswer):
            gateway(provider).find(TO, BODY, TEN, REFERENCE)


def heard(said, **options):
    body = json.dumps(said).encode()
    signature = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
    call = Call("https://hoc.example/sms/bien-nhan/http", Headers({"X-Signature": signature}), MultiDict(), body)
    return HttpListener(read(NEEDED | {"SECRET": "shared"} | options)).receipt(call)


@pytest.mark.parametrize(
    ("said", "status"),
    [("delivered", "delivered"), ("DELIVRD", "delivered"), ("UNDELIV", "undelivered"), ("EXPIRED", "undelivered"),
     ("REJECTD", "failed"), ("ENROUTE", "sending"), ("ACCEPTD", "sent"), ("tới nơi", "tới nơi")],
)  # fmt: skip
def test_a_receipt_is_read_in_our_words_or_the_phone_companies(said, status):
    receipt = heard({"reference": REFERENCE, "id": 7, "status": said})
    assert receipt == Receipt(REFERENCE, "7", status, "")


def test_a_receipt_is_read_in_the_providers_own_words_where_the_settings_say_them():
    own = {"RECEIPT_FIELDS": "reference=ref, status=dlr.state, code=dlr.err", "STATUSES": "1=delivered, 2=failed"}
    said = {"ref": REFERENCE, "dlr": {"state": 2, "err": "0x05"}}
    assert heard(said, **own, CODES="0x05=30005") == Receipt(REFERENCE, REFERENCE, "failed", "30005")


def test_a_receipt_with_another_signature_is_forged():
    call = Call("https://hoc.example/", Headers({"X-Signature": "đ"}), MultiDict(), b"{}")
    with pytest.raises(Forged):
        HttpListener(read(NEEDED | {"SECRET": "shared"})).receipt(call)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"URL": ""}, "SMS_GATEWAY is http, so SMS_HTTP_URL must be set"),
        ({"URL": "http://sms.example"}, "SMS_HTTP_URL must begin with https://"),
        ({"LOOKUP_URL": "ftp://sms.example"}, "SMS_HTTP_LOOKUP_URL must begin with https://"),
        ({"BODY": "{to}"}, "SMS_HTTP_BODY must be JSON"),
        ({"BODY": '{"a": "{phone}"}'}, "with no places but to, digits"),
        ({"BODY": '{"a": "{"}'}, "SMS_HTTP_BODY must be JSON"),
        ({"CODES": "100"}, "SMS_HTTP_CODES holds '100'"),
        ({"CODES": "100=fine"}, "SMS_HTTP_CODES holds '100=fine'"),
        ({"STATUSES": "1=arrived"}, "SMS_HTTP_STATUSES holds '1=arrived'"),
        ({"RECEIPT_FIELDS": "name=x"}, "SMS_HTTP_RECEIPT_FIELDS holds 'name=x'"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence(options, sentence):
    with pytest.raises(SettingsError, match=sentence.replace("(", ".")):
        read(NEEDED | options)
