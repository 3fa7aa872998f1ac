"""Numbers and words are kept as long as they serve; what was done, when and at what cost stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock, duties
from outreach.jobs.models import Job
from outreach.settings import Settings, SettingsError
from outreach.sms import consequences, costs, keeping, outbox
from outreach.sms.models import InboundSms, OptOut, Sms, SmsEvent
from tests.databases import sqlite_only
from tests.sms.notices import notice
from tests.sms.rows import message, receipt, sent

DAY = timedelta(days=1)
OLD, YOUNG = 181 * DAY, 179 * DAY


def night(s, days=180):
    list(duties.let_go(s, Job(done=0), days=days))
    s.expire_all()


def due(s, w, state, ago, **said):
    at = clock.now() - ago
    return message(s, w.tan_hung, state=state, due_at=at, not_after=at + DAY, attempts=1, **said)


def kept(sms):
    return (sms.to, sms.body) != ("", "")


def test_what_is_settled_loses_number_and_words_after_its_time_what_is_not_never_does(s, w):
    states = ("queued", "working", "unknown", "sent", "accepted", "failed", "cancelled")
    old, young = ([due(s, w, state, ago) for state in states] for ago in (OLD, YOUNG))
    night(s)
    assert [sms.state for sms in old if kept(sms)] == ["queued", "working", "unknown"]
    assert all(map(kept, young))


def test_fate_cost_and_reason_stay_and_nobody_is_told_twice(s, w):
    now = clock.now()
    made = outbox.put(s, notice(w.tan_hung.id, due_at=now, not_after=now + 3 * DAY, why={"rule": "follow_up"}))
    made.state, made.attempts, made.price, made.error = "accepted", 1, 700, ""
    made.due_at, made.not_after, made.cleared_at = now - OLD, now - OLD + DAY, now - OLD
    s.commit()
    month = clock.local(now - OLD).date().replace(day=1)
    before = costs.went(s, [w.tan_hung.id], [month])
    night(s)
    assert costs.went(s, [w.tan_hung.id], [month]) == before
    assert (made.state, made.why, made.body) == ("accepted", {"rule": "follow_up"}, "")
    again = outbox.put(s, notice(w.tan_hung.id, due_at=now, not_after=now + 3 * DAY))
    assert (again.id, again.state, again.to) == (made.id, "accepted", "")


def test_receipts_and_replies_of_that_time_go_as_well(s, w):
    old, young = (sent(s, w.tan_hung, due_at=clock.now() - ago, not_after=clock.now() - ago) for ago in (OLD, YOUNG))
    for sms, ago in ((old, OLD), (young, YOUNG)):
        receipt(s, sms, "delivered", clock.now() - ago)
        s.add(SmsEvent(gateway="twilio", gateway_id=f"SMx{sms.id}", status="sent", at=clock.now() - ago))
        s.add(InboundSms(gateway_id=f"in{sms.id}", phone=sms.to, meant="stop", at=clock.now() - ago))
    s.commit()
    night(s)
    assert s.scalars(select(SmsEvent.gateway_id).order_by(SmsEvent.id)).all() == [young.gateway_id, f"SMx{young.id}"]
    assert s.scalars(select(InboundSms.gateway_id)).all() == [f"in{young.id}"]


def test_it_goes_piece_by_piece_and_one_that_breaks_off_is_gone_on_with(s, w, monkeypatch):
    monkeypatch.setattr(keeping, "PIECE", 2)
    for _ in range(5):
        due(s, w, "accepted", OLD)
    left = select(func.count()).where(Sms.body != "")
    first, job = duties.let_go(s, Job(done=0)), Job(done=2)
    assert next(first).done == 2
    s.commit()
    first.close()  # killed
    assert s.scalar(left) == 3
    done = [progress.done for progress in duties.let_go(s, job)]
    assert (done, s.scalar(left)) == ([4, 5, 6], 0)
    night(s)  # once more does no harm
    assert s.scalar(left) == 0


def test_what_was_taken_back_serves_nobody_a_day_later_and_with_a_yes_not_even_so_long(s, w):
    stopped, sent_all_the_same = (
        due(s, w, state, timedelta(hours=9), error=outbox.CONSENT_WITHDRAWN) for state in ("cancelled", "sent")
    )
    today, yesterday = (due(s, w, "cancelled", n * DAY, error=outbox.NO_LONGER_DUE) for n in (0.9, 1.1))
    night(s)
    assert [kept(sms) for sms in (stopped, sent_all_the_same, today, yesterday)] == [False, False, True, False]


def test_a_receipt_after_that_stops_no_number(s, w):
    gone = due(s, w, "sent", OLD, gateway="twilio", gateway_id="SMlate")
    night(s)
    consequences.follow(s, gone, "21610")
    assert s.scalars(select(OptOut)).all() == []


@sqlite_only
def test_the_pages_say_that_it_is_no_longer_kept(s, w, visitor):
    gone = due(s, w, "accepted", OLD, recipient=f"member:{w.hanh.id}")
    night(s)
    cuc = visitor.as_(w.cuc)
    assert "“No longer kept”" in cuc.get(f"/tin-nhan/{gone.id}").words
    assert "“No longer kept”" in cuc.get(f"/nguoi/{w.hanh.id}/tin-nhan").words
    assert "for 180 days" in visitor.get("/ngung-nhan-tin").words


def test_for_how_long_is_a_setting_of_a_month_at_least():
    env = {"OUTREACH_ENV": "development"}
    assert Settings.from_env(env).kept_days == 180
    assert Settings.from_env(env | {"KEPT_DAYS": "31"}).kept_days == 31
    with pytest.raises(SettingsError, match="at least 31"):
        Settings.from_env(env | {"KEPT_DAYS": "30"})
