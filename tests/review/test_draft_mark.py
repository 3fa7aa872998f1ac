"""What is printed or taken along as a workbook before it is approved says that it is a draft."""

import io
from datetime import date

import openpyxl
import pypdf
import pytest
import time_machine

from outreach import pdf
from outreach.review import sheets
from tests.checks.work import at, visit
from tests.databases import sqlite_only

OCTOBER = date(2026, 10, 1)
MARK = "Draft: not approved yet, its figures may still change"


@pytest.fixture
def november(s, w):
    """Lan worked on a day of October; now it is November."""
    with time_machine.travel("2026-11-03 09:00+07:00"):
        visit(s, w.lan, w.sens_house, at(date(2026, 10, 6)))
        s.commit()
        yield


def drafts(reader, address):
    """Whether the printed sheet and the workbook say so."""
    paper = reader.get(f"{address}.pdf?thang=2026-10").answer.text
    book = openpyxl.load_workbook(io.BytesIO(reader.get(f"{address}.xlsx?thang=2026-10").answer.data)).active
    return '<p class="draft">' in paper, book["A2"].value == MARK


@pytest.mark.each_kind
@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("whose", ["lan", "dong", "tan_hung"])
def test_a_sheet_says_that_it_is_a_draft_until_all_on_it_is_approved(visitor, s, w, monkeypatch, whose):
    monkeypatch.setattr(pdf, "render", str.encode)  # a PDF takes a second; its words are read before it is one
    cuc, of = visitor.as_(w.cuc), getattr(w, whose)
    address = f"/so-tham/{of.id}" if of is w.lan else f"/so-tham/bang/{of.code}"
    assert drafts(cuc, address) == (True, True)
    everybody = {"lan": [w.lan], "dong": [w.minh, w.dung, w.lan], "tan_hung": [w.minh, w.dung, w.nga, w.lan]}[whose]
    for who in everybody:
        assert drafts(cuc, address) == (True, True), who.name
        sheets.approve(s, sheets.send(s, who, who.area, OCTOBER, who), w.cuc)
        s.commit()
    assert drafts(cuc, address) == (False, False)


@sqlite_only
@pytest.mark.usefixtures("november")
def test_the_mark_can_be_read_on_the_printed_page_itself(visitor, w):
    paper = visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}.pdf?thang=2026-10").answer.data
    assert MARK in " ".join(pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
