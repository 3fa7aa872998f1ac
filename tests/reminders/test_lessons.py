"""Who stopped half-way is reminded once for each stop; who has finished hears what comes next."""

from datetime import date, datetime

import pytest

from outreach import clock
from outreach.households import consent
from outreach.lessons.queries import catalogue
from outreach.reminders import lessons
from outreach.sms.purposes import LESSON_STOPPED, NEXT_LESSON
from tests import counting, world
from tests.databases import sqlite_only
from tests.reminders.cast import (
    DAY,
    FIRST,
    SECOND,
    TEN,
    THIRD,
    TODAY,
    agree,
    counted,
    learned,
    messages,
    plan,
    switch,
    waiting,
)


@pytest.fixture
def hanh(s, w):
    """Hạnh has agreed; her commune reminds learners."""
    agree(s, w, w.hanh)
    switch(s, w, LESSON_STOPPED, NEXT_LESSON)
    return w.hanh


def test_five_days_after_somebody_stopped_half_way_she_is_reminded_of_that_lesson(s, w, hanh):
    learned(s, hanh, SECOND, TEN - 5 * DAY)
    (sms,) = plan(s, LESSON_STOPPED)
    title = catalogue()[SECOND].words["vi"].title
    assert (sms.recipient, sms.to, sms.area_id) == (f"member:{hanh.id}", hanh.phone, w.tan_hung.id)
    assert sms.key == f"member:{hanh.id}/lesson_stopped/{SECOND}/2026-11-21"
    assert sms.why == {"rule": LESSON_STOPPED, "on": "2026-11-16"}
    assert "Hanh" in sms.body
    assert sms.body.startswith("Xa Tan Hung: ")
    assert "0912 000 005" in sms.body  # the leader of her village
    assert title == "Quét mã QR an toàn"
    assert "Quet ma QR an toan" in sms.body


@sqlite_only
@pytest.mark.parametrize("days", [0, 4])
def test_before_five_days_are_over_nobody_is_reminded(s, hanh, days):
    learned(s, hanh, SECOND, TEN - days * DAY)
    assert plan(s, LESSON_STOPPED) == []


@pytest.mark.parametrize(("moment", "due"), [("2026-11-16 23:59 +0700", 1), ("2026-11-17 00:01 +0700", 0)])
def test_the_days_are_those_of_the_place(s, hanh, moment, due):
    learned(s, hanh, SECOND, datetime.strptime(moment, "%Y-%m-%d %H:%M %z"))
    assert len(plan(s, LESSON_STOPPED)) == due


def test_a_lesson_taken_up_again_takes_the_reminder_back(s, hanh):
    row = learned(s, hanh, SECOND, TEN - 5 * DAY)
    plan(s, LESSON_STOPPED)
    row.last_at = clock.now()
    assert plan(s, LESSON_STOPPED) == []
    assert [one.error for one in messages(s, LESSON_STOPPED)] == ["no_longer_due"]


def test_who_stops_again_is_reminded_again(s, hanh, clock_at_ten):
    row = learned(s, hanh, SECOND, TEN - 5 * DAY)
    plan(s, LESSON_STOPPED)
    row.last_at = TEN
    clock_at_ten.move_to(TEN + 5 * DAY)
    plan(s, LESSON_STOPPED, TODAY + 5 * DAY)
    assert [one.why["on"] for one in messages(s, LESSON_STOPPED)] == ["2026-11-16", "2026-11-21"]


def test_one_stop_is_one_message_however_many_days_pass(s, hanh, clock_at_ten):
    learned(s, hanh, SECOND, TEN - 5 * DAY)
    plan(s, LESSON_STOPPED)
    clock_at_ten.move_to(TEN + 3 * DAY)
    assert len(plan(s, LESSON_STOPPED, TODAY + 3 * DAY)) == 1
    assert len(messages(s, LESSON_STOPPED)) == 1


def test_only_the_lesson_touched_last_is_spoken_of(s, hanh):
    learned(s, hanh, FIRST, TEN - 6 * DAY)
    learned(s, hanh, SECOND, TEN - 5 * DAY)
    assert [SECOND in sms.key for sms in plan(s, LESSON_STOPPED)] == [True]


def test_who_went_on_with_another_lesson_is_busy_and_left_alone(s, hanh):
    learned(s, hanh, FIRST, TEN - 5 * DAY)
    learned(s, hanh, SECOND, TEN - DAY)
    assert plan(s, LESSON_STOPPED) == []


@sqlite_only
def test_a_lesson_that_is_no_longer_there_is_not_spoken_of(s, hanh):
    learned(s, hanh, "a-lesson-of-old", TEN - 5 * DAY)
    assert plan(s, LESSON_STOPPED) == []


@pytest.mark.parametrize("slug", ["passcode-mat-khau-otp", "thanh-toan-truc-tuyen", "nop-phat-giao-thong"])
def test_a_lesson_about_paying_or_passwords_is_never_named_in_a_message(s, hanh, slug):
    """Such words are what messages of fraudsters are known by."""
    learned(s, hanh, slug, TEN - 5 * DAY)
    assert plan(s, LESSON_STOPPED) == []


def test_withdrawing_the_yes_takes_the_reminder_back(s, w, hanh):
    learned(s, hanh, SECOND, TEN - 5 * DAY)
    plan(s, LESSON_STOPPED)
    consent.withdraw(s, consent.current(s, hanh)["sms"], w.lan)
    assert waiting(s, LESSON_STOPPED) == []
    assert plan(s, LESSON_STOPPED) == []


@sqlite_only
@pytest.mark.parametrize("change", ["left", "closed", "merged", "no_number", "old_words"])
def test_whom_we_may_not_write_to_or_who_is_gone_is_not_reminded(s, w, hanh, change):
    learned(s, hanh, SECOND, TEN - 5 * DAY)
    if change == "left":
        hanh.left_on = TODAY
    elif change == "closed":
        w.sens_house.closed_as = "moved_away"
    elif change == "merged":
        w.sens_house.merged_into_id = w.tams_house.id
    elif change == "no_number":
        hanh.phone = None
    else:  # those spoke of visits only
        consent.current(s, hanh)["sms"].wording = "2026-11"
    assert plan(s, LESSON_STOPPED) == []


def test_the_day_after_a_lesson_is_finished_the_next_one_is_named(s, hanh):
    learned(s, hanh, FIRST, TEN - DAY, TEN - DAY)
    (sms,) = plan(s, NEXT_LESSON)
    assert "Quet ma QR an toan" in sms.body
    assert sms.why == {"rule": NEXT_LESSON, "on": "2026-11-20"}
    assert sms.key == f"member:{hanh.id}/next_lesson/{FIRST}/2026-11-21"


@sqlite_only
def test_on_the_day_itself_nothing_is_said_yet(s, hanh):
    learned(s, hanh, FIRST, TEN, TEN)
    assert plan(s, NEXT_LESSON) == []


def test_a_lesson_that_is_finished_already_is_passed_over(s, hanh):
    learned(s, hanh, SECOND, TEN - 20 * DAY, TEN - 20 * DAY)
    learned(s, hanh, FIRST, TEN - DAY, TEN - DAY)
    (sms,) = plan(s, NEXT_LESSON)
    assert "Cai va kich hoat VNeID" in sms.body


def test_who_has_begun_another_since_needs_no_hint(s, hanh):
    learned(s, hanh, FIRST, TEN - DAY, TEN - DAY)
    plan(s, NEXT_LESSON)
    learned(s, hanh, THIRD, TEN)
    assert plan(s, NEXT_LESSON) == []


def test_after_the_last_of_the_first_skills_there_is_no_next(s, w, hanh):
    learned(s, hanh, lessons.first_skills()[-1], TEN - DAY, TEN - DAY)
    assert plan(s, NEXT_LESSON) == []
    assert counted(s, w.tan_hung, NEXT_LESSON, TODAY) == (0, 0)


@sqlite_only
def test_no_procedure_leads_on_to_another(s, hanh):
    """From registering a marriage nobody is led on to registering a death."""
    learned(s, hanh, "dang-ky-ket-hon", TEN - DAY, TEN - DAY)
    assert plan(s, NEXT_LESSON) == []


def test_the_title_stands_in_the_language_of_the_lesson_that_she_wished_for(s, hanh):
    hanh.language = "en"
    learned(s, hanh, FIRST, TEN - DAY, TEN - DAY)
    (sms,) = plan(s, NEXT_LESSON)
    assert catalogue()[SECOND].words["en"].title in sms.body


def test_the_page_counts_by_the_day_on_which_they_go(s, w, hanh):
    learned(s, hanh, SECOND, TEN - 7 * DAY)
    assert counted(s, w.tan_hung, LESSON_STOPPED, TODAY) == (0, 1)
    assert counted(s, w.tan_hung, LESSON_STOPPED, date(2026, 11, 19)) == (1, 1)


def test_more_learners_ask_no_more_of_the_database(s, w, hanh, connection):
    def asked(purpose):
        plan(s, purpose)
        s.commit()
        with counting.statements(connection) as said:
            plan(s, purpose)
        return len(said)

    learned(s, hanh, SECOND, TEN - 5 * DAY)
    learned(s, w.tam, FIRST, TEN - DAY, TEN - DAY)
    agree(s, w, w.tam)
    few = [asked(LESSON_STOPPED), asked(NEXT_LESSON)]
    for n in range(4):
        for lesson, at, done in ((SECOND, TEN - 5 * DAY, None), (FIRST, TEN - DAY, TEN - DAY)):
            person = world.member(s, w.sens_house, f"Cháu {n}", 1990, phone=f"+8496000{n}{len(lesson):03}")
            agree(s, w, person)
            learned(s, person, lesson, at, done)
    assert [asked(LESSON_STOPPED), asked(NEXT_LESSON)] == few
    assert len(waiting(s, LESSON_STOPPED)) == len(waiting(s, NEXT_LESSON)) == 5
