"""A number that the phone company does not know gets nothing more, until somebody corrects or confirms it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from outreach import clock, db
from outreach.alerts.models import Alert
from outreach.reminders import planning
from outreach.sms import receipts, sending
from outreach.sms.gateway import SendError
from outreach.sms.models import Sms
from outreach.tending import steps
from tests.reminders.cast import agree, due, switch
from tests.sms import rows
from tests.sms.gateways import Recorder, Refuser
from tests.sms.notices import TEN

WORDS = {"name": "Sen"}
TO = "+84912345678"
SAID = "The phone company says that this number does not work."


def fates(box):
    return [(sms.state, sms.error) for sms in box.rows()]


def test_what_waits_for_a_wrong_number_is_taken_back_and_no_more_is_put(box):
    box.put()
    box.put("member:2", due_at=TEN + timedelta(hours=2))  # who shares the telephone
    box.put("member:3", to="+84987654321", due_at=TEN + timedelta(hours=2))
    sending.send_due(box.engine, Refuser(SendError(True, "21211")))
    assert fates(box) == [("failed", "21211"), ("cancelled", "wrong_number"), ("queued", "")]
    assert box.put("member:2") is None
    assert box.put("member:4") is None
    assert box.put("member:4", to="+84987654321").state == "queued"


def test_a_message_that_was_put_at_the_same_moment_is_not_sent(box):
    box.put()
    with db.transaction(box.engine) as s:
        s.add(Sms(
            key="other", recipient="member:9", area_id=box.area_id, purpose="welcome", to=TO, body="x", price=None,
            encoding="GSM-7", segments=1, not_after=TEN, due_at=TEN, created_at=TEN, state="failed", error="30005",
            wrong_number=True,
        ))  # fmt: skip
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert (gateway.taken, fates(box)[0]) == ([], ("cancelled", "wrong_number"))


def test_a_number_at_which_a_message_arrives_after_all_works(box):
    box.put()
    box.put("member:2", purpose="welcome", words=WORDS)
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    first, second = box.rows()
    with db.transaction(box.engine) as s:
        receipts.note(s, "recorder", first.reference, first.gateway_id, "undelivered", "30005", clock.now())
    assert box.put("member:3") is None
    with db.transaction(box.engine) as s:
        receipts.note(s, "recorder", second.reference, second.gateway_id, "delivered", "", clock.now())
    assert box.put("member:3").state == "queued"


@pytest.fixture
def failed(s, w):
    """Hạnh wants to hear of a result today, and her last message found that her number does not work."""
    agree(s, w, w.hanh, TO)
    switch(s, w, "result_ready")
    due(s, w, w.hanh, "result", date(2026, 11, 21), "giấy khai sinh")
    sms = rows.sent(s, w.tan_hung, recipient=f"member:{w.hanh.id}", due_at=TEN - timedelta(days=1))
    receipts.note(s, "twilio", sms.reference, sms.gateway_id, "undelivered", "30005", clock.now())
    s.commit()
    return sms


def planned(s):
    s.flush()
    return planning.plan_one(s, "result_ready", date(2026, 11, 21), "1800 1096")


def test_whoever_closes_the_alert_of_a_wrong_number_has_confirmed_it(s, w, visitor, failed):
    assert planned(s) == 0
    assert SAID in visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/tin-nhan").words
    alert = s.scalars(select(Alert)).one()
    assert (alert.kind, alert.about) == ("sms_number", f"member:{w.hanh.id}")
    steps.close(s, alert, w.cuc, "Chị Hạnh nói số vẫn đúng.")
    s.commit()
    assert planned(s) == 1
    assert SAID not in visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/tin-nhan").words


def test_a_number_that_was_corrected_gets_messages(s, w, visitor, failed):
    w.hanh.phone = "+84987000111"
    assert planned(s) == 1
    w.hanh.phone = TO
    assert planned(s) == 0
    assert SAID in visitor.as_(w.lan).get(f"/nguoi/{w.hanh.id}/dong-y").words
