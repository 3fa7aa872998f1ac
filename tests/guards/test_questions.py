"""The main pages ask the database the same, however many households, people and messages there are."""

from functools import partial
from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.alerts import raising
from outreach.households import ambassadors
from outreach.visits.models import Visit
from tests import counting, world
from tests.databases import sqlite_only
from tests.guards import samples
from tests.sms import rows
from tests.visitor import Visitor

pytestmark = [sqlite_only, pytest.mark.xdist_group("questions")]
MORE = 30
MOST = 20  # statements a page may need; the hungriest needs 14

PAGES = [
    ("lan", "/hom-nay"),
    ("lan", "/ho/{f.w.sens_house.id}"),
    ("lan", "/ho/{f.w.sens_house.id}/tham"),
    ("lan", "/to-di-duong/nhap"),
    ("dung", "/phu-trach"),
    ("dung", "/thu-tu-di"),
    ("dung", "/ho/{f.w.sens_house.id}/phu-trach"),
    ("dung", "/to"),
    ("cuc", "/to"),
    ("cuc", "/to/thon/11977.1"),
    ("dung", "/to/nguoi/{f.w.minh.id}"),
    ("dung", "/to/{f.w.minh.id}/ban-giao"),
    ("cuc", "/to/ranh-gioi"),
    ("cuc", "/chien-dich"),
    ("cuc", "/chien-dich/{f.campaign.id}"),
    ("cuc", "/chien-dich/{f.campaign.id}/phan-bo"),
    ("cuc", "/ho"),
    ("phuc", "/ho"),
    ("cuc", "/ho/{f.w.sens_house.id}/gop?q=ng"),
    ("cuc", "/ho/nhap"),
    ("cuc", "/ho/nhap/{f.loaded.id}/ket-qua"),
    ("dung", "/xac-nhan"),
    ("dung", "/nguoi/{f.w.hanh.id}/xac-nhan"),
    ("anh", "/do-phu/VN"),
    ("cuc", "/do-phu/11977"),
    ("cuc", "/do-phu/11977/chuyen-bien?stage=learning"),
    ("cuc", "/do-phu/11977/luot-tham"),
    ("cuc", "/do-phu/11977/vneid"),
    ("cuc", "/do-phu/11977/bieu-do"),
    ("cuc", "/do-phu/11977/theo-nhom"),
    ("cuc", "/do-phu/11977.csv"),
    ("cuc", "/bao-cao/11977"),
    ("anh", "/bao-cao/VN"),
    ("cuc", "/bao-cao/11977/so-sanh"),
    ("cuc", "/bao-cao/ban/{f.report.id}"),
    ("cuc", "/ioc"),
    ("cuc", "/ke-hoach/11977"),
    ("anh", "/ke-hoach/VN"),
    ("cuc", "/ke-hoach/11977/moi?target_on={f.next_year}&share=100"),
    ("cuc", "/ho-ngheo"),
    ("cuc", "/trao-doi"),
    ("cuc", "/trao-doi/odk"),
    ("cuc", "/trao-doi/odk/{f.forms.id}"),
    ("cuc", "/trao-doi/odk/{f.taken.id}/ket-qua"),
    ("anh", "/trao-doi"),
    ("binh", "/trao-doi/tu-dien"),
    ("dung", "/den-muon"),
    ("dung", "/den-muon/{f.late.id}"),
    ("dung", "/may"),
    ("cuc", "/can-bo"),
    ("cuc", "/nhat-ky"),
    ("cuc", "/tin-nhan"),
    ("cuc", "/nhac"),
    ("binh", "/nhac"),
    ("anh", "/nhac"),
    ("cuc", "/lop-hoc"),
    ("dung", "/lop-hoc/{f.meeting.id}"),
    ("lan", "/ho/{f.w.sens_house.id}/hen-nhac"),
    ("lan", "/tai-khoan"),
    ("anh", "/mau-tin"),
    ("anh", "/mau-tin/follow_up/vi"),
    ("cuc", "/mau-tin/follow_up/vi/1"),
    ("cuc", "/tin-nhan/chi-phi"),
    ("anh", "/tin-nhan/chi-phi"),
    ("binh", "/tin-nhan/chi-phi/11977"),
    ("anh", "/tin-nhan/gia"),
    ("anh", "/tin-nhan/ngay-nghi"),
    ("anh", "/tin-nhan"),
    ("anh", "/van-hanh/VN"),
    ("cuc", "/van-hanh/11977"),
    ("dung", "/van-hanh/11977.1/ban-tin"),
    ("cuc", "/van-hanh/11977/nguong"),
    ("cuc", "/tin-nhan/{f.failed.id}"),
    ("cuc", "/canh-bao"),
    ("cuc", "/canh-bao/{f.alert.id}"),
    ("cuc", "/danh-sach-goi"),
    ("cuc", "/danh-sach-goi?thon=11977.1"),
    ("lan", "/nguoi/{f.w.hanh.id}/tin-nhan"),
    ("lan", "/nguoi/{f.w.hanh.id}/dong-y"),
    (None, "/ngung-nhan-tin"),
    ("cuc", "/bang-ma"),
    ("cuc", "/diem-ho-tro"),
    ("lan", "/nguoi/{f.w.hanh.id}/the-hoc"),
    (None, "/bai-hoc"),
    (None, f"/bai-hoc/{samples.LESSON}/1"),
    (None, f"/bai-hoc/{samples.LESSON}/xong"),
    (None, "/thu-tuc"),
    (None, f"/thu-tuc/{samples.PROCEDURE}"),
    (None, "/khu-vuc/tim?q=thon"),
]


def grow(s, f):
    """Thirty times more of everything that a list may show, in thôn Đông and in Bà Sen's house."""
    w, phones = f.w, count(84_980_000_001)
    for n in range(MORE):
        house = world.household(s, w.dong, f"Sơn Văn {n}", code=str(100 + n), address=f"Ngõ {n}")
        person = world.member(s, house, f"Sơn Thị {n}", 1980, phone=f"+{next(phones)}")
        relative = world.member(s, w.sens_house, f"Cháu {n}", 1990)
        world.account(s, f"Người Giúp {n}", f"+{next(phones)}", "volunteer", w.dong)
        world.area(s, w.tan_hung, "village", "thôn", f"11977.{100 + n}", f"Mới {n}")
        ambassadors.appoint(s, house, person, w.lan)
        for home, met in ((house, person), (w.sens_house, relative)):
            samples.visit(s, w.lan, home, met)
        samples.learn(s, person)
        samples.show_enough(s, person, w.lan)
        samples.message(s, w, person)
        samples.a_test_message(s, w)
        rows.sent(s, w.tan_hung, state="failed", error=str(n), due_at=clock.now())
        rows.receipt(s, f.failed, f"status {n}", clock.now())
        raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{person.id}", code="21211")
    s.commit()


def asked(connection, app, f, name, address, *, known=False):
    """What one rendering asks, everything that is read once a process being known."""
    visitor = Visitor(app).as_(getattr(f.w, name)) if name else Visitor(app)
    if not known:
        visitor.client.get(address.format(f=f))
    with counting.statements(connection) as said:
        assert visitor.client.get(address.format(f=f)).status_code == 200, address
    return said


@pytest.fixture(scope="module")
def figures(engine, one_app):
    """Page → what it asks with little to show, and with much."""
    with engine.connect() as connection, connection.begin() as outer:
        make = partial(Session, connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        one_app.extensions["make_session"] = make
        with make() as s:
            f = samples.furnish(s)
            few = {page: asked(connection, one_app, f, *page) for page in PAGES}
            grow(s, f)
            many = {page: asked(connection, one_app, f, *page, known=True) for page in PAGES}
            assert s.scalar(select(func.count()).select_from(Visit)) > 2 * MORE
        outer.rollback()
    return {page: (few[page], many[page]) for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[1].split("?")[0])
def test_a_page_asks_no_more_when_there_is_more_to_show(figures, page):
    few, many = figures[page]
    assert len(many) == len(few), "\n".join(sorted(many))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[1].split("?")[0])
def test_a_page_needs_few_questions(figures, page):
    assert len(figures[page][1]) <= MOST
