"""The page of alerts: what is wrong in one's own area, whose it is, and how it ended."""

import re

import pytest
from sqlalchemy import select

from outreach.accounts.models import AuditEntry
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.alerts.names import KINDS
from tests import counting
from tests.databases import sqlite_only
from tests.sms import rows
from tests.visitor import Visitor

SLOW = {"waiting": 12, "minutes": 45}


@pytest.fixture
def slow(s, w):
    alert = raising.raise_(s, "sms_slow", w.tan_hung.id, **SLOW)
    s.commit()
    return alert


def acts(s):
    return s.scalars(select(AuditEntry.act).where(AuditEntry.subject == "alert").order_by(AuditEntry.id)).all()


@sqlite_only
def test_an_official_reads_what_is_wrong_since_when_and_what_to_do(w, visitor, slow):
    page = visitor.as_(w.cuc).get("/canh-bao")
    assert "Messages that should be gone still wait: 12" in page.words
    assert "The oldest is 45 minutes late." in page.words
    assert "Nobody has taken it yet" in page.words
    assert "Wait a few minutes" in page.words
    assert "Since " in page.words


@pytest.mark.parametrize(("who", "which"), [("cuc", "open"), ("binh", "below"), ("anh", "below"), ("quy", None)])
def test_an_alert_stands_where_it_is_and_further_up_among_those_below(w, visitor, slow, who, which):
    lists = {"open", "below", "closed"}
    found = {
        one
        for one in lists
        if f"/canh-bao/{slow.id}" in visitor.as_(getattr(w, who)).get(f"/canh-bao?list={one}").links()
    }
    assert found == ({which} if which else set())


@pytest.mark.parametrize("who", ["cuc", "binh"])
def test_what_concerns_the_house_is_for_those_who_run_it(s, w, visitor, who):
    alert = raising.raise_(s, "sms_operator", w.country.id, code="20003")
    s.commit()
    assert "No alert is open" in visitor.as_(getattr(w, who)).get("/canh-bao").words
    visitor.as_(getattr(w, who)).get(f"/canh-bao/{alert.id}", status=404)
    page = visitor.as_(w.anh).get(f"/canh-bao/{alert.id}")
    assert "The SMS provider refuses all our messages" in page.words
    assert "did not accept our sign-in" in page.words


@pytest.mark.parametrize("deed", ["nhan", "da-lam", "dong"])
def test_another_communes_alert_cannot_be_touched(s, w, visitor, slow, deed):
    visitor.as_(w.quy).post(f"/canh-bao/{slow.id}/{deed}", {"word": "Xong"}, status=404)
    assert acts(s) == []


@sqlite_only
@pytest.mark.parametrize("who", ["lan", "phuc"])
def test_those_who_go_from_door_to_door_have_no_alerts(w, visitor, slow, who):
    visitor.as_(getattr(w, who)).get("/canh-bao", status=403)


def test_an_alert_is_taken_up_acted_on_and_closed_with_a_word(s, w, visitor, slow):
    cuc = visitor.as_(w.cuc)
    page = cuc.follow(cuc.send(cuc.get(f"/canh-bao/{slow.id}"), f"/canh-bao/{slow.id}/nhan"))
    assert "You look after this alert now." in page.words
    assert "Lê Thị Cúc" in page.words
    page = cuc.follow(cuc.send(page, f"/canh-bao/{slow.id}/da-lam"))
    assert "Close the alert when you see that it helped." in page.words
    page = cuc.follow(cuc.send(page, f"/canh-bao/{slow.id}/dong", word="Máy chủ đã chạy lại"))
    assert "Máy chủ đã chạy lại" in page.words
    s.refresh(slow)
    assert (slow.step, slow.owner_id, slow.closed_by_id) == ("closed", w.cuc.id, w.cuc.id)
    assert acts(s) == ["alert.take", "alert.act", "alert.close"]
    assert "Alert closed" in page.words


def test_a_step_done_twice_is_done_once(s, w, visitor, slow):
    cuc = visitor.as_(w.cuc)
    for deed in ("nhan", "nhan", "da-lam", "da-lam", "dong", "dong"):
        cuc.post(f"/canh-bao/{slow.id}/{deed}", {"word": "Xong"})
    assert acts(s) == ["alert.take", "alert.act", "alert.close"]
    s.refresh(slow)
    assert slow.word == "Xong"


def test_an_alert_may_pass_from_one_to_the_other_without_going_back(s, w, visitor, slow):
    visitor.as_(w.cuc).post(f"/canh-bao/{slow.id}/da-lam")
    visitor.as_(w.binh).post(f"/canh-bao/{slow.id}/nhan")
    s.refresh(slow)
    assert (slow.step, slow.owner_id) == ("acted", w.binh.id)


def test_an_alert_is_not_closed_without_a_word(s, w, visitor, slow):
    page = visitor.as_(w.cuc).post(f"/canh-bao/{slow.id}/dong", {"word": " "}, status=422)
    assert "Please fill this in." in page.words
    s.refresh(slow)
    assert slow.closed_at is None


def test_a_closed_alert_stands_behind_a_filter_and_comes_back_as_a_new_one(s, w, visitor, slow):
    cuc = visitor.as_(w.cuc)
    cuc.post(f"/canh-bao/{slow.id}/dong", {"word": "Máy chủ đã chạy lại"})
    assert "No alert is open" in cuc.get("/canh-bao").words
    closed = cuc.get("/canh-bao?list=closed").words
    assert "Máy chủ đã chạy lại" in closed
    assert "Do it now" not in closed
    assert "Keep an eye on it" not in closed
    again = raising.raise_(s, "sms_slow", w.tan_hung.id, **SLOW)
    s.commit()
    assert again.id != slow.id
    assert f"/canh-bao/{again.id}" in cuc.get("/canh-bao").links()


def test_what_happened_again_after_something_was_done_is_said(s, w, visitor, slow):
    cuc = visitor.as_(w.cuc)
    cuc.post(f"/canh-bao/{slow.id}/da-lam")
    assert "It happened again" not in cuc.get(f"/canh-bao/{slow.id}").words
    raising.raise_(s, "sms_slow", w.tan_hung.id, **SLOW)
    s.commit()
    page = cuc.get(f"/canh-bao/{slow.id}")
    assert "It happened again since something was done" in page.words
    assert "noticed 2 times" in page.words


@sqlite_only
def test_what_is_over_by_itself_says_so(s, w, visitor, slow):
    raising.over(s, "sms_slow", w.tan_hung.id)
    s.commit()
    assert "It was over by itself." in visitor.as_(w.cuc).get("/canh-bao?list=closed").words


def test_the_header_counts_the_open_alerts_of_the_readers_area(s, w, visitor, slow):
    raising.raise_(s, "sms_unknown", w.tien_lu.id, waiting=1)
    s.commit()
    assert "1 alert" in visitor.as_(w.cuc).get("/can-bo").words
    assert "/canh-bao" not in visitor.as_(w.binh).get("/can-bo").links()
    for alert in s.query(Alert):
        alert.due_at = alert.opened_at
    s.commit()
    assert "2 alerts" in visitor.as_(w.binh).get("/can-bo").words
    assert "/canh-bao" not in visitor.as_(w.anh).get("/can-bo").links()
    assert "/canh-bao" not in visitor.as_(w.lan).get("/ho").links()
    slow.closed_at = slow.opened_at
    s.commit()
    assert "/canh-bao" not in visitor.as_(w.cuc).get("/can-bo").links()


@sqlite_only
def test_a_list_that_does_not_exist_is_not_found(w, visitor):
    visitor.as_(w.cuc).get("/canh-bao?list=all", status=404)


def test_many_alerts_come_in_pages_and_ask_no_more_of_the_database(s, w, visitor, connection, slow):
    slow.owner_id = w.cuc.id
    s.commit()
    with counting.statements(connection) as few:
        visitor.as_(w.cuc).get("/canh-bao")
    for n in range(24):
        raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{n}", code="21211", sms=n).owner_id = w.binh.id
    s.commit()
    with counting.statements(connection) as many:
        first = visitor.as_(w.cuc).get("/canh-bao")
    assert len(many) == len(few)
    assert first.words.index("should be gone") < first.words.index("does not work")
    assert len([link for link in visitor.as_(w.cuc).get("/canh-bao?page=9").links() if "/canh-bao/" in link]) == 5
    assert s.query(Alert).count() == 25


@sqlite_only
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_alert_has_whole_sentences(s, w, app, language):
    facts = {
        "code": "30007", "purpose": "follow_up", "month": "2026-11", "waiting": 1200, "minutes": 45, "days": 16,
        "share": 41, "wanted": 50, "short": 90, "fewer": 4, "visits": 3, "before": 12, "rejected": 30, "rows": 100,
        "places": 2,
    }  # fmt: skip
    alerts = [raising.raise_(s, one, w.tan_hung.id, **facts) for one in KINDS]
    s.commit()
    for alert in alerts:
        words = Visitor(app, language).as_(w.cuc).get(f"/canh-bao/{alert.id}").words
        assert "–" not in words
        assert "%" not in re.sub(r"\b(80|41|50)\s?%", "", words)


def test_an_alert_without_a_fact_says_a_dash(s, w, visitor):
    alert = raising.raise_(s, "sms_budget_out", w.tan_hung.id)
    s.commit()
    assert "The money for messages in – is spent" in visitor.as_(w.cuc).get(f"/canh-bao/{alert.id}").words


def test_each_step_of_an_alert_leads_to_where_it_is_done(s, w, visitor):
    one = rows.sent(s, w.tan_hung, state="failed", error="21211")
    number = raising.raise_(s, "sms_number", w.tan_hung.id, "member:1", code="21211", sms=one.id)
    budget = raising.raise_(s, "sms_budget_80", w.tan_hung.id, "2026-11", month="2026-11")
    s.commit()
    cuc, every = visitor.as_(w.cuc), visitor.as_(w.cuc).get("/canh-bao").links()
    for alert, doors in ((number, (f"/tin-nhan/{one.id}", "/danh-sach-goi")), (budget, ("/tin-nhan/chi-phi", "/nhac"))):
        page = cuc.get(f"/canh-bao/{alert.id}")
        assert [page.links().count(door) for door in doors] == [1, 1]
        assert set(doors) <= set(every)
    assert "80% of the money for messages in 11/2026 is spent" in page.words


def test_every_step_of_every_alert_has_a_page_or_none(app):
    doors = {step.door for kind in KINDS.values() for step in kind.todo}
    assert doors - {""} <= app.view_functions.keys()
