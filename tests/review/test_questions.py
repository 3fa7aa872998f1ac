"""What is asked about visits, as the monthly sheets bring it up."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.checks import checking, finding
from outreach.checks import queries as checks
from outreach.checks.doubts import NIGHT
from outreach.checks.models import Doubt, Sample
from outreach.review import sheets
from outreach.review.models import APPROVED, SENT
from outreach.visits import correcting
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests.checks.work import at, visit

DAY = date(2026, 11, 10)


def test_sending_the_sheet_looks_at_once(s, w):
    with time_machine.travel("2026-12-01 09:00+07:00"):
        visit(s, w.lan, w.sens_house, at(DAY, 23))
        sheets.send(s, w.lan, w.dong, date(2026, 11, 1), w.lan)
        assert s.scalars(select(Doubt.reason)).all() == [NIGHT]


@time_machine.travel("2026-11-12 09:00+07:00")
def test_the_volunteer_sees_that_and_why_her_visit_is_asked_about(visitor, s, w):
    visit(s, w.lan, w.sens_house, at(DAY, 23))
    finding.look(s, w.tan_hung, clock.today())
    s.commit()
    page = visitor.as_(w.lan).get("/so-tham")
    assert "1 of your visits is asked about" in page.words
    assert "when most people sleep" in page.words
    assert "asked about" not in visitor.as_(w.minh).get("/so-tham").words


@pytest.mark.parametrize("found", [
    lambda made, at: Doubt(visit_id=made.id, village_id=made.household.village_id, reason=NIGHT, found_at=at,
                           verdict="wrong"),
    lambda made, at: Sample(visit_id=made.id, village_id=made.household.village_id, month=date(2026, 11, 1),
                            drawn_at=at, result="different"),
])  # fmt: skip
@time_machine.travel("2026-12-01 09:00+07:00")
def test_a_visit_found_wrong_is_marked_and_approved_only_by_who_says_so(visitor, s, w, found):
    made = visit(s, w.lan, w.sens_house, at(DAY, 9))
    s.add(found(made, clock.now()))
    sheet = sheets.send(s, w.lan, w.dong, date(2026, 11, 1), w.lan)
    s.commit()
    dung, door = visitor.as_(w.dung), f"/so-tham/{w.lan.id}/duyet?thang=2026-11&thon={w.dong.id}"
    page = dung.get(f"/so-tham/{w.lan.id}?thang=2026-11")
    assert "Found wrong, not corrected yet" in page.words
    assert "Nothing was approved" in dung.follow(dung.send(page, door)).words
    s.expire_all()
    assert sheet.state == SENT
    dung.send(page, door, anyway="y")
    s.expire_all()
    assert sheet.state == APPROVED


@time_machine.travel("2026-12-01 09:00+07:00")
def test_once_it_is_corrected_nothing_is_asked_at_approval(s, w):
    made = visit(s, w.lan, w.sens_house, at(DAY, 9))
    s.add(Doubt(visit_id=made.id, village_id=w.dong.id, reason=NIGHT, found_at=clock.now(), verdict="wrong"))
    sheet = sheets.send(s, w.lan, w.dong, date(2026, 11, 1), w.lan)
    correcting.correct(s, made, w.dung, "không có", None)
    sheets.approve(s, sheet, w.dung)
    assert sheet.state == APPROVED


@pytest.mark.parametrize("times", [1, 2])
@time_machine.travel("2026-12-01 09:00+07:00")
def test_who_made_a_visit_cannot_wash_it_of_what_was_found_by_noting_it_anew(s, w, times):
    made = visit(s, w.lan, w.sens_house, at(DAY, 9))
    s.add(Sample(visit_id=made.id, village_id=w.dong.id, month=date(2026, 11, 1), drawn_at=clock.now(),
                 result="different"))  # fmt: skip
    for _time in range(times):
        again = VisitDraft(new_client_id(), "nobody", at=at(DAY, 9), note="vẫn vậy")
        made = s.get_one(Visit, correcting.correct(s, made, w.lan, "chữ", again).new_visit_id)
    assert checks.found_wrong(s, [made.id]) == {made.id}
    sheet = sheets.send(s, w.lan, w.dong, date(2026, 11, 1), w.lan)
    with pytest.raises(sheets.FoundWrong):
        sheets.approve(s, sheet, w.dung)


def test_nor_by_taking_it_back_and_noting_it_once_more(s, w):
    with time_machine.travel("2026-11-20 09:00+07:00"):
        made = visit(s, w.lan, w.sens_house, at(DAY, 9))
        other = visit(s, w.lan, w.tams_house, at(DAY, 10))
        sample = Sample(visit_id=made.id, village_id=w.dong.id, month=date(2026, 11, 1), drawn_at=clock.now())
        s.add(sample)
        checking.check(s, sample, w.dung, way="visit", result="different", word="không có ai đến")
    with time_machine.travel("2026-11-22 09:00+07:00"):
        correcting.correct(s, made, w.lan, "nhầm")
        again = visit(s, w.lan, w.sens_house, at(DAY, 15))
        later = visit(s, w.lan, w.sens_house, clock.now())
    assert checks.found_wrong(s, [again.id, later.id, other.id]) == {again.id}


@time_machine.travel("2026-12-01 09:00+07:00")
def test_what_a_leader_noted_anew_is_right(s, w):
    made = visit(s, w.lan, w.sens_house, at(DAY, 9))
    s.add(Doubt(visit_id=made.id, village_id=w.dong.id, reason=NIGHT, found_at=clock.now(), verdict="wrong"))
    again = VisitDraft(new_client_id(), "nobody", at=at(DAY, 9))
    noted = correcting.correct(s, made, w.dung, "giờ khác", again)
    assert not checks.found_wrong(s, [noted.new_visit_id])
