"""The QR board: its codes are read back from the paper, and lead where the words beside them say."""

from io import BytesIO
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from outreach import pdf
from outreach.helpdesk import board, keeping, signs
from outreach.helpdesk.models import DESK
from outreach.lessons import queries as lessons
from tests.databases import sqlite_only

pytestmark = sqlite_only
EIGHT = "&".join(f"bai={slug}" for slug in board.WANTED)
LONG = "Khu tập thể cán bộ công nhân viên Nhà máy Xi măng Phúc Sơn mở rộng số 2 phía bên kia đường sắt"


@pytest.fixture
def desk(s, w):
    """Tân Hưng's own desk."""
    told = keeping.Told(DESK, "Quầy hướng dẫn xã Tân Hưng", "Số 1, đường Mẫu", "+842213866123", "7 giờ đến 17 giờ")
    made = keeping.create(s, told, w.cuc)
    s.commit()
    return made


@pytest.fixture
def html(monkeypatch):
    """The board's words before they are a PDF."""
    monkeypatch.setattr(pdf, "render", str.encode)


def codes(data):
    """What a camera reads, page by page, in reading order."""
    for page in pypdfium2.PdfDocument(data):
        found = zxingcpp.read_barcodes(page.render(scale=1.5, grayscale=True).to_pil())
        yield {one.text for one in found}


def test_every_code_of_every_village_is_read_back_and_each_sheet_is_one_page(app, s, w, visitor, desk, caplog):
    w.dong.name = LONG
    s.commit()
    cuc = visitor.as_(w.cuc)
    paper = cuc.get(cuc.get(f"/bang-ma?noi=11977&kho=A4&moi_thon=y&{EIGHT}", status=303).location).answer.data
    pages = list(codes(paper))
    base = app.config["SETTINGS"].public_base_url
    assert "alt description" not in caplog.text
    assert pages == [{f"{base}/b/{signs.short(slug)}" for slug in board.WANTED}] * 2
    said = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(paper)).pages]
    assert LONG.split()[-1] in said[1]
    for page in said:
        assert "1800 1096" in page
        assert "Quầy hướng dẫn xã Tân Hưng" in page


@pytest.mark.parametrize(("asked", "size"), [("A3", "A3"), ("A4", "A4"), ("B7", "A4")])
def test_the_paper_has_the_size_that_was_asked_for(w, visitor, html, asked, size):
    assert f"size: {size};" in visitor.as_(w.lan).get(f"/bang-ma/11977.1.pdf?kho={asked}").text


def test_a_villages_sheet_has_its_group_leaders_number_and_one_without_a_leader_the_desks(w, visitor, desk, html):
    page = visitor.as_(w.cuc).get("/bang-ma/11977.pdf?moi-thon=1").text.replace("\u00a0", " ")
    dong, doai = sorted(page.split("<article>")[1:], key=lambda sheet: "Đoài" in sheet)
    assert "0912 000 005" in dong
    assert "Call the group of your village" in dong
    assert "0912 000 005" not in doai
    assert "Call the desk of the commune" in doai
    assert "0221 3866 123" in doai


def test_without_leader_and_desk_the_helpline_stands_alone(w, visitor, html):
    page = visitor.as_(w.nga).get("/bang-ma/11977.2.pdf").text
    assert page.count('class="number"') == 1
    assert "1800 1096" in page


def test_the_paper_shows_the_lessons_that_were_asked_for_and_no_others(w, visitor, html):
    page = visitor.as_(w.lan).get("/bang-ma/11977.1.pdf?bai=dang-ky-ket-hon,khong-co,mot-buoi-tham-tot").text
    assert page.count('class="code"') == 1
    assert "localhost<wbr>" in page
    assert "/b/ket-hon" in page


@pytest.mark.parametrize("count", [0, 5, 7])
def test_only_six_or_eight_fill_a_paper(w, visitor, count):
    some = "&".join(f"bai={slug}" for slug in board.WANTED[:count])
    page = visitor.as_(w.lan).get(f"/bang-ma?noi=11977.1&kho=A4&{some}", status=422)
    assert "Please choose 6 or 8 lessons." in page.words
    assert (f"You have chosen {count}" in page.words) == (count > 0)


def test_somebody_of_a_village_prints_for_it_alone(w, visitor):
    assert visitor.as_(w.lan).get("/bang-ma").form("/bang-ma")["noi"] == ["11977.1"]
    visitor.as_(w.lan).get("/bang-ma/11977.2.pdf", status=404)
    visitor.as_(w.lan).get("/bang-ma/11977.pdf", status=404)
    visitor.as_(w.binh).get("/bang-ma", status=403)
    assert visitor.get("/bang-ma", status=303).location.startswith("/dang-nhap")


def test_where_no_pdf_can_be_made_the_page_says_what_is_missing(w, visitor, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    assert pdf.CURE in visitor.as_(w.lan).get("/bang-ma/11977.1.pdf", status=503).words


def test_every_short_address_leads_to_its_lesson(w, visitor):
    for short, slug in signs.SHORT.items():
        assert visitor.get(f"/b/{short}", status=303).location == f"/bai-hoc/{slug}"
    assert visitor.get("/b/tach-ho", status=303).location == "/bai-hoc/tach-ho"
    visitor.get("/b/khong-co", status=404)
    assert len(signs.NAMES) == len(signs.SHORT), "two short names for one lesson"
    assert not set(signs.SHORT) & set(lessons.catalogue()), "a short name that is another lesson's slug"
    assert set(board.WANTED) <= {one.slug for one in board.offered()}


def test_a_boards_address_holds_on_a_server_with_another_name(app):
    with app.test_request_context():
        address = urlsplit("//" + board.card(lessons.catalogue()["dang-ky-ket-hon"]).address)
    assert (address.netloc, address.path) == ("localhost", "/b/ket-hon")
