"""Right before messages go: what ended while they were being planned is not sent, and nobody had to wait for it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import consent
from outreach.households.models import Household
from outreach.reminders import meetings, noting, planning, rules
from outreach.reminders.models import ClassMeeting, DueDate, ReminderRule
from outreach.sms import days, outbox, settling
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import Sms
from outreach.sms.obstacles import LOOK_AGAIN
from outreach.sms.purposes import (
    CLASS,
    DUE_DATE,
    FOLLOW_UP,
    LESSON_STOPPED,
    NEXT_LESSON,
    RESULT_READY,
    WEEK_LIST,
    WEEK_SUMMARY,
    WELCOME,
)
from outreach.visits import reminders as visits
from outreach.visits.models import FollowUp
from outreach.worker import Worker
from tests import counting, world
from tests.reminders.cast import DAY, FIRST, SECOND, TEN, a_class, agree, ambassador, due, learned, promise, switch

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
TOMORROW_EVENING = datetime(2026, 11, 24, 12, tzinfo=UTC)
HELPLINE = "1800 1096"


@pytest.fixture(autouse=True)
def monday_morning(clock_at_ten):
    clock_at_ten.move_to(MORNING)


def set_up(s, w):
    """Somebody is due for each of the house's reminders, and all are switched on."""
    switch(s, w, *rules.RULES)
    agree(s, w, w.tam, "+84911111111")
    agree(s, w, w.hanh, "+84922222222")
    ambassador(s, w.tam, MONDAY - DAY)
    promise(s, w.lan, w.tams_house, MONDAY + DAY)
    learned(s, w.tam, FIRST, MORNING - DAY, MORNING - DAY)
    learned(s, w.hanh, SECOND, MORNING - 5 * DAY)
    due(s, w, w.hanh, "passport", MONDAY + 14 * DAY)
    due(s, w, w.hanh, "result", MONDAY, "giấy khai sinh")
    a_class(s, w.cuc, TOMORROW_EVENING, w.dong)
    w.lan.sms_since = w.cuc.sms_since = TEN
    s.flush()


@pytest.fixture
def planned(s, w):
    """Everything that waits, as a worker holds it for the first time."""
    set_up(s, w)
    planning.plan(s, MONDAY, HELPLINE)
    found = s.scalars(select(Sms).order_by(Sms.id)).all()
    for sms in found:
        sms.attempts = 1
    s.flush()
    return found


def unwanted(s, messages):
    s.flush()
    found = planning.unwanted(s, messages, HELPLINE)
    return {(sms.recipient, sms.purpose) for sms in messages if sms.id in found}


def test_every_reminder_still_goes_a_moment_after_it_was_planned(s, planned):
    assert {sms.purpose for sms in planned} == set(rules.RULES)
    assert planning.unwanted(s, planned, HELPLINE) == {}
    assert [planning.unwanted(s, [one], HELPLINE) for one in planned] == [{}] * len(planned)


def test_whatever_ends_without_finding_the_message_is_heeded(s, w, planned):
    tam, hanh, gone = f"member:{w.tam.id}", f"member:{w.hanh.id}", set()
    s.get_one(ReminderRule, (w.tan_hung.id, WELCOME)).on = False
    gone |= {(tam, WELCOME)}
    assert unwanted(s, planned) == gone
    s.scalars(select(ClassMeeting)).one().at += timedelta(hours=1)
    gone |= {(tam, CLASS), (hanh, CLASS)}
    assert unwanted(s, planned) == gone
    s.scalars(select(FollowUp)).one().ended_at = clock.now()
    gone |= {(tam, FOLLOW_UP), (f"account:{w.lan.id}", WEEK_LIST)}
    assert unwanted(s, planned) == gone
    w.hanh.phone = "+84933333333"
    gone |= {(hanh, LESSON_STOPPED), (hanh, DUE_DATE), (hanh, RESULT_READY)}
    assert unwanted(s, planned) == gone
    w.cuc.suspended_at = clock.now()
    gone |= {(f"account:{w.cuc.id}", WEEK_SUMMARY)}
    assert unwanted(s, planned) == gone
    consent.current(s, w.tam)["sms"].withdrawn_at = clock.now()
    assert unwanted(s, planned) == gone | {(tam, NEXT_LESSON)}


def test_what_was_tried_once_keeps_its_words(s, w, planned):
    w.hanh.name = "Nguyễn Thu Hằng"
    ones = [sms for sms in planned if sms.purpose in (DUE_DATE, RESULT_READY)]
    ones[0].attempts = 2
    assert unwanted(s, ones) == {(ones[1].recipient, ones[1].purpose)}


def test_nobody_is_told_a_class_s_old_hour_where_a_first_try_failed(s, w, planned):
    meeting = s.scalars(select(ClassMeeting)).one()
    once, never = (sms for sms in planned if sms.purpose == CLASS)
    once.state = never.state = "queued"
    once.attempts, never.attempts = 1, 0
    later = {"village_id": meeting.village_id, "place": meeting.place, "at": meeting.at - timedelta(hours=1)}
    meetings.change(s, meeting, w.cuc, lesson="", **later)
    planning.plan_one(s, CLASS, MONDAY, HELPLINE)
    s.expire_all()
    assert (once.state, never.state, "18:00" in never.body) == ("cancelled", "queued", True)


def test_where_a_planner_breaks_its_messages_alone_wait_until_it_works(s, planned, monkeypatch, caplog):
    def broken(s, _asked):
        s.connection().exec_driver_sql("select nothing from nowhere")

    with monkeypatch.context() as patch:
        patch.setitem(planning.PLANNERS, CLASS, planning.PLANNERS[CLASS]._replace(find=broken))
        found = planning.unwanted(s, planned, HELPLINE)
    classes = [sms for sms in planned if sms.purpose == CLASS]
    assert set(found) == {sms.id for sms in classes}
    assert "reminders of class_meeting" in caplog.text
    classes[0].attempts = 2  # nothing that was tried is planned a second time
    for sms in classes:
        settling.hold(sms, found[sms.id], days.hours(s))
    assert [(sms.state, sms.error) for sms in classes] == [("queued", "")] * 2
    assert min(sms.due_at for sms in classes) > clock.now() + LOOK_AGAIN / 2


def test_more_messages_ask_no_more_of_the_database(s, w, planned):
    classes = [sms for sms in planned if sms.purpose == CLASS]
    asked = []
    for ones in (classes[:1], classes):
        with counting.statements(s.connection()) as statements:
            planning.unwanted(s, ones, HELPLINE)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_classes_elsewhere_cost_the_messages_of_one_s_own_nothing(s, w, planned):
    rules.switch(s, w.tien_lu, CLASS, to=True, by=w.quy)
    asked = []
    for _ in range(2):
        with counting.statements(s.connection()) as statements:
            planning.unwanted(s, [sms for sms in planned if sms.purpose == CLASS], HELPLINE)
        asked.append(len(statements))
        a_class(s, w.quy, TOMORROW_EVENING, w.ha)
    assert asked[0] == asked[1]


def end_everything(s, w):
    """What people do while a worker plans: each takes back what waits, and finds nothing yet."""
    cuc, lan = s.get_one(Account, w.cuc.id), s.get_one(Account, w.lan.id)
    rules.switch(s, s.get_one(Area, w.tan_hung.id), WELCOME, to=False, by=cuc)
    meetings.cancel(s, s.scalars(select(ClassMeeting)).one(), cuc)
    noting.end(s, s.scalars(select(DueDate).where(DueDate.kind == "passport")).one(), noting.DONE, lan)
    s.scalars(select(FollowUp)).one().ended_at = clock.now()
    visits.forget(s, s.get_one(Household, w.tams_house.id))


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_what_ends_between_a_planners_reading_and_its_commit_is_not_sent(real_db):
    """SQLite has one writer at a time, so there nothing can end in between."""
    with Session(real_db, expire_on_commit=False) as s:
        w = world.build(s)
        set_up(s, w)
        s.commit()
    with db.transaction(real_db) as planner:
        planning.plan(planner, MONDAY, HELPLINE)
        with db.transaction(real_db) as meanwhile:
            end_everything(meanwhile, w)
    worker = Worker(real_db, ConsoleGateway(9), support_phone=HELPLINE)
    worker._reminded = clock.now()  # the next planning is ten minutes away
    worker.send()
    with Session(real_db) as s:
        became = {(sms.recipient, sms.purpose): (sms.state, sms.error) for sms in s.scalars(select(Sms))}
    ended = {purpose for (_who, purpose), fate in became.items() if fate == ("cancelled", outbox.NO_LONGER_DUE)}
    assert ended == {WELCOME, CLASS, DUE_DATE, FOLLOW_UP, WEEK_LIST}
    hanh = f"member:{w.hanh.id}"
    assert {became[hanh, RESULT_READY], became[hanh, LESSON_STOPPED]} == {("sent", "")}
