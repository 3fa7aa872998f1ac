"""What a refusal means: for this message, for later, or for the whole house."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.sms import faults, receipts, sending
from outreach.sms.gateway import NoAnswer, SendError, Trace, refused
from outreach.sms.models import OptOut, Sms
from outreach.sms.reconcile import reconcile
from tests.databases import sqlite_only
from tests.sms.gateways import Recorder, Refuser
from tests.sms.notices import TEN, TONIGHT

pytestmark = sqlite_only
REFUSED = SendError(False, "20003", house=True)
MINUTE = timedelta(minutes=1, seconds=1)
LONG = TEN + timedelta(days=3)


def put(box, *numbers, **changes):
    for n in numbers:
        box.put(f"member:{n}", to=f"+8490000{n:04d}", **changes)


def alerts(box):
    with db.transaction(box.engine) as s:
        return [(one.kind, one.about, one.times) for one in s.scalars(select(Alert).where(Alert.closed_at.is_(None)))]


def test_a_final_refusal_is_the_end(box):
    box.put()
    gateway = Refuser(SendError(True, "21614"))
    sending.send_due(box.engine, gateway)
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1
    assert (box.row().state, box.row().error) == ("failed", "21614")
    assert alerts(box) == [("sms_number", "member:1", 1)]


def test_a_refusal_of_one_message_holds_up_no_other(box):
    put(box, *range(12))

    class Picky(Recorder):
        def send(self, to, body, until, reference):
            if to.endswith("5"):
                raise SendError(True, "21612")
            return super().send(to, body, until, reference)

    assert sending.send_due(box.engine, Picky()) == 11
    assert [sms.recipient for sms in box.rows() if sms.state == "failed"] == ["member:5"]


def test_an_opt_out_that_the_phone_company_knows_is_noted(box):
    box.put()
    sending.send_due(box.engine, Refuser(SendError(True, "21610")))
    with db.transaction(box.engine) as s:
        assert s.get_one(OptOut, "+84912345678").how == "carrier"


def test_after_a_passing_refusal_the_waits_double(box, clock_at_ten):
    box.put()
    gateway, waits = Refuser(SendError(False, "20429")), []
    for _ in range(4):
        sending.send_due(box.engine, gateway)
        waits.append(round((box.row().due_at - clock.now()).total_seconds() / 60))
        clock_at_ten.move_to(box.row().due_at)
    assert waits == [1, 2, 4, 8]


def test_a_message_refused_until_it_is_too_late_has_failed(box, clock_at_ten):
    box.put(not_after=TEN + timedelta(minutes=2))
    gateway = Refuser(SendError(False, "20429"))
    sending.send_due(box.engine, gateway)
    clock_at_ten.move_to(box.row().due_at)
    sending.send_due(box.engine, gateway)
    assert (box.row().state, box.row().error) == ("failed", "20429")


def test_when_every_message_would_be_refused_the_others_are_not_wasted(box):
    put(box, *range(9))
    gateway = Refuser(REFUSED)
    sending.send_due(box.engine, gateway)
    assert len(gateway.taken) == 1
    assert {(sms.state, sms.held) for sms in box.rows()} == {("queued", "house")}
    assert sum(sms.attempts for sms in box.rows()) == 1
    assert alerts(box) == [("sms_operator", "", 1)]


def test_while_the_house_is_refused_one_message_a_minute_finds_out_whether_that_is_over(box, clock_at_ten):
    put(box, *range(9), not_after=LONG)
    gateway = Refuser(REFUSED)
    for _ in range(3):
        for _ in range(3):
            sending.send_due(box.engine, gateway)
        clock_at_ten.shift(MINUTE)
    assert len(gateway.taken) == 3
    assert alerts(box) == [("sms_operator", "", 3)]


def test_once_the_house_is_let_in_again_all_goes_and_the_alert_closes(box, clock_at_ten):
    put(box, *range(9), not_after=LONG)
    sending.send_due(box.engine, Refuser(REFUSED))
    gateway = Recorder()
    assert sending.send_due(box.engine, gateway) == 0
    clock_at_ten.shift(2 * MINUTE)
    assert sending.send_due(box.engine, gateway) == 9
    assert alerts(box) == []
    assert {sms.held for sms in box.rows()} == {""}


def test_what_only_receipts_tell_is_over_when_one_has_arrived_and_not_when_one_was_taken(box, clock_at_ten):
    put(box, *range(4), not_after=LONG)
    sending.send_due(box.engine, Refuser(SendError(False, "30018", house=True)))
    clock_at_ten.shift(2 * MINUTE)
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert (len(gateway.taken), [kind for kind, *_ in alerts(box)]) == (1, ["sms_operator"])
    (reference,) = gateway.by_reference
    with db.transaction(box.engine) as s:
        receipts.note(s, "recorder", reference, "r1", "delivered", "", clock.now())
    sending.send_due(box.engine, gateway)
    assert (len(gateway.taken), alerts(box)) == (4, [])


def test_a_house_refused_in_the_middle_of_a_batch_stops_there(box):
    put(box, *range(60), not_after=LONG)

    class Closing(Recorder):
        def send(self, to, body, until, reference):
            if len(self.taken) >= 5:
                raise REFUSED
            return super().send(to, body, until, reference)

    gateway = Closing()
    sending.send_due(box.engine, gateway)
    tried = sum(1 for sms in box.rows() if sms.attempts)
    assert len(gateway.taken) <= tried <= len(gateway.taken) + 2 * sending.THREADS < 60
    assert {sms.state for sms in box.rows()} == {"sent", "queued"}


def test_a_number_that_a_trial_does_not_reach_waits_alone(box, clock_at_ten):
    """Twilio's 21608: the account is on trial, and this number is not among those it has verified."""
    put(box, 1, 2, not_after=LONG)

    class Trial(Recorder):
        def send(self, to, body, until, reference):
            if to == "+84900000001":
                raise refused("21608")
            return super().send(to, body, until, reference)

    gateway = Trial()
    sending.send_due(box.engine, gateway)
    first, second = box.rows()
    assert (first.state, first.held, second.state) == ("queued", "trial", "sent")
    assert first.due_at - clock.now() > timedelta(minutes=25)
    assert alerts(box) == []
    clock_at_ten.move_to(first.due_at)
    sending.send_due(box.engine, Recorder())
    assert box.states() == ["sent", "sent"]


def test_a_provider_that_cannot_be_reached_is_an_alert_until_it_can(box, clock_at_ten):
    put(box, *range(9), not_after=LONG)
    away = Refuser(SendError(False, faults.NO_CONNECTION, house=True))
    for _ in range(3):
        sending.send_due(box.engine, away)
        clock_at_ten.shift(timedelta(minutes=15))
    assert alerts(box) == [("sms_operator", "", 3)]
    assert {(sms.state, sms.held) for sms in box.rows()} == {("queued", "house")}
    clock_at_ten.shift(timedelta(hours=3))
    sending.send_due(box.engine, Recorder())
    assert (set(box.states()), alerts(box)) == ({"sent"}, [])


def test_what_the_gateway_says_of_a_stop_is_told_upstairs_whenever_it_says_it(box, clock_at_ten):
    told = []
    put(box, 1, 2)

    class Deaf(Refuser):
        def send(self, to, body, until, reference):
            if to == "+84900000001":
                raise refused("21610")
            raise NoAnswer("timeout")

        def find(self, to, body, since, reference):
            return [Trace("r9", TEN, "21610")]

    def stopped(s, number):
        told.append(number)

    sending.send_due(box.engine, Deaf(NoAnswer("")), stopped=stopped)
    assert told == ["+84900000001"]
    clock_at_ten.shift(2 * MINUTE)
    reconcile(box.engine, Deaf(NoAnswer("")), stopped=stopped)
    assert told == ["+84900000001", "+84900000002"]


def test_an_unknown_message_of_a_gateway_that_never_tells_is_given_up_a_day_after_its_use(box, clock_at_ten):
    box.put()

    class Silent(Refuser):
        def find(self, to, body, since, reference):
            raise NoAnswer("this provider cannot be asked")

    gateway, asked = Silent(NoAnswer("timeout")), 0
    sending.send_due(box.engine, gateway)
    while box.row().state == "unknown" and asked < 99:
        clock_at_ten.move_to(box.row().due_at)
        reconcile(box.engine, gateway)
        asked += 1
    assert (box.row().state, box.row().error, len(gateway.taken)) == ("failed", "no_word", 1)
    assert asked < 60
    assert clock.now() > TEN + timedelta(days=1)


def test_an_unknown_message_of_a_gateway_that_was_given_up_is_given_up_a_day_after_its_use(box, clock_at_ten):
    """Or no message of its kind would ever go to the number again."""
    box.put()
    sending.send_due(box.engine, Refuser(NoAnswer("gone")))
    other = Recorder()
    other.name = "successor"
    clock_at_ten.move_to(TONIGHT + timedelta(hours=23))
    reconcile(box.engine, other)
    assert box.states() == ["unknown"]
    clock_at_ten.move_to(TONIGHT + timedelta(hours=25))
    reconcile(box.engine, other)
    assert (box.row().state, box.row().error) == ("failed", faults.NO_WORD)


def test_an_answer_that_nobody_can_read_holds_up_no_other_message(box, clock_at_ten, caplog):
    """Whatever breaks while the gateway is asked about one message."""

    class Garbled(Recorder):
        def find(self, to, body, since, reference):
            raise AttributeError(to)

    box.put("member:1")
    sending.send_due(box.engine, Refuser(NoAnswer("timeout")))
    clock_at_ten.shift(timedelta(minutes=3))
    reconcile(box.engine, Garbled())
    assert box.states() == ["unknown"]
    assert "+84" not in caplog.text


def test_what_was_found_to_have_failed_has_its_consequence(box, clock_at_ten):
    box.put()
    gateway = Recorder(meanwhile=lambda: None)
    broken = Refuser(NoAnswer("timeout"))
    sending.send_due(box.engine, broken)
    gateway.by_reference = {box.row().reference: Trace("r9", TEN, "21614")}
    clock_at_ten.shift(2 * MINUTE)
    reconcile(box.engine, gateway)
    assert (box.row().state, box.row().error) == ("failed", "21614")
    assert alerts(box) == [("sms_number", "member:1", 1)]


@pytest.mark.parametrize("settled", ["sent", "accepted", "failed"])
def test_what_a_receipt_settled_meanwhile_stays_as_it_is(box, clock_at_ten, settled):
    box.put()

    class Asked(Refuser):
        def find(self, to, body, since, reference):
            with db.transaction(box.engine) as s:
                s.scalars(select(Sms)).one().state = settled
            return []

    gateway = Asked(NoAnswer("timeout"))
    sending.send_due(box.engine, gateway)
    clock_at_ten.shift(2 * MINUTE)
    assert reconcile(box.engine, gateway) == 0
    assert box.states() == [settled]
