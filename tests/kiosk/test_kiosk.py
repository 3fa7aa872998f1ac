"""A shared device: set up by an official, used by anybody, and nothing of anybody stays on it."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.accounts.models import AuditEntry
from outreach.app import create_app
from outreach.cards import codes
from outreach.kiosk import fitting, sharing
from outreach.learning import device, queries
from outreach.learning.models import Answer, Kiosk, Learner, Progress
from outreach.practice import queries as practice
from outreach.practice.models import Run
from outreach.procedures import loading as handbook
from tests.conftest import settings
from tests.databases import sqlite_only
from tests.guards.samples import LESSON, PROCEDURE, REHEARSAL
from tests.visitor import Visitor

STEP = f"/bai-hoc/{LESSON}"
OUT = re.compile(r"\w+:|//|/the-hoc|/dang-nhap")


@pytest.fixture
def kiosk(s, w):
    """A device in the post office of xã Tân Hưng, and its token."""
    made = sharing.set_up(s, "Bưu điện xã Tân Hưng", w.cuc)
    s.commit()
    return made


@pytest.fixture
def shared(app, kiosk):
    """A browser that has become this device; it speaks the house's own language first."""
    browser = Visitor(app, "")
    browser.post(f"/may-chung/mo/{kiosk[1]}")
    return browser


def cookies(browser):
    return {cookie.key for cookie in browser.client._cookies.values()}


def count(s, table):
    s.expire_all()
    return s.scalar(select(func.count()).select_from(table))


def learn(browser):
    """Two steps, an answer and the beginning of a rehearsal."""
    for n in (1, 2):
        browser.post(f"{STEP}/{n}")
    browser.post(f"{STEP}/cau-hoi", {"choice": "tu-go"})
    browser.post(f"/luyen-tap/{REHEARSAL}")


@sqlite_only
def test_an_official_sets_a_device_up_and_its_address_is_shown_once(s, w, visitor):
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(cuc.post("/may-chung", {"place": "Nhà văn hóa thôn Đông"}))
    token = re.search(r"/may-chung/mo/([\w-]{43})", page.text)[1]
    made = s.scalars(select(Kiosk)).one()
    assert (made.area_id, made.token) == (w.tan_hung.id, device.digest(token))
    assert token not in cuc.get("/may-chung").text
    assert "Nhà văn hóa thôn Đông" in visitor.get(f"/may-chung/mo/{token}").words
    assert [e.act for e in s.scalars(select(AuditEntry).where(AuditEntry.subject == "kiosk"))] == ["kiosk.create"]


@sqlite_only
def test_devices_belong_to_the_officials_of_their_commune(w, visitor, kiosk):
    assert "Bưu điện" in visitor.as_(w.cuc).get("/may-chung").words
    assert "Bưu điện" not in visitor.as_(w.quy).get("/may-chung").words
    visitor.as_(w.quy).post(f"/may-chung/{kiosk[0].id}/thoi", status=404)
    visitor.as_(w.lan).get("/may-chung", status=403)
    assert visitor.get("/may-chung", status=303).location.startswith("/dang-nhap")
    visitor.as_(w.cuc).post("/may-chung", {"place": ""}, status=422)


@sqlite_only
def test_the_first_page_has_four_choices_and_no_way_in_for_staff_or_cards(shared):
    page = shared.get("/")
    assert {"/bai-hoc", "/luyen-tap", "/thu-tuc", "/diem-ho-tro"} <= set(page.links())
    assert not {"/the-hoc", "/dang-nhap"} & set(page.links())
    assert 'data-kiosk="fresh"' in page.text
    assert 'class="resident kiosk"' in page.text


@sqlite_only
@pytest.mark.parametrize(
    "path",
    ["/", "/bai-hoc", STEP, f"{STEP}/1", f"{STEP}/cau-hoi", f"{STEP}/cau-hoi?chon=tu-go", f"{STEP}/xong",
     f"{STEP}/to-roi", f"/luyen-tap/{REHEARSAL}", f"/luyen-tap/{REHEARSAL}/tat-ca", "/thu-tuc", f"/thu-tuc/{PROCEDURE}",
     "/diem-ho-tro", "/khong-co"],
)  # fmt: skip
def test_no_page_leads_out_of_the_house_to_a_file_or_to_a_shut_door_and_none_is_kept(s, shared, path):
    handbook.load(s)
    s.commit()
    page = shared.get(path, status=404 if path == "/khong-co" else 200)
    assert [a for a in page.links() if OUT.match(a) or urlsplit(a).path.endswith((".pdf", ".zip"))] == []
    assert page.headers["Cache-Control"] == "no-store"
    assert "ETag" not in page.headers
    assert "data-kiosk" in page.text
    assert "1800 1096" in page.words or path.endswith("to-roi")


@sqlite_only
def test_what_was_a_link_out_is_still_read(shared, visitor):
    source = next(a for a in visitor.get(STEP).links() if a.startswith("https://"))
    assert source not in shared.get(STEP).links()
    assert shared.get(STEP).words.count("1800 1096") >= 1


@sqlite_only
def test_a_phones_step_and_a_shared_devices_are_not_mixed_up(shared, visitor):
    for browser, kiosk in ((visitor, False), (shared, True), (visitor, False), (shared, True)):
        assert ("data-kiosk" in browser.get(f"{STEP}/1").text) == kiosk


@sqlite_only
def test_the_fees_and_the_places_are_those_of_its_commune(s, w, shared):
    assert "Xã Tân Hưng" in shared.get("/diem-ho-tro").words


@pytest.mark.parametrize("door", ["/may-chung/xoa", "/may-chung/het-gio"])
def test_whoever_has_gone_is_forgotten_on_the_server_and_in_the_browser(s, w, shared, door):
    shared.get("/?lang=en")
    learn(shared)
    assert [count(s, table) for table in (Learner, Progress, Answer, Run)] == [1, 1, 1, 1]
    assert "learner" in cookies(shared)
    gone = shared.post(door) if door.endswith("xoa") else shared.get(door, status=303)
    assert (gone.location, gone.headers["Clear-Site-Data"]) == ("/", '"storage"')
    assert [count(s, table) for table in (Learner, Progress, Answer, Run)] == [0, 0, 0, 0]
    assert cookies(shared) == {"kiosk"}
    assert 'lang="vi" data-kiosk="fresh"' in shared.get("/").text
    shared.post("/may-chung/xoa")  # twice does no harm
    assert s.scalars(select(Kiosk)).one().seen_at is not None


def test_only_the_one_who_was_there_is_forgotten(s, w, shared, visitor):
    learn(visitor)
    learn(shared)
    shared.post("/may-chung/xoa")
    assert [count(s, table) for table in (Learner, Progress, Answer, Run)] == [1, 1, 1, 1]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)  # on SQLite one waits until the other is done
@pytest.mark.parametrize(
    ("read", "address", "told"),
    [
        ((queries, "learner"), f"{STEP}/3", {}),
        ((queries, "learner"), f"{STEP}/cau-hoi", {"choice": "tu-go"}),
        ((queries, "learner"), f"/luyen-tap/{REHEARSAL}", {}),
        ((practice, "standing"), f"/luyen-tap/{REHEARSAL}/{{screen}}", {"giup": "1"}),
    ],
    ids=["a step", "an answer", "the beginning of a rehearsal", "a hint in it"],
)
def test_a_deed_under_way_when_its_learner_is_forgotten_is_forgotten_too(real_db, monkeypatch, read, address, told):
    """The other session forgets just after the deed has read whom it is of."""
    browser = Visitor(create_app(settings(str(real_db.url)), real_db))
    learn(browser)
    token, (room, name) = browser.client.get_cookie("learner").value, read
    ask = getattr(room, name)

    def ask_and_leave(*asked):
        found = ask(*asked)
        with Session(real_db) as other:
            sharing.forget(other, token)
            other.commit()
        return found

    monkeypatch.setattr(room, name, ask_and_leave)
    page = browser.post(address.format(screen=practice.catalogue()[REHEARSAL].start.id), told)
    assert page.location == "/"
    assert "Set-Cookie" not in page.headers
    with Session(real_db) as s:
        assert [count(s, table) for table in (Learner, Progress, Answer, Run)] == [0, 0, 0, 0]


@sqlite_only
@pytest.mark.parametrize("door", ["/may-chung/xoa", "/may-chung/het-gio"])
def test_somebodys_own_phone_forgets_nothing(s, w, visitor, door):
    learn(visitor)
    gone = visitor.post(door) if door.endswith("xoa") else visitor.get(door, status=303)
    assert "Clear-Site-Data" not in gone.headers
    assert "Set-Cookie" not in gone.headers
    assert count(s, Learner) == 1


@sqlite_only
def test_what_belongs_to_a_member_stays_where_a_joined_phone_becomes_a_shared_device(s, w, visitor, kiosk):
    visitor.post(f"/the-hoc/{codes.show(codes.issue(s, w.sen, w.lan).code)}")
    learn(visitor)
    visitor.post(f"/may-chung/mo/{kiosk[1]}")
    visitor.post("/may-chung/xoa")
    assert count(s, Progress) == 1
    assert cookies(visitor) == {"kiosk"}


@sqlite_only
def test_no_card_is_used_there_and_nobody_signs_in(s, w, shared):
    code = codes.show(codes.issue(s, w.sen, w.lan).code)
    s.commit()
    for method, path in (("get", "/the-hoc"), ("get", f"/the-hoc/{code}"), ("post", f"/the-hoc/{code}")):
        page = getattr(shared, method)(f"{path}?lang=en", status=403)
        assert "learner card is not used here" in page.words
    assert count(s, Learner) == 0
    assert "nobody signs in here" in shared.get("/dang-nhap?lang=en", status=403).words
    shared.post("/dang-nhap", {"phone": "0912000003", "password": "x"}, status=403)
    shared.get(f"{STEP}/to-roi.pdf", status=403)
    shared.get(f"{STEP}.zip", status=403)


@sqlite_only
def test_an_official_who_opens_it_while_signed_in_is_signed_out(w, visitor, kiosk):
    cuc = visitor.as_(w.cuc)
    cuc.post(f"/may-chung/mo/{kiosk[1]}")
    assert cookies(cuc) == {"kiosk"}


@sqlite_only
def test_a_device_that_was_ended_says_so_once_forgets_and_is_like_any_other(s, w, shared, visitor, kiosk):
    learn(shared)
    visitor.as_(w.cuc).post(f"/may-chung/{kiosk[0].id}/thoi")
    assert shared.get("/bai-hoc", status=303).location == "/may-chung/het-gio"
    shared.get("/may-chung/het-gio?lang=en", status=303)
    page = shared.get("/")
    assert "This is not a shared device any more" in page.words
    assert "data-kiosk" not in page.text
    assert "/the-hoc" in page.links()
    assert "not a shared device any more" not in shared.get("/").words
    assert count(s, Learner) == 0
    visitor.get(f"/may-chung/mo/{kiosk[1]}", status=404)
    visitor.post(f"/may-chung/mo/{kiosk[1]}", status=404)


@sqlite_only
def test_an_ended_device_can_be_set_up_anew_at_once(s, w, shared, kiosk):
    sharing.end(s, kiosk[0])
    _new, token = sharing.set_up(s, "Bưu điện", w.cuc)
    s.commit()
    shared.get(f"/may-chung/mo/{token}")
    shared.post(f"/may-chung/mo/{token}")
    assert "data-kiosk" in shared.get("/").text


@sqlite_only
def test_where_no_script_runs_a_page_that_was_used_leaves_by_itself_and_the_first_page_does_not(shared):
    assert 'http-equiv="refresh" content="60;url=/may-chung/het-gio"' in shared.get("/bai-hoc").text
    assert 'http-equiv="refresh"' not in shared.get("/").text


def closed(address):
    return address.startswith("/shut")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/open">x</a>', '<a href="/open">x</a>'),
        ('<a href="?lang=en" lang="en">English</a>', '<a href="?lang=en" lang="en">English</a>'),
        ('<a href="#main">x</a>', '<a href="#main">x</a>'),
        ('<a rel="noopener" href="https://a.vn/x" lang="vi">Nguồn</a>', '<span class="told" lang="vi">Nguồn</span>'),
        ('<a href="//a.vn">x</a>', '<span class="told">x</span>'),
        ('<a class="button four-call" href="tel:18001096"><span>Gọi</span></a>',
         '<span class="told four-call"><span>Gọi</span> <b>1800 1096</b></span>'),
        ('<a href="tel:+84912345678">0912\u00a0345\u00a0678</a>', '<span class="told">0912\u00a0345\u00a0678</span>'),
        ('<ul><li class="x"><a href="/shut">x</a></li><li><a href="/open">y</a></li></ul>',
         '<ul><li><a href="/open">y</a></li></ul>'),
        ('<p>a <a class="quiet" href="/shut">x</a> b</p>', "<p>a  b</p>"),
        ('<li><a href="/shut">x</a> and words</li>', "<li> and words</li>"),
        ('<address>x</address><a id="here">y</a>', '<address>x</address><a id="here">y</a>'),
    ],
)  # fmt: skip
def test_links_out_become_words_and_links_to_shut_doors_go(before, after):
    assert fitting.fit(before, closed) == after


def test_the_rehearsal_of_the_samples_is_there():
    assert REHEARSAL in practice.catalogue()
