"""The webhooks: what is signed is taken once, what is not is refused, and nothing posted there breaks the house."""

import hashlib
import hmac
import json
import unicodedata

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from outreach.accounts.models import AuditEntry
from outreach.app import create_app
from outreach.settings import TwilioSettings
from outreach.sms.models import InboundSms, OptOut, Sms, SmsEvent
from tests import world
from tests.conftest import settings
from tests.databases import sqlite_only
from tests.sms.fake_twilio import SID, TOKEN, FakeTwilio, signed
from tests.sms.test_receipts import Post
from tests.watching import WatchedSession

BASE = "https://hoc.example"
RECEIPTS, REPLIES = f"{BASE}/sms/bien-nhan/twilio", f"{BASE}/sms/den/twilio"
HTTP = {
    "URL": "https://sms.example/send", "TOKEN": "t", "SENDER": "XA TAN HUNG", "SECRET": "shared",
    "CODES": "119=stopped",
}  # fmt: skip
NOT_SIGNED = "The signature is missing or wrong.\n"

pytestmark = sqlite_only


@pytest.fixture(scope="module")
def houses(engine):
    """A house a gateway, as it runs for people: it asks every form for its token."""
    common = {"public_base_url": BASE, "sms_two_way": True}
    told = {
        "twilio": {"sms_gateway": "twilio", "twilio": TwilioSettings(SID, TOKEN, "XA TAN HUNG")},
        "http": {"sms_gateway": "http", "sms_options": HTTP},
        "deaf": {"sms_gateway": "twilio", "twilio": TwilioSettings(SID, TOKEN, "XA"), "sms_two_way": False},
        "console": {},
    }
    return {name: create_app(settings(str(engine.url), **(common | changes)), engine) for name, changes in told.items()}


@pytest.fixture
def open_house(houses, connection):
    """A client before one of them; errors become answers, as in production."""

    def open_(name):
        app = houses[name]
        app.extensions["make_session"] = lambda: WatchedSession(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        return app.test_client()

    return open_


@pytest.fixture
def client(open_house):
    return open_house("twilio")


@pytest.fixture
def post(s):
    made = Post(s)
    made.sms.gateway, made.sms.gateway_id = "twilio", "SM1"
    s.commit()
    return made


def hand_over(client, callback, **changes):
    return client.post(callback.path, data=callback.form, headers=callback.headers, **changes)


def receipt(sms, status, code="", **fields):
    """A receipt as Twilio sends it for a message."""
    form = {
        "SmsSid": sms.gateway_id, "MessageSid": sms.gateway_id, "SmsStatus": status, "MessageStatus": status,
        "To": sms.to, "From": "XA TAN HUNG", "AccountSid": SID, "ApiVersion": "2010-04-01",
    }  # fmt: skip
    return signed(f"{RECEIPTS}?tin={sms.reference}", form | ({"ErrorCode": code} if code else {}) | fields)


def reply(text, number="SMin1", **fields):
    form = {"MessageSid": number, "From": "+84912345678", "To": "+15005550006", "Body": text, "AccountSid": SID}
    return signed(REPLIES, form | fields)


def kept(s):
    return list(s.scalars(select(SmsEvent.status).order_by(SmsEvent.id)))


def test_a_signed_receipt_moves_its_message_and_is_answered_with_nothing(client, post):
    answer = hand_over(client, receipt(post.sms, "delivered"))
    post.s.expire_all()
    assert (answer.status_code, answer.data, post.sms.state) == (204, b"", "accepted")
    assert "Set-Cookie" not in answer.headers


def test_a_receipt_that_beats_the_answer_finds_its_message_by_our_own_name_for_it(client, post):
    post.sms.state, post.sms.gateway_id = "working", ""
    post.s.commit()
    callback = receipt(post.sms, "sent", MessageSid="SM9", SmsSid="SM9")
    assert hand_over(client, callback).status_code == 204
    post.s.expire_all()
    assert (post.sms.state, post.sms.gateway_id) == ("sent", "SM9")


def test_receipts_late_twice_and_out_of_order_end_where_they_should(client, post):
    with FakeTwilio() as fake:
        message = fake.record(
            {"To": post.sms.to, "Body": post.sms.body, "StatusCallback": receipt(post.sms, "").address}
        )
    post.sms.gateway_id = message["sid"]
    post.s.commit()
    told = [fake.tell(message, status) for status in ("queued", "sent", "delivered")]
    for callback in [*reversed(told), *told]:
        assert hand_over(client, callback).status_code == 204
    post.s.expire_all()
    assert (post.sms.state, kept(post.s)) == ("accepted", ["delivered", "sent", "queued"])


def test_a_receipt_for_a_message_nobody_knows_is_kept(client, post):
    callback = signed(f"{RECEIPTS}?tin=nobody", {"MessageSid": "SM404", "MessageStatus": "delivered"})
    assert hand_over(client, callback).status_code == 204
    assert post.s.scalars(select(SmsEvent)).one().sms_id is None


def test_a_replayed_receipt_is_dropped_and_logged(client, post, caplog):
    callback = receipt(post.sms, "undelivered", "30005")
    assert [hand_over(client, callback).status_code for _ in range(2)] == [204, 204]
    assert (kept(post.s), "came a second time" in caplog.text) == (["undelivered"], True)


FORGED = [
    pytest.param(lambda c: c._replace(headers={}), id="no signature"),
    pytest.param(lambda c: c._replace(headers={"X-Twilio-Signature": ""}), id="an empty signature"),
    pytest.param(lambda c: c._replace(headers={"X-Twilio-Signature": "Zm9yZ2Vk"}), id="a made-up signature"),
    pytest.param(lambda c: signed(c.address, c.form, "another token"), id="another account's token"),
    pytest.param(lambda c: c._replace(form=c.form | {"MessageStatus": "read"}), id="another status"),
    pytest.param(lambda c: c._replace(form=c.form | {"Extra": "1"}), id="a field more than was signed"),
    pytest.param(lambda c: c._replace(address=f"{RECEIPTS}?tin=another"), id="another message"),
    pytest.param(lambda c: signed(c.address.replace("https", "http"), c.form), id="signed for http"),
    pytest.param(lambda c: signed(c.address.replace("hoc.", "xau."), c.form), id="signed for another host"),
    pytest.param(lambda c: signed(RECEIPTS, c.form)._replace(address=c.address), id="signed without the query"),
    pytest.param(lambda c: signed(c.address.replace("?", "/?"), c.form)._replace(address=c.address), id="with a slash"),
    pytest.param(
        lambda c: c._replace(headers=c.headers | {"X-Twilio-Webhooks-Signature-Settings": "algorithm=NONE"}),
        id="an algorithm nobody knows",
    ),
]


@pytest.mark.parametrize("forge", FORGED)
def test_a_forged_receipt_is_refused_plainly_and_logged_without_a_number(client, post, caplog, forge):
    answer = hand_over(client, forge(receipt(post.sms, "delivered")))
    assert (answer.status_code, answer.text, answer.mimetype) == (403, NOT_SIGNED, "text/plain")
    assert "bore no valid signature" in caplog.text
    assert "912345678" not in caplog.text
    post.s.expire_all()
    assert (post.sms.state, kept(post.s)) == ("sent", [])


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_HOST": "10.0.0.7:8000"}, {"HTTP_X_FORWARDED_HOST": "xau.example"}, {"wsgi.url_scheme": "http"},
        {"HTTP_ORIGIN": "https://xau.example"},
    ],
    ids=lambda environ: next(iter(environ)),
)  # fmt: skip
def test_what_a_proxy_makes_of_the_address_does_not_matter(client, post, environ):
    assert hand_over(client, receipt(post.sms, "delivered"), environ_overrides=environ).status_code == 204


@pytest.mark.parametrize(
    "fields",
    [
        {"RawDlrDoneDate": "2611211003", "SomethingNew": "x"}, {"From": "", "ErrorMessage": ""},
        {"From": unicodedata.normalize("NFD", "Xã Tân Hưng")}, {"From": unicodedata.normalize("NFC", "Xã Tân Hưng")},
        {"MessageStatus": "đ" * 500}, {"ErrorCode": "9" * 500}, {"MessageSid": "S" * 500},
    ],
    ids=["fields Twilio adds", "blank fields", "loose marks", "composed letters", "status", "code", "number"],
)  # fmt: skip
def test_whatever_fields_a_signed_receipt_has_it_is_taken(client, post, fields):
    assert hand_over(client, receipt(post.sms, "delivered", **fields)).status_code == 204
    assert len(kept(post.s)) == 1


def test_a_receipt_signed_the_newer_way_is_believed_as_well(client, post):
    callback = receipt(post.sms, "delivered")
    newer = RequestValidator(TOKEN).compute_signature(callback.address, callback.form, "HMAC_SHA256")
    settings_ = "key=webhooks_1,algorithm=HMAC_SHA256"
    headers = {"X-Twilio-Signature": newer, "X-Twilio-Webhooks-Signature-Settings": settings_}
    assert hand_over(client, callback._replace(headers=headers)).status_code == 204


def test_a_signed_receipt_that_says_nothing_is_answered_and_not_kept(client, post):
    assert hand_over(client, signed(RECEIPTS, {"AccountSid": SID})).status_code == 204
    assert kept(post.s) == []


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/sms/bien-nhan/twilio", "MessageSid=SM1&x=" + "a" * 70_000, 413),
        ("/sms/bien-nhan/twilio", "MessageSid=SM1&x=" + "a" * 2_000_000, 413),
        ("/sms/bien-nhan/twilio", "MessageSid=SM1&MessageStatus=%00", 400),
        ("/sms/bien-nhan/twilio", "%ff%fe=%ff&%", 403),
        ("/sms/bien-nhan/twilio?tin=%00", "MessageSid=SM1", 400),
        ("/sms/bien-nhan/twilio?tin=%ff%fe", "MessageSid=SM1", 403),
        ("/sms/bien-nhan/twilio/", "MessageSid=SM1", 404),
        ("/sms/bien-nhan/console", "", 404),
        ("/sms/bien-nhan/http", "", 404),
        ("/sms/bien-nhan/khac", "", 404),
    ],
)
def test_odd_calls_get_a_plain_no(client, post, path, data, status):
    answer = client.post(path, data=data, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert kept(post.s) == []


def test_a_house_that_only_shows_its_messages_listens_to_nobody(open_house, post):
    assert hand_over(open_house("console"), receipt(post.sms, "delivered")).status_code == 404


def test_a_number_that_the_operator_calls_opted_out_is_stopped_for_everybody(client, s):
    w = world.build(s)
    made = Post.__new__(Post)
    made.s, made.country = s, w.country
    sms = made.message("SM7", recipient=f"member:{w.hanh.id}", gateway="twilio", to="+84912345678")
    made.message("", key="waiting", state="queued", attempts=0, gateway="", to=sms.to)
    s.commit()
    assert hand_over(client, receipt(sms, "failed", "21610")).status_code == 204
    s.expire_all()
    assert s.get_one(OptOut, sms.to).how == "carrier"
    assert s.scalars(select(Sms.state).where(Sms.key == "waiting")).one() == "cancelled"


STOPS = [
    "STOP", "stop.", " Stop ", "HUY", "Huỷ", "Hủy", unicodedata.normalize("NFD", "Hủy"), "DUNG", "Dừng!", "NGUNG",
    "Ngừng nhận tin", "huy tin nhan", "UNSUBSCRIBE", "End", "QUIT", "cancel", "Đừng gửi nữa", "STOP ALL", "Từ chối",
]  # fmt: skip
OTHERS = [
    "",
    "Vâng",
    "Đúng",
    "đúng rồi",
    "Dùng",
    "Chị Huy ơi",
    "stop smoking tips please",
    "Dung oi mai den nhe",
    "👍",
    "1",
]


@pytest.mark.parametrize(("texts", "meant"), [(STOPS, "stop"), (OTHERS, "other")], ids=["stop", "other"])
def test_a_reply_is_understood_and_its_words_are_not_kept(client, post, texts, meant):
    for n, text in enumerate(texts):
        answer = hand_over(client, reply(text, f"SMin{n}", From=f"+849123450{n:02}"))
        assert (answer.status_code, answer.mimetype) == (200, "text/xml"), text
        assert answer.data.endswith(b"<Response/>")
    rows = list(post.s.scalars(select(InboundSms).order_by(InboundSms.phone)))
    assert [(row.phone[-2:], row.meant) for row in rows] == [(f"{n:02}", meant) for n in range(len(texts))]
    assert len(list(post.s.scalars(select(OptOut)))) == (len(texts) if meant == "stop" else 0)


def test_a_reply_that_says_stop_takes_back_what_waits_and_says_how(client, post):
    post.message("", key="waiting", state="queued", attempts=0, gateway="")
    post.s.commit()
    for _ in range(2):  # Twilio may call twice
        assert hand_over(client, reply("HUY")).status_code == 200
    post.s.expire_all()
    assert post.s.get_one(OptOut, "+84912345678").how == "reply"
    assert post.s.scalars(select(Sms.state).where(Sms.key == "waiting")).one() == "cancelled"
    assert len(list(post.s.scalars(select(AuditEntry).where(AuditEntry.act == "sms.stop")))) == 1


def test_a_forged_reply_stops_nobody(client, post):
    answer = hand_over(client, reply("STOP")._replace(headers={}))
    assert (answer.status_code, list(post.s.scalars(select(OptOut)))) == (403, [])


def test_a_reply_from_what_is_no_number_is_let_go(client, post):
    assert hand_over(client, reply("STOP", From="VIETTEL")).status_code == 200
    assert list(post.s.scalars(select(InboundSms))) == []


def test_where_nobody_can_write_back_there_is_no_such_door(open_house, post):
    assert hand_over(open_house("deaf"), reply("STOP")).status_code == 404


def told(client, what, *, secret="shared", header="X-Signature", prefix=""):
    """A receipt of the provider that the settings describe."""
    body = what if isinstance(what, bytes) else json.dumps(what).encode()
    mark = prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return client.post("/sms/bien-nhan/http", data=body, headers={header: mark}, content_type="application/json")


def test_a_provider_by_settings_is_heard_when_it_signs(open_house, post):
    client = open_house("http")
    post.sms.gateway = "http"
    post.s.commit()
    said = {"reference": post.sms.reference, "id": "SM1", "status": "DELIVRD"}
    assert told(client, said, prefix="sha256=").status_code == 204
    post.s.expire_all()
    assert post.sms.state == "accepted"


def test_a_number_that_another_provider_calls_stopped_is_stopped_as_well(open_house, post):
    """Whatever its own code for that is."""
    client = open_house("http")
    post.sms.gateway = "http"
    post.message("", key="waiting", state="queued", attempts=0, gateway="", to=post.sms.to)
    post.s.commit()
    said = {"reference": post.sms.reference, "id": "SM1", "status": "REJECTD", "code": "119"}
    assert told(client, said).status_code == 204
    assert post.s.scalars(select(Sms.state).where(Sms.key == "waiting")).one() == "cancelled"


def test_a_provider_by_settings_is_not_believed_without_its_signature(open_house, post):
    client, said = open_house("http"), {"reference": post.sms.reference, "status": "delivered"}
    answers = [told(client, said, secret="guessed"), told(client, said, header="X-Other"), told(client, b"")]
    assert [answer.status_code for answer in answers] == [403, 403, 204]
    form = client.post("/sms/bien-nhan/http", data={"status": "delivered"}, headers={"X-Signature": "0" * 64})
    assert (form.status_code, kept(post.s)) == (403, [])


@pytest.mark.parametrize("said", [b"[1, 2]", b"no json", b"\xff\xfe", [], {"status": None}, {"status": "sent"}])
def test_a_signed_receipt_that_cannot_be_read_is_answered_and_not_kept(open_house, post, said):
    assert told(open_house("http"), said).status_code == 204
    assert kept(post.s) == []


def test_a_provider_by_settings_takes_no_replies(open_house, post):
    assert open_house("http").post("/sms/den/http", data={"Body": "STOP"}).status_code == 204
    assert list(post.s.scalars(select(InboundSms))) == []
