"""Where help is: everybody reads the list of a commune, its officials keep it true."""

import re

import pytest
from sqlalchemy import select, update

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.cards import codes
from outreach.helpdesk import keeping, queries
from outreach.helpdesk.models import CULTURE, DESK, POST, HelpPoint
from tests.databases import sqlite_only
from tests.guards.samples import LESSON
from tests.visitor import Visitor

pytestmark = sqlite_only
TYPED = {
    "kind": "desk", "name": "Trung tâm Phục vụ hành chính công xã Tân Hưng", "address": "Đường Trần Phú, thôn Đông",
    "hours": "7 giờ 30 đến 17 giờ", "phone": "0221 3866 123",
}  # fmt: skip


def add(s, by, kind=DESK, name="Quầy xã", **more):
    made = keeping.create(s, keeping.Told(kind, name, "Đường Mẫu", **more), by)
    s.commit()
    return made


def acts(s):
    return [entry.act for entry in s.scalars(select(AuditEntry).where(AuditEntry.subject == "help_point"))]


def only(s):
    s.expire_all()
    return s.scalars(select(HelpPoint)).one()


def test_an_official_adds_a_place_and_a_stranger_reads_it(s, w, visitor):
    cuc = visitor.as_(w.cuc)
    assert "Everybody can see it" in cuc.follow(cuc.post("/diem-ho-tro/moi", TYPED)).words
    assert (only(s).area_id, only(s).phone) == (w.tan_hung.id, "+842213866123")
    words = visitor.get("/diem-ho-tro/11977").words
    for said in (TYPED["name"], TYPED["address"], TYPED["hours"], "0221 3866 123"):
        assert said in words
    assert acts(s) == ["help_point.create"]


def test_a_place_is_corrected_and_the_log_says_what_changed(s, w, visitor):
    point = add(s, w.cuc, phone="1022")
    cuc = visitor.as_(w.cuc)
    form = cuc.get(f"/diem-ho-tro/{point.id}/sua")
    cuc.send(form, f"/diem-ho-tro/{point.id}/sua", hours="Cả ngày", phone="1800 1096")
    assert (only(s).hours, only(s).phone, only(s).name) == ("Cả ngày", "18001096", "Quầy xã")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "help_point.update")).one()
    assert (entry.actor_id, entry.details) == (w.cuc.id, {"changed": ["hours", "phone"]})


def test_a_place_that_ended_is_shown_to_nobody_and_can_no_longer_be_corrected(s, w, visitor):
    point = add(s, w.cuc)
    visitor.as_(w.cuc).post(f"/diem-ho-tro/{point.id}/thoi")
    assert "Quầy xã" not in visitor.get("/diem-ho-tro/11977").words
    assert only(s).ended_at is not None
    visitor.as_(w.cuc).get(f"/diem-ho-tro/{point.id}/sua", status=404)
    assert acts(s) == ["help_point.create", "help_point.end"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"address": ""}, {"kind": ""}, {"phone": "12 345"}])
def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(s, w, visitor, wrong):
    page = visitor.as_(w.cuc).post("/diem-ho-tro/moi", TYPED | wrong, status=422)
    assert page.form("/diem-ho-tro/moi")["hours"] == [TYPED["hours"]]
    assert s.scalars(select(HelpPoint)).first() is None


def test_the_commune_of_the_learners_card_is_shown_at_once(s, w, visitor):
    add(s, w.cuc, name="Quầy xã Tân Hưng")
    add(s, w.quy, name="Quầy xã Tiên Lữ")
    code = codes.show(codes.issue(s, w.sen, w.lan).code)
    s.commit()
    visitor.post(f"/the-hoc/{code}")
    words = visitor.get("/diem-ho-tro").words
    assert "Quầy xã Tân Hưng" in words
    assert "Quầy xã Tiên Lữ" not in words


@pytest.mark.parametrize("who", ["lan", "phuc", "cuc"])
def test_a_colleague_sees_the_places_of_her_commune_and_only_the_official_may_change_them(s, w, visitor, who):
    point = add(s, w.cuc, name="Quầy xã Tân Hưng")
    page = visitor.as_(getattr(w, who)).get("/diem-ho-tro")
    assert "Quầy xã Tân Hưng" in page.words
    assert (f"/diem-ho-tro/{point.id}/sua" in page.links()) == (who == "cuc")


def test_a_stranger_picks_a_commune_and_is_led_to_its_places(s, w, visitor):
    add(s, w.quy, name="Quầy xã Tiên Lữ")
    assert "/khu-vuc/tim" in visitor.get("/diem-ho-tro").text
    found = visitor.get("/khu-vuc/tim?q=tien+lu&back=/diem-ho-tro")
    led = next(link for link in found.links() if link.startswith("/diem-ho-tro?"))
    assert "Quầy xã Tiên Lữ" in visitor.follow(visitor.get(led, status=303)).words


def test_a_village_leads_to_the_places_of_its_commune_and_a_province_to_none(s, w, visitor):
    add(s, w.cuc, name="Quầy xã Tân Hưng")
    assert "Quầy xã Tân Hưng" in visitor.get("/diem-ho-tro/11977.1").words
    visitor.get("/diem-ho-tro/33", status=404)


def test_a_commune_without_places_says_whom_to_ask_and_its_official_what_to_do(s, w, visitor):
    assert "No place has been entered for xã Tân Hưng yet" in visitor.get("/diem-ho-tro/11977").words
    assert "/diem-ho-tro/moi" in visitor.as_(w.cuc).get("/diem-ho-tro").links()
    assert "/diem-ho-tro/moi" not in visitor.as_(w.cuc).get("/diem-ho-tro/12361").links()


def test_the_desk_comes_first_and_is_found_alone(s, w):
    for kind, name in ((CULTURE, "Nhà văn hóa"), (POST, "Bưu điện"), (DESK, "Quầy xã")):
        add(s, w.cuc, kind, name)
    assert [one.kind for one in queries.points(s, w.tan_hung)] == [DESK, POST, CULTURE]
    assert queries.desk(s, w.tan_hung).name == "Quầy xã"
    assert queries.desk(s, w.tien_lu) is None


@pytest.mark.parametrize("page", ["/", f"/bai-hoc/{LESSON}", f"/bai-hoc/{LESSON}/1", f"/bai-hoc/{LESSON}/cau-hoi"])
def test_a_learner_calls_the_leader_else_the_desk_else_another_place_else_the_portals_line(s, w, app, visitor, page):
    def called(by=visitor):
        s.commit()
        return re.search(r'four-call[^>]*href="tel:([^"]+)"', by.get(page).text)[1]

    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    visitor.post(f"/the-hoc/{code}")
    desk = add(s, w.cuc, phone="+842213866123")
    add(s, w.cuc, CULTURE, "Nhà văn hóa", phone="1022")
    add(s, w.quy, name="Quầy xã Tiên Lữ", phone="+842213866999")
    assert called() == w.dung.phone
    w.dung.suspended_at = clock.now()
    assert called() == "+842213866123"
    desk.phone = ""
    assert called() == "1022"
    assert called(Visitor(app)) == "18001096"
    s.execute(update(HelpPoint).values(ended_at=clock.now()))
    assert called() == "18001096"


def test_going_on_in_a_lesson_keeps_the_number_of_the_help_desk(s, w, visitor):
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    w.dung.suspended_at = clock.now()
    add(s, w.cuc, phone="+842213866123")
    visitor.post(f"/the-hoc/{code}")
    assert "tel:+842213866123" in visitor.htmx(f"/bai-hoc/{LESSON}/1", data={}).text


@pytest.mark.parametrize("path", ["/diem-ho-tro/moi", "/diem-ho-tro/{id}/sua"])
def test_only_the_communes_official_enters_what_keeps_the_list(s, w, visitor, path):
    path = path.format(id=add(s, w.cuc).id)
    visitor.as_(w.cuc).get(path)
    visitor.as_(w.lan).get(path, status=403)
    visitor.as_(w.quy).get(path, status=404 if "sua" in path else 200)
    assert visitor.get(path, status=303).location.startswith("/dang-nhap")


def test_the_residents_first_page_leads_to_the_places(w, visitor):
    assert "/diem-ho-tro" in visitor.get("/").links()
