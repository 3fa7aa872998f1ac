"""The table as a file, and the report on paper."""

import csv
import unicodedata
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pypdf
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import pdf
from outreach.accounts.models import AuditEntry
from outreach.households import registering, stages
from outreach.households.registering import MemberFacts
from tests import world
from tests.coverage.conftest import confirm
from tests.visitor import Page, Visitor
from tests.world import World

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> object:
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def sheet(page: Page) -> list[list[str]]:
    """The rows of a CSV answer."""
    text = page.answer.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def reader(page: Page) -> pypdf.PdfReader:
    """The pages of a PDF answer."""
    return pypdf.PdfReader(BytesIO(page.answer.get_data()))


def text(page: Page) -> str:
    """All words of a PDF answer with single spaces."""
    return " ".join(" ".join(one.extract_text() for one in reader(page).pages).split())


def test_the_file_has_codes_then_hxl_tags_then_one_row_a_village(s: Session, w: World, visitor: Visitor) -> None:
    confirm(s, w.hanh, w.dung)
    page = visitor.as_(w.cuc).get("/do-phu/11977.csv")
    codes, tags, *villages = sheet(page)
    assert codes[:3] == ["area_code", "area_name", "period"]
    assert all(tag.startswith("#") for tag in tags)
    assert tags[:3] == ["#adm3+code", "#adm3+name", "#date+period"]
    found = [dict(zip(codes, row, strict=True)) for row in villages]
    assert [row["area_name"] for row in found] == ["Thôn Đoài", "Thôn Đông"]
    dong = found[1]
    assert (dong["area_code"], dong["period"], dong["as_of"]) == ("11977.1", "2026-11", "2026-11-21")
    assert (dong["in_scope"], dong["proficient"], dong["coverage_pct"]) == ("2", "1", "50.0")
    assert dong["proficient_change"] == "1"
    assert 'filename="do-phu-11977-2026-11-21.csv"' in page.headers["Content-Disposition"]


def test_the_file_tells_skills_and_what_people_say_apart(s: Session, w: World, visitor: Visitor) -> None:
    stages.weighed(s, {w.sen: (0b00010, 0b00100)})
    registering.correct_member(s, w.sen, MemberFacts(w.sen.name, 1955, vneid=True))
    s.commit()
    codes, tags, _doai, dong = sheet(visitor.as_(w.cuc).get("/do-phu/11977.csv"))
    found = dict(zip(codes, dong, strict=True))
    assert (found["alone_shopping"], found["helped_shopping"], found["helped_payment"]) == ("1", "0", "1")
    assert found["vneid"] == "1"
    assert dict(zip(codes, tags, strict=True))["vneid"] == "#indicator+adults+vneid_self_reported+num"


@pytest.mark.parametrize(("code", "level", "places"), [("VN", 1, 2), ("33", 2, 2), ("11977.1", 3, 1)])
def test_every_level_names_its_own_hxl_level(w: World, visitor: Visitor, code: str, level: int, places: int) -> None:
    _codes, tags, *rows = sheet(visitor.as_(w.anh).get(f"/do-phu/{code}.csv"))
    assert tags[0] == f"#adm{level}+code"
    assert len(rows) == places


def test_a_name_cannot_be_taken_for_a_formula(s: Session, w: World, visitor: Visitor) -> None:
    world.area(s, w.tan_hung, "village", "=1+1", "11977.9", "Lạ")
    s.commit()
    rows = sheet(visitor.as_(w.cuc).get("/do-phu/11977.csv"))
    assert "'=1+1 Lạ" in [row[1] for row in rows]


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_an_export_is_written_in_the_audit_log(s: Session, w: World, visitor: Visitor, form: str) -> None:
    visitor.as_(w.cuc).get(f"/do-phu/11977.{form}?thang=2026-10")
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "coverage.export")).one()
    assert (entry.actor_id, entry.area_id) == (w.cuc.id, w.tan_hung.id)
    assert entry.details == {"format": form, "month": "2026-10"}


def test_the_report_is_tagged_in_its_language_and_embeds_its_fonts(w: World, visitor: Visitor) -> None:
    page = visitor.as_(w.cuc).get("/do-phu/11977.pdf?lang=vi")
    assert page.answer.mimetype == "application/pdf"
    paper = reader(page)
    root = paper.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    fonts = {font.get_object()["/BaseFont"] for one in paper.pages for font in one["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Noto-Sans" in font for font in fonts)
    assert {"Bold" in font for font in fonts} == {True, False}


def test_the_report_can_be_read_out_letter_by_letter(s: Session, w: World, visitor: Visitor) -> None:
    """ọ ụ ị are where letters and dots come apart."""
    village = world.area(s, w.tan_hung, "village", "thôn", "11977.9", "Học Lịch Phụng Ượng Ặẫễ")
    world.household(s, village, "Chủ hộ")
    s.commit()
    read = text(visitor.as_(w.cuc).get("/do-phu/11977.pdf"))
    assert "Thôn Học Lịch Phụng Ượng Ặẫễ" in read
    assert "xã Tân Hưng" in read
    assert "Lê Thị Cúc" in read
    assert "12:00 21/11/2026" in read
    assert read == unicodedata.normalize("NFC", read)


def test_the_pictures_of_the_report_have_words(w: World, visitor: Visitor) -> None:
    data = visitor.as_(w.cuc).get("/do-phu/11977.pdf?lang=en").answer.get_data()
    figures = [one for one in _tags(pypdf.PdfReader(BytesIO(data))) if one.get("/S") == "/Figure"]
    assert [one["/Alt"] for one in figures][:1] == ["Not reached yet: 3 of 3 households"]
    assert len(figures) == 5


def _tags(paper: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    todo, found = [paper.trailer["/Root"]["/StructTreeRoot"]], []
    while todo:
        one = todo.pop(0)
        one = one.get_object()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            found.append(one)
            todo += [one["/K"]] if "/K" in one else []
    return found


def test_last_months_report_tells_last_month(s: Session, visitor: Visitor) -> None:
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        w = world.build(s)
        confirm(s, w.hanh, w.dung)
    confirm(s, w.tam, w.dung)
    cuc = visitor.as_(w.cuc)
    then, now = (text(cuc.get(f"/do-phu/11977.pdf?lang=en&thang={month}")) for month in ("2026-10", "2026-11"))
    assert "Figures of the evening of 31/10/2026" in then
    assert "1 of 3 households are proficient" in then
    assert "2 of 3 households are proficient" in now


@pytest.mark.parametrize("code", ["VN", "33", "11977.1"])
def test_every_level_has_its_report(w: World, visitor: Visitor, code: str) -> None:
    assert text(visitor.as_(w.anh).get(f"/do-phu/{code}.pdf?lang=en")).endswith(("1/1", "2/2"))


def test_without_pango_the_page_names_the_cure(
    s: Session, w: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    page = visitor.as_(w.cuc).get("/do-phu/11977.pdf", status=503)
    assert pdf.CURE in page.words
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "coverage.export")).all() == []
