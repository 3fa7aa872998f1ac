"""Phones that carry a bag: set up with keys of their own, known again, shown to those who answer for them, wiped."""

from base64 import b64decode

import pytest
from sqlalchemy import select

from outreach.accounts import registering
from outreach.bag import keys
from outreach.bag.models import Handset


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


def test_a_suspended_account_forgets_its_bag(phone, s, w):
    lan = phone()
    lan.fill()
    registering.suspend(s, w.dung, w.lan)
    s.commit()
    assert lan.fill() == {"wipe": True, "over": True}, "once what waits has been handed in"
