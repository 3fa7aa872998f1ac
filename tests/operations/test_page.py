"""The page of operations: what needs somebody now, in which order, for whom, and how little it asks of a slow line."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from outreach import clock
from outreach.accounts.models import Account
from outreach.alerts import queries, raising
from outreach.alerts.models import Alert
from outreach.coverage import folding
from outreach.jobs import running
from outreach.jobs.models import DONE
from outreach.sms import faults
from outreach.tending import steps
from tests import counting
from tests.databases import sqlite_only
from tests.guards import samples

HERE = "/van-hanh/11977"
ELSEWHERE = [("cuc", "12361"), ("cuc", "33"), ("dung", "11977"), ("dung", "11977.2"), ("binh", "08"), ("binh", "x")]


def order(page, *said):
    return sorted(said, key=page.words.index)


@sqlite_only
def test_one_begins_at_ones_own_place(w, visitor):
    assert visitor.as_(w.dung).get("/van-hanh", status=303).location == "/van-hanh/11977.1"
    assert visitor.as_(w.binh).get("/van-hanh", status=303).location == "/van-hanh/33"


@sqlite_only
def test_where_nothing_is_wrong_the_page_says_so(w, visitor):
    page = visitor.as_(w.cuc).get(HERE)
    assert "Nothing needs anybody now" in page.words
    assert "No alerts here" in page.words


def test_what_is_late_stands_first_then_what_stops_messages_then_what_is_due_soonest(s, w, visitor, clock_at_six):
    raising.raise_(s, "sms_budget_80", w.tan_hung.id, "2026-11", month="2026-11")
    clock_at_six.shift(timedelta(days=4))
    raising.raise_(s, "fewer_visits", w.tan_hung.id, visits=3, before=12)
    raising.raise_(s, "list_rejected", w.tan_hung.id, "file:1", rejected=30, rows=100)
    raising.raise_(s, "sms_slow", w.tan_hung.id, waiting=3, minutes=45)
    s.commit()
    page = visitor.as_(w.cuc).get(HERE)
    said = "80% of the money", "still wait: 3", "30 of 100", "3 in four weeks"
    assert order(page, *reversed(said)) == list(said)
    assert "2 to do now, 2 to watch" in page.words


def test_an_alert_says_whose_it_is_until_when_and_what_to_do(w, visitor, quiet_village):
    page = visitor.as_(w.dung).get("/van-hanh/11977.1")
    assert "No visit for 16 days" in page.words
    assert "Thôn Đông" in page.words
    assert "Phạm Văn Dũng" in page.words
    assert "Nobody has taken it yet" in page.words
    assert "Before 17:00 24/11/2026" in page.words
    assert "/to/thon/11977.1" in page.links()
    assert f"/canh-bao/{quiet_village.id}" in page.links()


def test_where_nobody_leads_it_is_the_official_s_of_the_area_above(s, w, visitor):
    raising.exactly(s, "silent", {w.doai.id: {"days": 15}}, at_once={w.doai.id})
    s.commit()
    page = visitor.as_(w.cuc).get(HERE)
    assert "Thôn Đoài: No visit for 15 days" in page.words
    assert page.words.count("Lê Thị Cúc") > visitor.as_(w.cuc).get("/van-hanh/11977/nguong").words.count("Lê Thị Cúc")


def test_a_leader_takes_it_up_acts_and_closes_it_with_a_word(s, w, visitor, quiet_village):
    dung = visitor.as_(w.dung)
    page = dung.follow(dung.send(dung.get(f"/canh-bao/{quiet_village.id}"), f"/canh-bao/{quiet_village.id}/nhan"))
    page = dung.follow(dung.send(page, f"/canh-bao/{quiet_village.id}/da-lam"))
    dung.send(page, f"/canh-bao/{quiet_village.id}/dong", word="Đi lại từ thứ Hai")
    page = dung.get("/van-hanh/11977.1")
    assert "Nothing needs anybody now" in page.words
    assert "Settled today" in page.words
    assert f"/canh-bao/{quiet_village.id}" in page.links()


def test_what_stands_further_down_is_counted_and_listed_apart(w, visitor, quiet_village):
    page = visitor.as_(w.cuc).get(HERE)
    assert "1 more further down" in page.words
    assert f"/canh-bao/{quiet_village.id}" in visitor.as_(w.cuc).get("/canh-bao?list=below").links()


def test_where_too_many_stand_further_down_to_be_counted_it_says_so(s, w, visitor, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)
    for n in range(3):
        raising.raise_(s, "list_rejected", w.dong.id, f"file:{n}", rejected=30, rows=100)
        s.commit()
        words = visitor.as_(w.cuc).get(HERE).words
        assert (f"{n + 1} more further down" in words, "3+ more further down" in words) == (n < 2, n == 2)


def test_where_most_is_open_leads_there(s, w, visitor, quiet_village):
    raising.raise_(s, "silent", w.doai.id, days=16)
    raising.raise_(s, "silent", w.ha.id, days=16)
    raising.raise_(s, "sms_budget_80", w.tan_hung.id, "2026-11", month="2026-11")
    s.commit()
    page = visitor.as_(w.binh).get("/van-hanh/33")
    assert "Xã Tân Hưng: 3Xã Tiên Lữ: 1" in page.words
    assert {HERE, "/van-hanh/12361"} <= set(page.links())
    assert "Tỉnh Hưng Yên: 1" in visitor.as_(w.anh).get("/van-hanh/VN").words  # communes' alone, seen from the country


def test_a_place_below_opens_from_above(w, visitor, quiet_village):
    assert "No visit for 16 days" in visitor.as_(w.binh).get("/van-hanh/11977.1").words


@sqlite_only
@pytest.mark.parametrize(("who", "code"), ELSEWHERE)
def test_what_is_elsewhere_or_above_is_not_there(w, visitor, who, code):
    reader = visitor.as_(getattr(w, who))
    reader.get(f"/van-hanh/{code}", status=404)
    reader.get(f"/van-hanh/{code}/ban-tin", status=404)
    if who != "dung":
        reader.get(f"/van-hanh/{code}/nguong", status=404)


@sqlite_only
@pytest.mark.parametrize("who", ["lan", "phuc"])
def test_those_who_have_nobody_to_look_after_have_no_such_page(w, visitor, who):
    visitor.as_(getattr(w, who)).get("/van-hanh", status=403)


def refreshed(visitor, who, known=""):
    headers = {"HX-Request": "true"} | ({"If-None-Match": known} if known else {})
    return visitor.as_(who).client.get(HERE, headers=headers)


def bytes_of(answer):
    return len(answer.data) + sum(len(f"{name}: {value}\r\n".encode()) for name, value in answer.headers)


def test_a_page_that_asks_again_is_answered_with_next_to_nothing_while_nothing_is_new(s, w, visitor, clock_at_six):
    for n in range(12):
        raising.raise_(s, "list_rejected", w.tan_hung.id, f"file:{n}", rejected=30, rows=100)
    s.commit()
    first = refreshed(visitor, w.cuc)
    assert first.status_code == 200
    assert len(first.data) > 2048
    for _minute in range(3):
        clock_at_six.shift(timedelta(minutes=1))
        folding.fold(s)
        s.commit()
        again = refreshed(visitor, w.cuc, first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert bytes_of(again) <= 2048


def test_news_are_sent_at_the_next_look(s, w, visitor, quiet_village, clock_at_six):
    known = refreshed(visitor, w.cuc).headers["ETag"]
    clock_at_six.move_to(quiet_village.due_at)
    late = refreshed(visitor, w.cuc, known)
    assert late.status_code == 200
    assert "No visit for 16 days" in late.get_data(as_text=True)
    steps.act(s, quiet_village, w.dung)
    s.commit()
    assert refreshed(visitor, w.cuc, late.headers["ETag"]).status_code == 200


@sqlite_only
def test_a_fragment_is_the_board_alone_and_the_page_asks_for_it_each_minute(w, visitor):
    page = visitor.as_(w.cuc).get(HERE)
    (board,) = [one for one in page.tree.iter("div") if one.get("id") == "board"]
    assert (board.get("hx-get"), board.get("hx-trigger")) == (HERE, "every 60s")
    assert "<html" not in visitor.as_(w.cuc).htmx(HERE).text
    assert HERE in page.links()  # without a script one loads it again


def test_a_wall_screen_shows_two_whole_and_the_rest_in_a_line(s, w, visitor):
    for n in range(11):
        raising.raise_(s, "list_rejected", w.tan_hung.id, f"file:{n}", rejected=30 + n, rows=100)
    s.commit()
    page = visitor.as_(w.cuc).get(f"{HERE}?man-hinh=tuong")
    assert page.words.count("Open the list, download the rows") == 2
    assert "And 5 more." in page.words
    assert "/dang-xuat" not in page.text  # nobody stands before it
    (board,) = [one for one in page.tree.iter("div") if one.get("id") == "board"]
    assert board.get("hx-get") == f"{HERE}?man-hinh=tuong"


def begun(s, days):
    """Everybody was taken on so many days ago."""
    s.execute(update(Account).values(created_at=clock.now() - timedelta(days=days)))
    s.commit()


PROOF_MISSING = "The last nights' proof is missing"


@pytest.mark.parametrize(("days", "missing"), [(0, False), (1, False), (2, True)])
def test_before_the_first_nights_no_proof_is_missed_though_no_worker_runs(s, w, visitor, days, missing):
    begun(s, days)
    assert (PROOF_MISSING in visitor.as_(w.cuc).get(HERE).words) is missing


@pytest.mark.parametrize(("days", "missing"), [(0, False), (1, False), (2, True)])
def test_where_people_were_on_record_before_the_house_the_first_plan_counts(s, w, visitor, clock_at_six, days, missing):
    begun(s, 100)
    running.plan(s, "recount", "recount:first")
    s.commit()
    clock_at_six.shift(timedelta(days=days))
    assert (PROOF_MISSING in visitor.as_(w.cuc).get(HERE).words) is missing


def test_the_health_of_the_house_in_three_lines(s, w, visitor, clock_at_six):
    begun(s, 9)
    cuc = visitor.as_(w.cuc)
    page = cuc.get(HERE)
    assert "They are being sent." in page.words
    assert PROOF_MISSING in page.words
    samples.visit(s, w.lan, w.sens_house, w.sen)
    folding.fold(s)
    job = running.plan(s, "recount", "recount:2026-11-21")
    job.state, job.finished_at = DONE, clock.now()
    raising.raise_(s, "sms_operator", w.country.id, code="20003")
    s.commit()
    page = cuc.get(HERE)
    assert "They are held up" in page.words
    assert "Each night every sum is proved." in page.words
    today = next(row for row in page.tree.iter("li") if "Visits of today" in "".join(row.itertext()))
    assert "".join(today.itertext()).endswith("each minute.1")


@pytest.mark.parametrize(
    ("where", "held"), [("tan_hung", {"cuc", "dung", "binh"}), ("country", {"cuc", "dung", "binh", "quy"})]
)
def test_messages_that_are_held_up_are_said_wherever_they_are(s, w, visitor, where, held):
    raising.raise_(s, "sms_slow", getattr(w, where).id, waiting=3, minutes=45)
    s.commit()
    for who, code in (("cuc", "11977"), ("dung", "11977.1"), ("binh", "33"), ("quy", "12361")):
        said = visitor.as_(getattr(w, who)).get(f"/van-hanh/{code}").words
        assert ("They are held up" in said) is (who in held)


def test_old_figures_of_a_province_say_of_when_they_are(s, w, visitor, clock_at_six):
    folding.fold(s)
    s.commit()
    assert "The newest figures are of" not in visitor.as_(w.binh).get("/van-hanh/33").words
    clock_at_six.shift(timedelta(minutes=11))
    assert "The newest figures are of 06:00 21/11/2026" in visitor.as_(w.binh).get("/van-hanh/33").words


def test_the_page_asks_no_more_of_the_database_for_many_alerts(s, w, visitor, connection, quiet_village):
    raising.raise_(s, "list_rejected", w.tan_hung.id, "file:0", rejected=30, rows=100)
    s.commit()
    with counting.statements(connection) as few:
        visitor.as_(w.cuc).get(HERE)
    for n in range(1, 30):
        raising.raise_(s, "list_rejected", w.tan_hung.id, f"file:{n}", rejected=30, rows=100)
    s.commit()
    with counting.statements(connection) as many:
        visitor.as_(w.cuc).get(HERE)
    assert len(many) == len(few) <= 16


@pytest.mark.parametrize(("who", "code"), [("anh", "VN"), ("binh", "33"), ("cuc", "11977")])
def test_what_it_costs_grows_neither_with_households_nor_with_visits(w, visitor, connection, who, code):
    reader = visitor.as_(getattr(w, who))
    for address in (f"/van-hanh/{code}", f"/van-hanh/{code}/ban-tin"):
        reader.get(address)
        with counting.statements(connection) as asked:
            reader.get(address)
        read = {word for one in asked for word in one.split()}
        assert not read & {"household", "visit", "member", "doubt"}
        assert "alert" in read


def test_a_line_that_breaks_for_a_moment_is_nobodys_alarm(s, w, visitor, clock_at_six):
    def fails():
        raising.raise_(s, "sms_operator", w.country.id, after=3, code=faults.NO_CONNECTION)
        s.commit()
        return "Nothing needs anybody now" not in visitor.as_(w.anh).get("/van-hanh/VN").words

    assert [fails(), fails(), fails()] == [False, False, True]
    assert "The SMS provider refuses all our messages" in visitor.as_(w.anh).get("/van-hanh/VN").words
    raising.over(s, "sms_operator", w.country.id)
    assert fails() is False
    clock_at_six.shift(timedelta(minutes=5))
    raising.ripen(s)
    s.commit()
    assert "1 to do now" in visitor.as_(w.anh).get("/van-hanh/VN").words


def test_what_passed_before_anybody_was_told_leaves_no_trace(s, w):
    raising.raise_(s, "sms_operator", w.country.id, after=3, code=faults.NO_CONNECTION)
    raising.over(s, "sms_operator", w.country.id)
    assert s.query(Alert).all() == []
    raising.raise_(s, "sms_operator", w.country.id, after=3, code=faults.NO_CONNECTION)
    assert raising.raise_(s, "sms_operator", w.country.id, code="20003").step == "new"
