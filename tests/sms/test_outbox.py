"""A message goes out once, by day, seldom, and never against somebody's wish."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from outreach import clock, db
from outreach.sms import outbox
from outreach.sms.gateway import ConsoleGateway, SendError, Trace
from outreach.sms.models import OptOut, Sms

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam


class Recorder:
    """A gateway that takes everything and counts."""

    name = "recorder"
    daily_limit = 3
    registers = False
    trial_numbers: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        with self.lock:
            self.taken.append((to, body))
            return f"r{len(self.taken)}"

    def find(self, to: str, body: str, since: datetime, reference: str) -> list[Trace]:
        return []


class Refuser(Recorder):
    """A gateway that refuses everything."""

    def __init__(self, error: SendError) -> None:
        super().__init__()
        self.error = error

    def send(self, to: str, body: str, until: datetime, reference: str) -> str:
        super().send(to, body, until, reference)
        raise self.error


def test_the_same_message_put_twice_is_one_row(box):
    first, second = box.put(), box.put()
    assert first.id == second.id
    assert box.states() == ["queued"]


def test_another_due_date_is_another_message(box):
    box.put()
    box.put(due_on=TEN.date() + timedelta(days=9))
    assert len(box.rows()) == 2


def test_a_text_with_a_link_is_refused(box):
    with pytest.raises(outbox.HasLink):
        box.put(body="Xem tai bit.ly/abc")
    assert box.rows() == []


def test_what_a_message_costs_stands_in_its_row(box):
    plain = box.put(body="Xa Tan Hung: mai den nha.")
    accented = box.put("member:2", body="Xã Tân Hưng: mai đến nhà. " * 3)
    assert (plain.encoding, plain.segments) == ("GSM-7", 1)
    assert (accented.encoding, accented.segments) == ("UCS-2", 2)


def test_a_message_goes_out_once(box):
    box.put()
    gateway = Recorder()
    assert outbox.send_due(box.engine, gateway) == 1
    assert outbox.send_due(box.engine, gateway) == 0
    assert gateway.taken == [("+84912345678", "Xa Tan Hung: mai den nha.")]
    assert (box.row().state, box.row().gateway, box.row().gateway_id) == ("sent", "recorder", "r1")


def test_a_message_that_went_out_is_not_revived_by_planning_it_again(box):
    box.put()
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert box.put(body="Another text").state == "sent"
    outbox.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1


def test_a_message_whose_number_was_corrected_goes_to_the_new_one(box):
    box.put()
    box.put(to="+84987654321")
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert [to for to, _body in gateway.taken] == ["+84987654321"]


def test_workers_side_by_side_never_send_a_message_twice(box):
    for n in range(15):
        box.put(f"member:{n}", to=f"+8491234560{n % 10}", body=f"Text {n}")
    gateway, gate = Recorder(), threading.Barrier(3)

    def work() -> None:
        gate.wait()
        while outbox.send_due(box.engine, gateway):
            pass

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(Counter(gateway.taken).values()) == {1}
    assert len(gateway.taken) == 15


def test_a_message_put_at_night_waits_until_eight(box, clock_at_ten):
    clock_at_ten.move_to(TEN.replace(hour=15))  # 22:00
    box.put(due_at=clock.now(), not_after=TEN + timedelta(days=2))
    assert clock.local(box.row().due_at).strftime("%d %H:%M") == "22 08:00"


def test_a_message_held_up_into_the_night_goes_back_to_the_morning(box, clock_at_ten):
    box.put(not_after=TEN + timedelta(days=2))
    clock_at_ten.move_to(TEN.replace(hour=13))  # 20:00
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state) == ([], "queued")
    assert clock.local(box.row().due_at).strftime("%d %H:%M") == "22 08:00"
    clock_at_ten.move_to(TEN.replace(day=22, hour=1))
    outbox.send_due(box.engine, gateway)
    assert box.row().state == "sent"


def test_a_reminder_that_would_come_too_late_is_dropped(box, clock_at_ten):
    box.put()
    clock_at_ten.move_to(TEN + timedelta(days=1))
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state, box.row().error) == ([], "cancelled", "too_late")


def test_a_reminder_that_is_too_late_already_is_not_put(box):
    assert box.put(not_after=TEN - timedelta(minutes=1)) is None
    assert box.rows() == []


def test_a_number_gets_no_more_than_three_messages_in_24_hours(box, clock_at_ten):
    for n in range(4):
        box.put(f"member:{n}", not_after=TEN + timedelta(days=3))
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert len(gateway.taken) == 3
    assert box.states() == ["sent", "sent", "sent", "queued"]
    clock_at_ten.move_to(TEN + timedelta(hours=24, minutes=10))
    outbox.send_due(box.engine, gateway)
    assert len(gateway.taken) == 4


def test_a_fourth_message_that_cannot_wait_a_day_is_dropped(box):
    for n in range(4):
        box.put(f"member:{n}")
    outbox.send_due(box.engine, Recorder())
    assert (box.rows()[3].state, box.rows()[3].error) == ("cancelled", "daily_limit")


def test_a_message_on_its_way_counts_towards_the_daily_limit(box):
    for n in range(4):
        box.put(f"member:{n}")
    with db.transaction(box.engine) as s:
        s.execute(update(Sms).where(Sms.recipient != "member:3").values(state="unknown"))
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert (gateway.taken, box.rows()[3].state) == ([], "queued")


def test_withdrawing_takes_back_what_waits_for_this_person_only(box):
    box.put()
    box.put(due_on=TEN.date() + timedelta(days=9))
    box.put("member:2", to="+84987654321")
    with db.transaction(box.engine) as s:
        assert outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN) == 2
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert [to for to, _body in gateway.taken] == ["+84987654321"]
    assert box.rows()[0].error == "consent_withdrawn"


def test_one_purpose_may_be_taken_back_alone(box):
    box.put()
    box.put(purpose="another")
    with db.transaction(box.engine) as s:
        outbox.cancel(s, "member:1", outbox.NO_LONGER_DUE, "follow_up")
    assert box.states() == ["cancelled", "queued"]


def test_a_message_taken_back_while_it_is_being_sent_is_not_tried_again(box):
    box.put()

    class Meanwhile(Refuser):
        def send(self, to: str, body: str, until: datetime, reference: str) -> str:
            with db.transaction(box.engine) as s:
                outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN)
            return super().send(to, body, until, reference)

    outbox.send_due(box.engine, Meanwhile(SendError(False, "20503")))
    assert (box.row().state, box.row().error) == ("cancelled", "consent_withdrawn")


def test_a_message_taken_back_and_due_again_waits_again(box):
    box.put()
    with db.transaction(box.engine) as s:
        outbox.cancel(s, "member:1", outbox.NO_LONGER_DUE)
    assert box.put().state == "queued"
    assert (box.row().state, box.row().error) == ("queued", "")


def test_a_number_that_opted_out_gets_nothing(box):
    box.put()
    with db.transaction(box.engine) as s:
        s.add(OptOut(phone="+84912345678", at=clock.now(), how="phone"))
    gateway = Recorder()
    outbox.send_due(box.engine, gateway)
    assert (gateway.taken, box.row().state, box.row().error) == ([], "cancelled", "opted_out")
    assert box.put("member:2") is None


def test_a_final_refusal_is_the_end(box):
    box.put()
    gateway = Refuser(SendError(True, "21614"))
    outbox.send_due(box.engine, gateway)
    outbox.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1
    assert (box.row().state, box.row().error) == ("failed", "21614")


def test_after_a_passing_refusal_the_waits_double(box, clock_at_ten):
    box.put()
    gateway, waits = Refuser(SendError(False, "20503")), []
    for _ in range(4):
        outbox.send_due(box.engine, gateway)
        waits.append(round((box.row().due_at - clock.now()).total_seconds() / 60))
        clock_at_ten.move_to(box.row().due_at)
    assert waits == [1, 2, 4, 8]


def test_a_message_refused_until_it_is_too_late_has_failed(box, clock_at_ten):
    box.put(not_after=TEN + timedelta(minutes=2))
    gateway = Refuser(SendError(False, "20503"))
    outbox.send_due(box.engine, gateway)
    clock_at_ten.move_to(box.row().due_at)
    outbox.send_due(box.engine, gateway)
    assert (box.row().state, box.row().error) == ("failed", "20503")


def test_when_every_message_would_be_refused_the_others_are_not_wasted(box):
    for n in range(3):
        box.put(f"member:{n}")
    gateway = Refuser(SendError(False, "20003", house=True))
    outbox.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1
    assert box.states() == ["queued", "queued", "queued"]


def test_the_console_gateway_marks_what_it_would_have_sent(box):
    box.put()
    assert outbox.send_due(box.engine, ConsoleGateway(3)) == 1
    assert (box.row().state, box.row().gateway) == ("sent", "console")
