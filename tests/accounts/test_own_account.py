"""One's own account: password, language, the links at the foot of every page; and the audit log of a place."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import clock, reform
from outreach.accounts import audit, codes, deeds, names, registering
from outreach.accounts.models import AuditEntry
from tests.world import PASSWORD

NEW = "bon mua hoa no"


def change(visitor, password=PASSWORD, new=NEW, status=303):
    return visitor.post("/tai-khoan/mat-khau", {"password": password, "new_password": new}, status=status)


def test_lan_changes_her_password_and_stays_signed_in_while_other_devices_are_out(w, visitor):
    phone, lost = visitor.as_(w.lan), visitor.as_(w.lan)
    change(phone)
    assert "Other devices are signed out" in phone.get("/tai-khoan").words
    lost.get("/tai-khoan", status=303)
    lost.post("/dang-nhap", {"phone": "0912000006", "password": NEW})


@pytest.mark.parametrize("path", ["/tin-nhan", "/mau-tin", "/nhac", "/lop-hoc", "/tin-nhan/chi-phi"])
def test_all_pages_about_messages_stand_under_messages(w, visitor, path):
    page = visitor.as_(w.cuc).get(path)
    assert re.findall(r'<a href="([^"]+)" aria-current="page">Messages', page.text) == ["/tin-nhan"]


def test_ones_own_account_stands_under_nothing(w, visitor):
    official = visitor.as_(w.cuc)
    assert "aria-current" in official.get("/can-bo").text
    assert "aria-current" not in official.get("/tai-khoan").text


def test_changing_needs_the_password_until_now_and_guessing_it_is_locked(w, visitor):
    lan = visitor.as_(w.lan)
    for _ in range(5):
        assert "The current password is not right" in change(lan, "sai roi nhe", status=422).words
    assert "Too many wrong tries" in change(lan, status=429).words


def test_a_weak_new_password_is_refused_on_ones_own_page_too(w, visitor):
    assert "phone number" in change(visitor.as_(w.lan), new="lan0912000006", status=422).words


def test_a_changed_password_is_in_the_audit_log(s, w, visitor):
    change(visitor.as_(w.lan))
    assert s.scalars(select(AuditEntry.act)).all() == ["account.password"]


def test_lan_chooses_her_language_for_every_device(s, w, visitor):
    lan = visitor.as_(w.lan)
    answer = lan.post("/tai-khoan/ngon-ngu", {"language": "en"})
    assert 'lang="en"' in lan.follow(answer).text
    assert 'lang="en"' in visitor.as_(w.lan).get("/tai-khoan").text
    lan.post("/tai-khoan/ngon-ngu", {"language": "xx"}, status=422)


@pytest.mark.parametrize("path", ["mat-khau", "ngon-ngu", "dang-xuat-moi-noi"])
def test_a_stranger_changes_no_account(w, visitor, path):
    assert visitor.post(f"/tai-khoan/{path}", {}).location.startswith("/dang-nhap")


def test_the_foot_leads_to_ones_account_and_out(w, visitor):
    page = visitor.as_(w.lan).get("/tai-khoan")
    assert "/tai-khoan" in page.links()
    assert 'action="/dang-xuat"' in page.text


def test_the_foot_leads_a_stranger_to_the_staffs_door(w, visitor):
    assert "/dang-nhap" in visitor.get("/ma-moi").links()


def test_an_official_reads_who_did_what_in_her_commune_newest_first(s, w, visitor):
    registering.suspend(s, w.cuc, w.minh)
    codes.issue(s, w.lan, w.dung, "tests-only")
    s.commit()
    said = visitor.as_(w.cuc).get("/nhat-ky").words
    assert said.index("Code for a new password handed over") < said.index("Account suspended")
    assert "Trần Thị Lan" in said
    assert "Phạm Văn Dũng · Thôn Đông" in said


def test_an_official_reads_nothing_of_another_commune(s, w, visitor):
    codes.issue(s, w.lan, w.dung, "tests-only")
    s.commit()
    assert "Nothing yet" in visitor.as_(w.quy).get("/nhat-ky").words


def test_a_change_of_role_is_told_in_words(s, w, visitor):
    registering.change(s, w.cuc, w.lan, name=w.lan.name, phone=w.lan.phone, role="leader", area=w.dong)
    s.commit()
    assert "Trần Thị Lan: Volunteer → Group leader" in visitor.as_(w.binh).get("/nhat-ky").words


def test_deeds_of_no_place_are_for_admins(s, w, visitor):
    audit.record(s, "account.create", "account", w.anh.id)
    s.commit()
    assert "The system itself" in visitor.as_(w.anh).get("/nhat-ky").words
    assert "Nothing yet" in visitor.as_(w.binh).get("/nhat-ky").words


def test_a_reform_names_the_place_that_ended_and_the_one_that_took_over(s, w, visitor):
    plan = reform.Merge(["11977.1", "11977.2"], reform.NewArea("11977.9", "thôn", "Đông Đoài"), clock.today())
    reform.carry_out(s, plan)
    s.commit()
    said = visitor.as_(w.cuc).get("/nhat-ky").words
    for name in ("Thôn Đông", "Thôn Đoài"):
        assert re.search(rf"Place merged or split\s*{name}\s*The system itself · Thôn Đông Đoài", said)


def test_a_leader_has_no_audit_log(w, visitor):
    visitor.as_(w.dung).get("/nhat-ky", status=403)


def test_a_long_log_has_pages(s, w, visitor):
    for _ in range(51):
        audit.record(s, "account.update", "account", w.lan.id, area_id=w.dong.id)
    s.commit()
    assert "Page 2 of 2" in visitor.as_(w.cuc).get("/nhat-ky?page=2").words


def test_every_role_and_state_has_words():
    assert set(names.ROLE_NAMES) == set(names.ROLE_HINTS) == set(registering.MANAGES)
    assert set(names.STATE_NAMES) == set(names.STATE_LOOKS)


def test_every_deed_that_any_room_records_has_words():
    source = Path(names.__file__).parent.parent
    spelt = re.compile(r"""(?:(?:audit\.record|_note|_log)\(\s*s,|audit\.deed\()\s*"([a-z_]+\.[a-z_]+)\"""")
    recorded = {act for file in source.rglob("*.py") for act in spelt.findall(file.read_text(encoding="utf-8"))}
    assert recorded
    assert recorded - set(deeds.ACTS) == set()


def test_alerts_stand_under_operations(w, visitor):
    page = visitor.as_(w.cuc).get("/canh-bao")
    assert re.findall(r'<a href="([^"]+)" aria-current="page">Operations', page.text) == ["/van-hanh"]
