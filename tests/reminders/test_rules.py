"""A commune switches its reminders on and off; without a word, only promised visits are reminded of."""

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.reminders import planning, rules
from outreach.sms.money_queries import Reader
from outreach.sms.purposes import CLASS, DUE_DATE, FOLLOW_UP, LESSON_STOPPED, PURPOSES, WELCOME
from tests.databases import sqlite_only
from tests.reminders.cast import (
    DAY,
    TEN,
    TODAY,
    a_class,
    agree,
    ambassador,
    counted,
    due,
    learned,
    messages,
    plan,
    switch,
    waiting,
)


@sqlite_only
def test_from_the_start_a_commune_reminds_of_promised_visits_only(s, w):
    assert rules.on(s, w.tan_hung.id) == {FOLLOW_UP}


def test_there_is_a_rule_for_each_message_of_the_house():
    assert set(rules.RULES) == set(PURPOSES)
    assert set(planning.PLANNERS) == set(PURPOSES) - {FOLLOW_UP}


@sqlite_only
def test_what_one_commune_chooses_is_no_other_communes(s, w):
    rules.switch(s, w.tan_hung, WELCOME, to=True, by=w.cuc)
    rules.switch(s, w.tan_hung, FOLLOW_UP, to=False, by=w.cuc)
    assert rules.on(s, w.tan_hung.id) == {WELCOME}
    assert rules.on(s, w.tien_lu.id) == {FOLLOW_UP}


def test_each_switch_is_on_record_and_the_same_again_is_none(s, w):
    for to in (True, True, False):
        rules.switch(s, w.tan_hung, WELCOME, to=to, by=w.cuc)
    rows = s.scalars(select(AuditEntry).where(AuditEntry.act.startswith("reminder.")).order_by(AuditEntry.id)).all()
    assert [(one.act, one.actor_id, one.area_id, one.details) for one in rows] == [
        ("reminder.on", w.cuc.id, w.tan_hung.id, {"purpose": WELCOME}),
        ("reminder.off", w.cuc.id, w.tan_hung.id, {"purpose": WELCOME}),
    ]


@sqlite_only
def test_there_is_no_rule_for_what_nobody_has_thought_of(s, w):
    with pytest.raises(ValueError, match="advertising"):
        rules.switch(s, w.tan_hung, "advertising", to=True, by=w.cuc)


def test_switching_off_takes_back_at_once_what_waits_of_it_and_nothing_else(s, w):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    learned(s, w.hanh, "quet-ma-qr", TEN - 5 * DAY)
    switch(s, w, WELCOME, LESSON_STOPPED)
    assert len(plan(s, WELCOME)) == len(plan(s, LESSON_STOPPED)) == 1
    assert rules.switch(s, w.tan_hung, WELCOME, to=False, by=w.cuc) == 1
    assert [(one.state, one.error) for one in messages(s, WELCOME)] == [("cancelled", "no_longer_due")]
    assert len(waiting(s, LESSON_STOPPED)) == 1
    assert plan(s, WELCOME) == []


def test_switching_one_commune_off_leaves_the_others_messages(s, w):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    switch(s, w, WELCOME)
    rules.switch(s, w.tien_lu, WELCOME, to=True, by=w.quy)
    plan(s, WELCOME)
    assert rules.switch(s, w.tien_lu, WELCOME, to=False, by=w.quy) == 0
    assert len(waiting(s, WELCOME)) == 1


def test_what_was_due_before_somebody_switched_it_on_is_not_caught_up_with(s, w):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - 2 * DAY)
    switch(s, w, WELCOME, days_ago=0)
    assert plan(s, WELCOME) == []
    switch(s, w, WELCOME, to=False)
    switch(s, w, WELCOME, days_ago=1)
    assert len(plan(s, WELCOME)) == 1


def test_a_day_of_all_rules_is_planned_together_and_again_without_a_second_message(s, w):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    learned(s, w.hanh, "quet-ma-qr", TEN - 5 * DAY)
    switch(s, w, WELCOME, LESSON_STOPPED, DUE_DATE)
    assert planning.plan(s, TODAY, "1800 1096") == 2
    assert planning.plan(s, TODAY, "1800 1096") == 2
    assert len(messages(s, WELCOME)) == len(messages(s, LESSON_STOPPED)) == 1


def test_the_page_counts_what_would_go_today_and_in_a_month_whether_switched_on_or_not(s, w):
    agree(s, w, w.hanh)
    ambassador(s, w.hanh, TODAY - DAY)
    assert counted(s, w.tan_hung, WELCOME, TODAY) == (1, 1)
    assert counted(s, w.tan_hung, WELCOME, TODAY + DAY) == (0, 1)
    assert counted(s, w.tien_lu, WELCOME, TODAY) == (0, 0)


@sqlite_only
@pytest.mark.parametrize(
    ("purpose", "caused"),
    [
        (WELCOME, lambda s, w: ambassador(s, w.hanh, TODAY - DAY)),
        (LESSON_STOPPED, lambda s, w: learned(s, w.hanh, "quet-ma-qr", TEN - 5 * DAY)),
        (DUE_DATE, lambda s, w: due(s, w, w.hanh, "case", TODAY + DAY)),
        (CLASS, lambda s, w: a_class(s, w.dung, TEN + DAY, w.dong)),
    ],
)
def test_what_it_would_cost_follows_language_form_and_number_of_whoever_gets_it(s, w, purpose, caused):
    agree(s, w, w.hanh)
    w.hanh.language, w.hanh.sms_form = "en", "full"
    caused(s, w)
    assert planning.expected(s, w.tan_hung, purpose, TODAY).readers == {Reader("en", "full", "+84912"): 1}
