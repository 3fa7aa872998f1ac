"""What an approved sheet keeps beside its figures: first meetings, ambassadors, and the house it was worked for."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from sqlalchemy import select

from outreach.accounts import registering as staff
from outreach.accounts.models import OFFICIAL
from outreach.households import ambassadors, registering
from outreach.households.registering import HouseholdFacts
from outreach.review import allowance, exports, ledger, sheets, summing
from outreach.review.allowance import Terms
from outreach.review.models import APPROVED, SENT
from outreach.visits import correcting
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests.checks.work import at, visit

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
THEN, LATER, IN_DECEMBER = "2026-11-03 09:00+07:00", "2026-11-10 09:00+07:00", "2026-12-02 09:00+07:00"


@pytest.fixture
def w(s, w):
    """The cast; Lan met the household of Sen for the first time on 6 October and came again on 20 October."""
    for day in (6, 20):
        when = at(date(2026, 10, day))
        with time_machine.travel(when + timedelta(minutes=5), tick=False):
            visit(s, w.lan, w.sens_house, when, "helped", met=(w.sen.id,))
    s.commit()
    with time_machine.travel(THEN, tick=False):
        yield w


def approved(s, w, village=None):
    """Lan's October, approved."""
    sheet = sheets.send(s, w.lan, village or w.dong, OCTOBER, w.lan)
    sheets.approve(s, sheet, w.cuc)
    return sheet


def lines(s, w, month):
    """Lan's sheets of a month by village."""
    return {line.village: line for line in ledger.of_person(s, w.lan, [month])}


def first_visit(s):
    return s.scalars(select(Visit).order_by(Visit.at).limit(1)).one()


def test_which_visit_was_the_first_meeting_is_kept_with_the_sheet(s, w):
    sheet = approved(s, w)
    assert (sheet.totals["first"], sheet.totals["firsts"]) == (1, [first_visit(s).id])


def test_an_approved_sheet_says_whom_it_paid_whatever_the_account_is_called_since(s, w):
    sheet = approved(s, w)
    w.lan.name = "Nguyễn Thị Khác"
    s.flush()
    book = summing.book(s, w.tan_hung, OCTOBER)
    assert [line.name for line in book.lines if line.account == w.lan] == ["Trần Thị Lan"]
    on_paper = io.BytesIO(exports.of_person(lines(s, w, OCTOBER)[w.dong], []))
    assert "Trần Thị Lan" in openpyxl.load_workbook(on_paper).active["A1"].value
    assert lines(s, w, NOVEMBER)[w.dong].name == "Nguyễn Thị Khác", "what is open is hers as she is called now"
    sheets.give_back(s, sheet, w.cuc, "tên")
    assert lines(s, w, OCTOBER)[w.dong].name == "Nguyễn Thị Khác"


def test_a_first_visit_taken_back_after_approval_is_a_correction_in_a_later_month(s, w):
    approved(s, w)
    first, second = s.scalars(select(Visit).order_by(Visit.at)).all()
    with time_machine.travel(LATER, tick=False):
        correcting.correct(s, first, w.dung, "không có")
        before, now = lines(s, w, OCTOBER)[w.dong].figures, lines(s, w, NOVEMBER)[w.dong].figures
        assert (before.first, now.first, now.back) == (1, 0, 1), "she was met, on the second visit"
        correcting.correct(s, second, w.dung, "không có")
        now = lines(s, w, NOVEMBER)[w.dong].figures
        assert (now.first, now.back) == (-1, 2)


def earlier(s, w, by):
    """It becomes known, in November, that Sen was met on 3 October already."""
    with time_machine.travel(LATER, tick=False):
        return visit(s, by, w.sens_house, at(date(2026, 10, 3)), "helped", met=(w.sen.id,))


def firsts(s, who, *months):
    """How many households somebody met for the first time, month by month."""
    return [ledger.of_person(s, who, [month])[0].figures.first for month in months]


def test_a_household_has_one_first_meeting_the_earliest_whoever_was_there(s, w):
    approved(s, w)
    earlier(s, w, w.minh)
    with time_machine.travel(LATER, tick=False):
        assert firsts(s, w.lan, OCTOBER, NOVEMBER) == [1, -1]
        assert firsts(s, w.minh, OCTOBER, NOVEMBER) == [1, 0]


def test_help_from_another_group_s_village_counts_as_a_first_meeting_until_an_earlier_one_is_known(s, w):
    with time_machine.travel(at(date(2026, 10, 8)), tick=False):
        visit(s, w.nga, w.tams_house, at(date(2026, 10, 8)), "helped", met=(w.tam.id,), place_id=w.doai.id)
    sheets.approve(s, sheets.send(s, w.nga, w.doai, OCTOBER, w.nga), w.cuc)
    with time_machine.travel(LATER, tick=False):
        assert firsts(s, w.nga, OCTOBER, NOVEMBER) == [1, 0]
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 3)), "helped", met=(w.tam.id,))
        assert firsts(s, w.nga, OCTOBER, NOVEMBER) == [1, -1]


def test_one_person_s_earlier_meeting_noted_late_changes_no_count_and_is_settled_once(s, w):
    approved(s, w)
    late = earlier(s, w, w.lan)
    with time_machine.travel(IN_DECEMBER, tick=False):
        assert firsts(s, w.lan, OCTOBER, NOVEMBER) == [1, 0]
        sheets.approve(s, sheets.send(s, w.lan, w.dong, NOVEMBER, w.lan), w.cuc)
        assert firsts(s, w.lan, OCTOBER, NOVEMBER, DECEMBER) == [1, 0, 0]
        correcting.correct(s, late, w.dung, "không có")
        assert firsts(s, w.lan, OCTOBER, NOVEMBER, DECEMBER) == [1, 0, 0], "the one of 6 October is the first again"


def test_while_the_month_is_open_an_earlier_meeting_is_simply_the_first(s, w):
    earlier(s, w, w.minh)
    assert (firsts(s, w.lan, OCTOBER), firsts(s, w.minh, OCTOBER)) == ([0], [1])


def test_the_sheet_says_why_a_first_meeting_is_taken_back(visitor, s, w):
    approved(s, w)
    earlier(s, w, w.minh)
    s.commit()
    with time_machine.travel(LATER, tick=False):
        page = visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-11")
    assert "First meetings taken back from approved months (an earlier one became known)1" in page.words


def test_a_first_visit_put_right_after_approval_stays_one_first_meeting(s, w):
    approved(s, w)
    wrong = first_visit(s)
    with time_machine.travel(LATER, tick=False):
        draft = VisitDraft(new_client_id(), "alone", met=(w.sen.id,), at=wrong.at)
        correcting.correct(s, wrong, w.dung, "tự làm", draft)
        assert lines(s, w, NOVEMBER)[w.dong].figures.first == 0


def test_the_sheet_shows_which_visits_were_first_meetings(visitor, s, w):
    approved(s, w)
    s.commit()
    page = visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-10")
    assert page.words.count("First meeting") == 1


def test_an_ambassador_named_after_the_month_was_approved_counts_in_the_next_and_is_shown_there(visitor, s, w):
    with time_machine.travel("2026-10-31 16:00+07:00", tick=False):
        approved(s, w)
    with time_machine.travel("2026-10-31 19:00+07:00", tick=False):
        ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    s.commit()
    before, now = lines(s, w, OCTOBER)[w.dong].figures, lines(s, w, NOVEMBER)[w.dong].figures
    assert (before.ambassadors, now.ambassadors, now.late_ambassadors) == (0, 1, 1)
    page = visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-11")
    assert "Ambassadors noted late, of approved months1" in page.words


def test_an_ambassador_is_counted_once_though_the_house_moves(s, w):
    with time_machine.travel("2026-10-20 19:00+07:00", tick=False):
        ambassadors.appoint(s, w.tams_house, w.tam, w.lan)
    approved(s, w)
    move(s, w, w.tams_house)
    assert sum(line.figures.ambassadors for line in lines(s, w, OCTOBER).values()) == 1


def move(s, w, house):
    """Somebody notices that the house stands in thôn Đoài."""
    facts = HouseholdFacts(w.doai, house.head_name, house.address, house.phone, house.code)
    registering.correct(s, house, facts, w.cuc)


def test_a_house_that_stood_in_the_wrong_village_takes_no_paid_visit_along(s, w):
    allowance.set_rule(s, w.tan_hung, w.cuc, Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000))
    paid = approved(s, w).totals["amount"]
    with time_machine.travel(LATER, tick=False):
        move(s, w, w.sens_house)
        assert lines(s, w, OCTOBER)[w.dong].amount == paid == 100_000
        assert [line.figures.visits for line in summing.book(s, w.doai, OCTOBER).lines if line.account == w.lan] == []
        assert sum(line.figures.visits for month in (OCTOBER, NOVEMBER) for line in lines(s, w, month).values()) == 2


def test_unpaid_visits_of_such_a_house_count_as_late_where_that_village_is_approved_already(s, w):
    with time_machine.travel("2026-10-21 12:00+07:00", tick=False):
        visit(s, w.lan, w.paos_house, at(date(2026, 10, 21)))
    approved(s, w, w.doai)
    with time_machine.travel(LATER, tick=False):
        move(s, w, w.sens_house)
        now = lines(s, w, NOVEMBER)[w.doai].figures
        assert (now.visits, now.late, now.days) == (2, 2, 2)
        assert lines(s, w, OCTOBER)[w.doai].figures.visits == 1


@pytest.fixture
def official(s, w):
    """Lan, who is an official since November."""
    staff.change(s, w.anh, w.lan, name=w.lan.name, phone=w.lan.phone, role=OFFICIAL, area=w.tan_hung)
    s.commit()
    return w.lan


@pytest.mark.parametrize("role", [OFFICIAL, "agent"])
def test_who_went_from_door_to_door_before_finds_and_sends_her_own_sheet(visitor, s, w, official, role):
    staff.change(s, w.anh, w.lan, name=w.lan.name, phone=w.lan.phone, role=role, area=w.tan_hung)
    s.commit()
    lan = visitor.as_(w.lan)
    assert "/so-tham/cua-toi" in lan.get("/tai-khoan").text
    assert "Thôn Đông" in lan.get("/so-tham/cua-toi").words
    page = lan.get(f"/so-tham/{w.lan.id}?thang=2026-10&thon={w.dong.id}")
    lan.send(page, f"/so-tham/{w.lan.id}/gui?thang=2026-10&thon={w.dong.id}")
    s.expire_all()
    assert lines(s, w, OCTOBER)[w.dong].state == SENT


def test_an_official_who_sends_her_own_sheet_never_approves_it(visitor, s, w, official):
    sheet = sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    with pytest.raises(sheets.NotYours):
        sheets.approve(s, sheet, w.lan)
    s.commit()
    assert "/duyet" not in visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang=2026-10").text
    sheets.approve(s, sheet, w.cuc)
    assert (sheet.state, sheet.totals["visits"]) == (APPROVED, 2)


def test_an_official_who_never_was_in_a_group_is_shown_no_sheets(visitor, s, w):
    visit(s, w.cuc, w.tams_house, at(date(2026, 10, 28)))
    s.commit()
    cuc = visitor.as_(w.cuc)
    assert "/so-tham/cua-toi" not in cuc.get("/tai-khoan").text
    assert "Nothing to report yet" in cuc.get("/so-tham/cua-toi").words
    cuc.get(f"/so-tham/{w.cuc.id}?thang=2026-10", status=404)
