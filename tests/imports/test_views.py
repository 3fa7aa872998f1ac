"""The pages for loading a list: upload, look, correct, start, see what came of it, mend, load again."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.areas.models import Area
from outreach.households.models import Household
from outreach.imports.models import ImportFile
from outreach.jobs.models import DONE, FAILED, Job
from tests.imports.sheets.build import HEADINGS, a_list, house, run, upload, xlsx

GOAT = ("9", "Trần Văn Dê", 1970, "Ngõ 1", "0912345670", "Đông")
NA = ("10", "Lê Thị Na", 1971, "Ngõ 2", "0168 234 5678", "Đông")


def send(visitor, w, content, *, name="danh-sach.xlsx", status=303):
    return visitor.as_(w.cuc).post("/ho/nhap", {"file": (io.BytesIO(content), name)}, status=status)


def form_of(file, **changes):
    """What the preview's form sends when nothing is touched."""
    meant = {number: name for name, number in file.columns.items()}
    sent = {f"columns-{at}": meant.get(at, "") for at in range(max(meant) + 1)}
    return sent | {"sheet": file.sheet, "header_row": file.header_row, "rows": file.options["rows"]} | changes


@pytest.fixture
def file(s, w):
    made = upload(s, w, a_list(GOAT, NA))
    s.commit()
    return made


def load(visitor, s, w, file, **changes):
    """Start the file from its page and let the worker finish."""
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", **changes))
    s.expire_all()
    job = s.get(Job, file.job_id)
    outcome = run(s, file, job)
    job.state, job.result = DONE, outcome.result
    s.commit()
    return outcome


def test_an_uploaded_list_is_shown_before_anything_is_loaded(visitor, s, w):
    page = visitor.as_(w.cuc).follow(send(visitor, w, a_list(GOAT, NA)))
    assert "Trần Văn Dê" in page.words
    assert '<option selected value="head">' in page.text
    assert s.scalars(select(Household).where(Household.head_name == "Trần Văn Dê")).all() == []


def test_the_preview_names_the_columns_that_are_never_read_and_shows_nothing_of_them(visitor, s, w):
    content = xlsx([(*HEADINGS, "Số CCCD", "Dân tộc"), (*GOAT, "033070001234", "Kinh")])
    page = visitor.as_(w.cuc).follow(send(visitor, w, content))
    assert "Số CCCD, Dân tộc" in page.words
    assert "033070001234" not in page.text
    assert "Kinh" not in page.words


@pytest.mark.parametrize(
    ("content", "name", "hint"),
    [(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "ds.xls", ".xlsx"), (b"%PDF-1.7", "ds.pdf", ".xlsx"), (b"", "ds.csv", "")],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(visitor, s, w, content, name, hint):
    assert hint in send(visitor, w, content, name=name, status=422).words
    assert s.scalars(select(ImportFile)).all() == []


def test_an_upload_without_a_file_says_so(visitor, w):
    assert 'role="alert"' in visitor.as_(w.cuc).post("/ho/nhap", {}, status=422).text


def test_starting_hands_the_list_to_the_worker(visitor, s, w, file):
    answer = visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1"))
    assert answer.location == f"/ho/nhap/{file.id}/ket-qua"
    s.expire_all()
    assert (s.get(Job, file.job_id).state, s.get(Job, file.job_id).owner) == ("queued", w.cuc.id)
    assert "every 2s" in visitor.as_(w.cuc).follow(answer).text


def test_starting_twice_is_one_job(visitor, s, w, file):
    for _ in range(2):
        visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1"))
    assert len(s.scalars(select(Job)).all()) == 1


def test_a_corrected_column_is_shown_again_before_it_counts(visitor, s, w, file):
    answer = visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", **{"columns-3": ""}))
    s.expire_all()
    assert (answer.location, file.job_id) == (f"/ho/nhap/{file.id}", None)
    load(visitor, s, w, file)
    assert house(s, "Trần Văn Dê").address == ""


def test_a_corrected_row_of_headings_makes_the_columns_be_guessed_anew(visitor, s, w):
    titled = [("Chủ hộ", "Thôn", "x", "y"), HEADINGS, GOAT]
    file = upload(s, w, xlsx(titled))
    s.commit()
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, header_row=1, again="1"))
    s.expire_all()
    assert (file.header_row, file.columns) == (1, {"head": 0, "village": 1})


def test_two_columns_of_one_meaning_are_refused(visitor, w, file):
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", **{"columns-0": "head"}), status=422)


def test_a_list_without_names_is_refused(visitor, w, file):
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", **{"columns-1": ""}), status=422)


def test_rows_as_persons_need_a_column_that_says_the_household(visitor, s, w):
    file = upload(s, w, xlsx([("Họ và tên", "Thôn"), ("Trần Văn Dê", "Đông")]))
    s.commit()
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, rows="person", start="1"), status=422)


def test_a_list_that_names_no_village_needs_one_chosen(visitor, s, w):
    file = upload(s, w, xlsx([HEADINGS[:5], GOAT[:5]]))
    s.commit()
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", village=0), status=422)
    load(visitor, s, w, file, village=w.doai.id)
    assert house(s, "Trần Văn Dê").village_id == w.doai.id


def test_a_village_of_another_commune_cannot_be_chosen(visitor, s, w):
    file = upload(s, w, xlsx([HEADINGS[:5], GOAT[:5]]))
    s.commit()
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1", village=w.ha.id), status=422)


def test_unknown_villages_are_offered_and_made_when_ticked(visitor, s, w):
    file = upload(s, w, a_list((*GOAT[:5], "Thôn Trung"), (*NA[:5], "Thôn Thượng")))
    s.commit()
    page = visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}")
    assert 'value="thon trung"' in page.text
    outcome = load(visitor, s, w, file, new=["thon trung"])
    assert (outcome.created, outcome.reasons) == (1, {3: "unknown_village"})
    assert s.scalars(select(Area.name).where(Area.parent_id == w.tan_hung.id, Area.name.like("T%"))).all() == ["Trung"]


def test_the_result_counts_and_lists_what_came_back_with_the_reason(visitor, s, w, file):
    load(visitor, s, w, file)
    page = visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}/ket-qua")
    assert f"/ho/nhap/{file.id}/loi.xlsx" in page.text
    assert "Lê Thị Na" in page.words
    assert "every 2s" not in page.text


def test_the_mended_rows_can_be_loaded_again(visitor, s, w):
    file = upload(
        s, w, a_list(GOAT, NA, ("11", "Hồ Văn Lộc", 1950, "Ngõ 3", "", "Đôngg"), ("12", "", 1950, "", "", "Đông"))
    )
    s.commit()
    first = load(visitor, s, w, file)
    book = openpyxl.load_workbook(io.BytesIO(visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}/loi.xlsx").answer.data))
    sheet = book.active
    assert [cell.value for cell in sheet[1]][:6] == list(HEADINGS)
    for row in sheet.iter_rows(min_row=2):
        row[1].value = row[1].value or "Vũ Thị Mơ"
        row[4].value = "0912345671" if row[0].value == "10" else None
        row[5].value = "Đông"
    held = io.BytesIO()
    book.save(held)
    mended = upload(s, w, held.getvalue())
    s.commit()
    second = load(visitor, s, w, mended)
    assert (first.created, first.rejected, first.remarks) == (2, 2, 1)
    assert (second.created, second.updated, second.rejected, second.remarks) == (2, 1, 0, 0)
    assert house(s, "Lê Thị Na").phone == "+84912345671"


def test_fetching_the_rows_is_noted(visitor, s, w, file):
    load(visitor, s, w, file)
    visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}/loi.xlsx")
    assert s.scalars(select(AuditEntry.actor_id).where(AuditEntry.act == "import.export")).all() == [w.cuc.id]


def test_a_cell_that_looks_like_a_formula_comes_back_as_text(visitor, s, w):
    file = upload(s, w, a_list(("9", "=1+1", 1970, "@SUM(A1)", "", "Đông"), ("10", "-", 1970, "@SUM(A1)", "", "Đông")))
    s.commit()
    load(visitor, s, w, file)
    book = openpyxl.load_workbook(io.BytesIO(visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}/loi.xlsx").answer.data))
    assert {cell.data_type for row in book.active for cell in row} <= {"s", "n"}


def test_a_loading_that_was_given_up_goes_on_when_asked(visitor, s, w, file):
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}", form_of(file, start="1"))
    s.expire_all()
    s.get(Job, file.job_id).state = FAILED
    s.commit()
    assert f"/ho/nhap/{file.id}/tiep-tuc" in visitor.as_(w.cuc).get(f"/ho/nhap/{file.id}/ket-qua").text
    visitor.as_(w.cuc).post(f"/ho/nhap/{file.id}/tiep-tuc")
    s.expire_all()
    assert s.get(Job, file.job_id).state == "queued"


def test_an_official_finds_the_way_from_the_household_list(visitor, w):
    assert "/ho/nhap" in visitor.as_(w.cuc).get("/ho").links()
    assert "/ho/nhap" not in visitor.as_(w.dung).get("/ho").links()


def test_lists_of_the_commune_are_found_again(visitor, w, file):
    assert f"/ho/nhap/{file.id}" in visitor.as_(w.cuc).get("/ho/nhap").links()


DOORS = [("get", "/ho/nhap/{}"), ("post", "/ho/nhap/{}"), ("get", "/ho/nhap/{}/ket-qua"),
         ("get", "/ho/nhap/{}/loi.xlsx"),
         ("post", "/ho/nhap/{}/tiep-tuc")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_the_official_of_another_commune_finds_nothing(visitor, w, file, method, path):
    getattr(visitor.as_(w.quy), method)(path.format(file.id), status=404)


@pytest.mark.parametrize(("method", "path"), [*DOORS, ("get", "/ho/nhap"), ("post", "/ho/nhap")])
def test_only_officials_load_lists(visitor, w, file, method, path):
    for other in (w.anh, w.binh, w.dung, w.lan, w.phuc):
        getattr(visitor.as_(other), method)(path.format(file.id), status=403)


@pytest.mark.parametrize(("method", "path"), [*DOORS, ("get", "/ho/nhap"), ("post", "/ho/nhap")])
def test_a_stranger_is_sent_to_sign_in(visitor, w, file, method, path):
    answer = getattr(visitor, method)(path.format(file.id), status=303)
    assert answer.location.startswith("/dang-nhap")
