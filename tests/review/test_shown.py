"""A step is taken about the sheet that was seen: what has changed since is looked at first."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from outreach.review import allowance, sheets
from outreach.review.allowance import Terms
from outreach.review.models import APPROVED, LOCKED, SENT, Sheet
from outreach.visits import correcting
from outreach.visits.models import Visit
from tests.checks.work import at, visit

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def october(s, w):
    """Lan worked on one day of October, 50,000 đồng each; now it is November."""
    allowance.set_rule(s, w.tan_hung, w.cuc, Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000))
    with time_machine.travel("2026-11-03 09:00+07:00") as now:
        visit(s, w.lan, w.sens_house, at(date(2026, 10, 6)))
        s.commit()
        yield now


def state(s):
    """Of the one sheet."""
    s.expire_all()
    return s.scalars(select(Sheet.state)).one_or_none()


def more(s, w, now):
    """Two visits of another day arrive, ten minutes later."""
    now.shift(600)
    made = [visit(s, w.lan, house, at(date(2026, 10, 8))) for house in (w.sens_house, w.tams_house)]
    s.commit()
    return made


def door(w, step):
    """Where a step with Lan's October is taken."""
    return f"/so-tham/{w.lan.id}/{step}?thang=2026-10&thon={w.dong.id}"


def test_what_came_in_since_the_leader_looked_is_never_approved_unseen(visitor, s, w, october):
    sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.get(f"/so-tham/{w.lan.id}?thang=2026-10")
    more(s, w, october)
    again = dung.send(page, door(w, "duyet"), status=409, word="đủ")
    assert "The sheet has changed since you looked" in again.words
    assert "Days worked: 1 → 2; Number of visits: 1 → 3; Allowance: 50,000" in again.words
    assert "2 visits came in after the sheet was sent" in again.words
    assert again.form(door(w, "duyet"))["word"] == ["đủ"]
    assert state(s) == SENT
    dung.send(again, door(w, "duyet"))
    assert state(s) == APPROVED
    assert s.scalars(select(Sheet)).one().totals["visits"] == 3


def test_other_visits_of_the_same_number_are_another_sheet(visitor, s, w, october):
    first = more(s, w, october)[0]
    sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    s.commit()
    dung = visitor.as_(w.dung)
    page = dung.get(f"/so-tham/{w.lan.id}?thang=2026-10")
    correcting.correct(s, first, w.lan, "nhầm nhà")
    visit(s, w.lan, w.sens_house, at(date(2026, 10, 8), 15))
    s.commit()
    again = dung.send(page, door(w, "duyet"), status=409)
    assert "Please look through it as it stands now" in again.words
    assert state(s) == SENT


def test_nor_is_it_sent_or_sent_back_unseen(visitor, s, w, october):
    lan, dung = visitor.as_(w.lan), visitor.as_(w.dung)
    page = lan.get(f"/so-tham/{w.lan.id}?thang=2026-10")
    more(s, w, october)
    again = lan.send(page, door(w, "gui"), status=409)
    assert "1 → 3" in again.words
    assert state(s) is None
    lan.send(again, door(w, "gui"))
    assert state(s) == SENT
    page = dung.get(f"/so-tham/{w.lan.id}?thang=2026-10")
    more(s, w, october)
    again = dung.send(page, door(w, "tra-lai"), status=409, word="thiếu ngày 8")
    assert again.form(door(w, "tra-lai"))["word"] == ["thiếu ngày 8"]
    assert state(s) == SENT


@pytest.mark.parametrize("mark", ["", "1", "x/y/z", "9" * 5000, "1/1/²/x", "--1/1/1"])
def test_a_mark_that_is_none_approves_nothing(visitor, s, w, october, mark):
    sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    s.commit()
    visitor.as_(w.dung).post(door(w, "duyet"), {"shown": mark}, status=409)
    assert state(s) == SENT


def test_who_sent_a_sheet_and_who_approves_it_see_what_came_in_since(visitor, s, w, october):
    sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    s.commit()
    path = f"/so-tham/{w.lan.id}?thang=2026-10"
    assert "after the sheet was sent" not in visitor.as_(w.lan).get(path).words
    more(s, w, october)
    for who in (w.lan, w.dung):
        page = visitor.as_(who).get(path)
        assert "2 visits came in after the sheet was sent" in page.words
        assert page.words.count("Came in after the sheet was sent") == 2


def test_what_is_locked_is_what_the_official_saw_approved(visitor, s, w, october):
    cuc = visitor.as_(w.cuc)
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    s.commit()
    page = cuc.get("/so-tham/khoa?thang=2026-10")
    sheets.give_back(s, s.scalars(select(Sheet)).one(), w.dung, "thiếu ngày 8")
    more(s, w, october)
    sheets.send(s, w.lan, w.dong, OCTOBER, w.lan)
    sheets.approve(s, s.scalars(select(Sheet)).one(), w.dung)
    s.commit()
    again = cuc.follow(cuc.send(page, "/so-tham/khoa"))
    assert "Nothing was locked" in again.words
    assert state(s) == APPROVED
    cuc.send(again, "/so-tham/khoa")
    assert state(s) == LOCKED


def test_a_visit_that_the_leader_took_back_stays_on_the_volunteers_page_with_who_when_and_why(visitor, s, w, october):
    gone = visit(s, w.lan, w.tams_house, at(date(2026, 10, 7)))
    path = f"/so-tham/{w.lan.id}?thang=2026-10"
    correcting.correct(s, gone, w.dung, "hộ không có ai tên này")
    s.commit()
    line = "taken back by Phạm Văn Dũng on 09:00 03/11/2026: hộ không có ai tên này"
    assert line in visitor.as_(w.lan).get(path).words
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    s.commit()
    assert line in visitor.as_(w.lan).get(path).words


def test_of_what_was_taken_back_after_approval_the_later_sheet_says_by_whom_too(visitor, s, w, october):
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    correcting.correct(s, s.scalars(select(Visit)).one(), w.dung, "nhầm nhà")
    s.commit()
    for month in ("2026-10", "2026-11"):
        assert "taken back by Phạm Văn Dũng" in visitor.as_(w.lan).get(f"/so-tham/{w.lan.id}?thang={month}").words


@pytest.mark.each_kind
def test_the_page_of_ones_own_months_says_by_month_what_others_took_back_or_corrected(visitor, s, w, october):
    wrong = visit(s, w.lan, w.tams_house, at(date(2026, 10, 7)))
    correcting.correct(s, wrong, w.dung, "hộ không có ai tên này")
    own = visit(s, w.lan, w.tams_house, at(date(2026, 10, 8)))
    correcting.correct(s, own, w.lan, "bấm nhầm")
    s.commit()
    told = visitor.as_(w.lan).get("/so-tham/cua-toi").words
    line = "taken back by Phạm Văn Dũng on 09:00 03/11/2026: hộ không có ai tên này"
    assert told.index("Month 11/2026") < told.index("Month 10/2026") < told.index(line)
    assert told.count("Taken back or corrected by others") == 1
    assert "bấm nhầm" not in told


@pytest.mark.each_kind
def test_what_was_taken_back_of_an_approved_month_stands_in_both_months_of_ones_own_page(visitor, s, w, october):
    sheets.approve(s, sheets.send(s, w.lan, w.dong, OCTOBER, w.lan), w.dung)
    correcting.correct(s, s.scalars(select(Visit)).one(), w.dung, "nhầm nhà")
    s.commit()
    told = visitor.as_(w.lan).get("/so-tham/cua-toi").words
    assert [card[:6] for card in told.split("Month ") if "taken back by Phạm Văn Dũng" in card] == ["11/202", "10/202"]
