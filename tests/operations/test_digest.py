"""The digest: what was new and settled yesterday, what is due today, three figures; for sixty days."""

from datetime import timedelta

import pytest

from outreach.alerts import raising
from outreach.coverage import folding
from outreach.operations import digest
from outreach.tending import steps
from tests.databases import sqlite_only
from tests.operations.conftest import SIX, TODAY, ago, summed

HERE = "/van-hanh/11977/ban-tin"


def kinds(told):
    return [one.alert.kind for one in told]


def of(s, area, day=TODAY):
    found = digest.tell(s, area, day)
    return kinds(found.new), kinds(found.due), kinds(found.closed)


def at(clock, **ahead):
    clock.move_to(SIX + timedelta(**ahead))


def test_what_is_new_is_what_came_yesterday(s, w, clock_at_six):
    for kind, hours in (("recount", -31), ("fewer_visits", -30), ("list_rejected", -7), ("sms_unknown", -6)):
        at(clock_at_six, hours=hours)  # yesterday lasts from 30 to 6 hours before six o'clock
        raising.raise_(s, kind, w.tan_hung.id)
    at(clock_at_six)
    assert of(s, w.tan_hung)[0] == ["fewer_visits", "list_rejected"]
    assert of(s, w.tan_hung, TODAY - timedelta(days=1))[0] == ["recount"]


def test_what_is_due_today_is_not_what_was_acted_on_or_closed(s, w, clock_at_six):
    at(clock_at_six, days=-3)
    acted, closed, waits = (raising.raise_(s, "list_rejected", w.tan_hung.id, f"file:{n}") for n in range(3))
    raising.raise_(s, "fewer_visits", w.tan_hung.id)
    at(clock_at_six, hours=-20)
    steps.act(s, acted, w.cuc)
    steps.close(s, closed, w.cuc, "đã tải lại")
    s.flush()
    at(clock_at_six)
    found = digest.tell(s, w.tan_hung, TODAY)
    assert [one.alert for one in found.due] == [waits]
    assert [one.alert for one in found.closed] == [closed]


def test_what_comes_up_during_the_day_does_not_alter_what_the_morning_said(s, w, clock_at_six):
    at(clock_at_six, hours=1)
    raising.raise_(s, "sms_slow", w.tan_hung.id, waiting=3, minutes=45)  # due four hours later
    assert of(s, w.tan_hung) == ([], [], [])
    at(clock_at_six, days=1)
    assert of(s, w.tan_hung, TODAY + timedelta(days=1)) == (["sms_slow"], [], [])


def test_what_a_village_did_not_do_in_time_is_new_to_its_commune_once(s, w, clock_at_six):
    at(clock_at_six, days=-4)
    raising.raise_(s, "silent", w.dong.id, days=14)  # due yesterday, 17:00
    at(clock_at_six)
    assert of(s, w.tan_hung) == (["silent"], [], [])
    assert of(s, w.tan_hung, ago(1)) == ([], [], [])
    assert of(s, w.hung_yen) == ([], [], [])
    at(clock_at_six, days=1)
    assert of(s, w.tan_hung, TODAY + timedelta(days=1)) == ([], [], [])


def test_what_a_village_settled_in_time_is_no_news_above(s, w, clock_at_six):
    at(clock_at_six, days=-4)
    alert = raising.raise_(s, "silent", w.dong.id, days=14)
    at(clock_at_six, days=-2)
    steps.close(s, alert, w.dung, "đã đi lại")
    s.flush()
    at(clock_at_six)
    assert of(s, w.tan_hung) == ([], [], [])
    assert of(s, w.dong, ago(1)) == ([], [], ["silent"])


def test_the_three_figures_are_of_yesterday(s, w, visitor):
    summed(s, w.hung_yen, 2, visits=90, proficient=9)
    summed(s, w.hung_yen, 1, visits=12, did_alone=3, were_helped=2, were_shown=2, visited=-1, proficient=4)
    s.commit()
    page = visitor.as_(w.binh).get("/van-hanh/33/ban-tin")
    assert "Visits yesterday 12 7 on which somebody was met" in spaced(page)
    assert "More households reached 3" in spaced(page)
    assert "More proficient households 4" in spaced(page)


def spaced(page):
    return " ".join(" ".join(page.tree.itertext()).split())


def test_the_page_lists_each_with_the_word_it_was_closed_with(s, w, visitor, clock_at_six):
    at(clock_at_six, hours=-20)
    alert = raising.raise_(s, "list_rejected", w.tan_hung.id, "file:1", rejected=30, rows=100)
    steps.close(s, alert, w.cuc, "đã sửa và tải lại")
    s.commit()
    at(clock_at_six)
    page = visitor.as_(w.cuc).get(HERE)
    assert "Settled yesterday" in page.words
    assert "đã sửa và tải lại" in page.words
    assert f"/canh-bao/{alert.id}" in page.links()


@sqlite_only
def test_a_quiet_day_says_so(w, visitor):
    page = visitor.as_(w.cuc).get(HERE)
    assert "Nothing new, nothing due" in page.words
    assert f"{HERE}/{ago(1)}" in page.links()
    assert f"{HERE}/{ago(-1)}" not in page.links()


@sqlite_only
@pytest.mark.parametrize(("days", "status"), [(0, 200), (60, 200), (61, 404), (-1, 404)])
def test_digests_are_there_for_sixty_days(w, visitor, days, status):
    visitor.as_(w.cuc).get(f"{HERE}/{ago(days)}", status=status)


@sqlite_only
@pytest.mark.parametrize("day", ["hom-nay", "2026-13-01", "20261121x"])
def test_what_is_no_day_has_no_digest(w, visitor, day):
    visitor.as_(w.cuc).get(f"{HERE}/{day}", status=404)


def test_a_village_reads_its_own(s, w, visitor):
    folding.fold(s)
    s.commit()
    assert "Thôn Đông" in visitor.as_(w.dung).get("/van-hanh/11977.1/ban-tin").words
