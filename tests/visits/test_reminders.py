"""Shortly before a follow-up visit, the household's ambassador is told: with consent, by day, and never in vain."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock
from outreach.households.models import Ambassador, Consent
from outreach.lib import sms_text
from outreach.reminders import planning
from outreach.settings import ROOT
from outreach.sms import outbox, writing
from outreach.sms.models import ClosedDay, OptOut, Sms, Wording
from outreach.sms.money_queries import Reader
from outreach.sms.purposes import FOLLOW_UP
from outreach.visits import reminders
from outreach.visits.models import FollowUp, Visit
from outreach.wordings import house
from tests import counting, world
from tests.databases import sqlite_only

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def clock_at_ten():
    with time_machine.travel(TEN) as traveller:
        yield traveller


def plan(s, today=TODAY, phone=""):
    return planning.plan_one(s, FOLLOW_UP, today, phone)


def promise(s, by, house, met=(), on=TOMORROW):
    visit = Visit(
        client_id=f"v{house.id}{on}", digest="", household=house, by=by, at=TEN - timedelta(days=3),
        received_at=TEN, outcome="helped", met=list(met),
    )  # fmt: skip
    s.add(visit)
    s.flush()
    follow_up = FollowUp(household=house, visit_id=visit.id, due_on=on)
    s.add(follow_up)
    s.flush()
    return follow_up


def ambassador(s, member):
    made = Ambassador(household_id=member.household_id, member=member, since=date(2026, 10, 1))
    s.add(made)
    s.flush()
    return made


def consent(s, member, purpose="sms"):
    given = Consent(member_id=member.id, purpose=purpose, wording="2026-11", given_how="oral", given_at=TEN)
    s.add(given)
    s.flush()
    return given


def messages(s):
    s.expire_all()
    return s.scalars(select(Sms).order_by(Sms.id)).all()


def waiting(s):
    return [one for one in messages(s) if one.state == "queued"]


@pytest.fixture
def promised(s, w):
    """Lan comes to bà Sen's house tomorrow; the granddaughter Hạnh is its ambassador and agreed to messages."""
    ambassador(s, w.hanh)
    consent(s, w.hanh)
    return promise(s, w.lan, w.sens_house, met=[w.sen])


def test_the_ambassador_is_told_the_day_before(s, w, promised):
    assert plan(s) == 1
    (sms,) = messages(s)
    assert (sms.to, sms.recipient, sms.area_id) == (w.hanh.phone, f"member:{w.hanh.id}", w.tan_hung.id)
    assert sms.body == (
        "Xa Tan Hung: Ngay 22/11, to cong nghe so thon Dong den nha giup ba con lam thu tuc qua mang. "
        "Doi hen hoac ngung nhan tin: goi 0912 000 005."
    )


def test_it_goes_out_by_day_and_not_after_the_evening_before(s, promised):
    plan(s)
    (sms,) = messages(s)
    assert sms.due_at <= clock.now() + timedelta(seconds=1)
    assert clock.local(sms.not_after).strftime("%d %H:%M") == "21 20:00"


def test_planned_at_dawn_it_waits_until_eight(s, promised, clock_at_ten):
    clock_at_ten.move_to(TEN - timedelta(hours=5))
    plan(s)
    assert clock.local(messages(s)[0].due_at).strftime("%H:%M") == "08:00"


def test_planned_again_it_is_still_one_message(s, promised):
    plan(s)
    assert plan(s) == 1
    assert len(messages(s)) == 1


@pytest.mark.parametrize("days", [0, 2])
def test_other_days_are_not_reminded_of(s, w, promised, days):
    promised.due_on = TODAY + timedelta(days=days)
    assert plan(s) == 0


@sqlite_only
@pytest.mark.parametrize(
    ("closed", "due_in", "goes"),
    [
        ((), 1, True), ((), 2, False),
        ((1,), 2, True), ((1,), 1, True), ((1,), 3, False),
        ((1, 2), 3, True), ((1, 2, 3), 4, False),  # longer ago, one has forgotten it
        ((0,), 1, False),
    ],
)  # fmt: skip
def test_before_holidays_it_goes_on_the_last_open_day_at_most_three_days_before(s, w, promised, closed, due_in, goes):
    for n in closed:
        s.add(ClosedDay(day=TODAY + timedelta(days=n), name="Tết", by_id=None))
    due_on = promised.due_on = TODAY + timedelta(days=due_in)
    plan(s)
    assert [one.why["on"] for one in waiting(s)] == ([str(due_on)] if goes else [])
    assert planning.expected(s, w.tan_hung, FOLLOW_UP, TODAY).today == int(goes)


def test_without_consent_nobody_is_told(s, w):
    ambassador(s, w.hanh)
    consent(s, w.hanh, "registered")
    promise(s, w.lan, w.sens_house)
    assert plan(s) == 0
    assert messages(s) == []


def test_with_withdrawn_consent_nobody_is_told(s, w, promised):
    s.scalars(select(Consent)).one().withdrawn_at = clock.now()
    assert plan(s) == 0


def test_a_number_that_opted_out_is_not_told(s, w, promised):
    s.add(OptOut(phone=w.hanh.phone, at=clock.now(), how="phone"))
    assert plan(s) == 0


def test_where_the_ambassador_cannot_be_told_whoever_was_met_is(s, w):
    ambassador(s, w.sen)  # has no phone
    consent(s, w.sen)
    consent(s, w.hanh)
    promise(s, w.lan, w.sens_house, met=[w.hanh])
    plan(s)
    assert [sms.recipient for sms in messages(s)] == [f"member:{w.hanh.id}"]


def test_a_member_who_was_neither_met_nor_is_ambassador_is_not_told(s, w):
    consent(s, w.hanh)
    promise(s, w.lan, w.sens_house, met=[w.sen])
    assert plan(s) == 0


def test_a_member_who_left_is_not_told(s, w, promised):
    w.hanh.left_on = TODAY
    assert plan(s) == 0


@pytest.mark.parametrize("change", ["closed", "merged", "ended"])
def test_a_visit_that_will_not_be_is_not_announced(s, w, promised, change):
    plan(s)
    if change == "closed":
        w.sens_house.closed_as = "moved_away"
    elif change == "merged":
        w.sens_house.merged_into_id = w.tams_house.id
    else:
        promised.ended_at = clock.now()
    assert plan(s) == 0
    assert [(sms.state, sms.error) for sms in messages(s)] == [("cancelled", "no_longer_due")]


def test_a_visit_takes_back_the_reminder_at_once(s, w, promised):
    plan(s)
    reminders.forget(s, w.sens_house)
    assert waiting(s) == []


def test_a_visit_next_door_takes_nothing_back(s, w, promised):
    plan(s)
    reminders.forget(s, w.tams_house)
    assert len(waiting(s)) == 1


def test_promised_anew_for_the_same_day_it_waits_again(s, w, promised):
    plan(s)
    reminders.forget(s, w.sens_house)
    plan(s)
    assert len(waiting(s)) == 1


def test_a_new_ambassador_is_told_in_place_of_the_old(s, w, promised):
    plan(s)
    s.scalars(select(Ambassador)).one().until = TODAY
    w.sen.phone = "+84911111111"
    ambassador(s, w.sen)
    consent(s, w.sen)
    plan(s)
    assert [sms.recipient for sms in waiting(s)] == [f"member:{w.sen.id}"]


def test_withdrawing_consent_takes_back_the_reminder(s, w, promised):
    plan(s)
    outbox.cancel(s, f"member:{w.hanh.id}", outbox.CONSENT_WITHDRAWN)
    assert waiting(s) == []


def test_without_a_leader_one_calls_whoever_promised_to_come(s, w, promised):
    w.dung.suspended_at = clock.now()
    plan(s)
    assert "goi 0912 000 006." in messages(s)[0].body


def test_with_neither_one_calls_the_support_number(s, w, promised):
    w.dung.suspended_at = w.lan.suspended_at = clock.now()
    assert plan(s) == 0
    plan(s, TODAY, "0977 000 111")
    assert "goi 0977 000 111." in messages(s)[0].body


def test_a_village_called_like_an_address_holds_back_no_other_villages_reminders(s, w, promised):
    ambassador(s, w.tam)
    consent(s, w.tam)
    w.doai.name = "Doai.vn"
    w.tams_house.village = w.doai
    promise(s, w.nga, w.tams_house)
    assert plan(s) == 1
    assert [sms.recipient for sms in messages(s)] == [f"member:{w.hanh.id}"]


def test_it_speaks_the_members_language_or_else_vietnamese(s, w, promised):
    w.hanh.language = "en"
    plan(s)
    assert "On 22/11 the" in messages(s)[0].body
    w.hanh.language = "tyz"
    plan(s)
    assert "Ngay 22/11" in messages(s)[0].body


def test_who_wants_accents_gets_them(s, w, promised):
    w.hanh.sms_form = "full"
    plan(s)
    (sms,) = messages(s)
    assert sms.body.startswith("Xã Tân Hưng: Ngày 22/11, tổ công nghệ số thôn Đông")
    assert (sms.form, sms.encoding) == ("full", "UCS-2")
    assert planning.expected(s, w.tan_hung, FOLLOW_UP, TODAY).readers == {Reader("vi", "full", "+84912"): 1}


def test_its_row_says_why_it_is_there_and_which_words_it_was_made_of(s, w, promised):
    plan(s)
    (sms,) = messages(s)
    assert sms.why == {"rule": "follow_up", "on": "2026-11-22"}
    assert (sms.wording.purpose, sms.wording.language, sms.wording.version) == ("follow_up", "vi", 1)


@pytest.mark.parametrize(
    "own", [one for one in house.own() if one.purpose == "follow_up"], ids=lambda own: own.language
)
def test_in_every_commune_and_language_it_costs_two_segments_at_most_and_holds_no_link(own):
    with (ROOT / "outreach" / "areas" / "data" / "communes.csv").open(encoding="utf-8") as file:
        communes = [f"{row['type'].capitalize()} {row['name']}" for row in csv.DictReader(file)]
    assert len(communes) > 3000
    village = "tổ dân phố Nguyễn Thị Minh Khai 12"
    for commune in communes:
        values = {"commune": commune, "village": village, "day": "22/11", "phone": "0912 345 678"}
        text = writing.fill(Wording(plain=own.plain), "plain", values)
        measured = sms_text.measure(text)
        assert (measured.encoding, measured.segments <= 2) == ("GSM-7", True), text
        assert not sms_text.has_link(text)


def test_more_households_to_visit_ask_no_more_of_the_database(s, w, promised, connection):
    plan(s)
    s.commit()
    with counting.statements(connection) as few:
        plan(s)
    for n in range(5):
        promise(s, w.nga, world.household(s, w.doai, f"Nguyễn Văn {n}"))
    s.commit()
    with counting.statements(connection) as more:
        plan(s)
    assert len(more) == len(few)
