"""Phones that carry a bag: set up with keys of their own, known again, shown to those who answer for them, wiped."""

import json
import re
from base64 import b64decode, b64encode
from datetime import timedelta
from io import BytesIO
from os import urandom

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.bag import keys
from outreach.bag.models import HANDED_IN, Handset, Late
from outreach.visits.models import Visit
from tests.bag.phone import visit


def row(s, phone):
    s.expire_all()
    return s.scalars(select(Handset).where(Handset.mark == phone.mark)).one()


def test_a_phone_gets_a_secret_and_a_key_and_neither_lies_open_in_the_database(phone, s):
    lan = phone()
    key, kept = b64decode(lan.keys["key"]), row(s, lan)
    assert len(key) == 32
    assert lan.secret not in (kept.secret_digest, kept.data_key)
    assert key not in b64decode(kept.data_key)
    assert keys.take_out(kept.data_key, lan.mark, "tests-only") == key
    with pytest.raises(keys.Unopened):
        keys.take_out(kept.data_key, lan.mark, "another key of the house")
    with pytest.raises(keys.Unopened):
        keys.take_out(kept.data_key, "another mark", "tests-only")


def test_a_forgotten_pin_gives_the_same_key_and_a_new_secret(phone, s):
    lan = phone()
    again = lan.post("/tui/may", {"mark": lan.mark, "label": "Android, Chrome"})
    assert again["key"] == lan.keys["key"]
    assert again["secret"] != lan.secret
    lan.fill(status=404)
    lan.secret = again["secret"]
    assert lan.fill()["households"]


def test_a_mark_of_another_account_is_taken(phone, w):
    lan, minh = phone(), phone(w.minh)
    assert minh.post("/tui/may", {"mark": lan.mark, "label": "x"}, 409)["error"] == "taken"


def test_only_those_who_go_from_door_to_door_carry_a_bag(phone, visitor, w):
    for who in (w.cuc, w.phuc, w.binh, w.anh):
        answer = visitor.as_(who).client.post("/tui/may", json={"mark": "x", "label": "y"})
        assert answer.status_code == 403
    answer = visitor.client.post("/tui/may", json={"mark": "x", "label": "y"})
    assert (answer.status_code, answer.json) == (401, {"error": "sign_in"})


def test_a_lost_phone_is_wiped_from_afar_by_its_owner_the_leader_or_the_official(phone, visitor, s, w):
    for who in (w.lan, w.dung, w.cuc):
        lan = phone()
        lan.fill()
        visitor.as_(who).post(f"/may/{row(s, lan).id}/xoa")
        assert lan.fill() == {"wipe": True}
        s.expire_all()
        assert row(s, lan).wiped_by_id == who.id


def test_wiping_ends_every_other_session_of_the_account(phone, visitor, s, w):
    lan = phone()
    mine = visitor.as_(w.lan)
    mine.post(f"/may/{row(s, lan).id}/xoa")
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.send(status=401)
    assert "Wiped from afar" in mine.get("/may").words
    s.expire_all()
    lan.visitor = visitor.as_(w.lan)
    assert lan.send()[0]["fate"] == "accepted"


def test_nobody_wipes_or_sees_a_phone_that_is_not_theirs_to_answer_for(phone, visitor, s, w):
    door = f"/may/{row(s, phone()).id}/xoa"
    for who in (w.minh, w.nga, w.quy):
        visitor.as_(who).post(door, status=404)
    visitor.as_(w.binh).post(door, status=403)
    assert visitor.post(door).location.startswith("/dang-nhap")
    assert "Android, Chrome" not in visitor.as_(w.minh).get("/may").words


def test_the_leader_sees_what_waits_on_phones_and_whose_clock_is_off(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.clock = clock.now() + timedelta(minutes=40, seconds=30)
    lan.fill()
    page = visitor.as_(w.dung).get(f"/may?nguoi={w.lan.id}").words
    assert "Android, Chrome" in page
    assert re.search(r"Waiting on the phone ?1\b", page)
    assert "40 minutes off" in page


def test_account_pages_lead_to_the_phones(visitor, w):
    assert f"/may?nguoi={w.lan.id}" in visitor.as_(w.lan).get("/tai-khoan").links()
    assert f"/may?nguoi={w.lan.id}" in visitor.as_(w.dung).get(f"/can-bo/{w.lan.id}").links()
    assert not [link for link in visitor.as_(w.anh).get("/tai-khoan").links() if link.startswith("/may?")]


def test_a_suspended_account_forgets_its_bag(phone, s, w):
    lan = phone()
    lan.fill()
    registering.suspend(s, w.dung, w.lan)
    s.commit()
    assert lan.fill() == {"wipe": True}


def sealed(phone, records):
    """The file that a phone keeps."""
    iv, key = urandom(12), b64decode(phone.keys["key"])
    data = AESGCM(key).encrypt(iv, json.dumps({"records": records}).encode(), None)
    said = {"outreach": "bag", "mark": phone.mark, "iv": b64encode(iv).decode(), "data": b64encode(data).decode()}
    return json.dumps(said).encode()


def hand_in(visitor, file, status=200):
    return visitor.post("/tui/tep", {"file": (BytesIO(file), "tui.json")}, status=status)


def test_a_file_that_a_phone_kept_is_written_when_its_author_hands_it_in_and_once_only(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    lan.note(*visit(w.sens_house.id, w.sen.id, "nonsense"))
    file = sealed(lan, lan.waiting)
    page = hand_in(visitor.as_(w.lan), file)
    assert "Accepted" in page.words
    assert "Kept for a decision" in page.words
    assert "There already" in hand_in(visitor.as_(w.lan), file).words
    assert lan.send()[0]["fate"] == "there"
    s.expire_all()
    assert s.scalars(select(Visit)).one().by == w.lan
    assert [late.why for late in s.scalars(select(Late))] == [HANDED_IN]


def test_a_file_that_somebody_else_hands_in_waits_for_the_leader(phone, visitor, s, w):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    assert "Kept for a decision" in hand_in(visitor.as_(w.phuc), sealed(lan, lan.waiting)).words
    late = s.scalars(select(Late)).one()
    assert (late.author, late.why, late.area) == (w.lan, HANDED_IN, w.dong)
    visitor.as_(w.dung).post(f"/den-muon/{late.id}")
    assert s.scalars(select(Visit)).one().by == w.lan


@pytest.mark.parametrize(
    "spoil", [lambda f: b"", lambda f: b"[1]", lambda f: f[:-9] + b'AAAA"}', lambda f: b"\xff\x00"]
)
def test_what_is_no_such_file_is_said_to_be_none(phone, visitor, s, w, spoil):
    lan = phone()
    lan.note(*visit(w.sens_house.id, w.sen.id))
    page = hand_in(visitor.as_(w.lan), spoil(sealed(lan, lan.waiting)), status=422)
    assert "not a file that a phone kept" in page.words
    assert s.scalars(select(Visit)).all() == []


def test_a_stranger_hands_in_nothing(visitor):
    assert visitor.post("/tui/tep").location.startswith("/dang-nhap")
