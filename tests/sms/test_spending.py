"""A message is paid for once, out of its commune's budget of the month, and what was not taken costs nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.sms import sending, spending
from outreach.sms.gateway import NoAnswer, SendError
from outreach.sms.models import Budget, Sms, SmsPrice
from outreach.sms.reconcile import reconcile
from tests.sms.gateways import Recorder, Refuser, side_by_side
from tests.sms.notices import TEN

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
LATER = timedelta(minutes=6)
LONG = TEN + timedelta(days=30)


@pytest.fixture
def paid(box):
    """A segment to Việt Nam costs 800 đồng."""
    price(box, "+84", 800)
    return box


def price(box, prefix, dong, since=date(2026, 1, 1)):
    with db.transaction(box.engine) as s:
        s.add(SmsPrice(prefix=prefix, since=since, dong=dong, by_id=1))


def budget(box, dong, month=NOVEMBER):
    with db.transaction(box.engine) as s:
        s.merge(Budget(area_id=box.area_id, month=month, dong=dong, set_by_id=1, set_at=TEN))


def spent(box, month=NOVEMBER):
    with db.transaction(box.engine) as s:
        found = s.get(Budget, (box.area_id, month))
        return found and found.spent


def put(box, *numbers, **changes):
    for n in numbers:
        box.put(f"member:{n}", to=f"+8490000{n:04d}", **({"not_after": LONG} | changes))


def alerts(box):
    with db.transaction(box.engine) as s:
        return sorted(s.scalars(select(Alert.kind).where(Alert.closed_at.is_(None), Alert.kind.like("sms_budget%"))))


@pytest.mark.parametrize(
    ("to", "segments", "day", "dong"),
    [
        ("+84912345678", 1, date(2026, 11, 21), 800),
        ("+84912345678", 3, date(2026, 11, 21), 2400),
        ("+84912345678", 1, date(2026, 12, 1), 900),
        ("+84912345678", 1, date(2026, 1, 1), 800),
        ("+84912345678", 1, date(2025, 12, 31), None),
        ("+84592345678", 1, date(2026, 11, 21), 950),
        ("+8562012345", 1, date(2026, 11, 21), None),
    ],
)
def test_a_segment_costs_what_the_longest_beginning_of_the_number_says_on_that_day(paid, to, segments, day, dong):
    price(paid, "+84", 900, DECEMBER)
    price(paid, "+8459", 950)
    with db.transaction(paid.engine) as s:
        assert spending.price_of(s, to, segments, day) == dong


def test_what_was_sent_is_spent(paid):
    budget(paid, 10_000)
    put(paid, 1)
    put(paid, 2, form="full")
    sending.send_due(paid.engine, Recorder())
    assert [sms.price for sms in paid.rows()] == [800, 2400]
    assert spent(paid) == 3200


def test_an_unknown_price_is_not_zero_and_holds_nothing_up(box):
    budget(box, 0)
    put(box, 1)
    sending.send_due(box.engine, Recorder())
    assert (box.row().state, box.row().price, spent(box)) == ("sent", None, 0)


def test_a_commune_without_a_budget_has_no_limit(paid):
    put(paid, *range(5))
    sending.send_due(paid.engine, Recorder())
    assert paid.states() == ["sent"] * 5
    assert spent(paid) is None


def test_where_the_budget_ends_sending_ends(paid):
    budget(paid, 2_000)
    put(paid, 1, 2, 3)
    gateway = Recorder()
    sending.send_due(paid.engine, gateway)
    assert [(sms.state, sms.held) for sms in paid.rows()] == [("sent", ""), ("sent", ""), ("queued", "budget")]
    assert (spent(paid), alerts(paid)) == (1_600, ["sms_budget_80", "sms_budget_out"])
    assert paid.rows()[2].price is None


def test_a_budget_that_holds_exactly_one_more_lets_one_more_go(paid):
    budget(paid, 1_600)
    put(paid, 1, 2)
    sending.send_due(paid.engine, Recorder())
    assert paid.states() == ["sent", "sent"]


def test_a_budget_that_is_raised_lets_go_what_waited(paid, clock_at_ten):
    budget(paid, 800)
    put(paid, 1, 2)
    sending.send_due(paid.engine, Recorder())
    with db.transaction(paid.engine) as s:
        s.get_one(Budget, (paid.area_id, NOVEMBER)).dong = 8_000
    clock_at_ten.shift(timedelta(minutes=31))
    sending.send_due(paid.engine, Recorder())
    assert (paid.states(), spent(paid), alerts(paid)) == (["sent", "sent"], 1_600, ["sms_budget_80"])


def test_what_finds_no_money_until_it_is_too_late_does_not_go(paid, clock_at_ten):
    budget(paid, 800)
    put(paid, 1, 2, not_after=TEN + timedelta(minutes=10))
    gateway = Recorder()
    sending.send_due(paid.engine, gateway)
    assert len(gateway.taken) == 1
    assert [(sms.state, sms.error) for sms in paid.rows()] == [("sent", ""), ("cancelled", "budget")]


def test_in_the_next_month_the_budget_begins_anew(paid, clock_at_ten):
    budget(paid, 800)
    put(paid, 1, 2)
    sending.send_due(paid.engine, Recorder())
    clock_at_ten.move_to(TEN.replace(month=12, day=1))
    sending.send_due(paid.engine, Recorder())
    assert (paid.states(), spent(paid), spent(paid, DECEMBER)) == (["sent", "sent"], 800, 800)
    with db.transaction(paid.engine) as s:
        assert s.get_one(Budget, (paid.area_id, DECEMBER)).set_by_id is None


def test_at_four_fifths_the_commune_is_told_once(paid):
    budget(paid, 4_000)
    put(paid, 1, 2, 3)
    sending.send_due(paid.engine, Recorder())
    assert alerts(paid) == []
    put(paid, 4, 5)
    sending.send_due(paid.engine, Recorder())
    with db.transaction(paid.engine) as s:
        assert [(one.kind, one.about, one.times) for one in s.scalars(select(Alert))] == [
            ("sms_budget_80", "2026-11", 1)
        ]


@pytest.mark.parametrize(
    "error", [SendError(True, "21614"), SendError(False, "20429"), SendError(False, "x", house=True)]
)
def test_what_the_gateway_refused_costs_nothing(paid, error):
    budget(paid, 8_000)
    put(paid, 1, 2)
    sending.send_due(paid.engine, Refuser(error))
    assert (spent(paid), [sms.price for sms in paid.rows()]) == (0, [None, None])


def test_however_often_it_is_tried_it_is_paid_for_once(paid, clock_at_ten):
    budget(paid, 8_000)
    put(paid, 1)
    for _ in range(3):
        sending.send_due(paid.engine, Refuser(SendError(False, "20429")))
        clock_at_ten.move_to(paid.row().due_at)
    sending.send_due(paid.engine, Recorder())
    assert (paid.row().state, paid.row().attempts, spent(paid)) == ("sent", 4, 800)


def test_what_nobody_knows_of_stays_reserved_until_it_is_known(paid, clock_at_ten):
    budget(paid, 8_000)
    put(paid, 1)
    gateway = Refuser(NoAnswer("timeout"))
    sending.send_due(paid.engine, gateway)
    assert spent(paid) == 800
    clock_at_ten.shift(LATER)
    reconcile(paid.engine, gateway)
    assert (paid.row().state, spent(paid)) == ("queued", 0)
    clock_at_ten.shift(LATER)
    sending.send_due(paid.engine, Recorder())
    assert (paid.row().state, spent(paid)) == ("sent", 800)


def test_what_went_out_after_all_is_paid_for_after_all(paid, clock_at_ten):
    """Another worker thought this one dead, asked too early, and gave the price back."""
    budget(paid, 8_000)
    put(paid, 1)
    gateway = Recorder()

    def meanwhile():
        clock_at_ten.shift(LATER)
        gateway.by_reference.clear()
        reconcile(paid.engine, gateway)
        assert (paid.row().state, spent(paid)) == ("queued", 0)

    gateway.meanwhile = meanwhile
    sending.send_due(paid.engine, gateway)
    assert (paid.row().state, paid.row().price, spent(paid)) == ("sent", 800, 800)


def test_what_was_reserved_last_month_is_given_back_to_last_month(paid, clock_at_ten):
    clock_at_ten.move_to(TEN.replace(day=30))
    budget(paid, 8_000)
    put(paid, 1)
    gateway = Refuser(NoAnswer("timeout"))
    sending.send_due(paid.engine, gateway)
    clock_at_ten.move_to(TEN.replace(month=12, day=1))
    reconcile(paid.engine, gateway)
    clock_at_ten.shift(LATER)
    sending.send_due(paid.engine, Recorder())
    assert (spent(paid), spent(paid, DECEMBER)) == (0, 800)


def test_given_back_twice_is_given_back_once(paid):
    budget(paid, 8_000)
    put(paid, 1, 2)
    sending.send_due(paid.engine, Recorder())
    with db.transaction(paid.engine) as s:
        for _ in range(2):
            spending.give_back(s, s.scalars(select(Sms).where(Sms.recipient == "member:1")).one())
    assert (spent(paid), [sms.price for sms in paid.rows()]) == (800, [None, 800])


class Killed(BaseException):
    """As if the power went."""


def test_a_worker_that_dies_while_clearing_has_reserved_nothing(paid, monkeypatch):
    budget(paid, 8_000)
    put(paid, 1)

    def die(*_):
        raise Killed

    monkeypatch.setattr(sending, "_letter", die)
    with pytest.raises(Killed):
        sending.send_due(paid.engine, Recorder())
    assert (paid.row().state, paid.row().price, spent(paid)) == ("queued", None, 0)


@pytest.mark.parametrize("taken", [True, False], ids=["after it was taken", "before it was taken"])
def test_a_worker_that_dies_while_sending_leaves_a_message_that_is_paid_for_once(paid, clock_at_ten, taken):
    budget(paid, 8_000)
    put(paid, 1)

    def die():
        raise Killed

    gateway = Recorder(meanwhile=die)
    with pytest.raises(Killed):
        sending.send_due(paid.engine, gateway)
    assert (paid.row().state, spent(paid)) == ("working", 800)
    gateway.meanwhile = lambda: None
    if not taken:
        gateway.by_reference.clear()
        gateway.taken.clear()
    for _ in range(3):
        clock_at_ten.shift(LATER)
        reconcile(paid.engine, gateway)
        sending.send_due(paid.engine, gateway)
    assert (paid.row().state, len(gateway.taken), spent(paid)) == ("sent", 1, 800)


def test_workers_side_by_side_never_spend_more_than_there_is(paid):
    budget(paid, 2_400)
    put(paid, *range(9))
    gateway = Recorder()

    def work():
        while sending.send_due(paid.engine, gateway, limit=2):
            pass

    side_by_side(work)
    assert (len(gateway.taken), spent(paid)) == (3, 2_400)


def test_one_message_may_be_reserved_alone(paid):
    budget(paid, 1_000)
    put(paid, 1, 2)
    with db.transaction(paid.engine) as s:
        first, second = s.scalars(select(Sms).order_by(Sms.id)).all()
        assert [spending.reserve(s, first), spending.reserve(s, first), spending.reserve(s, second)] == [
            True, True, False,
        ]  # fmt: skip
        assert first.cleared_at <= clock.now()
    assert spent(paid) == 800
