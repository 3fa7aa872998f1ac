"""The messages page: an official sees what waits, what went and why something did not, in her own area."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.sms import outbox
from outreach.sms.models import Sms
from tests import counting
from tests.sms.notices import notice

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam


def put(s, commune, recipient="member:1", **changes):
    facts = {"not_after": TEN + timedelta(days=2), "words": {"commune": commune.title}}
    return outbox.put(s, notice(commune.id, recipient, **(facts | changes)))


def settle(s, sms, state, **values):
    sms.state = state
    for name, value in values.items():
        setattr(sms, name, value)
    s.commit()


def test_an_official_sees_what_waits_and_when_it_goes(s, w, visitor, clock_at_ten):
    clock_at_ten.move_to(TEN + timedelta(hours=12))
    put(s, w.tan_hung)
    s.commit()
    page = visitor.as_(w.cuc).get("/tin-nhan?lang=en")
    assert "Goes at 08:00 22/11/2026" in page.words
    assert "Xa Tan Hung: Ngay mai 22/11" in page.words
    assert "1 part · GSM-7" in page.words


def test_only_the_last_three_digits_of_a_number_can_be_read(s, w, visitor):
    put(s, w.tan_hung)
    s.commit()
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "••• ••• 678" in page.words
    assert "912345" not in page.text.replace(" ", "")


def test_a_server_without_a_provider_says_that_nothing_reaches_a_phone(w, visitor):
    assert "Not sent to any phone" in visitor.as_(w.cuc).get("/tin-nhan?lang=en").words


@pytest.mark.parametrize("who", ["cuc", "binh", "anh"])
def test_all_above_a_commune_see_its_messages(s, w, visitor, who):
    put(s, w.tan_hung)
    s.commit()
    assert "Xa Tan Hung: Ngay mai" in visitor.as_(getattr(w, who)).get("/tin-nhan").words


def test_another_communes_messages_are_not_to_be_seen(s, w, visitor):
    put(s, w.tan_hung)
    s.commit()
    assert "Xa Tan Hung: Ngay mai" not in visitor.as_(w.quy).get("/tin-nhan").words


@pytest.mark.parametrize("who", ["lan", "dung", "phuc"])
def test_those_who_go_from_door_to_door_do_not_read_messages(w, visitor, who):
    visitor.as_(getattr(w, who)).get("/tin-nhan", status=403)


def test_a_stranger_is_asked_to_sign_in(visitor):
    assert visitor.get("/tin-nhan", status=303).location.startswith("/dang-nhap")


@pytest.mark.parametrize(
    ("state", "values", "where", "words"),
    [
        ("working", {}, "waiting", "Being sent now"),
        ("unknown", {}, "waiting", "We do not know yet whether it went"),
        ("sent", {"gateway": "console", "sent_at": TEN}, "sent", "Would have gone at 10:00 21/11/2026; not sent"),
        ("sent", {"gateway": "twilio", "sent_at": TEN}, "sent", "Taken by the SMS provider at 10:00 21/11/2026"),
        ("failed", {"error": "21614"}, "failed", "This number cannot receive messages; it may be a landline."),
        ("failed", {"error": "99999"}, "failed", "The SMS provider did not take the message."),
        ("cancelled", {"error": "consent_withdrawn"}, "cancelled", "Consent was withdrawn."),
        ("cancelled", {"error": "telephone number changed"}, "cancelled", "It was taken back before it went."),
    ],
)
def test_each_fate_is_told_in_plain_words(s, w, visitor, state, values, where, words):
    settle(s, put(s, w.tan_hung), state, **values)
    page = visitor.as_(w.cuc).get(f"/tin-nhan?lang=en&list={where}")
    assert words in page.words


def test_a_list_that_does_not_exist_is_not_found(w, visitor):
    visitor.as_(w.cuc).get("/tin-nhan?list=read", status=404)


def test_many_messages_come_in_pages_and_ask_no_more_of_the_database(s, w, visitor, connection):
    put(s, w.tan_hung)
    s.commit()
    with counting.statements(connection) as few:
        visitor.as_(w.cuc).get("/tin-nhan")
    for n in range(2, 34):
        put(s, w.tan_hung, f"member:{n}")
    s.commit()
    with counting.statements(connection) as many:
        first = visitor.as_(w.cuc).get("/tin-nhan")
    assert len(many) == len(few)
    assert first.text.count('scope="row"') == 30
    assert s.query(Sms).count() == 33
    last = visitor.as_(w.cuc).get("/tin-nhan?page=99")
    assert last.text.count('scope="row"') == 3
