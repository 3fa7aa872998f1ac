"""How messages go, in one look, and the whole life of one."""

from datetime import timedelta

import pytest

from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.sms import counts, names, watching
from outreach.sms.models import Wording
from tests import counting
from tests.databases import sqlite_only
from tests.sms.rows import TEN, message, receipt, sent

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def tally(s, area):
    return counts.tally(s, area, TEN.date())


def test_each_message_of_seven_days_is_counted_once_by_its_fate(s, w):
    message(s, w.tan_hung, due_at=TEN + DAY)
    message(s, w.tan_hung, state="unknown", gateway="twilio")
    sent(s, w.tan_hung)
    sent(s, w.tan_hung, state="accepted", due_at=TEN - 6 * DAY)
    sent(s, w.tan_hung, state="accepted", due_at=TEN - 7 * DAY)
    message(s, w.tien_lu, state="failed", error="30003")
    counted = tally(s, w.tan_hung)
    assert {fate: counted.of(fate) for fate in counts.FATES} == {
        "waiting": 1, "unknown": 1, "sent": 1, "accepted": 1, "failed": 0, "cancelled": 0,
    }  # fmt: skip
    assert (counted.of("accepted", today=True), counted.of("sent", today=True)) == (0, 1)
    assert [tally(s, area).of("failed") for area in (w.tien_lu, w.hung_yen, w.country, w.tuyen_quang)] == [1, 1, 1, 0]


@sqlite_only
def test_what_waits_says_what_for_and_until_when(s, w, visitor, clock_at_ten):
    clock_at_ten.move_to(TEN + 12 * HOUR)
    message(s, w.tan_hung, due_at=TEN + 22 * HOUR, held="quiet")
    message(s, w.tan_hung, due_at=TEN + 22 * HOUR, held="budget")
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "They go out at 08:00 22/11/2026 at the earliest." in page.words
    assert "It is not between 08:00 and 20:00" in page.words
    assert "The month's money for messages is spent" in page.words
    assert "/tin-nhan?list=waiting&reason=budget#list" in page.links()


def test_failures_stand_by_reason_with_what_to_do(s, w, visitor):
    message(s, w.tan_hung, state="failed", error="21211")
    message(s, w.tan_hung, state="failed", error="21211", due_at=TEN - DAY)
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "Why messages failed" in page.words
    assert "This is not a valid phone number." in page.words
    assert "Ask the family for the right number" in page.words
    assert "/tin-nhan?list=failed&reason=21211#list" in page.links()


@sqlite_only
def test_what_was_tried_again_in_vain_is_not_said_to_be_tried_again(s, w, visitor):
    message(s, w.tan_hung, state="failed", error="30003")
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "It is not tried again. Does the day matter? Then telephone the family." in page.words


@sqlite_only
def test_accepted_by_the_operator_is_nowhere_called_read(s, w, visitor):
    one = sent(s, w.tan_hung, state="accepted", accepted_at=TEN + MINUTE)
    receipt(s, one, "read", TEN + MINUTE)
    cuc = visitor.as_(w.cuc)
    assert "Operator accepted" in cuc.get("/tin-nhan").words
    life = cuc.get(f"/tin-nhan/{one.id}").words
    assert "The phone company accepted it" in life
    assert "read" not in life.lower().split()


@pytest.mark.parametrize(
    ("facts", "late"),
    [
        ({"due_at": TEN - 31 * MINUTE}, True),
        ({"due_at": TEN - 29 * MINUTE}, False),
        ({"due_at": TEN - 31 * MINUTE, "held": "quiet"}, True),
        ({"due_at": TEN + 5 * MINUTE, "held": "budget"}, False),
        ({"state": "sent", "gateway": "twilio", "sent_at": TEN - 61 * MINUTE}, True),
        ({"state": "sent", "gateway": "twilio", "sent_at": TEN - 59 * MINUTE}, False),
        ({"state": "sent", "gateway": "console", "sent_at": TEN - 61 * MINUTE}, False),
        ({"state": "unknown", "gateway": "twilio", "cleared_at": TEN - 61 * MINUTE}, True),
        ({"state": "accepted", "gateway": "twilio", "sent_at": TEN - 61 * MINUTE}, False),
    ],
)
def test_what_takes_too_long_is_told_from_what_does_not(s, w, facts, late):
    message(s, w.tan_hung, **facts)
    (one,) = tally(s, w.tan_hung).counts
    assert one.late is late


def test_at_night_nothing_waits_too_long(s, w, clock_at_ten):
    message(s, w.tan_hung, due_at=TEN)
    clock_at_ten.move_to(TEN + 12 * HOUR)
    assert tally(s, w.tan_hung).of(late=True) == 0


def test_the_list_behind_what_is_too_late_holds_just_that(s, w, visitor):
    message(s, w.tan_hung, due_at=TEN - HOUR, body="Qua gio")
    message(s, w.tan_hung, body="Dung gio")
    page = visitor.as_(w.cuc).get("/tin-nhan?list=waiting&late=1")
    assert "Qua gio" in page.words
    assert "Dung gio" not in page.words


def test_a_provider_that_refuses_everything_is_told_to_everybody(s, w, visitor):
    raising.raise_(s, "sms_operator", w.country.id, code="20003")
    s.commit()
    page = visitor.as_(w.cuc).get("/tin-nhan")
    assert "The SMS provider refuses all our messages since 10:00 21/11/2026" in page.words
    assert "did not accept our sign-in" in page.words
    raising.over(s, "sms_operator", w.country.id)
    s.commit()
    assert "refuses all" not in visitor.as_(w.cuc).get("/tin-nhan").words


def test_the_panel_asks_again_for_itself_and_gets_nothing_when_nothing_is_new(s, w, visitor):
    message(s, w.tan_hung)
    cuc = visitor.as_(w.cuc)
    first = cuc.htmx("/tin-nhan")
    assert "Waiting" in first.words
    assert "mai den nha" not in first.words
    asked = {"HX-Request": "true", "If-None-Match": first.headers["ETag"]}
    known = cuc.get("/tin-nhan", status=304, headers=asked)
    assert len(known.text) + len(str(known.headers)) < 2_000
    message(s, w.tan_hung)
    assert cuc.client.get("/tin-nhan", headers=asked).status_code == 200


@sqlite_only
def test_a_squeezed_panel_is_known_again_as_well(s, w, visitor):
    for reason in ("21211", "21614", "30003", "30005"):
        message(s, w.tan_hung, state="failed", error=reason)
    cuc = visitor.as_(w.cuc)
    asked = {"HX-Request": "true", "Accept-Encoding": "br"}
    first = cuc.client.get("/tin-nhan", headers=asked)
    assert first.headers["Content-Encoding"] == "br"
    again = cuc.client.get("/tin-nhan", headers=asked | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@sqlite_only
def test_the_whole_page_is_kept_nowhere(w, visitor):
    assert visitor.as_(w.cuc).get("/tin-nhan").headers["Cache-Control"] == "no-store"


def test_the_panel_asks_the_same_of_the_database_however_many_messages_there_are(s, w, visitor, connection):
    message(s, w.tan_hung)
    anh = visitor.as_(w.anh)
    with counting.statements(connection) as few:
        anh.htmx("/tin-nhan")
    for n in range(20):
        message(s, w.tan_hung if n % 2 else w.tien_lu, state="failed", error=str(n), purpose=f"purpose_{n}")
    with counting.statements(connection) as many:
        anh.htmx("/tin-nhan")
    assert len(many) == len(few) <= 8


def lived(s, w):
    """A message with a long life."""
    made = {"purpose": "follow_up", "language": "vi", "version": 3, "full": "…", "plain": "…"}
    words = Wording(**made, state="registered", made_at=TEN, state_at=TEN)
    s.add(words)
    one = sent(s, w.tan_hung, wording=words, recipient=f"member:{w.hanh.id}", price=825, state="failed", error="30003",
               why={"rule": "follow_up", "on": "2026-11-22"})  # fmt: skip
    receipt(s, one, "sent", TEN + MINUTE)
    receipt(s, one, "undelivered", TEN + 5 * MINUTE, "30003")
    receipt(s, one, "weighed", TEN + 6 * MINUTE)
    return one


@sqlite_only
def test_a_messages_page_tells_its_whole_life(s, w, visitor):
    one = lived(s, w)
    page = visitor.as_(w.cuc).get(f"/tin-nhan/{one.id}")
    for words in (
        "A visit to the house was agreed on. The day: 22/11/2026.", "Tân Hưng: mai den nha.", "Tiếng Việt, version 3",
        "••• ••• 678", "825 đ", "The phone could not be reached: switched off or no signal.", "In the name of",
    ):  # fmt: skip
        assert words in page.words
    told = [
        "The SMS provider says “weighed”", "The phone company could not deliver it",
        "The SMS provider handed it to the phone company", "Nothing stood in its way", "Planned",
    ]  # fmt: skip
    assert [page.words.index(title) for title in told] == sorted(page.words.index(title) for title in told)


@sqlite_only
def test_a_message_without_wording_price_or_receipt_has_a_page_as_well(s, w, visitor):
    one = message(s, w.tan_hung, purpose="of an older release")
    page = visitor.as_(w.cuc).get(f"/tin-nhan/{one.id}")
    assert "From before wordings had versions" in page.words
    assert "of an older release" in page.words


@pytest.mark.parametrize(("who", "status"), [("quy", 404), ("lan", 403), ("binh", 200), ("anh", 200)])
def test_a_message_is_there_for_its_own_area_and_those_above(s, w, visitor, who, status):
    visitor.as_(getattr(w, who)).get(f"/tin-nhan/{lived(s, w).id}", status=status)


@pytest.mark.parametrize(("who", "linked"), [("cuc", True), ("binh", False), ("anh", False)])
def test_a_messages_page_leads_to_the_persons_record_for_who_may_read_it(s, w, visitor, who, linked):
    page = visitor.as_(getattr(w, who)).get(f"/tin-nhan/{lived(s, w).id}")
    assert (f"/nguoi/{w.hanh.id}/tin-nhan" in page.links()) is linked


def test_a_person_who_moved_to_another_commune_is_not_linked(s, w, visitor):
    one = sent(s, w.tan_hung, recipient=f"member:{w.hanh.id}")
    w.sens_house.village_id = w.ha.id
    s.commit()
    assert f"/nguoi/{w.hanh.id}/tin-nhan" not in visitor.as_(w.cuc).get(f"/tin-nhan/{one.id}").links()


def test_everything_that_can_hold_a_message_back_has_words():
    assert set(names.HELD) == {
        "quiet", "holiday", "daily", "purpose_today", "not_registered", "budget", "trial", "house",
    }  # fmt: skip


def alerts(s):
    rows = s.query(Alert).filter(Alert.closed_at.is_(None)).order_by(Alert.kind, Alert.area_id)
    return [(one.kind, one.area_id, one.facts) for one in rows]


def test_messages_that_wait_too_long_become_an_alert_of_their_commune_until_they_went(s, w):
    one = message(s, w.tan_hung, due_at=TEN - 40 * MINUTE)
    message(s, w.tan_hung, due_at=TEN - 35 * MINUTE)
    message(s, w.tien_lu)
    watching.watch(s)
    watching.watch(s)
    assert alerts(s) == [("sms_slow", w.tan_hung.id, {"waiting": 2, "minutes": 40})]
    s.query(type(one)).update({"state": "sent"})
    watching.watch(s)
    assert alerts(s) == []


def test_messages_of_which_nobody_knows_for_an_hour_become_an_alert(s, w):
    facts = {"state": "unknown", "gateway": "twilio"}
    message(s, w.tan_hung, **facts, cleared_at=TEN - 61 * MINUTE)
    message(s, w.tien_lu, **facts, cleared_at=TEN - 59 * MINUTE)
    watching.watch(s)
    assert alerts(s) == [("sms_unknown", w.tan_hung.id, {"waiting": 1})]


def test_who_closed_an_alert_of_messages_nobody_knows_of_hears_only_of_other_ones(s, w, clock_at_ten):
    facts = {"state": "unknown", "gateway": "twilio"}
    message(s, w.tan_hung, **facts, cleared_at=TEN - 61 * MINUTE)
    message(s, w.tan_hung, **facts, cleared_at=TEN - 30 * MINUTE)
    watching.watch(s)
    s.query(Alert).update({"closed_at": TEN, "closed_by_id": w.cuc.id, "word": "Đã gọi cho gia đình."})
    watching.watch(s)
    assert alerts(s) == []
    clock_at_ten.move_to(TEN + 31 * MINUTE)  # by now nobody knows of the second one for an hour
    watching.watch(s)
    assert alerts(s) == [("sms_unknown", w.tan_hung.id, {"waiting": 2})]


def test_at_night_waiting_is_no_alert_but_not_knowing_is(s, w, clock_at_ten):
    message(s, w.tan_hung, due_at=TEN)
    message(s, w.tan_hung, state="unknown", gateway="twilio", cleared_at=TEN)
    clock_at_ten.move_to(TEN + 12 * HOUR)
    watching.watch(s)
    assert [kind for kind, _area, _facts in alerts(s)] == ["sms_unknown"]


def test_while_the_provider_refuses_everything_no_commune_is_told_that_messages_wait(s, w):
    message(s, w.tan_hung, due_at=TEN - 40 * MINUTE)
    raising.raise_(s, "sms_operator", w.country.id, code="20003")
    watching.watch(s)
    assert [kind for kind, _area, _facts in alerts(s)] == ["sms_operator"]
