"""A lesson on paper: large print, every step whole, papers and fee from the handbook, and a way out without PDF."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from outreach import pdf
from outreach.cards import codes
from outreach.carrying import paper_views
from outreach.lessons import content
from outreach.procedures import fees, loading
from outreach.procedures import queries as handbook
from outreach.settings import ROOT
from tests.databases import sqlite_only

pytestmark = sqlite_only
LESSON = content.load_all(ROOT / "lessons")["dang-ky-tam-tru"]
HERE = f"/bai-hoc/{LESSON.slug}"
WORDS = LESSON.words["vi"]


def plain(text):
    """Text without its marks and blanks: a line may end at every hyphen."""
    return "".join(text.replace("**", "").split())


@pytest.fixture(autouse=True)
def _handbook(s, w):
    loading.load(s)
    s.commit()


@pytest.fixture
def pages(visitor):
    """The words of each page of the PDF, in Vietnamese."""
    answer = visitor.client.get(f"{HERE}/to-roi.pdf?lang=vi")
    assert answer.mimetype == "application/pdf"
    return [plain(one.extract_text()) for one in PdfReader(BytesIO(answer.data)).pages]


def test_the_pdf_says_what_the_lesson_says_and_no_step_is_torn_apart(pages):
    assert 2 <= len(pages) <= 5
    for number, step in enumerate(LESSON.steps, start=1):
        said = WORDS.step(step.id)
        whole = [f"{number}{plain(said.heading)}", plain(said.see), plain(said.trap)]
        assert [n for n, page in enumerate(pages) if all(piece in page for piece in whole)], (step.id, pages)


def test_the_pdf_has_what_to_have_ready_the_figures_the_doubt_the_sources_and_whom_to_ask(pages):
    words = "".join(pages)
    facts = ("Tờ khai CT01", "7.000 đ", "3 ngày làm việc", "1.004194", LESSON.recheck_reason["vi"], "21/11/2026")
    for said in (*LESSON.words["vi"].ready, *facts, LESSON.sources[0].title, "1800 1096"):
        assert plain(said) in words
    assert f"localhost{HERE}" in words


def test_a_screen_reader_is_told_every_picture_of_the_pdf(visitor):
    answer = visitor.client.get(f"{HERE}/to-roi.pdf?lang=vi")
    reader = PdfReader(BytesIO(answer.data))
    assert reader.metadata["/Title"] == WORDS.title
    told = [
        str(one["/Alt"]) for one in tagged(reader.trailer["/Root"]["/StructTreeRoot"]) if one.get("/S") == "/Figure"
    ]
    assert told[1:] == [WORDS.step(step.id).alt for step in LESSON.steps]
    assert f"localhost{HERE}" in told[0]


def tagged(element):
    """What a screen reader meets, in order."""
    yield element
    below = element.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        if isinstance(one.get_object(), dict):
            yield from tagged(one.get_object())


def test_the_print_page_says_the_same_and_leads_to_the_pdf_and_back(visitor):
    page = visitor.get(f"{HERE}/to-roi?lang=vi")
    for step in LESSON.steps:
        assert plain(WORDS.step(step.id).heading) in plain(page.words)
    assert {HERE, f"{HERE}/to-roi.pdf"} <= set(page.links())
    assert "In trang này" in page.words


def test_those_whose_province_has_set_a_fee_read_it_on_their_handout(s, w, visitor):
    procedure = handbook.find(s, LESSON.procedure)
    fees.put(s, procedure, w.binh, online=0, direct=None, source="Nghị quyết mẫu số 1")
    code = codes.show(codes.issue(s, w.hanh, w.lan).code)
    s.commit()
    assert "Nghị quyết mẫu" not in visitor.get(f"{HERE}/to-roi").words
    visitor.post(f"/the-hoc/{code}")
    mine = visitor.get(f"{HERE}/to-roi").words
    assert "In tỉnh Hưng Yên:" in mine
    assert "According to Nghị quyết mẫu số 1" in mine
    assert "To ask: 0912 000 005" in mine


def test_a_machine_that_makes_no_pdf_shows_the_print_page_and_the_cure(visitor, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    page = visitor.get(f"{HERE}/to-roi.pdf", status=503)
    assert "print this page with the browser instead" in page.words
    assert pdf.CURE in page.words
    assert "Have ready" in page.words


def test_a_handout_asked_for_again_is_not_drawn_again(visitor, monkeypatch):
    drawn = []
    monkeypatch.setattr(pdf, "render", lambda html: drawn.append(html) or html.encode())
    for language in ("vi", "vi", "en"):
        visitor.client.get(f"{HERE}/to-roi.pdf?lang={language}")
    assert len(drawn) == 2


@pytest.mark.parametrize(
    "address", ["/bai-hoc/khong-co/to-roi", "/bai-hoc/khong-co/to-roi.pdf", "/bai-hoc/khong-co.zip"]
)
def test_what_is_no_lesson_has_no_paper(visitor, address):
    visitor.get(address, status=404)


def test_the_lessons_first_page_and_its_end_offer_both(visitor):
    paper_views._weighed.cache_clear()  # it may have been weighed by a test whose handbook held other pages
    for address in (HERE, f"{HERE}/xong"):
        page = visitor.get(f"{address}?lang=en")
        assert {f"{HERE}/to-roi", f"{HERE}.zip?lang=en"} <= set(page.links())
        size = len(visitor.client.get(f"{HERE}.zip?lang=en").data)
        assert f"A ZIP file of {-(-size // 1000)} KB" in page.words
