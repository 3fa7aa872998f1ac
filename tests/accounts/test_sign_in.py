"""Signing in by phone and password: who gets in, what a guesser learns, and how sessions end."""

from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import select

from outreach import clock
from outreach.accounts import sign_in
from outreach.accounts.models import Account, Attempt, AuditEntry
from tests.world import PASSWORD

LAN = "0912 000 006"


def enter(visitor, phone=LAN, password=PASSWORD, status=303, after="", **kw):
    return visitor.post(f"/dang-nhap{after}", {"phone": phone, "password": password}, status=status, **kw)


def fail(visitor, times, phone=LAN, **kw):
    for _ in range(times):
        enter(visitor, phone, "sai roi nhe", 422, **kw)


@pytest.mark.parametrize("phone", [LAN, "+84912000006", "84 912 000 006", "0912.000.006"])
def test_a_volunteer_signs_in_with_her_number_however_she_types_it(w, visitor, phone):
    enter(visitor, phone)
    assert w.lan.name in visitor.get("/tai-khoan").words


def test_a_password_is_the_same_in_every_keyboards_spelling_and_with_a_blank_after_it(s, w, visitor):
    sign_in.set_password(s, w.lan, "Mùa xuân về làng")
    s.commit()
    enter(visitor, password="Mu\u0300a xua\u0302n ve\u0302\u0300 la\u0300ng ")


def test_signing_in_is_noted_on_the_account(s, w, visitor):
    with time_machine.travel("2026-11-21 08:00+07:00", tick=False):
        enter(visitor)
    s.expire_all()
    assert w.lan.signed_in_at.isoformat() == "2026-11-21T01:00:00+00:00"


def test_an_old_hash_is_renewed_when_its_owner_signs_in(s, w, visitor, monkeypatch):
    monkeypatch.setattr(sign_in, "hasher", PasswordHasher())  # the real one: the cast's hashes are cheap
    before = w.lan.password_hash
    enter(visitor)
    s.expire_all()
    assert w.lan.password_hash != before
    assert not PasswordHasher().check_needs_rehash(w.lan.password_hash)


def test_a_wrong_password_and_an_unknown_number_get_the_same_answer(w, visitor):
    wrong = enter(visitor, LAN, "sai roi nhe", 422).words
    unknown = enter(visitor, "0987 000 111", "sai roi nhe", 422).words
    assert wrong == unknown
    assert "The phone number or the password is not right" in wrong


def test_an_invited_and_a_suspended_account_get_the_same_answer_as_a_wrong_password(s, w, visitor):
    wrong = enter(visitor, LAN, "sai roi nhe", 422).words
    w.minh.password_hash = None
    w.nga.suspended_at = clock.now()
    s.commit()
    assert enter(visitor, "0912000007", PASSWORD, 422).words == wrong
    assert enter(visitor, "0912000008", PASSWORD, 422).words == wrong


def test_a_number_that_is_none_is_explained_and_counts_as_no_try(s, w, visitor):
    answer = enter(visitor, "0912", PASSWORD, 422).words
    assert "too short" in answer
    assert s.scalars(select(Attempt)).all() == []


def test_the_password_is_never_written_back_into_the_page(w, visitor):
    assert "sai roi nhe" not in enter(visitor, LAN, "sai roi nhe", 422).text


def test_five_failures_close_the_door_to_a_number_even_for_the_right_password(w, visitor):
    fail(visitor, 5)
    right, wrong = enter(visitor, status=429).words, enter(visitor, password="sai roi nhe", status=429).words
    assert right == wrong
    assert "Too many wrong tries" in right


def test_the_door_opens_again_fifteen_minutes_after_the_last_failure(w, visitor):
    with time_machine.travel("2026-11-21 08:00+07:00", tick=False) as time:
        fail(visitor, 4)
        time.shift(timedelta(minutes=10))
        fail(visitor, 1)
        time.shift(timedelta(minutes=14))
        assert "08:25 21/11/2026" in enter(visitor, status=429).words
        time.shift(timedelta(minutes=1))
        enter(visitor)


def test_failures_spread_over_the_day_lock_nobody_out(w, visitor):
    with time_machine.travel("2026-11-21 08:00+07:00", tick=False) as time:
        for _ in range(8):
            fail(visitor, 1)
            time.shift(timedelta(minutes=5))
        enter(visitor)


def test_an_unknown_number_is_locked_just_like_a_known_one(w, visitor):
    fail(visitor, 5, "0987 000 111")
    assert "Too many wrong tries" in enter(visitor, "0987 000 111", status=429).words


def test_signing_in_forgets_earlier_failures_of_the_number(w, visitor):
    fail(visitor, 4)
    enter(visitor)
    visitor.post("/dang-xuat")
    fail(visitor, 4)
    enter(visitor)


def test_one_locked_number_does_not_lock_the_colleague(w, visitor):
    fail(visitor, 5)
    enter(visitor, "0912 000 007")


def test_thirty_failures_from_one_network_address_close_the_door_to_it(s, w, visitor):
    for n in range(30):
        fail(visitor, 1, f"09870002{n:02}")
    enter(visitor, status=429)
    enter(visitor, environ_base={"REMOTE_ADDR": "203.0.113.9"})


def test_neighbouring_ipv6_addresses_are_one_customer(w, visitor):
    for n in range(30):
        fail(visitor, 1, f"09870002{n:02}", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"})
    enter(visitor, status=429, environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"})
    enter(visitor, environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"})


def test_attempts_keep_no_phone_number_and_no_address(s, w, visitor):
    fail(visitor, 1)
    kept = " ".join(s.scalars(select(Attempt.who)))
    assert "912000006" not in kept
    assert "127.0.0.1" not in kept


def test_attempts_older_than_a_day_are_thrown_away(s, w, visitor):
    with time_machine.travel("2026-11-21 08:00+07:00", tick=False) as time:
        fail(visitor, 3)
        time.shift(timedelta(hours=25))
        fail(visitor, 1)
    assert len(s.scalars(select(Attempt)).all()) == 2


def test_she_goes_on_to_the_page_she_wanted(w, visitor):
    asked = visitor.get("/tai-khoan", status=303)
    assert asked.location == "/dang-nhap?next=/tai-khoan"
    assert "next=/tai-khoan" in visitor.follow(asked).text
    assert enter(visitor, after="?next=/tai-khoan").location == "/tai-khoan"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil.example",
     "/\t\\evil.example", "/\n\\evil.example", "javascript:alert(1)", "http:evil.example", "tai-khoan"],
)  # fmt: skip
def test_nobody_is_sent_to_a_strangers_site_after_signing_in(w, visitor, address):
    answer = visitor.post("/dang-nhap", {"phone": LAN, "password": PASSWORD}, query_string={"next": address})
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/")


def test_without_a_wish_each_role_begins_at_its_own_first_page(w, visitor):
    first = {phone: enter(type(visitor)(visitor.app), phone).location for phone in (LAN, "0912000003")}
    for phone, address in first.items():
        other = type(visitor)(visitor.app)
        enter(other, phone)
        assert address in other.get("/tai-khoan").links()


def test_who_is_in_already_need_not_sign_in_again(w, visitor):
    assert visitor.as_(w.lan).get("/dang-nhap?next=/tai-khoan", status=303).location == "/tai-khoan"


def test_a_session_planted_before_signing_in_is_thrown_away(w, visitor):
    with visitor.client.session_transaction() as planted:
        planted["planted"] = "yes"
    enter(visitor)
    with visitor.client.session_transaction() as kept:
        assert "planted" not in kept


def test_the_chosen_language_survives_signing_in_and_out(w, visitor):
    visitor.get("/dang-nhap?lang=en")
    enter(visitor)
    assert 'lang="en"' in visitor.get("/tai-khoan").text
    visitor.post("/dang-xuat")
    assert 'lang="en"' in visitor.get("/dang-nhap").text


def test_an_answer_that_comes_after_signing_out_does_not_sign_in_again(w, visitor):
    enter(visitor)
    visitor.get("/tui/ai")
    assert "Set-Cookie" not in visitor.get("/tui/ai").headers, "asked before in another tab, it may come late"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert "Expires" in visitor.get("/tui/ai").headers["Set-Cookie"]


def test_a_volunteers_phone_stays_signed_in_but_an_office_machine_does_not(w, visitor):
    assert "Expires" in enter(visitor).headers["Set-Cookie"]
    assert "Expires" not in enter(type(visitor)(visitor.app), "0912000003").headers["Set-Cookie"]


def test_signing_out_ends_the_session(w, visitor):
    enter(visitor)
    visitor.post("/dang-xuat")
    visitor.get("/tai-khoan", status=303)


def test_a_suspended_account_is_out_at_once(s, w, visitor):
    lan = visitor.as_(w.lan)
    lan.get("/tai-khoan")
    w.lan.suspended_at = clock.now()
    s.commit()
    assert lan.get("/tai-khoan", status=303).location.startswith("/dang-nhap")


def test_signing_out_everywhere_ends_the_sessions_of_all_devices(s, w, visitor):
    phone, tablet = visitor.as_(w.lan), visitor.as_(w.lan)
    phone.post("/tai-khoan/dang-xuat-moi-noi")
    for device in (phone, tablet):
        device.get("/tai-khoan", status=303)
    s.expire_all()
    assert s.scalars(select(AuditEntry.act)).all() == ["account.sign_out_everywhere"]


def test_a_forged_or_stale_session_mark_lets_nobody_in(w, visitor):
    for mark in (f"{w.lan.id}.99", f"{w.lan.id}", "x.0", "99999.0"):
        with visitor.client.session_transaction() as kept:
            kept["_user_id"] = mark
        visitor.get("/tai-khoan", status=303)


def test_every_way_in_ends_in_one_function(s, w, app, visitor):
    """What a passkey or a second factor would call once it knows who it is."""
    with app.test_request_context():
        sign_in.begin(s, s.get(Account, w.lan.id))
        from flask import session

        assert session["_user_id"] == w.lan.get_id()


def test_the_door_says_whom_to_ask_for_a_new_password(visitor):
    assert "one-time code" in visitor.get("/dang-nhap").words
    assert "/ma-moi" in visitor.get("/dang-nhap").links()
