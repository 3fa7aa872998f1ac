"""One-time codes: handed over in person, used once, for 72 hours, and dull to guess."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts import codes, passwords, registering
from outreach.accounts.models import AuditEntry, OneTimeCode
from outreach.accounts.passwords import Weakness
from tests.world import PASSWORD

NEW = "bon mua hoa no"
SECRET = "tests-only"


@pytest.fixture
def code(s, w):
    """A code that Dũng made for Lan."""
    made = codes.issue(s, w.lan, w.dung, SECRET)
    s.commit()
    return made


def redeem(visitor, code, phone="0912000006", password=NEW, status=303):
    return visitor.post("/ma-moi", {"phone": phone, "code": code, "new_password": password}, status=status)


def test_a_code_is_exchanged_for_a_password_and_lan_is_in(s, w, visitor, code):
    redeem(visitor, code)
    assert w.lan.name in visitor.get("/tai-khoan").words
    visitor.post("/dang-xuat")
    visitor.post("/dang-nhap", {"phone": "0912000006", "password": NEW})


def test_the_old_password_and_older_sessions_end_with_the_new_password(w, visitor, code):
    old_phone = visitor.as_(w.lan)
    redeem(visitor, code)
    old_phone.get("/tai-khoan", status=303)
    old_phone.post("/dang-nhap", {"phone": "0912000006", "password": PASSWORD}, status=422)


def test_a_code_reads_easily_and_has_no_letters_to_confuse(s, w):
    made = [codes.issue(s, w.lan, w.dung, SECRET) for _ in range(20)]
    assert len(set(made)) == 20
    for one in made:
        assert len(one) == 9
        assert one[4] == "-"
        assert not set(one) & set("ILOU")


CARELESS = (
    str.lower,
    lambda code: code.replace("-", ""),
    lambda code: f" {code[:2]} {code[2:]} ",
    lambda code: code.replace("0", "o").replace("1", "l"),
)


@pytest.mark.parametrize("typing", CARELESS)
def test_a_code_may_be_typed_carelessly(w, visitor, code, typing):
    redeem(visitor, typing(code))


def test_a_used_code_cannot_be_used_again(w, visitor, code):
    redeem(visitor, code)
    again = redeem(type(visitor)(visitor.app), code, password="nam canh dong", status=422).words
    assert "The phone number or the code is not right" in again


def test_a_code_runs_out_after_72_hours(s, w, visitor):
    with time_machine.travel("2026-11-21 08:00+07:00", tick=False) as time:
        first = codes.issue(s, w.lan, w.dung, SECRET)
        second = codes.issue(s, w.minh, w.dung, SECRET)
        s.commit()
        time.shift(timedelta(hours=71, minutes=59))
        redeem(visitor, first)
        time.shift(timedelta(minutes=1))
        redeem(visitor, second, "0912000007", status=422)


def test_a_new_code_makes_the_older_one_void(s, w, visitor, code):
    newer = codes.issue(s, w.lan, w.dung, SECRET)
    s.commit()
    redeem(visitor, code, status=422)
    redeem(visitor, newer)


def test_somebody_elses_code_is_of_no_use(s, w, visitor, code):
    redeem(visitor, code, "0912000007", status=422)


def test_a_suspended_account_cannot_come_back_by_a_code(s, w, visitor, code):
    w.lan.suspended_at = clock.now()
    s.commit()
    redeem(visitor, code, status=422)


def test_wrong_codes_unknown_numbers_and_used_codes_get_the_same_answer(s, w, visitor, code):
    wrong = redeem(visitor, "AAAA-AAAA", status=422).words
    assert redeem(visitor, "AAAA-AAAA", "0987000111", status=422).words == wrong


def test_guessing_codes_closes_the_door_even_to_the_right_one(w, visitor, code):
    for _ in range(5):
        redeem(visitor, "AAAA-AAAA", status=422)
    assert "Too many wrong tries" in redeem(visitor, code, status=429).words


def test_a_fresh_code_also_ends_the_lock_of_too_many_wrong_passwords(w, visitor, code):
    for _ in range(5):
        visitor.post("/dang-nhap", {"phone": "0912000006", "password": "sai roi nhe"}, status=422)
    redeem(visitor, code)
    visitor.post("/dang-xuat")
    visitor.post("/dang-nhap", {"phone": "0912000006", "password": NEW})


def test_the_database_does_not_hold_the_code(s, w, code):
    kept = s.scalars(select(OneTimeCode)).one()
    assert code.replace("-", "") not in kept.digest
    assert len(kept.digest) == 64


def test_the_qr_code_opens_a_page_with_the_code_filled_in(w, visitor, code):
    assert f'value="{code}"' in visitor.get(f"/ma-moi/{code.replace('-', '')}").text


def test_the_page_does_not_tell_whether_a_code_exists(w, visitor, code):
    known = visitor.get(f"/ma-moi/{code.replace('-', '')}").words
    unknown = visitor.get("/ma-moi/AAAAAAAA").words
    assert known == unknown


def test_what_cannot_be_a_code_is_explained_and_counts_as_no_try(w, visitor, code):
    for _ in range(6):
        assert "8 letters and digits" in redeem(visitor, "K7QX", status=422).words
    redeem(visitor, code)


def test_a_weak_password_is_refused_with_a_reason_and_the_code_stays_good(w, visitor, code):
    refused = redeem(visitor, code, password="12345678", status=422)
    assert "stand in a row" in refused.words
    assert f'value="{code}"' in refused.text
    redeem(visitor, code)


def test_invitations_resets_and_passwords_are_in_the_audit_log(s, w, visitor):
    w.lan.password_hash = None
    first = codes.issue(s, w.lan, w.dung, SECRET)
    s.commit()
    redeem(visitor, first)
    s.expire_all()
    codes.issue(s, w.lan, None, SECRET)
    entries = s.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(e.act, e.actor_id) for e in entries] == [
        ("account.invite", w.dung.id), ("account.password", w.lan.id), ("account.reset", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("ba con", Weakness.SHORT),
        ("       a      ", Weakness.SHORT),
        ("x" * 129, Weakness.LONG),
        ("lan 0912000006", Weakness.PHONE),
        ("0912 000 006", Weakness.PHONE),
        ("aaaaaaaa", Weakness.SAME),
        ("12121212", Weakness.SAME),
        ("12345678", Weakness.RUN),
        ("87654321", Weakness.RUN),
        ("abcdefgh", Weakness.RUN),
        ("12341234", Weakness.RUN),
        ("Mật khẩu 123", Weakness.COMMON),
        ("password1", Weakness.COMMON),
        ("mua xuan ve lang", None),
        ("Bốn mùa hoa nở", None),
        ("trau-12-ao", None),
    ],
)
def test_a_password_is_long_enough_and_not_the_first_thing_one_would_try(password, weak):
    assert passwords.weakness(password, "+84912000006") is weak


def test_whoever_holds_an_older_code_does_not_get_the_new_role_with_it(s, w, visitor, code):
    registering.change(s, w.anh, w.lan, name=w.lan.name, phone=w.lan.phone, role="official", area=w.tan_hung)
    s.commit()
    redeem(visitor, code, status=422)


def test_a_code_from_before_a_suspension_stays_void_after_it(s, w, visitor, code):
    registering.suspend(s, w.dung, w.lan)
    registering.resume(s, w.dung, w.lan)
    s.commit()
    redeem(visitor, code, status=422)
