"""What gateways say afterwards: every word is kept, each once, and a message only ever moves forward."""

import threading
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.sms import outbox, receipts, sending
from outreach.sms.gateway import NoAnswer, Trace
from outreach.sms.models import Budget, OptOut, Sms, SmsEvent, SmsPrice
from outreach.sms.reconcile import reconcile
from tests import world
from tests.sms.gateways import Recorder

TEN = datetime(2026, 11, 21, 3, tzinfo=UTC)  # 10:00 in Việt Nam
MONTH = date(2026, 11, 1)
PRICE = 700


class Post:
    """One message, in the hands of a gateway since ten o'clock, and what that gateway says of it."""

    def __init__(self, s):
        self.s = s
        self.country = world.area(s, None, "country", "nước", "VN", "Việt Nam")
        s.add(Budget(area_id=self.country.id, month=MONTH, dong=10_000, spent=PRICE, set_at=TEN))
        self.sms = self.message()

    def message(self, number="r1", **changes):
        """A message that the gateway took."""
        facts = {
            "key": f"member:1/{number}", "recipient": "member:1", "area_id": self.country.id, "purpose": "follow_up",
            "to": "+84912345678", "body": "Xa Tan Hung.", "encoding": "GSM-7", "segments": 1, "due_at": TEN,
            "not_after": TEN + timedelta(hours=10), "created_at": TEN, "state": "sent", "attempts": 1, "sent_at": TEN,
            "gateway": "recorder", "gateway_id": number, "price": PRICE, "cleared_at": TEN,
        }  # fmt: skip
        made = Sms(**(facts | changes))
        self.s.add(made)
        self.s.flush()
        return made

    def tell(self, status, code="", *, sms=None, number=None, reference=None, gateway="recorder"):
        """Hand over a receipt; whether it was news."""
        sms = sms or self.sms
        number = sms.gateway_id if number is None else number
        reference = sms.reference if reference is None else reference
        news = receipts.note(self.s, gateway, reference, number, status, code, clock.now())
        self.s.flush()
        self.s.expire_all()
        return news

    def state(self):
        """How far the message is, by us and by the gateway."""
        return self.sms.state, self.sms.gateway_state

    def events(self):
        """What is kept."""
        kept = select(SmsEvent.gateway_id, SmsEvent.status, SmsEvent.sms_id).order_by(SmsEvent.id)
        return [tuple(row) for row in self.s.execute(kept)]

    def alerts(self):
        """What somebody has to mend."""
        standing = select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.id)
        return [(one.kind, one.about, one.facts["code"]) for one in self.s.scalars(standing)]

    def spent(self):
        """What is out of the commune's budget."""
        return self.s.scalars(select(Budget.spent)).one()


@pytest.fixture
def post(s):
    return Post(s)


def test_a_message_the_operator_accepted_says_so_and_when(post, clock_at_ten):
    clock_at_ten.move_to(TEN + timedelta(minutes=3), tick=False)
    assert post.tell("delivered")
    assert post.state() == ("accepted", "delivered")
    assert post.sms.accepted_at == TEN + timedelta(minutes=3)


def test_in_whatever_order_receipts_come_a_message_ends_where_it_should(post):
    for n, order in enumerate(permutations(["queued", "sending", "sent", "delivered"])):
        sms = post.message(f"m{n}")
        for status in order:
            post.tell(status, sms=sms)
        assert (sms.state, sms.gateway_state) == ("accepted", "delivered"), order
    assert len(post.events()) == 24 * 4


@pytest.mark.parametrize("later", ["undelivered", "failed", "canceled", "read", "sent"])
def test_the_first_final_word_stays(post, later):
    post.tell("delivered")
    post.tell(later, "30005")
    assert post.state() == ("accepted", "delivered")
    assert (post.sms.error, post.alerts()) == ("", [])


def test_a_message_that_failed_does_not_arrive_after_all(post):
    post.tell("undelivered", "30005")
    post.tell("delivered")
    assert (*post.state(), post.sms.error) == ("failed", "undelivered", "30005")


def test_a_receipt_that_comes_twice_is_one(post):
    assert post.tell("undelivered", "30005")
    assert not post.tell("undelivered", "30005")
    assert len(post.events()) == 1
    assert post.s.scalars(select(Alert.times)).one() == 1


def test_a_receipt_for_a_message_nobody_knows_is_kept_and_moves_nothing(post):
    assert post.tell("delivered", number="SM-other", reference="3f0c9f9e-0000-4000-8000-000000000000")
    assert post.events() == [("SM-other", "delivered", None)]
    assert post.state() == ("sent", "")


def test_a_receipt_of_another_gateway_moves_nothing(post):
    post.tell("delivered", gateway="another")
    assert post.state() == ("sent", "")


def test_a_receipt_without_our_name_finds_its_message_by_the_gateways_number(post):
    post.tell("delivered", reference="")
    assert post.state() == ("accepted", "delivered")


def test_a_word_nobody_knows_is_kept_and_moves_nothing(post):
    assert post.tell("teleported")
    assert post.state() == ("sent", "")


def test_words_too_long_to_be_kept_are_cut(post):
    sms = post.message("", key="unknown", state="unknown")
    assert post.tell("undelivered", "9" * 500, sms=sms, number="S" * 500)
    assert (sms.state, sms.error, sms.gateway_id) == ("failed", "9" * 40, "S" * 64)
    assert post.tell("đ" * 500, sms=sms, number="S" * 500)


def test_a_message_that_went_after_all_is_paid_for_after_all(post):
    post.s.add(SmsPrice(prefix="+84", since=MONTH, dong=PRICE, by_id=1))
    sms = post.message("", key="thought lost", state="queued", price=None)
    post.tell("sent", sms=sms, number="r7")
    assert (sms.state, sms.price, post.spent()) == ("sent", PRICE, 2 * PRICE)


@pytest.mark.parametrize("code", ["21211", "21614", "30005", "30006"])
def test_a_wrong_number_is_the_communes_to_mend(post, code):
    post.tell("undelivered", code)
    assert (post.sms.state, post.sms.error) == ("failed", code)
    assert post.alerts() == [("sms_number", "member:1", code)]


def test_words_that_were_stopped_are_the_houses_to_mend(post):
    post.tell("undelivered", "30007")
    assert (post.sms.state, post.alerts()) == ("failed", [("sms_filtered", "follow_up", "30007")])


def test_a_number_that_opted_out_is_noted_as_such(post):
    post.tell("failed", "21610")
    assert (post.sms.state, post.s.get_one(OptOut, "+84912345678").how) == ("failed", "carrier")


def test_a_message_that_failed_without_a_code_says_how(post):
    post.tell("canceled")
    assert (post.sms.state, post.sms.error) == ("failed", "canceled")


@pytest.mark.parametrize(
    ("hour", "not_after"),
    [(12, TEN + timedelta(days=2)), (8, TEN + timedelta(hours=6))],
    ids=["two hours later is night", "two hours later is too late"],
)
def test_a_phone_that_was_off_is_not_tried_again_when_that_is_of_no_use(post, clock_at_ten, hour, not_after):
    post.sms.not_after = not_after
    clock_at_ten.move_to(TEN.replace(hour=hour))
    post.tell("undelivered", "30003")
    assert (post.sms.state, post.sms.error) == ("failed", "30003")


@pytest.mark.parametrize("code", ["30018", "21408", "20003", "21606", "21212"])
def test_a_house_that_is_refused_loses_no_message(post, code):
    post.tell("failed", code)
    assert (post.sms.state, post.sms.held, post.sms.gateway_id) == ("queued", "house", "")
    assert post.sms.due_at > clock.now()
    assert post.alerts() == [("sms_operator", "", code)]


def test_a_message_that_arrives_later_shows_that_number_and_house_are_well_again(post, clock_at_ten):
    early = post.message("early")
    later = post.message("later", sent_at=TEN + timedelta(minutes=30))
    clock_at_ten.shift(timedelta(minutes=1))
    post.tell("undelivered", "30005")
    post.tell("failed", "30018", sms=post.message("refused"))
    standing = [("sms_number", "member:1", "30005"), ("sms_operator", "", "30018")]
    post.tell("delivered", sms=early)  # which had gone before
    assert post.alerts() == standing
    clock_at_ten.shift(timedelta(minutes=40))
    post.tell("delivered", sms=later)
    assert post.alerts() == []


def test_a_house_that_is_refused_until_the_day_is_over_gives_the_message_up(post, clock_at_ten):
    clock_at_ten.move_to(TEN + timedelta(hours=9, minutes=59, seconds=30))
    post.tell("failed", "30018")
    assert (post.sms.state, post.sms.error) == ("failed", "30018")


@pytest.mark.parametrize(
    ("said", "paid"),
    [
        (["failed"], False), (["canceled"], False), (["queued", "failed"], False),
        (["undelivered"], True), (["sent", "undelivered"], True), (["sent", "failed"], True),
    ],
    ids=lambda said: "-".join(said) if isinstance(said, list) else "",
)  # fmt: skip
def test_only_what_left_for_a_phone_company_is_paid_for(post, said, paid):
    for status in said:
        post.tell(status, "" if status in ("queued", "sent") else "30005")
    assert (post.spent(), post.sms.price) == ((PRICE, PRICE) if paid else (0, None))


def test_a_second_try_is_paid_for_as_well(post):
    post.tell("undelivered", "30003")
    assert (post.sms.state, post.sms.price, post.spent()) == ("queued", None, PRICE)


def test_what_a_gateway_told_of_an_earlier_try_stays_ours(post):
    post.tell("undelivered", "30003")
    assert post.sms.gateway_id == ""
    assert receipts.owned(post.s, ["r1", "r2"]) == {"r1"}


# From here on with a worker and real commits.


class Deaf(Recorder):
    """A gateway that takes the message and never answers."""

    def send(self, to, body, until, reference):
        super().send(to, body, until, reference)
        raise NoAnswer("timeout")


class Hasty(Recorder):
    """A gateway that tells what became of a message before it answers."""

    def __init__(self, box, status):
        super().__init__()
        self.box, self.status = box, status

    def send(self, to, body, until, reference):
        number = super().send(to, body, until, reference)
        tell(self.box, self.status, number=number, reference=reference)
        return number


def tell(box, status, code="", *, number="r1", reference=None):
    with db.transaction(box.engine) as s:
        reference = reference or s.scalars(select(Sms.reference)).one()
        return receipts.note(s, "recorder", reference, number, status, code, clock.now())


def send(box, gateway=None):
    box.put()
    gateway = gateway or Recorder()
    sending.send_due(box.engine, gateway)
    return gateway


@pytest.mark.parametrize(("status", "state"), [("queued", "sent"), ("delivered", "accepted")])
def test_a_receipt_settles_a_message_of_which_no_answer_came(box, clock_at_ten, status, state):
    send(box, Deaf())
    assert box.states() == ["unknown"]
    tell(box, status)
    clock_at_ten.shift(timedelta(hours=1))
    again = Recorder()
    reconcile(box.engine, again)
    sending.send_due(box.engine, again)
    assert (again.taken, box.row().state, box.row().gateway_id) == ([], state, "r1")


@pytest.mark.parametrize(("status", "state"), [("sent", "sent"), ("delivered", "accepted")])
def test_a_receipt_that_beats_the_gateways_answer_is_not_undone_by_it(box, status, state):
    gateway = send(box, Hasty(box, status))
    sending.send_due(box.engine, gateway)
    assert (box.row().state, box.row().gateway_id, box.row().lease) == (state, "r1", None)
    assert len(gateway.taken) == 1


def test_a_message_thought_lost_is_not_sent_again_once_a_receipt_comes(box, clock_at_ten):
    send(box, Deaf())
    clock_at_ten.shift(timedelta(minutes=5))
    reconcile(box.engine, Recorder())  # which does not find it
    assert box.states() == ["queued"]
    tell(box, "sent")
    clock_at_ten.shift(timedelta(minutes=30))
    again = Recorder()
    sending.send_due(box.engine, again)
    assert (again.taken, box.row().state) == ([], "sent")


def test_receipts_at_the_same_moment_agree_on_the_furthest(box):
    send(box)
    gate = threading.Barrier(4)

    def hand_over(status):
        gate.wait()
        tell(box, status)

    threads = [threading.Thread(target=hand_over, args=(word,)) for word in ("sent", "delivered", "sending", "queued")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (box.row().state, box.row().gateway_state) == ("accepted", "delivered")


def test_a_phone_that_was_off_is_tried_once_more_the_same_day(box, clock_at_ten):
    gateway = send(box)
    first = box.row().reference
    tell(box, "undelivered", "30003")
    assert (box.row().state, clock.local(box.row().due_at).strftime("%d %H:%M")) == ("queued", "21 12:00")
    tell(box, "sent", reference=first)  # late, of the first try
    assert (box.row().state, box.row().gateway_id) == ("queued", "")
    clock_at_ten.shift(timedelta(hours=2, minutes=1))
    sending.send_due(box.engine, gateway)
    assert (box.row().state, box.row().gateway_id, len(gateway.taken)) == ("sent", "r2", 2)
    tell(box, "delivered", reference=first)  # later still
    assert (box.row().state, box.row().gateway_state) == ("sent", "")
    tell(box, "undelivered", "30003", number="r2")
    assert (box.row().state, box.row().error) == ("failed", "30003")
    with db.transaction(box.engine) as s:
        assert list(s.scalars(select(SmsEvent.sms_id).distinct())) == [s.scalars(select(Sms.id)).one()]


def test_a_second_try_without_an_answer_is_not_taken_for_the_first(box, clock_at_ten):
    class Found(Deaf):
        """It remembers the first try only."""

        def find(self, to, body, since, reference):
            return [Trace("r1", TEN, "30003")]

    send(box)
    tell(box, "undelivered", "30003")
    clock_at_ten.shift(timedelta(hours=2, minutes=1))
    sending.send_due(box.engine, Found())
    clock_at_ten.shift(timedelta(minutes=5))
    reconcile(box.engine, Found())
    assert box.states() == ["queued"]


@pytest.mark.parametrize("when", ["while it was sent", "after it was sent"])
def test_somebody_who_withdrew_meanwhile_is_not_tried_again(box, clock_at_ten, when):
    def withdraw():
        with db.transaction(box.engine) as s:
            outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN)

    gateway = send(box, Recorder(meanwhile=withdraw) if when == "while it was sent" else Recorder())
    if when == "after it was sent":
        withdraw()
    assert box.row().state == "sent"
    tell(box, "undelivered", "30003")
    clock_at_ten.shift(timedelta(hours=3))
    sending.send_due(box.engine, gateway)
    assert (len(gateway.taken), box.row().state) == (1, "failed")
