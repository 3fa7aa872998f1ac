"""The page for everybody, the telephone desk, and a member's messages with the reason of each."""

import pytest

from outreach import clock
from outreach.households import consent
from outreach.sms.models import OptOut
from tests.databases import sqlite_only

PAGE = "/ngung-nhan-tin"
DESK = "/ngung-nhan-tin/qua-dien-thoai"
KNOWN, UNKNOWN = "0912 345 678", "0977 000 111"


def test_the_page_stops_a_number_without_signing_in(visitor, s, w, shared, waiting):
    sms = waiting(w.hanh)
    visitor.post(PAGE, {"phone": KNOWN})
    s.expire_all()
    assert s.get_one(OptOut, shared).how == "page"
    assert sms.state == "cancelled"
    assert [consent.history(s, m)[0].withdrawn_how for m in (w.sen, w.hanh)] == ["page", "page"]


def test_the_answer_is_the_same_whether_we_know_the_number_or_not(visitor, w, shared):
    answers = [visitor.follow(visitor.post(PAGE, {"phone": number})) for number in (KNOWN, UNKNOWN, KNOWN)]
    assert len({page.text for page in answers}) == 1
    assert "stopped" in answers[0].words


def test_many_tries_close_the_door_for_a_while(visitor, w):
    for n in range(30):
        visitor.post(PAGE, {"phone": f"0977 000 {n:03}"})
    visitor.post(PAGE, {"phone": KNOWN}, status=429)


def test_what_is_no_mobile_number_is_said_and_stops_nothing(visitor, s, w):
    for typed in ("", "0221 3863 111", "abc"):
        assert "One thing to put right" in visitor.post(PAGE, {"phone": typed}, status=422).words
    assert s.query(OptOut).count() == 0


def test_the_page_says_who_writes_why_and_what_we_never_ask(visitor, w):
    words = visitor.get(PAGE).words
    for part in ("a class near your home", "send a link", "ask for money", "tell your group"):
        assert part in words


def test_the_lessons_page_and_its_handouts_lead_there(visitor, w):
    assert PAGE in visitor.get("/bai-hoc").links()
    assert "localhost/ngung-nhan-tin" in visitor.get("/bai-hoc/dang-nhap-cong-dich-vu-cong/to-roi").words


def test_the_telephone_desk_stops_a_number_and_names_whom_it_knows(visitor, s, w, shared):
    agent = visitor.as_(w.phuc)
    page = agent.follow(agent.post(DESK, {"phone": KNOWN}))
    assert "No more messages go to 0912 345 678. The number belongs to: Hoàng Thị Sen, Nguyễn Thu Hạnh." in page.words
    kept = s.get_one(OptOut, shared)
    assert (kept.how, kept.by_id) == ("phone", w.phuc.id)


def test_a_colleague_of_elsewhere_stops_it_too_but_learns_nobodys_name(visitor, s, w, shared):
    official = visitor.as_(w.quy)
    page = official.follow(official.post(DESK, {"phone": KNOWN}))
    assert "No more messages go to 0912 345 678." in page.words
    assert "Hạnh" not in page.words
    assert s.get(OptOut, shared) is not None


def test_the_volunteer_is_asked_whether_one_person_or_the_whole_number_is_meant(visitor, s, w, shared):
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    page = lan.get(address)
    assert "For Nguyễn Thu Hạnh only" in page.words
    assert "also serves: Hoàng Thị Sen." in page.words
    lan.send(page, f"/dong-y/{consent.current(s, w.hanh)['sms'].id}/rut")
    s.expire_all()
    assert s.get(OptOut, shared) is None
    assert "sms" in consent.current(s, w.sen)


def test_the_whole_number_is_stopped_from_one_persons_page(visitor, s, w, shared):
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/ngung-nhan-tin"
    lan.send(lan.get(f"/nguoi/{w.hanh.id}/dong-y"), address)
    s.expire_all()
    assert s.get_one(OptOut, shared).how == "volunteer"
    assert "sms" not in consent.current(s, w.sen)
    assert "No messages go to 0912 345 678" in lan.get(f"/nguoi/{w.sen.id}/dong-y").words


def test_a_new_yes_noted_on_the_page_begins_again(visitor, s, w, shared):
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.sen.id}/dong-y"
    lan.post(f"/nguoi/{w.sen.id}/ngung-nhan-tin")
    page = lan.get(address)
    assert "Only a new yes begins them again" in page.words
    lan.send(page, address, purposes=["sms"], how="oral")
    s.expire_all()
    assert s.get(OptOut, shared) is None
    assert "sms" not in consent.current(s, w.hanh)


def test_where_the_phone_company_stopped_it_a_new_yes_can_be_noted(visitor, s, w, yes):
    yes(w.hanh)
    s.add(OptOut(phone=w.hanh.phone, at=clock.now(), how="carrier"))
    s.commit()
    lan, address = visitor.as_(w.lan), f"/nguoi/{w.hanh.id}/dong-y"
    lan.send(lan.get(address), address, purposes=["sms"], how="oral")
    s.expire_all()
    assert s.query(OptOut).count() == 0


def test_each_message_stands_in_the_record_with_its_reason_and_its_fate(visitor, w, yes, waiting):
    yes(w.hanh)
    waiting(w.hanh, why={"rule": "follow_up", "on": "2026-11-25"})
    waiting(w.hanh, state="failed")
    words = visitor.as_(w.phuc).get(f"/nguoi/{w.hanh.id}/tin-nhan").words
    assert "A visit to the house was agreed on. The day: 25/11/2026." in words
    assert words.count("“Mai em Lan den nha”") == 2
    assert "Trần Thị Lan noted it" in words
    assert "Stop all messages to 0912 345 678" in words


@pytest.mark.parametrize("broken", [{"on": "soon"}, {"on": 7}, {}])
def test_a_reason_without_a_day_is_told_without_one(visitor, w, waiting, broken):
    waiting(w.hanh, why=broken)
    words = visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/tin-nhan").words
    assert "A visit to the house was agreed on." in words
    assert "The day:" not in words


def test_another_villages_member_is_not_found(visitor, w):
    nga = visitor.as_(w.nga)
    nga.get(f"/nguoi/{w.hanh.id}/tin-nhan", status=404)
    nga.post(f"/nguoi/{w.hanh.id}/ngung-nhan-tin", status=404)


def test_whoever_has_no_number_has_nothing_to_stop(visitor, s, w):
    visitor.as_(w.lan).post(f"/nguoi/{w.sen.id}/ngung-nhan-tin")
    assert s.query(OptOut).count() == 0


@sqlite_only
def test_what_our_messages_never_do_is_said_without_a_second_no(visitor, w):
    cards = visitor.get(PAGE).tree.iter("section")
    (never,) = [card for card in cards if "never do" in "".join(card.find("h2").itertext())]
    said = ["".join(item.itertext()).split() for item in never.iter("li")]
    assert len(said) == 3
    assert not [words for words in said if {"never", "not", "no"} & {word.lower() for word in words}]
