"""What is put into the outbox stands there once, in words that were written for it, and is taken back when asked."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.lib import sms_text
from outreach.sms import consequences, outbox, sending, writing
from outreach.sms.models import REGISTERED, WITHDRAWN, ClosedDay, OptOut, Sms, Wording
from outreach.stopping import stop
from tests import counting
from tests.databases import sqlite_only
from tests.sms.gateways import Recorder
from tests.sms.notices import BODY, TEN, VALUES, notice


def write(box, version, state, *, language="vi", text="{commune}: hen {day}, {village}. Ngung: goi {phone}."):
    """A wording of the same purpose."""
    with db.transaction(box.engine) as s:
        s.add(
            Wording(
                purpose="follow_up", language=language, version=version, full=text, plain=text, state=state,
                made_at=TEN, state_at=TEN,
            )
        )  # fmt: skip


def put_many(box, notices):
    with db.transaction(box.engine) as s:
        return outbox.put_many(s, notices)


def test_the_same_message_put_twice_is_one_row(box):
    first, second = box.put(), box.put()
    assert first.id == second.id
    assert box.states() == ["queued"]


def test_another_due_date_is_another_message(box):
    box.put()
    box.put(due_on=TEN.date() + timedelta(days=9))
    assert len(box.rows()) == 2


def test_two_matters_of_one_day_are_two_messages(box):
    box.put(about="case:1")
    box.put(about="case:2")
    assert [sms.key for sms in box.rows()] == [
        "member:1/follow_up/case:1/2026-11-22", "member:1/follow_up/case:2/2026-11-22",
    ]  # fmt: skip


def test_a_new_wording_makes_no_second_message_but_mends_the_one_that_waits(box):
    box.put()
    write(box, 2, REGISTERED)
    box.put()
    assert box.row().body == "Xa Tan Hung: hen 22/11, thon Dong. Ngung: goi 0912 000 005."
    with db.transaction(box.engine) as s:
        assert s.get_one(Wording, box.row().wording_id).version == 2


def test_a_new_wording_sends_nothing_again_that_went_out(box):
    box.put()
    sending.send_due(box.engine, Recorder())
    write(box, 2, REGISTERED)
    assert box.put().body == BODY
    assert box.states() == ["sent"]


def test_a_draft_that_somebody_is_writing_is_not_used_while_there_are_registered_words(box):
    write(box, 2, "draft")
    assert box.put().body == BODY


def test_where_nothing_is_registered_the_newest_words_are_used(box):
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state="draft"))
    write(box, 2, "draft")
    write(box, 3, WITHDRAWN, text="{commune}, {phone}")
    assert box.put().body.startswith("Xa Tan Hung: hen 22/11")


def test_who_speaks_a_language_nobody_has_written_in_is_told_in_vietnamese(box):
    assert box.put(language="tyz").body == BODY
    assert box.put("member:2", language="en").body.startswith("Xa Tan Hung: On 22/11 the")


def test_a_purpose_nobody_has_written_is_not_put(box, caplog):
    with db.transaction(box.engine) as s:
        s.execute(update(Wording).values(state=WITHDRAWN))
    with pytest.raises(writing.NoWording):
        box.put()
    with caplog.at_level(logging.ERROR):
        assert put_many(box, [notice(box.area_id)]) == (set(), 0)
    assert "member:1/follow_up/2026-11-22 cannot be written" in caplog.text


@sqlite_only
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"village": "Doai.vn"}, writing.HasLink),
        ({"village": "xem bit.ly/abc"}, writing.HasLink),
        ({"village": " "}, sms_text.MissingValue),
    ],
)
def test_what_a_value_makes_of_the_words_is_looked_at(box, words, fault):
    with pytest.raises(fault):
        box.put(words=words)
    assert box.rows() == []


@sqlite_only
@pytest.mark.parametrize("hostile", ["{phone}", "{", "{0.__class__}", "%(phone)s", "{{commune}}"])
def test_braces_in_a_value_stay_as_they_are(box, hostile):
    assert f"to cong nghe so {hostile} den nha" in box.put(words={"village": hostile}).body


def test_a_wording_that_asks_for_what_its_purpose_does_not_know_is_not_sent(box):
    write(box, 2, REGISTERED, text="{commune}: {secret}")
    with pytest.raises(sms_text.UnknownPlaceholder):
        box.put()


def test_one_that_cannot_be_written_holds_back_no_other(box):
    planned = put_many(box, [notice(box.area_id, "member:1", words={"village": "Doai.vn"}), notice(box.area_id, "b")])
    assert planned == ({"b/follow_up/2026-11-22"}, 1)


def test_a_text_of_two_thousand_characters_is_measured_and_not_cut(box):
    sms = box.put(words={"village": "Dong " * 400})
    assert sms.segments == sms_text.measure(sms.body).segments > 10
    assert len(sms.body) > 2000


def test_what_a_message_costs_stands_in_its_row(box):
    plain, accented = box.put(), box.put("member:2", form="full")
    assert (plain.encoding, plain.segments) == ("GSM-7", 1)
    assert (accented.encoding, accented.segments) == ("UCS-2", 3)
    assert accented.body.startswith("Xã Tân Hưng: Ngày 22/11")


def test_a_message_whose_number_was_corrected_goes_to_the_new_one(box):
    box.put()
    box.put(to="+84987654321")
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert [to for to, _body in gateway.taken] == ["+84987654321"]


def test_a_message_put_at_night_waits_until_eight(box, clock_at_ten):
    clock_at_ten.move_to(TEN.replace(hour=15))  # 22:00
    box.put(due_at=clock.now(), not_after=TEN + timedelta(days=2))
    assert clock.local(box.row().due_at).strftime("%d %H:%M") == "22 08:00"
    assert box.row().held == "quiet"


def test_what_a_closed_day_put_off_goes_earlier_once_the_day_is_open_again(box):
    tomorrow, later = TEN + timedelta(hours=22), TEN + timedelta(days=9)
    with db.transaction(box.engine) as s:
        s.add(ClosedDay(day=date(2026, 11, 22), name="Nghỉ bù"))
    assert clock.local(box.put(due_at=tomorrow, not_after=later).due_at).strftime("%d %H:%M") == "23 08:00"
    assert clock.local(box.put(due_at=tomorrow, not_after=later).due_at).strftime("%d %H:%M") == "23 08:00"
    with db.transaction(box.engine) as s:
        s.execute(delete(ClosedDay))
    again = box.put(due_at=tomorrow, not_after=later)
    assert (again.state, again.held, again.due_at) == ("queued", "", tomorrow)


def test_a_reminder_that_is_too_late_already_is_not_put(box):
    assert box.put(not_after=TEN - timedelta(minutes=1)) is None
    assert box.rows() == []


def test_many_are_put_by_the_same_rules(box):
    with db.transaction(box.engine) as s:
        s.add(OptOut(phone="+84911111111", at=clock.now(), how="phone"))
    notices = [
        notice(box.area_id, "member:1"), notice(box.area_id, "member:1"), notice(box.area_id, "member:2"),
        notice(box.area_id, "member:3", to="+84911111111"),
        notice(box.area_id, "member:4", not_after=TEN - timedelta(hours=1)),
    ]  # fmt: skip
    assert put_many(box, notices) == ({"member:1/follow_up/2026-11-22", "member:2/follow_up/2026-11-22"}, 2)
    assert put_many(box, notices) == ({"member:1/follow_up/2026-11-22", "member:2/follow_up/2026-11-22"}, 0)
    assert len(box.rows()) == 2


def test_more_messages_ask_no_more_of_the_database(box):
    with box.engine.connect() as connection, Session(connection) as s:
        outbox.put_many(s, [notice(box.area_id)])
        asked = []
        for n in (2, 60):
            with counting.statements(connection) as statements:
                outbox.put_many(s, [notice(box.area_id, f"member:{n}-{i}") for i in range(n)])
            asked.append(len(statements))
    assert asked[0] == asked[1]


def test_what_waits_and_is_no_longer_due_is_taken_back(box):
    for n in range(3):
        box.put(f"member:{n}")
    box.put("member:0", purpose="welcome", words={"name": "Sen"})
    with db.transaction(box.engine) as s:
        assert outbox.take_back_others(s, "follow_up", {"member:1/follow_up/2026-11-22"}) == 2
    assert box.states() == ["cancelled", "queued", "cancelled", "queued"]


def test_withdrawing_takes_back_what_waits_for_this_person_only(box):
    box.put()
    box.put(due_on=TEN.date() + timedelta(days=9))
    box.put("member:2", to="+84987654321")
    with db.transaction(box.engine) as s:
        assert outbox.cancel(s, "member:1", outbox.CONSENT_WITHDRAWN) == 2
    gateway = Recorder()
    sending.send_due(box.engine, gateway)
    assert [to for to, _body in gateway.taken] == ["+84987654321"]
    assert box.rows()[0].error == "consent_withdrawn"


def test_a_stop_takes_back_what_waits_for_the_number_whoever_it_is_for(box):
    box.put("member:1")
    box.put("member:2")
    box.put("member:3", to="+84987654321")
    with db.transaction(box.engine) as s:
        assert outbox.cancel_number(s, "+84912345678", outbox.CONSENT_WITHDRAWN) == 2
    assert box.states() == ["cancelled", "cancelled", "queued"]


def test_one_purpose_may_be_taken_back_alone(box):
    box.put()
    box.put(purpose="welcome", words={"name": "Sen"})
    with db.transaction(box.engine) as s:
        assert outbox.cancel(s, "member:1", outbox.NO_LONGER_DUE, "follow_up") == 1
    assert box.states() == ["cancelled", "queued"]


def test_a_message_taken_back_and_due_again_waits_again(box):
    box.put()
    with db.transaction(box.engine) as s:
        outbox.cancel(s, "member:1", outbox.NO_LONGER_DUE)
    assert box.put().state == "queued"
    assert (box.row().state, box.row().error) == ("queued", "")


def test_a_row_in_the_sessions_hands_knows_that_it_was_taken_back(box):
    with db.transaction(box.engine) as s:
        sms = outbox.put(s, notice(box.area_id))
        outbox.cancel(s, "member:1", outbox.NO_LONGER_DUE)
        assert (sms.state, sms.error) == ("cancelled", "no_longer_due")


def test_two_planners_at_once_make_one_row(box):
    draft = notice(box.area_id)
    with db.transaction(box.engine) as s:
        known = s.scalars(select(Sms)).all()
        assert known == []
        row = {
            "key": draft.key, "recipient": "member:1", "area_id": box.area_id, "purpose": "follow_up", "to": draft.to,
            "body": "from the other planner", "encoding": "GSM-7", "segments": 1, "not_after": draft.not_after,
            "due_at": TEN, "created_at": TEN, "gateway": "", "error": "",
        }  # fmt: skip
        db.add_missing(s, Sms, [row])
        db.add_missing(s, Sms, [row | {"body": "late"}])
    assert box.put(words=VALUES).body == BODY
    assert len(box.rows()) == 1


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_stop_waits_for_the_worker_that_hears_of_it_at_the_same_moment_and_neither_fails(box):
    """On SQLite one writes after the other anyway."""
    number = box.put().to
    waits = text("select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))")

    def stopped():
        with db.transaction(box.engine) as s:
            stop.stop_number(s, number, stop.PAGE)

    with ThreadPoolExecutor(1) as somebody:
        with db.transaction(box.engine) as worker:
            sms = worker.scalars(select(Sms).with_for_update()).one()
            page = somebody.submit(stopped)
            while not (page.done() or worker.scalar(waits)):
                pass
            consequences.follow(worker, sms, "21610")
        page.result()
    assert box.states() == ["cancelled"]
