"""The pages for taking over submissions: upload, look, correct, start, see what came of it, mend, upload again."""

import io
from datetime import datetime

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import AuditEntry
from outreach.imports.models import ImportFile
from outreach.jobs import running
from outreach.jobs.models import FAILED, Job
from tests.databases import sqlite_only
from tests.imports.sheets.build import a_list, xlsx
from tests.imports.sheets.build import upload as upload_households
from tests.submissions.exports import HEADINGS, an_export, mark, run, submission, upload, visits
from tests.visitor import Page, Visitor
from tests.world import World

pytestmark = sqlite_only


def send(visitor: Visitor, w: World, content: bytes, *, name: str = "export.csv", status: int = 303) -> Page:
    return visitor.as_(w.cuc).post("/trao-doi/odk", {"file": (io.BytesIO(content), name)}, status=status)


def only(s: Session) -> ImportFile:
    s.expire_all()
    return s.scalars(select(ImportFile).order_by(ImportFile.id.desc()).limit(1)).one()


def test_from_the_upload_to_the_visits(s: Session, w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1), submission(2, outcome="3"))))
    assert "Hoàng Thị Sen, Thôn Đông" in page.words
    assert "09:30 20/11/2026 · Did it with help" in page.words
    assert "It is not said what this answer means." in page.words
    assert visits(s) == []
    address = f"/trao-doi/odk/{only(s).id}"
    again = cuc.follow(cuc.send(page, address, **{"outcomes-1": "shown", "again": "1"}))
    assert "It is not said what this answer means." not in again.words
    started = cuc.send(again, address, start="1")
    assert started.location == f"{address}/ket-qua"
    assert run(s, only(s)) == {"created": 2}
    assert "The visits are taken over." in cuc.follow(started).words
    assert [visit.outcome for visit in visits(s)] == ["helped", "shown"]
    assert cuc.get(address, status=303).location == f"{address}/ket-qua"


def test_a_column_that_was_guessed_wrongly_is_put_right_and_looked_at_before_anything_starts(
    s: Session, w: World, visitor: Visitor
) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1, start="2026-11-01T08:00:00+07:00"))))
    address = f"/trao-doi/odk/{only(s).id}"
    moved = cuc.send(page, address, **{"columns-1": "when", "columns-2": "", "start": "1"})
    assert moved.location == address
    assert only(s).job_id is None
    assert "08:00 01/11/2026" in cuc.follow(moved).words


def test_the_button_counts_the_rows_that_will_be_taken_and_the_page_those_that_come_back(
    s: Session, w: World, visitor: Visitor
) -> None:
    cuc = visitor.as_(w.cuc)
    rows = [submission(n) for n in range(1, 62)]
    rows += [submission(70, outcome="shown"), submission(71, outcome="?"), submission(72, household_code="99")]
    page = cuc.follow(send(visitor, w, an_export(*rows)))
    assert "Take over 62 rows" in page.words
    assert "2 rows will not be taken; they come back with the reason." in page.words
    address = f"/trao-doi/odk/{only(s).id}"
    again = cuc.follow(cuc.send(page, address, **{"outcomes-1": "", "start": "1"}))
    assert only(s).job_id is None
    assert "Take over 61 rows" in again.words
    cuc.send(again, address, start="1")
    assert run(s, only(s)) == {"created": 61, "rejected": 3}


def test_visits_of_which_the_export_says_nobody_are_those_of_whom_the_official_names(
    s: Session, w: World, visitor: Visitor
) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1, SubmitterName=""))))
    address = f"/trao-doi/odk/{only(s).id}"
    cuc.send(page, address, by=str(w.minh.id), start="1")
    run(s, only(s))
    assert [visit.by_id for visit in visits(s)] == [w.minh.id]


def test_a_stranger_to_the_commune_cannot_be_named_as_the_visitor(s: Session, w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1))))
    cuc.send(page, f"/trao-doi/odk/{only(s).id}", by=str(w.quy.id), start="1", status=422)
    assert only(s).job_id is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns-11": ""}, "No column is taken as “The submission's own mark (instanceID, _uuid)”."),
        ({"columns-3": "", "columns-5": ""}, "No column says which household was visited"),
        ({"columns-0": "when"}, "Two columns are taken as “Day and time of the visit”."),
    ],
)
def test_what_is_missing_is_said_and_nothing_starts(
    s: Session, w: World, visitor: Visitor, changes: dict[str, str], said: str
) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1))))
    answer = cuc.send(page, f"/trao-doi/odk/{only(s).id}", **changes, start="1", status=422)
    assert said in answer.words
    assert only(s).job_id is None


def test_free_text_is_no_column_of_answers(s: Session, w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(*(submission(n, outcome=f"lời {n}") for n in range(1, 60)))))
    assert "free text" in cuc.send(page, f"/trao-doi/odk/{only(s).id}", start="1", status=422).words


def test_the_rows_given_back_can_be_put_right_in_excel_and_taken(s: Session, w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1), submission(2, household_code="99"))))
    first = f"/trao-doi/odk/{only(s).id}"
    cuc.send(page, first, start="1")
    assert run(s, only(s)) == {"created": 1, "rejected": 1}
    assert "Household code: The commune has no such household." in cuc.get(f"{first}/ket-qua").words
    given_back = cuc.get(f"{first}/loi.xlsx").answer.get_data()
    book = openpyxl.load_workbook(io.BytesIO(given_back))
    row = next(cell for cell in book.active[2] if cell.value == "99")
    assert "no such household" in book.active[2][-1].value
    row.value = "1"
    held = io.BytesIO()
    book.save(held)
    page = cuc.follow(send(visitor, w, held.getvalue(), name="can-sua.xlsx"))
    cuc.send(page, f"/trao-doi/odk/{only(s).id}", start="1")
    assert run(s, only(s)) == {"created": 1}
    assert {visit.client_id for visit in visits(s)} == {mark(1)[5:], mark(2)[5:]}
    taken = s.scalars(select(AuditEntry).where(AuditEntry.act == "submissions.export")).one()
    assert taken.actor_id == w.cuc.id


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"%PDF-1.7", "a.pdf"), (b"", "a.csv"), (b"PK\x03\x04", "a.zip"), (b"MZ, 1\r\n2, 3", "evil.exe")],
)
def test_a_file_that_is_no_export_is_refused_with_what_to_do(
    s: Session, w: World, visitor: Visitor, content: bytes, name: str
) -> None:
    assert 'role="alert"' in send(visitor, w, content, name=name, status=422).text
    assert s.scalars(select(ImportFile)).all() == []


def test_a_moment_in_a_cell_of_excel_keeps_its_hour(s: Session, w: World, visitor: Visitor) -> None:
    rows = [list[object](submission(1)), list[object](submission(2))]
    rows[0][2], rows[1][2] = datetime(2026, 11, 19, 9, 0), datetime(2026, 11, 19)
    page = visitor.as_(w.cuc).follow(send(visitor, w, xlsx([HEADINGS, *rows]), name="ok.xlsx"))
    assert "09:00 19/11/2026" in page.words
    assert "12:00 19/11/2026" in page.words


def test_an_upload_without_a_file_says_so(w: World, visitor: Visitor) -> None:
    assert 'role="alert"' in visitor.as_(w.cuc).post("/trao-doi/odk", {}, status=422).text


def test_lists_of_households_and_exports_of_visits_are_never_taken_for_each_other(
    s: Session, w: World, visitor: Visitor
) -> None:
    visits_file = upload(s, w, an_export(submission(1)))
    households = upload_households(s, w, a_list(("9", "Trần Văn Dê", 1970, "Ngõ 1", "", "Đông")))
    s.commit()
    cuc = visitor.as_(w.cuc)
    cuc.get(f"/ho/nhap/{visits_file.id}", status=404)
    cuc.get(f"/trao-doi/odk/{households.id}", status=404)
    assert f"/trao-doi/odk/{visits_file.id}" in cuc.get("/trao-doi/odk").links()
    assert f"/ho/nhap/{visits_file.id}" not in cuc.get("/ho/nhap").links()


def test_work_that_was_given_up_goes_on_where_it_stopped(s: Session, w: World, visitor: Visitor) -> None:
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(send(visitor, w, an_export(submission(1))))
    address = f"/trao-doi/odk/{only(s).id}"
    cuc.send(page, address, start="1")
    job = s.get_one(Job, only(s).job_id)
    job.state = FAILED
    s.commit()
    page = cuc.get(f"{address}/ket-qua")
    assert "Go on where it stopped" in page.words
    cuc.send(page, f"{address}/tiep-tuc")
    s.expire_all()
    assert (job.state, running.plan(s, "visits", job.key).id) == ("queued", job.id)


@pytest.mark.parametrize("who", ["anh", "binh", "dung", "lan", "phuc"])
def test_only_an_official_takes_over_visits(w: World, visitor: Visitor, who: str) -> None:
    reader = visitor.as_(getattr(w, who))
    reader.get("/trao-doi/odk", status=403)
    reader.post("/trao-doi/odk", {}, status=403)


def test_an_export_of_another_commune_is_not_there(s: Session, w: World, visitor: Visitor) -> None:
    file = upload(s, w, an_export(submission(1)))
    s.commit()
    quy = visitor.as_(w.quy)
    for path in ("", "/ket-qua", "/loi.xlsx"):
        quy.get(f"/trao-doi/odk/{file.id}{path}", status=404)
    quy.post(f"/trao-doi/odk/{file.id}", {"start": "1"}, status=404)


def test_a_stranger_is_asked_to_sign_in(w: World, visitor: Visitor) -> None:
    assert visitor.get("/trao-doi/odk", status=303).location.startswith("/dang-nhap")
