"""The doors of the visit log: what one sees there, who may enter, and what each step does."""

import io
import re
from datetime import date, datetime

import openpyxl
import pypdfium2
import pytest
import time_machine
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.review import allowance, sheets
from outreach.review.allowance import Terms
from outreach.review.models import APPROVED, LOCKED, SENT, TO_MEND, Sheet
from outreach.visits import correcting
from outreach.visits.models import Visit
from tests.checks.work import at, visit
from tests.counting import statements
from tests.databases import sqlite_only

pytestmark = sqlite_only
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def w(s, w):
    """The cast, at work since September; Lan worked on two days of October; now it is November."""
    for day, outcome, met in ((6, "helped", (w.sen.id,)), (7, "nobody", ())):
        when = at(date(2026, 10, day))
        with time_machine.travel(when, tick=False):
            visit(s, w.lan, w.sens_house, when, outcome, met=met)
    s.commit()
    with time_machine.travel("2026-11-03 09:00+07:00"):
        yield w


def sheet_of(s, w, who=None):
    """The sheet of October as it stands in the database."""
    s.expire_all()
    return s.scalars(select(Sheet).where(Sheet.account_id == (who or w.lan).id)).one()


def page_of(who):
    """Where somebody's October stands."""
    return f"/so-tham/{who.id}?thang=2026-10"


def send(visitor, s, w, who=None):
    """October is sent."""
    who = who or w.lan
    person = visitor.as_(who)
    person.send(person.get(page_of(who)), f"/so-tham/{who.id}/gui?thang=2026-10&thon={w.dong.id}")
    return sheet_of(s, w, who)


def test_a_volunteer_finds_her_months_and_sends_one(visitor, s, w):
    lan = visitor.as_(w.lan)
    page = lan.get("/so-tham")
    assert "Month 10/2026" in page.words
    assert "Look through and send" in page.words
    assert send(visitor, s, w).state == SENT
    assert "Sent, waits for approval" in lan.get("/so-tham").words


def test_the_sheet_lists_the_visits_behind_its_numbers(visitor, w):
    page = visitor.as_(w.lan).get(page_of(w.lan))
    assert "09:00 06/10/2026" in page.words
    assert "Hoàng Thị Sen" in page.words
    assert "Days worked2" in page.words


def test_a_leader_approves_and_the_page_says_who(visitor, s, w):
    send(visitor, s, w)
    dung = visitor.as_(w.dung)
    page = dung.get(page_of(w.lan))
    done = dung.follow(dung.send(page, f"/so-tham/{w.lan.id}/duyet?thang=2026-10&thon={w.dong.id}", word="đủ"))
    assert sheet_of(s, w).state == APPROVED
    assert "The sheet is approved." in done.words
    assert "Phạm Văn Dũng" in done.words


def test_sent_back_without_a_word_it_stays_where_it_is(visitor, s, w):
    send(visitor, s, w)
    dung = visitor.as_(w.dung)
    door = f"/so-tham/{w.lan.id}/tra-lai?thang=2026-10&thon={w.dong.id}"
    page = dung.send(dung.get(page_of(w.lan)), door, status=422)
    assert sheet_of(s, w).state == SENT
    dung.send(page, door, word="thiếu ngày 8")
    assert sheet_of(s, w).state == TO_MEND
    assert "thiếu ngày 8" in visitor.as_(w.lan).get(page_of(w.lan)).words


def test_nobody_approves_ones_own_sheet(visitor, s, w):
    send(visitor, s, w, w.dung)
    dung = visitor.as_(w.dung)
    assert "/duyet" not in dung.get(page_of(w.dung)).text
    page = dung.post(f"/so-tham/{w.dung.id}/duyet?thang=2026-10&thon={w.dong.id}")
    assert "Somebody else decides" in dung.follow(page).words
    assert sheet_of(s, w, w.dung).state == SENT


def test_the_grid_tells_missing_from_zero(visitor, s, w):
    send(visitor, s, w, w.minh)
    page = visitor.as_(w.cuc).get("/so-tham?thang=2026-10")
    assert "people have reported nothing" in page.words
    told = page.words
    assert "Bùi Đức Minh Sent, waits for approval0 0 0 0" in told
    assert "Phạm Văn Dũng Not reported– – – –" in told
    assert "Trần Thị Lan Not sent yet2 2 1 0" in told
    only = visitor.as_(w.cuc).get("/so-tham?thang=2026-10&tt=sent").words
    assert "Bùi Đức Minh" in only
    assert "Trần Thị Lan" not in only
    assert "Whole group 00 00" not in told
    assert re.search("Hồ Thị Nga Not reported[– ]+Whole group[– ]+Thôn Đông", told)


def test_beside_the_total_stands_what_of_it_is_approved(visitor, s, w):
    allowance.set_rule(s, w.tan_hung, w.cuc, Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000))
    visit(s, w.minh, w.tams_house, at(date(2026, 10, 8)))
    sheets.approve(s, sheets.send(s, w.minh, w.dong, OCTOBER, w.minh), w.cuc)
    s.commit()
    cuc = visitor.as_(w.cuc)
    told = cuc.get("/so-tham?thang=2026-10").words
    assert re.search(r"150.000", told)
    assert re.search(r"Of this, on approved sheets: 50.000", told)
    rows = workbook(cuc.get("/so-tham/bang/11977.xlsx?thang=2026-10"))
    assert (rows[-1][0], rows[-2][-1], rows[-1][-1]) == ("Of this, on approved sheets", 150_000, 50_000)


def test_what_is_approved_of_a_group_holds_its_own_share_group_by_group(visitor, s, w):
    terms = Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000, group_month=300_000)
    allowance.set_rule(s, w.tan_hung, w.cuc, terms)
    visit(s, w.minh, w.tams_house, at(date(2026, 10, 8)))
    visit(s, w.nga, w.paos_house, at(date(2026, 10, 8)))
    sheets.approve(s, sheets.send(s, w.minh, w.dong, OCTOBER, w.minh), w.cuc)
    s.commit()
    cuc = visitor.as_(w.cuc)
    told = cuc.get("/so-tham?thang=2026-10").words
    assert re.findall(r"Of this, on approved sheets: ([\d,]+)", told) == ["0", "350,000", "350,000"]
    rows = workbook(cuc.get("/so-tham/bang/11977.xlsx?thang=2026-10"))
    assert ["Thôn Đông", 350_000] in [[row[0], row[-1]] for row in rows if row[1] == "Of this, on approved sheets"]


def test_the_official_is_told_why_days_noted_late_bring_the_group_no_share(visitor, s, w):
    terms = Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000, group_month=300_000)
    allowance.set_rule(s, w.tan_hung, w.cuc, terms)
    sheets.approve(s, sheets.send(s, w.minh, w.dong, OCTOBER, w.minh), w.cuc)
    s.commit()
    cuc = visitor.as_(w.cuc)
    assert "the group gets no share" not in cuc.get("/so-tham?thang=2026-11").words
    visit(s, w.minh, w.tams_house, at(date(2026, 10, 8)))
    s.commit()
    assert "the group gets no share for that month" in cuc.get("/so-tham?thang=2026-11").words
    assert "the group gets no share for that month" in cuc.get("/muc-ho-tro").words


def test_the_list_stands_before_what_is_done_with_a_month(visitor, w):
    page = visitor.as_(w.cuc).get("/so-tham?thang=2026-10").words
    assert page.index("Trần Thị Lan") < page.index("Lock the month")


def test_the_official_locks_a_month_after_seeing_what_is_missing(visitor, s, w):
    send(visitor, s, w)
    cuc = visitor.as_(w.cuc)
    cuc.send(cuc.get(page_of(w.lan)), f"/so-tham/{w.lan.id}/duyet?thang=2026-10&thon={w.dong.id}")
    page = cuc.get("/so-tham/khoa?thang=2026-10")
    assert "Bùi Đức Minh" in page.words
    assert "Trần Thị Lan" not in page.words
    cuc.send(page, "/so-tham/khoa")
    assert sheet_of(s, w).state == LOCKED


def test_the_running_month_cannot_be_locked(visitor, w):
    visitor.as_(w.cuc).get("/so-tham/khoa?thang=2026-11", status=404)


def test_a_correction_in_a_closed_month_says_where_it_will_count(visitor, s, w):
    wrong = visit(s, w.lan, w.tams_house, at(date(2026, 10, 8)))
    sheet = sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    sheets.approve(s, sheet, w.dung)
    s.commit()
    page = visitor.as_(w.lan).get(f"/tham/{wrong.id}/sua")
    assert "The month of this visit is approved" in page.words
    assert "11/2026" in page.words
    correcting.correct(s, wrong, w.lan, "không có")
    s.commit()
    page = visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-11")
    assert "Taken back, was counted in 10/2026" in page.words


@pytest.mark.parametrize("path", ["/so-tham/{}?thang=2026-10", "/so-tham/{}.pdf?thang=2026-10", "/so-tham/{}.xlsx"])
def test_a_sheet_is_for_oneself_the_leader_and_the_commune(visitor, w, path):
    mine = path.format(w.lan.id)
    for who in (w.lan, w.dung, w.cuc):
        visitor.as_(who).get(mine)
    for who in (w.minh, w.nga, w.quy, w.phuc):
        visitor.as_(who).get(mine, status=404)
    for who in (w.binh, w.anh):
        visitor.as_(who).get(mine, status=403)
    assert visitor.get(mine, status=303).location.startswith("/dang-nhap")


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_a_groups_month_is_for_its_leader_and_the_commune(visitor, s, w, form):
    door = f"/so-tham/bang/{{}}.{form}?thang=2026-10"
    visitor.as_(w.dung).get(door.format(w.dong.code))
    visitor.as_(w.cuc).get(door.format(w.tan_hung.code))
    visitor.as_(w.dung).get(door.format(w.tan_hung.code), status=404)
    visitor.as_(w.quy).get(door.format(w.dong.code), status=404)
    visitor.as_(w.lan).get(door.format(w.dong.code), status=403)
    assert visitor.get(door.format(w.dong.code), status=303).location.startswith("/dang-nhap")
    assert s.scalars(select(AuditEntry).where(AuditEntry.act == "sheet.export")).all()


@pytest.mark.parametrize("step", ["gui", "duyet", "tra-lai"])
def test_steps_are_closed_to_others_and_strangers(visitor, w, step):
    door = f"/so-tham/{w.lan.id}/{step}?thang=2026-10"
    visitor.as_(w.phuc).post(door, status=404 if step == "gui" else 403)
    visitor.as_(w.quy).post(door, status=404)
    assert visitor.post(door).location.startswith("/dang-nhap")


def test_only_officials_lock(visitor, w):
    for who in (w.dung, w.lan):
        visitor.as_(who).get("/so-tham/khoa", status=403)
        visitor.as_(who).post("/so-tham/khoa", status=403)
    assert visitor.get("/so-tham/khoa", status=303).location.startswith("/dang-nhap")


def test_a_village_that_does_not_concern_the_sheet_is_not_there(visitor, w):
    visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-10&thon={w.doai.id}", status=404)
    visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-13", status=404)
    visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2027-01", status=404)


def workbook(page):
    """The rows of a downloaded workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(page.answer.data)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_has_numbers_as_numbers_and_nothing_where_nothing_was_reported(visitor, s, w):
    terms = Terms(from_month=OCTOBER, basis="NQ 01/2026 (mẫu)", per_day=50_000, group_month=300_000)
    allowance.set_rule(s, w.tan_hung, w.cuc, terms)
    s.commit()
    rows = workbook(visitor.as_(w.cuc).get("/so-tham/bang/11977.xlsx?thang=2026-10"))
    told = {row[1]: row for row in rows if row[1]}
    assert told["Trần Thị Lan"][3:5] == [2, 2]
    assert told["Trần Thị Lan"][-1] == 100_000
    assert set(told["Bùi Đức Minh"][3:]) == {None}
    assert told["The group's own share"][-1] == 300_000
    assert next(row for row in rows if row[0] == "Total")[-1] == 400_000


def test_a_month_of_which_nothing_is_known_has_no_totals(visitor, w):
    cuc = visitor.as_(w.cuc)
    total = next(row for row in workbook(cuc.get("/so-tham/bang/11977.xlsx?thang=2026-09")) if row[0] == "Total")
    assert set(total[1:]) == {None}
    assert "All groups" not in cuc.get("/so-tham?thang=2026-09").words


def test_a_persons_workbook_lists_each_visit_and_the_totals(visitor, w):
    rows = workbook(visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}.xlsx?thang=2026-10"))
    assert rows[3][:3] == [datetime(2026, 10, 6, 9), "Hoàng Thị Sen", "Did it with help"]
    assert rows[4][:3] == [datetime(2026, 10, 7, 9), "Hoàng Thị Sen", "Nobody was home"]
    assert ["Days worked", 2] in [row[:2] for row in rows]


def paper(page):
    """What a printed sheet says, in one line."""
    sheet = pypdfium2.PdfDocument(page.answer.data)
    return " ".join(" ".join(one.get_textpage().get_text_range() for one in sheet).split())


def test_screen_workbook_and_paper_say_alike_what_of_a_month_comes_from_approved_ones(visitor, s, w):
    wrong = s.scalars(select(Visit).where(Visit.by_id == w.lan.id).order_by(Visit.at)).first()
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    correcting.correct(s, wrong, w.lan, "không có")
    s.commit()
    lan, said = visitor.as_(w.lan), {"Taken back from approved months": 1}
    said["Part of the days worked: days of approved months, noted late or taken back"] = -1
    page, on_paper = (lan.get(f"/so-tham/{w.lan.id}{form}?thang=2026-11") for form in ("", ".pdf"))
    rows = workbook(lan.get(f"/so-tham/{w.lan.id}.xlsx?thang=2026-11"))
    for words, number in said.items():
        assert [words, number] in [row[:2] for row in rows]
        assert re.search(f"{re.escape(words)} *{number}", page.words)
        assert f"{words} {number}" in paper(on_paper)


def test_a_groups_month_on_paper_is_a_draft_until_all_that_was_sent_is_approved(visitor, s, w):
    cuc, door = visitor.as_(w.cuc), "/so-tham/bang/11977.pdf?thang=2026-10"
    sheet = sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    s.commit()
    assert "Draft: 1 sheet is not approved yet" in paper(cuc.get(door))
    sheets.approve(s, sheet, w.dung)
    s.commit()
    assert "Draft" not in paper(cuc.get(door)), "who reported nothing keeps nobody from being paid"


@pytest.mark.parametrize("path", ["/so-tham?thang=2026-10", "/so-tham/{lan}?thang=2026-10", "/so-tham/cua-toi"])
def test_a_page_asks_the_same_however_much_was_done_and_fourteen_times_at_most(visitor, s, w, connection, path):
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    visit(s, w.lan, w.tams_house, at(date(2026, 10, 9)))
    s.commit()
    path = path.format(lan=w.lan.id)
    reader = visitor.as_(w.lan if "cua-toi" in path else w.dung)
    with statements(connection) as few:
        reader.get(path)
    for day in range(10, 30):
        for who in (w.lan, w.minh):
            visit(s, who, w.tams_house, at(date(2026, 10, day)), "helped", met=(w.tam.id,))
    s.commit()
    with statements(connection) as many:
        reader.get(path)
    assert len(many) == len(few) <= 14, "\n".join(many)


@pytest.mark.parametrize("path", ["/so-tham?thang=2026-11", "/so-tham/{lan}?thang=2026-11", "/so-tham/cua-toi"])
def test_late_visits_of_two_villages_cost_five_questions_more_however_many_they_are(visitor, s, w, connection, path):
    """Which months are closed, what came late, what else these people did then, what was approved, and of where."""
    allowance.set_rule(s, w.tan_hung, w.cuc, Terms(from_month=OCTOBER, basis="NQ 01/2026 (mẫu)", per_day=50_000))
    for who, village in ((w.lan, w.dong), (w.lan, w.doai), (w.minh, w.dong)):
        sheets.approve(s, sheets.send(s, who, village, OCTOBER, who), w.cuc)
    path = path.format(lan=w.lan.id)
    reader, asked = visitor.as_(w.lan if "cua-toi" in path else w.cuc), []
    with time_machine.travel("2026-11-10 09:00+07:00"):
        for days in (range(1, 3), range(3, 25)):
            for day in days:
                for who, house in ((w.lan, w.tams_house), (w.lan, w.paos_house), (w.minh, w.sens_house)):
                    visit(s, who, house, at(date(2026, 10, day)), "helped")
            s.commit()
            with statements(connection) as said:
                reader.get(path)
            asked.append(said)
    few, many = asked
    assert len(many) == len(few) <= 13 + 5, "\n".join(many)
