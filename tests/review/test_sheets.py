"""A month of work: counted by days and visits, sent, approved, locked; what is missing is not zero."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.accounts import registering
from outreach.review import allowance, ledger, sheets, summing
from outreach.review.models import APPROVED, DRAFT, LOCKED, SENT, TO_MEND
from outreach.visits import correcting
from outreach.visits.models import Visit
from outreach.visits.recording import VisitDraft, new_client_id
from tests.checks.work import at, visit

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
THEN = "2026-11-03 09:00+07:00"


@pytest.fixture
def october(s, w):
    """Lan worked on three days: four visits, one of them a first meeting; then it is November."""
    for day, house, outcome, said in (
        (6, w.sens_house, "helped", {"met": (w.sen.id,)}), (6, w.tams_house, "nobody", {}),
        (7, w.sens_house, "nobody", {}), (20, w.sens_house, "alone", {"met": (w.hanh.id,)}),
    ):  # fmt: skip
        when = at(date(2026, 10, day))
        with time_machine.travel(when + timedelta(minutes=5), tick=False):
            visit(s, w.lan, house, when, outcome, **said)
    s.commit()
    with time_machine.travel(THEN, tick=False):
        yield OCTOBER


def the_one(s, outcome):
    """The one visit that ended so."""
    return s.scalars(select(Visit).where(Visit.outcome == outcome)).one()


def line(s, account, month):
    """The one sheet of somebody's month."""
    (found,) = ledger.of_person(s, account, [month])
    return found


def sent(s, w, who, month, by=None):
    """A sheet that was sent."""
    return sheets.send(s, who, w.dong, month, by or who)


def approved(s, w, who, month):
    """A sheet that was approved."""
    sheet = sent(s, w, who, month)
    sheets.approve(s, sheet, w.cuc)
    return sheet


def test_a_month_counts_days_visits_results_and_first_meetings(s, w, october):
    f = line(s, w.lan, october).figures
    assert (f.days, f.visits, f.first) == (3, 4, 1)
    assert {k: n for k, n in f.outcomes.items() if n} == {"helped": 1, "nobody": 2, "alone": 1}


def test_a_day_ends_at_midnight_of_the_commune_not_of_greenwich(s, w):
    with time_machine.travel("2026-10-08 12:00+07:00", tick=False):
        visit(s, w.lan, w.sens_house, at(date(2026, 10, 7), 23))
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 8), 0, 30))
    assert line(s, w.lan, OCTOBER).figures.days == 2


def test_a_visit_of_the_last_evening_belongs_to_its_own_month(s, w):
    with time_machine.travel(THEN, tick=False):
        visit(s, w.lan, w.sens_house, at(date(2026, 10, 31), 23, 59))
        visit(s, w.lan, w.tams_house, at(date(2026, 11, 1), 0, 1))
    assert line(s, w.lan, OCTOBER).figures.visits == line(s, w.lan, NOVEMBER).figures.visits == 1


def test_missing_is_not_zero(s, w, october):
    assert line(s, w.minh, october).state == ledger.MISSING
    sent(s, w, w.minh, october)
    told = line(s, w.minh, october)
    assert (told.state, told.figures.visits) == (SENT, 0)


def test_somebody_with_visits_who_sent_nothing_has_a_draft(s, w, october):
    assert line(s, w.lan, october).state == DRAFT


def test_a_month_before_somebody_came_is_not_missed(s, w):
    with time_machine.travel(THEN, tick=False):
        assert ledger.of_person(s, w.lan, [date(2026, 8, 1)]) == []


def test_a_corrected_visit_counts_no_more(s, w, october):
    wrong = the_one(s, "alone")
    correcting.correct(s, wrong, w.lan, "nhầm nhà")
    f = line(s, w.lan, october).figures
    assert (f.days, f.visits) == (2, 3)


def test_each_step_is_a_row_with_who_when_and_word(s, w, october):
    sheet = sent(s, w, w.lan, october)
    sheets.give_back(s, sheet, w.dung, "thiếu ngày 21")
    sheets.send(s, w.lan, w.dong, october, w.lan, "đã xem lại")
    sheets.approve(s, sheet, w.dung)
    told = [(step.old, step.new, step.by_id, step.word) for step in sheet.steps]
    assert told == [
        (DRAFT, SENT, w.lan.id, ""), (SENT, TO_MEND, w.dung.id, "thiếu ngày 21"),
        (TO_MEND, SENT, w.lan.id, "đã xem lại"), (SENT, APPROVED, w.dung.id, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("who", "by", "may"), [
    ("lan", "dung", True), ("lan", "cuc", True), ("dung", "cuc", True), ("dung", "dung", False), ("lan", "lan", False),
    ("lan", "minh", False), ("lan", "quy", False),
])  # fmt: skip
def test_leaders_decide_about_volunteers_officials_about_both_nobody_about_themselves(s, w, october, who, by, may):
    sheet = sent(s, w, getattr(w, who), october)
    if may:
        sheets.approve(s, sheet, getattr(w, by))
        assert sheet.state == APPROVED
    else:
        with pytest.raises(sheets.NotYours):
            sheets.approve(s, sheet, getattr(w, by))


def test_a_leader_sends_for_somebody_who_is_gone_and_the_official_decides(s, w, october):
    with pytest.raises(sheets.NotYours):
        sent(s, w, w.lan, october, by=w.dung)
    w.lan.suspended_at = clock.now()
    sheet = sent(s, w, w.lan, october, by=w.dung)
    with pytest.raises(sheets.NotYours):
        sheets.approve(s, sheet, w.dung)
    sheets.approve(s, sheet, w.cuc)
    assert sheet.state == APPROVED


@pytest.mark.parametrize("step", [sheets.approve, lambda s, sheet, by: sheets.give_back(s, sheet, by, "x")])
def test_what_was_not_sent_cannot_be_decided(s, w, october, step):
    sheet = sent(s, w, w.lan, october)
    sheets.give_back(s, sheet, w.cuc, "thiếu")
    with pytest.raises(sheets.NotNow):
        step(s, sheet, w.cuc)


def test_a_month_that_is_not_over_cannot_be_sent(s, w, october):
    with pytest.raises(sheets.NotNow):
        sent(s, w, w.lan, NOVEMBER)
    with time_machine.travel("2026-11-30 17:00+07:00", tick=False):
        assert sent(s, w, w.lan, NOVEMBER).state == SENT


def test_sent_twice_it_is_one_sheet(s, w, october):
    sent(s, w, w.lan, october)
    with pytest.raises(sheets.NotNow):
        sent(s, w, w.lan, october)


def test_an_approved_month_does_not_change_and_the_late_visit_counts_in_the_next(s, w, october):
    approved(s, w, w.lan, october)
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 25)))
        before, now = line(s, w.lan, october).figures, line(s, w.lan, NOVEMBER).figures
    assert (before.visits, before.days) == (4, 3)
    assert (now.visits, now.days, now.late) == (1, 1, 1)


def test_a_late_visit_on_a_day_that_was_paid_adds_no_second_day(s, w, october):
    approved(s, w, w.lan, october)
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 20), 15))
        now = line(s, w.lan, NOVEMBER).figures
    assert (now.visits, now.days, now.late) == (1, 0, 1)


def test_a_visit_of_an_approved_month_that_is_taken_back_is_a_row_of_its_own(s, w, october):
    approved(s, w, w.lan, october)
    wrong = the_one(s, "alone")
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        correcting.correct(s, wrong, w.dung, "không có")
        before, now = line(s, w.lan, october).figures, line(s, w.lan, NOVEMBER).figures
    assert (before.visits, before.days) == (4, 3)
    assert (now.visits, now.days, now.back) == (-1, -1, 1)
    assert now.outcomes["alone"] == -1


def test_a_visit_of_an_approved_month_put_right_changes_results_and_not_the_count(s, w, october):
    approved(s, w, w.lan, october)
    wrong = the_one(s, "alone")
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        draft = VisitDraft(new_client_id(), "helped", met=(w.hanh.id,), at=wrong.at)
        correcting.correct(s, wrong, w.dung, "có người giúp", draft)
        now = line(s, w.lan, NOVEMBER).figures
    assert (now.visits, now.days, now.late, now.back) == (0, 0, 1, 1)
    assert (now.outcomes["alone"], now.outcomes["helped"]) == (-1, 1)


def test_what_was_counted_late_is_counted_once_however_many_months_pass(s, w, october):
    approved(s, w, w.lan, october)
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        late = visit(s, w.lan, w.tams_house, at(date(2026, 10, 25)))
    with time_machine.travel("2026-12-02 09:00+07:00", tick=False):
        approved(s, w, w.lan, NOVEMBER)
        assert line(s, w.lan, NOVEMBER).figures.late == 1
        assert line(s, w.lan, DECEMBER).figures.late == 0
        correcting.correct(s, late, w.dung, "không có")
        now = line(s, w.lan, DECEMBER).figures
    assert (now.back, now.visits, now.days) == (1, -1, -1)


def test_a_correction_made_in_december_of_october_waits_for_no_unsent_november(s, w, october):
    approved(s, w, w.lan, october)
    wrong = the_one(s, "alone")
    with time_machine.travel("2026-12-02 09:00+07:00", tick=False):
        correcting.correct(s, wrong, w.dung, "không có")
        assert [one.figures.back for one in ledger.of_person(s, w.lan, [NOVEMBER, DECEMBER])] == [1, 0]


def test_an_approved_sheet_thaws_when_it_is_sent_back_but_not_under_a_later_one(s, w, october):
    sheet = approved(s, w, w.lan, october)
    sheets.give_back(s, sheet, w.cuc, "xem lại")
    assert sheet.frozen_at is None
    sheets.send(s, w.lan, w.dong, october, w.lan)
    sheets.approve(s, sheet, w.cuc)
    with time_machine.travel("2026-12-02 09:00+07:00", tick=False):
        approved(s, w, w.lan, NOVEMBER)
        with pytest.raises(sheets.LaterFrozen):
            sheets.give_back(s, sheet, w.cuc, "xem lại")


def test_a_household_that_moves_to_another_village_is_not_counted_a_second_time(s, w, october):
    approved(s, w, w.lan, october)
    w.sens_house.village_id = w.doai.id
    s.flush()
    told = {one.village.id: one for one in ledger.of_person(s, w.lan, [october])}
    assert told[w.dong.id].figures.visits == 4
    assert sum(one.figures.visits for one in told.values()) == 4


def move(s, w, who, village):
    """Somebody works in another village from now on."""
    registering.change(s, w.anh, who, name=who.name, phone=who.phone, role=who.role, area=village)


def test_of_two_villages_in_a_month_the_open_sheet_counts_its_visits_once(s, w, october):
    move(s, w, w.lan, w.doai)
    visit(s, w.lan, w.paos_house, at(date(2026, 10, 28)))
    approved(s, w, w.lan, october)
    with time_machine.travel("2026-11-04 09:00+07:00", tick=False):
        visit(s, w.lan, w.paos_house, at(date(2026, 10, 29)))
        told = ledger.of_person(s, w.lan, [OCTOBER, NOVEMBER])
    assert {(one.village.id, one.month.month, one.figures.visits) for one in told} == {
        (w.dong.id, 10, 4), (w.doai.id, 10, 2), (w.doai.id, 11, 0),
    }  # fmt: skip


def test_what_was_being_written_while_the_sheet_was_approved_counts_in_the_next_month(s, w, october):
    sheet = approved(s, w, w.lan, october)
    with time_machine.travel("2026-11-03 08:59:59+07:00", tick=False):
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 25)))
    assert sheet.frozen_at > the_one_late(s).received_at
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        assert [one.figures.visits for one in ledger.of_person(s, w.lan, [OCTOBER, NOVEMBER])] == [1, 4]


def the_one_late(s):
    """The last visit that arrived."""
    return s.scalars(select(Visit).order_by(Visit.id.desc()).limit(1)).one()


def test_noted_late_a_day_beyond_the_most_is_still_not_paid(s, w, october):
    terms = allowance.Terms(OCTOBER, "NQ 01/2026 (mẫu)", per_day=50_000, per_month=60_000, most_days=3)
    allowance.set_rule(s, w.tan_hung, w.cuc, terms)
    assert approved(s, w, w.lan, october).totals["amount"] == 210_000
    with time_machine.travel("2026-11-10 09:00+07:00", tick=False):
        visit(s, w.lan, w.tams_house, at(date(2026, 10, 25)))
        now = line(s, w.lan, NOVEMBER)
    assert (now.figures.days, now.amount) == (1, 0)


def test_who_moved_within_the_commune_is_still_in_the_book_for_help_given_elsewhere(s, w, october):
    away = visit(s, w.lan, w.xas_house, at(date(2026, 10, 28)))
    away.place_id = w.dong.id
    move(s, w, w.lan, w.doai)
    assert summing.book(s, w.dong, october).total.visits == 5


def test_what_a_volunteer_did_before_she_became_an_official_is_approved_and_paid(s, w, october):
    terms = {"name": w.lan.name, "phone": w.lan.phone, "area": w.tan_hung}
    registering.change(s, w.anh, w.lan, role="official", **terms)
    book = summing.book(s, w.tan_hung, october)
    (hers,) = [one for one in book.open if one.account == w.lan]
    assert (hers.village, hers.figures.visits) == (w.dong, 4)
    sheet = sheets.send(s, w.lan, w.dong, october, w.dung)
    sheets.approve(s, sheet, w.cuc)
    assert sheet.state == APPROVED


def test_what_an_official_always_did_as_an_official_is_no_groups_work(s, w, october):
    visit(s, w.cuc, w.sens_house, at(date(2026, 10, 28)))
    assert not [one for one in summing.book(s, w.tan_hung, october).lines if one.account == w.cuc]


def test_nobody_is_missing_in_a_village_for_months_before_coming_there(s, w, october):
    move(s, w, w.minh, w.doai)
    assert not [one for one in ledger.of_villages(s, [w.doai], october) if one.account == w.minh]
    assert [one.state for one in ledger.of_villages(s, [w.doai], NOVEMBER) if one.account == w.minh] == [ledger.MISSING]


@pytest.mark.parametrize("who", ["cuc", "phuc"])
def test_who_helps_from_the_commune_has_no_sheet_and_no_fault(visitor, s, w, who):
    helper = getattr(w, who)
    visit(s, helper, w.xas_house, clock.now()).place_id = w.tan_hung.id
    s.commit()
    visitor.as_(w.cuc).get(f"/so-tham/{helper.id}", status=404)


def test_only_an_official_locks_and_what_is_missing_stays_open(s, w, october):
    sheet = approved(s, w, w.lan, october)
    waiting = sent(s, w, w.minh, october)
    with pytest.raises(sheets.NotYours):
        sheets.lock(s, [w.dong], october, w.dung)
    with pytest.raises(sheets.NotYours):
        sheets.lock(s, [w.dong], october, w.quy)
    assert sheets.lock(s, [w.dong], october, w.cuc) == 1
    assert (sheet.state, waiting.state) == (LOCKED, SENT)


def test_a_locked_sheet_is_not_sent_back(s, w, october):
    sheet = approved(s, w, w.lan, october)
    sheets.lock(s, [w.dong], october, w.cuc)
    with pytest.raises(sheets.NotNow):
        sheets.give_back(s, sheet, w.cuc, "xem lại")


def test_a_visit_made_elsewhere_counts_for_ones_own_group(s, w, october):
    away = visit(s, w.lan, w.paos_house, at(date(2026, 10, 28)))
    away.place_id = w.dong.id
    s.flush()
    assert line(s, w.lan, october).figures.visits == 5
    assert [one.figures.visits for one in ledger.of_villages(s, [w.doai], october) if one.account.id == w.lan.id] == []
