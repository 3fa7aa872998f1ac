"""A report from its asking to its file, and what the file holds."""

import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import openpyxl
import pypdf
import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import clock, db, duties, pdf, queue
from outreach.accounts.models import Account, AuditEntry
from outreach.areas.models import Area
from outreach.jobs import running
from outreach.jobs.models import DONE, FAILED, Job
from outreach.reports import asking, making, press, reading
from outreach.reports.models import COMPARISON, KIND, MONTHLY, PDF, XLSX, Report
from outreach.sms.gateway import ConsoleGateway
from outreach.worker import Worker
from tests import world
from tests.databases import sqlite_only
from tests.reports.conftest import NOON, NOVEMBER, made, wish
from tests.world import World


def paper(report: Report) -> pypdf.PdfReader:
    """The pages of a report."""
    assert report.content is not None
    return pypdf.PdfReader(io.BytesIO(report.content))


def text(report: Report) -> str:
    """All its words with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in paper(report).pages).split())


def book(report: Report) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each sheet, without its two rows of title."""
    assert report.content is not None
    read = openpyxl.load_workbook(io.BytesIO(report.content))
    return {sheet.title: list(sheet.iter_rows(min_row=3, values_only=True)) for sheet in read}


def test_the_same_report_is_made_once_however_many_ask(s: Session, w: World) -> None:
    first = asking.ask(s, w.tan_hung, wish(), w.cuc)
    assert asking.ask(s, w.tan_hung, wish(), w.binh).id == first.id
    others = [wish(language="vi"), wish(form=XLSX), wish(kind=COMPARISON), wish(month=date(2026, 10, 1))]
    assert len({asking.ask(s, w.tan_hung, one, w.cuc).id for one in others} | {first.id}) == 5
    assert asking.ask(s, w.hung_yen, wish(), w.binh).id != first.id


def test_once_it_is_made_the_next_to_ask_gets_a_new_one(s: Session, w: World) -> None:
    first = made(s, w.tan_hung, wish(form=XLSX), w.cuc)
    assert asking.ask(s, w.tan_hung, wish(form=XLSX), w.cuc).id != first.id


def test_asking_again_for_one_that_was_given_up_tries_it_again(s: Session, w: World) -> None:
    report = asking.ask(s, w.tan_hung, wish(), w.cuc)
    job = asking.job_of(s, report)
    assert job is not None
    job.state, job.finished_at = FAILED, clock.now()
    assert asking.ask(s, w.tan_hung, wish(), w.cuc).id == report.id
    assert (job.state, job.finished_at) == ("queued", None)


def test_asking_is_written_in_the_audit_log(s: Session, w: World) -> None:
    report = asking.ask(s, w.tan_hung, wish(), w.cuc)
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "report.create")).one()
    assert (entry.actor_id, entry.area_id, entry.subject_id) == (w.cuc.id, w.tan_hung.id, report.id)
    assert entry.details == {"kind": MONTHLY, "format": PDF, "month": "2026-11", "language": "en"}


def test_a_report_is_let_go_after_thirty_days(s: Session, w: World) -> None:
    with time_machine.travel(NOON - timedelta(days=30, minutes=1), tick=False):
        asking.ask(s, w.tan_hung, wish(), w.cuc)
    young = asking.ask(s, w.tan_hung, wish(form=XLSX), w.cuc)
    assert asking.let_go(s) == 1
    assert [one.id for one, _failed in asking.latest(s, w.tan_hung)] == [young.id]


def test_a_job_whose_report_was_let_go_ends_quietly(s: Session, w: World) -> None:
    report = asking.ask(s, w.tan_hung, wish(), w.cuc)
    job = asking.job_of(s, report)
    assert job is not None
    s.delete(report)
    s.flush()
    assert [(one.done, one.total) for one in making.run(s, job)] == [(1, 1)]


@sqlite_only
def test_the_commune_s_month_on_paper_says_what_changed(s: Session, moved: World) -> None:
    read = text(made(s, moved.tan_hung, wish(), moved.cuc))
    assert "Coverage rose from 33 % to 67 %: 2 of 3 households, +1." in read
    assert "Biggest gain: Thôn Đông, 1 household." in read
    assert "Figures of 12:00 21/11/2026." in read
    assert "01/10/2026 to 21/10/2026" in read


@sqlite_only
def test_a_past_month_is_told_as_it_stood(s: Session, moved: World) -> None:
    read = text(made(s, moved.tan_hung, wish(month=date(2026, 10, 1)), moved.cuc))
    assert "Coverage rose from 0 % to 33 %: 1 of 3 households, +1." in read
    assert "Figures of the evening of 31/10/2026." in read
    assert "01/09/2026 to 30/09/2026" in read


@sqlite_only
def test_the_paper_has_a_letterhead_and_places_to_sign(s: Session, moved: World) -> None:
    read = text(made(s, moved.tan_hung, wish(), moved.cuc)).upper()
    for said in ("PEOPLE'S COMMITTEE", "XÃ TÂN HƯNG", "SOCIALIST REPUBLIC OF VIET NAM", "PAPER NO.: …", "DRAWN UP BY"):
        assert said in read


@sqlite_only
def test_a_small_village_s_rank_is_told_as_a_band(s: Session, moved: World) -> None:
    """Two of two households and none of one: their intervals overlap."""
    assert text(made(s, moved.tan_hung, wish(kind=COMPARISON), moved.cuc)).count("from 1 to 2") == 2


@sqlite_only
@pytest.mark.parametrize("what", [MONTHLY, COMPARISON])
@pytest.mark.parametrize("code", ["VN", "33", "11977"])
def test_a_paper_is_tagged_titled_and_in_its_language(s: Session, moved: World, code: str, what: str) -> None:
    places = {"VN": moved.country, "33": moved.hung_yen, "11977": moved.tan_hung}
    read = paper(made(s, places[code], wish(kind=what, language="vi"), moved.anh))
    root = read.trailer["/Root"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert read.metadata is not None
    assert places[code].full_name in (read.metadata.title or "")
    tags = tagged(read)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= {str(tag.get("/S")) for tag in tags}
    assert all(tag.get("/Alt") for tag in tags if tag.get("/S") == "/Figure")
    assert all("/StructParents" in page for page in read.pages)


@sqlite_only
def test_every_picture_of_the_month_has_words(s: Session, moved: World) -> None:
    figures = [tag for tag in tagged(paper(made(s, moved.tan_hung, wish(), moved.cuc))) if tag.get("/S") == "/Figure"]
    said = [str(tag["/Alt"]) for tag in figures]
    assert {"Not reached yet: 1 of 3 households", "From 0 at the end of 06/2026 to 2 in 11/2026."} <= set(said)
    assert len(said) == 5 + 1 + 5  # the stages, the months, the skills


@sqlite_only
def test_a_paper_brings_its_letters_along_and_says_what_heads_what(s: Session, moved: World) -> None:
    read = paper(made(s, moved.tan_hung, wish(), moved.cuc))
    fonts = {font.get_object()["/BaseFont"] for one in read.pages for font in one["/Resources"]["/Font"].values()}
    assert fonts
    assert all("Noto-Sans" in font for font in fonts)
    tags = tagged(read)
    heads = {str(tag["/ID"]) for tag in tags if tag.get("/S") == "/TH"}
    cells = [tag["/A"].get_object() for tag in tags if tag.get("/S") == "/TD"]
    assert cells
    for cell in cells:
        assert {str(head) for head in cell["/Headers"]} <= heads
        assert cell["/Headers"]


@sqlite_only
def test_a_paper_can_be_read_out_letter_by_letter(s: Session, w: World) -> None:
    """ọ ụ ị are where letters and dots come apart."""
    world.area(s, w.tan_hung, "village", "thôn", "11977.9", "Học Lịch Phụng Ượng Ặẫễ")
    read = text(made(s, w.tan_hung, wish(language="vi"), w.cuc))
    assert "Thôn Học Lịch Phụng Ượng Ặẫễ" in read
    assert read == unicodedata.normalize("NFC", read)


@sqlite_only
def test_each_page_says_which_it_is_and_of_what(s: Session, moved: World) -> None:
    moved.tan_hung.name = "Cư M'gar"
    pages = [page.extract_text() for page in paper(made(s, moved.tan_hung, wish(), moved.cuc)).pages]
    for number, words in enumerate(pages, 1):
        assert f"Page {number}/{len(pages)}" in words
        assert "Report of 11/2026: xã Cư M'gar" in words


@sqlite_only
@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_table_leaves_a_row_or_two_alone_on_a_page_nor_the_signatures(s: Session, w: World, language: str) -> None:
    told = reading.read(s, w.tan_hung, NOVEMBER)
    for many in range(19, 25):
        ranked = [told.ranked[n % 2] for n in range(many)]
        with press.speaking(language):
            read = pypdf.PdfReader(io.BytesIO(pdf.render(making.paper(COMPARISON, replace(told, ranked=ranked)))))
        rows = [page.extract_text().count("Thôn Đ") for page in read.pages]
        assert sum(rows) == many
        assert min(rows) >= 3, (many, rows)


def tagged(read: pypdf.PdfReader) -> list[pypdf.generic.DictionaryObject]:
    """All tags of a paper."""
    todo, found = [read.trailer["/Root"]["/StructTreeRoot"]], []
    while todo:
        one = todo.pop(0).get_object()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            found.append(one)
            todo += [one["/K"]] if "/K" in one else []
    return found


def test_the_workbook_has_numbers_as_numbers(s: Session, moved: World) -> None:
    sheets = book(made(s, moved.tan_hung, wish(form=XLSX), moved.cuc))
    assert list(sheets) == ["Numbers", "What changed", "Places", "Month by month", "Meanings"]
    numbers = {row[0]: row[1:] for row in sheets["Numbers"][1:]}
    assert numbers["Households in scope"] == (3, 0, 0)
    assert numbers["Proficient"] == (2, 1, 1)
    assert numbers["Share"][0] == pytest.approx(2 / 3)
    heads, *places = sheets["Places"]
    found = [dict(zip(heads, row, strict=True)) for row in places]
    ranks = [(one["Village"], one["Rank, from"], one["Rank, to"], one["Proficient"]) for one in found]
    assert ranks == [("Thôn Đông", 1, 2, 2), ("Thôn Đoài", 1, 2, 0)]


def test_the_country_s_workbook_compares_all_communes(s: Session, moved: World) -> None:
    sheets = book(made(s, moved.country, wish(kind=COMPARISON, form=XLSX), moved.anh))
    assert list(sheets) == ["Places", "Communes", "Meanings"]
    heads, *communes = sheets["Communes"]
    assert [dict(zip(heads, row, strict=True))["Commune"] for row in communes] == ["Xã Tân Hưng", "Xã Tiên Lữ"]
    assert {dict(zip(heads, row, strict=True))["Province"] for row in communes} == {"Tỉnh Hưng Yên"}


def test_progress_is_told_province_by_province(s: Session, moved: World) -> None:
    report = asking.ask(s, moved.country, wish(kind=COMPARISON, form=XLSX), moved.anh)
    job = asking.job_of(s, report)
    assert job is not None
    assert [(one.done, one.total) for one in making.run(s, job)] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_report_speaks_its_own_language_whoever_asked(s: Session, moved: World) -> None:
    told = reading.read(s, moved.tan_hung, NOVEMBER)
    for language, said in (("vi", '<html lang="vi">'), ("en", '<html lang="en">')):
        with press.speaking(language):
            assert said in making.paper(MONTHLY, told)
    with press.speaking("vi"):
        assert "Mỗi nhà một người thành thạo" in making.paper(MONTHLY, told)


def test_two_who_ask_at_once_get_the_same_report(real_db: Engine) -> None:
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
    together = Barrier(2)

    def ask(who: Account) -> int:
        together.wait(30)
        with db.transaction(real_db) as s:
            return asking.ask(s, s.get_one(Area, w.tan_hung.id), wish(), who).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, (w.cuc, w.binh)))) == 1


def test_old_reports_go_with_the_night_s_tidying(s: Session, w: World) -> None:
    with time_machine.travel(NOON - timedelta(days=31), tick=False):
        asking.ask(s, w.tan_hung, wish(), w.cuc)
    (told,) = duties.tidy(s, Job(done=0))
    assert told.result["reports"] == 1


def test_a_killed_worker_s_report_is_made_by_the_next(real_db: Engine) -> None:
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        report = asking.ask(s, w.tan_hung, wish(form=XLSX), w.cuc)
        s.commit()
    with db.transaction(real_db) as s:
        (job,) = queue.claim(s, Job, limit=1, lease=running.LEASE)
    with Session(real_db) as s:  # a worker that dies after its first piece
        running.advance(s, job, next(iter(making.run(s, job))))
        s.commit()
    following = Worker(real_db, ConsoleGateway(3), {KIND: making.run})
    assert not following.do_next()  # the dead one may still be at it
    with time_machine.travel(NOON + running.LEASE + timedelta(seconds=1), tick=False):
        assert following.do_next()
    with Session(real_db) as s:
        left = s.get_one(Report, report.id)
        assert "Numbers" in book(left)
        assert s.scalars(select(Job.state).where(Job.kind == KIND)).one() == DONE
