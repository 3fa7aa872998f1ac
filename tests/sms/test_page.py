"""The messages page: an official sees what waits, what went and why something did not, in her own area."""

import re
from datetime import timedelta

import pytest

from outreach.sms.models import Sms, Wording
from tests import counting
from tests.databases import sqlite_only
from tests.sms.rows import TEN, message, sent


def shown(page):
    return [link for link in page.links() if re.fullmatch(r"/tin-nhan/\d+", link)]


def test_an_official_sees_what_waits_and_when_it_goes(s, w, visitor, clock_at_ten):
    clock_at_ten.move_to(TEN + timedelta(hours=12))
    message(s, w.tan_hung, due_at=TEN + timedelta(hours=22))
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "Goes at 08:00 22/11/2026" in page.words
    assert "Tân Hưng: mai den nha." in page.words
    assert "1 part · UCS-2" in page.words


@sqlite_only
def test_where_nothing_waits_it_is_said_what_makes_a_message(w, visitor):
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "somebody is due by a reminder that is on" in page.words
    assert page.links().count("/nhac") == 2  # beside the pages about messages, and here


def test_only_the_last_three_digits_of_a_number_can_be_read(s, w, visitor):
    message(s, w.tan_hung)
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "••• ••• 678" in page.words
    assert "912345" not in page.text.replace(" ", "")


@sqlite_only
def test_a_server_without_a_provider_says_that_nothing_reaches_a_phone(w, visitor):
    assert "Not sent to any phone" in visitor.as_(w.cuc).get("/tin-nhan").words


@pytest.mark.parametrize("who", ["cuc", "binh", "anh"])
def test_all_above_a_commune_see_its_messages(s, w, visitor, who):
    message(s, w.tan_hung)
    assert "Tân Hưng: mai" in visitor.as_(getattr(w, who)).get("/tin-nhan").words


@pytest.mark.parametrize(("who", "named"), [("cuc", True), ("binh", False), ("anh", False)])
def test_above_the_commune_the_words_name_nobody(s, w, visitor, who, named):
    """Province and admin see numbers, not families (docs/decisions/005): there it is what the message was made of."""
    said = {"full": "{name}: …", "plain": "{commune}: Ong/ba {name} nho nhac.", "language": "vi", "version": 9}
    wording = Wording(purpose="due_date", **said, made_at=TEN, state_at=TEN)
    s.add(wording)
    s.flush()
    sms = message(s, w.tan_hung, purpose="due_date", wording_id=wording.id, body="Xa Tan Hung: Ong/ba Hanh nho nhac.")
    reader = visitor.as_(getattr(w, who))
    for page in (reader.get("/tin-nhan"), reader.get(f"/tin-nhan/{sms.id}")):
        assert ("Ong/ba Hanh" in page.words) == named
        assert ("[…]: Ong/ba […] nho nhac." in page.words) != named


def test_another_communes_messages_are_not_to_be_seen(s, w, visitor):
    message(s, w.tan_hung)
    page = visitor.as_(w.quy).get("/tin-nhan")
    assert "Tân Hưng: mai" not in page.words
    assert "Waiting (0)" in page.words


@sqlite_only
@pytest.mark.parametrize("who", ["lan", "dung", "phuc"])
def test_those_who_go_from_door_to_door_do_not_read_messages(w, visitor, who):
    visitor.as_(getattr(w, who)).get("/tin-nhan", status=403)


@sqlite_only
def test_a_stranger_is_asked_to_sign_in(visitor):
    assert visitor.get("/tin-nhan", status=303).location.startswith("/dang-nhap")


@sqlite_only
@pytest.mark.parametrize(
    ("state", "values", "where", "words"),
    [
        ("working", {}, "waiting", "Being sent now"),
        ("queued", {"held": "budget"}, "waiting", "Waits: The month's money for messages is spent."),
        ("unknown", {}, "unknown", "We do not know yet whether it went"),
        ("sent", {"gateway": "console", "sent_at": TEN}, "sent", "Would have gone at 10:00 21/11/2026; not sent"),
        ("sent", {"gateway": "twilio", "sent_at": TEN}, "sent", "Taken by the SMS provider at 10:00 21/11/2026"),
        ("accepted", {"accepted_at": TEN}, "accepted", "Operator accepted it at 10:00 21/11/2026"),
        ("failed", {"error": "21614"}, "failed", "This number cannot receive messages; it may be a landline."),
        ("failed", {"error": "99999"}, "failed", "The SMS provider did not take the message."),
        ("failed", {"error": "too_late"}, "failed", "It would have come too late."),
        ("cancelled", {"error": "consent_withdrawn"}, "cancelled", "Consent was withdrawn."),
        ("cancelled", {"error": "budget"}, "cancelled", "It waited until it was too late."),
        ("cancelled", {"error": "a reason of long ago"}, "cancelled", "It was taken back before it went."),
    ],
)
def test_each_fate_is_told_in_plain_words(s, w, visitor, state, values, where, words):
    message(s, w.tan_hung, state=state, **values)
    page = visitor.as_(w.cuc).get(f"/tin-nhan?list={where}")
    assert words in page.words
    assert "Tân Hưng: mai den nha." in page.words


@sqlite_only
@pytest.mark.parametrize("asked", ["list=read", "until=someday", "until=0001-01-01"])
def test_a_list_that_does_not_exist_is_not_found(w, visitor, asked):
    visitor.as_(w.cuc).get(f"/tin-nhan?{asked}", status=404)


def test_a_list_can_be_narrowed_to_a_purpose_and_to_a_reason(s, w, visitor):
    message(s, w.tan_hung, state="failed", error="30003", body="Mot")
    message(s, w.tan_hung, state="failed", error="21211", body="Hai")
    message(s, w.tan_hung, state="failed", error="21211", body="Ba", purpose="welcome")
    cuc = visitor.as_(w.cuc)
    rows = [
        [text for text in ("Mot", "Hai", "Ba") if text in cuc.get(f"/tin-nhan?list=failed{more}").words.split()]
        for more in ("", "&reason=21211", "&reason=21211&purpose=welcome", "&purpose=next_lesson")
    ]
    assert rows == [["Mot", "Hai", "Ba"], ["Hai", "Ba"], ["Ba"], []]


def test_older_messages_stand_behind_the_last_seven_days(s, w, visitor):
    sent(s, w.tan_hung, due_at=TEN - timedelta(days=7), body="Tuan truoc")
    cuc = visitor.as_(w.cuc)
    page = cuc.get("/tin-nhan?list=sent")
    assert "Tuan truoc" not in page.words
    earlier = next(link for link in page.links() if "until=2026-11-14" in link)
    page = cuc.get(earlier)
    assert "Tuan truoc" in page.words
    assert "08/11/2026 to 14/11/2026" in page.words
    assert "Tuan truoc" not in cuc.get(next(link for link in page.links() if link == "/tin-nhan?list=sent")).words


def test_many_messages_come_in_pages_and_ask_no_more_of_the_database(s, w, visitor, connection):
    message(s, w.tan_hung)
    with counting.statements(connection) as few:
        visitor.as_(w.cuc).get("/tin-nhan")
    for _ in range(32):
        message(s, w.tan_hung)
    with counting.statements(connection) as many:
        first = visitor.as_(w.cuc).get("/tin-nhan")
    assert len(many) == len(few)
    assert len(shown(first)) == 30
    assert s.query(Sms).count() == 33
    last = visitor.as_(w.cuc).get("/tin-nhan?page=99")
    assert len(shown(last)) == 3
