"""A message goes out once, by day, seldom, and never against somebody's wish."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.sms import outbox, sending
from outreach.sms.gateway import ConsoleGateway, NoAnswer, SendError
from outreach.sms.models import REGISTERED, ClosedDay, OptOut, Sms, Wording
from outreach.sms.reconcile import reconcile
from tests.sms.gateways import Recorder, Refuser, side_by_side
from tests.sms.notices import BODY, TEN, TONIGHT

LATER = timedelta(minutes=6)
LONG = TEN + timedelta(days=3)


def put(box, n, **changes):
    """A message to somebody of her own, with a number of her own."""
    return box.put(f"member:{n}", **({"to": f"+8490000{n:04d}"} | changes))


def alerts(box):
    with db.transaction(box.engine) as s:
        return [(one.kind, one.about, one.times) for one in s.scalars(select(Alert).where(Alert.closed_at.is_(None)))]


def test_a_message_goes_out_once(box):
    box.put()
    gateway = Recorder()
    assert sending.send_due(box.engine, gateway) == 1
    assert sending.send_due(box.engine, gateway) == 0
    assert gateway.taken == [("+84912345678", BODY)]
    sms = box.row()
    assert (sms.state, sms.gateway, sms.gateway_id, sms.held, sms.attempts) == ("sent", "recorder", "r1", "", 1)
    assert sms.cleared_at == sms.sent_at or sms.cleared_at < sms.sent_at


def test_a_message_that_went_out_is_not_revived_by_planning_it_again(box):
    box.put()
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert box.put(words={"village": "thôn Đoài"}).state == "sent"
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1


def test_workers_side_by_side_never_send_a_message_twice(box):
    for n in range(15):
        put(box, n)
    gateway = Recorder()

    def work():
        while sending.send_due(box.engine, gateway, limit=4):
            pass

    side_by_side(work)
    assert Counter(to for to, _body in gateway.taken) == Counter(f"+8490000{n:04d}" for n in range(15))


def test_workers_side_by_side_keep_to_the_daily_limit_together(box):
    for n in range(8):
        put(box, n, to="+84912345678", purpose=PURPOSES[n % 4], words=WORDS, not_after=LONG)
    gateway = Recorder()

    def work():
        sending.send_due(box.engine, gateway, limit=3)

    side_by_side(work)
    assert len(gateway.taken) <= 3


PURPOSES = ("follow_up", "welcome", "next_lesson", "lesson_stopped")
WORDS = {"name": "Sen", "lesson": "Bài 1"}


def test_a_message_held_up_into_the_night_goes_back_to_the_morning(box, clock_at_ten):
    box.put(not_after=LONG)
    clock_at_ten.move_to(TEN.replace(hour=13))  # 20:00
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    sms = box.row()
    assert (gateway.taken, sms.state, sms.held) == ([], "queued", "quiet")
    assert clock.local(sms.due_at).strftime("%d %H:%M") == "22 08:00"
    clock_at_ten.move_to(TEN.replace(day=22, hour=1))
    sending.send_due(box.engine, gateway)
    assert (box.row().state, box.row().held) == ("sent", "")


def test_a_day_that_was_closed_after_the_message_was_put_is_kept(box, clock_at_ten):
    box.put(not_after=LONG)
    with db.transaction(box.engine) as s:
        s.add(ClosedDay(day=TEN.date(), name="Quốc tang"))
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    sms = box.row()
    assert (gateway.taken, sms.state, sms.held) == ([], "queued", "holiday")
    assert clock.local(sms.due_at).strftime("%d %H:%M") == "22 08:00"


def test_nothing_arrives_after_todays_closing_nor_after_its_use(box):
    put(box, 1, not_after=LONG)
    put(box, 2, not_after=TEN + timedelta(hours=1))
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert sorted(gateway.until) == [TEN + timedelta(hours=1), TONIGHT]


def test_a_batch_that_reaches_the_evening_stops_there(box, clock_at_ten):
    for n in range(5):
        put(box, n, not_after=LONG)
    gateway = Recorder(meanwhile=lambda: clock_at_ten.move_to(TONIGHT + timedelta(seconds=1)))
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1
    assert box.states() == ["sent", *["queued"] * 4]
    assert {sms.attempts for sms in box.rows()[1:]} == {0}


def test_a_worker_that_slept_over_its_lease_sends_nothing_more_of_its_batch(box, clock_at_ten):
    for n in range(5):
        put(box, n, not_after=LONG)
    gateway = Recorder(meanwhile=lambda: clock_at_ten.shift(sending.LEASE))
    sending.send_due(box.engine, gateway, limit=5)
    assert len(gateway.taken) < 5
    reconcile(box.engine, gateway)
    for _ in range(5):
        clock_at_ten.shift(LATER)
        sending.send_due(box.engine, Recorder())
    assert box.states() == ["sent"] * 5


def test_a_reminder_that_would_come_too_late_is_dropped(box, clock_at_ten):
    box.put()
    clock_at_ten.move_to(TEN + timedelta(days=1))
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state, box.row().error) == ([], "cancelled", "too_late")


def four_for_one_number(box, **changes):
    for purpose in PURPOSES:
        box.put(purpose=purpose, words=WORDS, **changes)


def test_a_number_gets_no_more_than_three_messages_in_24_hours(box, clock_at_ten):
    four_for_one_number(box, not_after=LONG)
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 3
    clock_at_ten.shift(LATER)
    sending.send_due(box.engine, gateway)
    assert box.states() == ["sent", "sent", "sent", "queued"]
    assert (box.rows()[3].held, box.rows()[3].due_at >= TEN + timedelta(hours=24)) == ("daily", True)
    clock_at_ten.move_to(TEN + timedelta(hours=24, minutes=10))
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 4


def test_a_fourth_message_that_cannot_wait_a_day_is_dropped(box, clock_at_ten):
    four_for_one_number(box)
    sending.send_due(box.engine, Recorder())
    clock_at_ten.shift(LATER)
    sending.send_due(box.engine, Recorder())
    assert (box.rows()[3].state, box.rows()[3].error) == ("cancelled", "daily")


def test_what_the_operator_accepted_counts_towards_the_daily_limit(box, clock_at_ten):
    four_for_one_number(box)
    sending.send_due(box.engine, Recorder())
    with db.transaction(box.engine) as s:
        s.execute(update(Sms).where(Sms.state == "sent").values(state="accepted"))
    clock_at_ten.shift(LATER)
    sending.send_due(box.engine, Recorder())
    assert box.rows()[3].error == "daily"


def test_a_message_on_its_way_counts_towards_the_daily_limit(box):
    four_for_one_number(box)
    with db.transaction(box.engine) as s:
        s.execute(update(Sms).where(Sms.purpose != "lesson_stopped").values(state="unknown", due_at=TEN + LATER))
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert (gateway.taken, box.rows()[3].state, box.rows()[3].held) == ([], "queued", "daily")


def test_two_of_a_house_with_one_phone_get_one_message_of_a_purpose_a_day(box, clock_at_ten):
    box.put("member:1", not_after=LONG)
    box.put("member:2", not_after=LONG)
    box.put("member:3")
    gateway = Recorder()
    for _ in range(2):
        sending.send_due(box.engine, gateway)
        clock_at_ten.shift(LATER)
    first, second, third = box.rows()
    assert (first.state, second.state, second.held) == ("sent", "queued", "purpose_today")
    assert clock.local(second.due_at).strftime("%d %H:%M") == "22 08:00"
    assert (third.state, third.error) == ("cancelled", "purpose_today")  # tomorrow would be too late
    clock_at_ten.move_to(second.due_at)
    sending.send_due(box.engine, gateway)
    assert box.rows()[1].state == "sent"


def test_a_message_taken_back_while_it_is_being_sent_is_not_tried_again(box):
    box.put()

    def stop():
        with db.transaction(box.engine) as s:
            outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN)

    sending.send_due(box.engine, Refuser(SendError(False, "20503"), stop))
    assert (box.row().state, box.row().error) == ("cancelled", "consent_withdrawn")


def test_a_stop_that_comes_in_the_middle_of_a_batch_holds_for_what_was_not_sent_yet(box, clock_at_ten):
    for n in range(4):
        put(box, n, to="+84912345678", purpose=PURPOSES[n], words=WORDS, not_after=LONG)

    def stop():
        with db.transaction(box.engine) as s:
            outbox.cancel_number(s, "+84912345678", outbox.CONSENT_WITHDRAWN)
        clock_at_ten.move_to(TONIGHT)  # so that the rest of the batch goes back

    gateway = Recorder(meanwhile=stop)
    sending.send_due(box.engine, gateway)
    assert Counter(box.states()) == {"sent": len(gateway.taken), "cancelled": 4 - len(gateway.taken)}
    assert len(gateway.taken) < 4


def test_a_number_that_opted_out_gets_nothing(box):
    box.put()
    with db.transaction(box.engine) as s:
        s.add(OptOut(phone="+84912345678", at=clock.now(), how="phone"))
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state, box.row().error) == ([], "cancelled", "opted_out")
    assert box.put("member:2") is None


def test_on_trial_only_the_listed_numbers_get_messages(box):
    put(box, 1, not_after=LONG)
    put(box, 2, not_after=LONG)
    gateway = Recorder(trial=frozenset({"+84900000002"}))
    sending.send_due(box.engine, gateway)
    assert [to for to, _body in gateway.taken] == ["+84900000002"]
    assert [(sms.state, sms.held) for sms in box.rows()] == [("queued", "trial"), ("sent", "")]


def test_words_that_are_not_registered_wait_where_the_operator_wants_them_to_be(box, clock_at_ten):
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state="submitted"))
    box.put(not_after=LONG)
    gateway = Recorder(registers=True)
    sending.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state, box.row().held) == ([], "queued", "not_registered")
    assert alerts(box) == [("sms_not_registered", "follow_up", 1)]
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state=REGISTERED))
    clock_at_ten.move_to(box.row().due_at)
    sending.send_due(box.engine, gateway)
    assert (len(gateway.taken), box.row().state, box.row().held) == (1, "sent", "")
    assert alerts(box) == []


def test_a_later_version_that_is_registered_frees_what_waited_with_the_old_words(box):
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state="submitted"))
    box.put(not_after=LONG)
    gateway = Recorder(registers=True)
    sending.send_due(box.engine, gateway)
    with db.transaction(box.engine) as s:
        text = "{commune}: {day}. {phone}"
        s.add(
            Wording(
                purpose="follow_up", language="vi", version=2, full=text, plain=text, state=REGISTERED, made_at=TEN,
                state_at=TEN,
            )
        )  # fmt: skip
    box.put(not_after=LONG)
    sending.send_due(box.engine, gateway)
    assert [body for _to, body in gateway.taken] == ["Xa Tan Hung: 22/11. 0912 000 005"]


def test_a_gateway_that_registers_nothing_takes_any_words(box):
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state="draft"))
    box.put()
    assert sending.send_due(box.engine, Recorder()) == 1


def test_the_console_gateway_marks_what_it_would_have_sent(box):
    box.put()
    assert sending.send_due(box.engine, ConsoleGateway(3)) == 1
    assert (box.row().state, box.row().gateway) == ("sent", "console")


def test_a_holiday_is_told_as_such(box, clock_at_ten):
    with db.transaction(box.engine) as s:
        s.add(ClosedDay(day=date(2026, 11, 22), name="Nghỉ bù"))
    clock_at_ten.move_to(TONIGHT)
    box.put(not_after=LONG)
    assert (box.row().held, clock.local(box.row().due_at).strftime("%d %H:%M")) == ("holiday", "23 08:00")


def test_nothing_is_sent_again_of_which_nobody_knows(box, clock_at_ten):
    box.put()
    broken = Refuser(NoAnswer("timeout"))
    sending.send_due(box.engine, broken)
    clock_at_ten.shift(LATER)
    assert sending.send_due(box.engine, broken) == 0
    assert (len(broken.taken), box.row().state) == (1, "unknown")


@pytest.mark.parametrize("fault", [RuntimeError("a bug"), KeyError("sid")])
def test_a_gateway_that_breaks_leaves_nobody_knowing(box, fault, caplog):
    put(box, 1)
    put(box, 2)

    def broken():
        raise fault

    sending.send_due(box.engine, Recorder(meanwhile=broken))
    assert box.states() == ["unknown", "unknown"]
    assert "the gateway broke" in caplog.text
