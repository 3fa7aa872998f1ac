"""An operations centre asks with a key, and gets the sums of its area, page by page, and only what changed."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from outreach import clock
from outreach.accounts.models import Account, Attempt
from outreach.alerts import raising
from outreach.alerts.models import Alert
from outreach.coverage.models import AreaTally
from outreach.feeds import hooks, keys, reading
from outreach.feeds.models import FeedKey
from outreach.households import stages
from outreach.households.models import COUNTED
from outreach.reform import Merge, NewArea, carry_out
from tests import counting, world
from tests.feeds.conftest import fold

pytestmark = pytest.mark.each_kind
TEN = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _november(now):
    return now


def told(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "application/json"
    return json.loads(answer.data)


def codes(answer):
    return [one["code"] for one in told(answer)["areas"]]


def test_a_key_of_a_province_tells_of_the_province_and_its_communes_alone(s, w, key, ask):
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    fold(s)
    said = told(ask(key(w.binh), "coverage"))
    assert said["area"] == "33"
    assert said["as_of"] == "2026-11-21T12:00:00+07:00"
    assert {one["code"]: (one["kind"], one["name"], one["parent"]) for one in said["areas"]} == {
        "33": ("province", "tỉnh Hưng Yên", "VN"), "11977": ("commune", "xã Tân Hưng", "33"),
        "12361": ("commune", "xã Tiên Lữ", "33"),
    }  # fmt: skip
    (province,) = (one for one in said["areas"] if one["code"] == "33")
    assert province["share"] == 0.25
    assert province["ended_on"] is None
    assert set(province["households"]) == {*reading.SUMS, *COUNTED}
    assert {name: n for name, n in province["households"].items() if n} == {
        "in_scope": 4, "reached": 1, "with_ambassador": 1, "proficient": 1, "not_reached": 3,
    }  # fmt: skip
    assert said["more"] is False


def test_a_key_of_a_commune_tells_of_the_commune(s, w, key, ask):
    fold(s)
    shown = key(w.cuc)
    assert codes(ask(shown, "coverage")) == ["11977"]
    assert told(ask(shown, "days"))["days"] != []
    assert {one["code"] for one in told(ask(shown, "days"))["days"]} == {"11977"}


def test_who_hands_back_the_cursor_is_told_only_what_changed_since(s, w, key, ask, now):
    fold(s)
    shown = key(w.binh)
    first = told(ask(shown, "coverage"))
    assert told(ask(shown, f"coverage?since={first['next']}")) == first | {"areas": []}
    now.shift(TEN)
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    fold(s)
    then = told(ask(shown, f"coverage?since={first['next']}"))
    assert {one["code"] for one in then["areas"]} == {"33", "11977"}
    assert then["next"] != first["next"]


def test_what_changed_is_told_though_the_next_workers_clock_is_behind(s, w, key, ask, now):
    stages.met(s, w.xas_house, clock.now(), w.quy.id)
    stages.met(s, w.tams_house, clock.now(), w.lan.id)
    fold(s)
    shown = key(w.binh)
    first = told(ask(shown, "coverage"))["next"]
    days = told(ask(shown, "days"))["next"]
    now.shift(-timedelta(seconds=2))
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    fold(s)
    assert set(codes(ask(shown, f"coverage?since={first}"))) == {"33", "11977"}
    assert {one["code"] for one in told(ask(shown, f"days?since={days}"))["days"]} == {"33", "11977"}


def test_pages_tell_everything_once_also_what_changed_at_the_same_moment(s, w, monkeypatch):
    for n in range(5):
        commune = world.area(s, w.hung_yen, "commune", "xã", f"1300{n}", f"Số {n}")
        world.household(s, world.area(s, commune, "village", "thôn", f"1300{n}.1", "Một"), "Trần Văn Dê")
    fold(s)
    for read, name in ((reading.coverage, "code"), (reading.days, "code")):
        pages, since, more = [], "", True
        while more:
            rows, since, more = read(s, w.hung_yen, since, 3)
            pages.append([row[name] for row in rows])
        everything = [row[name] for row in read(s, w.hung_yen).rows]
        assert len(everything) >= 8
        assert [one for page in pages for one in page] == everything
        assert {len(page) for page in pages[:-1]} == {3}


def test_days_tell_what_changed_and_how_visits_went(s, w, key, ask):
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    fold(s)
    days = told(ask(key(w.binh), "days"))["days"]
    (today,) = (one for one in days if one["code"] == "33" and one["on"] == "2026-11-21")
    assert {name: n for name, n in today["changes"].items() if n} == {
        "not_reached": -1, "proficient": 1, "reached": 1, "with_ambassador": 1,
    }  # fmt: skip
    assert today["visits"] == {"visits": 0, "did_alone": 0, "were_helped": 0, "were_shown": 0}


def test_a_day_that_is_corrected_is_told_again(s, w, key, ask, now):
    fold(s)
    shown = key(w.binh)
    first = told(ask(shown, "days"))
    now.shift(TEN)
    stages.proficient(s, w.tam, date(2026, 11, 20), w.dung.id)
    fold(s)
    again = told(ask(shown, f"days?since={first['next']}"))["days"]
    assert {one["code"] for one in again} == {"33", "11977"}


def test_alerts_tell_kind_place_and_step_and_never_whom_or_what_about(s, w, key, ask, now):
    raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{w.hanh.id}", code="21211")
    s.commit()
    now.shift(TEN)
    answer = ask(key(w.binh), "alerts")
    (alert,) = told(answer)["alerts"]
    assert alert | {"id": 0} == {
        "id": 0, "kind": "sms_number", "area": "11977", "urgent": False, "step": "new",
        "since": "2026-11-21T12:00:00+07:00", "step_at": "2026-11-21T12:00:00+07:00", "closed_at": None,
    }  # fmt: skip
    assert f"member:{w.hanh.id}" not in answer.get_data(as_text=True)


def test_an_alert_that_was_closed_is_told_once_more_to_who_knew_of_it(s, w, key, ask, now):
    raising.raise_(s, "sms_number", w.tan_hung.id, "x", code="21211")
    s.commit()
    now.shift(TEN)
    shown = key(w.binh)
    first = told(ask(shown, "alerts"))
    raising.over(s, "sms_number", w.tan_hung.id, "x")
    s.commit()
    now.shift(TEN)
    (closed,) = told(ask(shown, f"alerts?since={first['next']}"))["alerts"]
    assert (closed["step"], closed["id"]) == ("closed", first["alerts"][0]["id"])
    assert told(ask(shown, "alerts"))["alerts"] == []


def test_alerts_of_another_province_are_not_told(s, w, key, ask, now):
    raising.raise_(s, "sms_number", w.tuyen_quang.id, "x", code="21211")
    raising.raise_(s, "sms_operator", w.country.id, code="x")
    s.commit()
    now.shift(TEN)
    assert told(ask(key(w.binh), "alerts"))["alerts"] == []


def test_the_same_stands_ready_for_dhis2(s, w, key, ask, visitor):
    fold(s)
    asked = told(ask(key(w.binh), "dhis2?period=202611"))
    assert asked == json.loads(visitor.as_(w.binh).get("/trao-doi/dhis2.json?ky=202611").text)
    assert asked["dataValues"]


def test_what_is_known_is_not_sent_again_though_time_goes_on(s, w, key, ask, now):
    fold(s)
    shown = key(w.binh)
    first = ask(shown, "coverage")
    now.shift(TEN)
    fold(s)
    again = ask(shown, "coverage", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Outreach-As-Of"] == "2026-11-21T12:10:00+07:00"
    stages.proficient(s, w.tam, clock.today(), w.dung.id)
    fold(s)
    assert ask(shown, "coverage", If_None_Match=first.headers["ETag"]).status_code == 200


def problem(answer, status):
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    said = json.loads(answer.data)
    assert set(said) == {"type", "title", "status", "detail"}
    assert said["status"] == status
    return said


@pytest.mark.parametrize("path", ["coverage", "days", "alerts", "dhis2"])
def test_without_a_key_there_is_nothing_but_a_word_on_how_to_get_one(w, visitor, path):
    answer = visitor.client.get(f"/ioc/v1/{path}")
    assert "/ioc" in problem(answer, 401)["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_or_ended_key_opens_nothing(s, w, key, ask):
    shown = key(w.binh)
    for wrong in (
        shown[:-1] + ("a" if shown[-1] != "a" else "b"),
        "ioc_",
        "x" * 5000,
        "ĐÂY",
        "ioc_ñ\x00" + "x" * 42,
        shown.lower() + "x",
    ):
        problem(ask(wrong, "coverage"), 401)
    assert ask(shown, "coverage").status_code == 200
    keys.end(s, keys.find(s, w.binh, s.query(FeedKey).one().id))
    s.commit()
    problem(ask(shown, "coverage"), 401)


def test_a_refusal_speaks_the_readers_language(w, visitor):
    english = problem(visitor.client.get("/ioc/v1/coverage"), 401)["title"]
    assert english == "This key opens nothing"


def test_who_guesses_keys_is_made_to_wait(s, w, key, ask, now):
    right = key(w.binh)
    for n in range(30):
        problem(ask(f"ioc_{n}", "coverage"), 401)
    refused = ask(right, "coverage")
    problem(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 901
    now.shift(timedelta(minutes=16))
    assert ask(right, "coverage").status_code == 200


def test_a_receiver_that_goes_on_with_an_ended_key_shuts_out_nobody_else(s, w, key, ask):
    for _ in range(8):
        ask("ioc_an-ended-key", "coverage")
    assert ask("ioc_an-ended-key", "coverage").status_code == 429
    assert ask(key(w.binh), "coverage").status_code == 200


def test_who_asks_too_often_with_a_right_key_is_told_when_to_ask_again(s, w, key, ask, now, monkeypatch):
    monkeypatch.setattr(keys, "PER_MINUTE", 4)
    shown, other = key(w.binh), key(w.cuc)
    for _ in range(4):
        assert ask(shown, "coverage").status_code == 200
        now.shift(timedelta(seconds=10))
    refused = ask(shown, "alerts")
    problem(refused, 429)
    assert refused.headers["Retry-After"] == "20"  # a minute after the first
    assert ask(other, "coverage").status_code == 200
    now.shift(timedelta(seconds=19))
    assert ask(shown, "coverage").status_code == 429
    now.shift(timedelta(seconds=1))
    assert ask(shown, "coverage").status_code == 200
    assert ask(shown, "coverage").status_code == 429


def test_what_is_kept_of_asking_is_a_minutes(s, w, key, ask, now):
    shown = key(w.binh)
    for _ in range(3):
        ask(shown, "coverage")
        now.shift(timedelta(minutes=1))
    assert s.query(Attempt).count() == 1


def test_wrong_keys_are_kept_as_digests_only(s, w, ask):
    ask("ioc_geheim", "coverage")
    assert {len(one.who) for one in s.query(Attempt)} == {64}


@pytest.mark.parametrize("since", ["c", "x1-1", "d1-1", "c1", "c1-1-1", "czz-1", "c-1-1", f"c{2**80:x}-1",
                                   "cffffffffffffffff-1", "c1-ffffffff", "c" * 99, "c1-١", "c1-", "c-1"])  # fmt: skip
def test_a_cursor_that_is_none_is_told_so(w, key, ask, since):
    assert "since" in problem(ask(key(w.binh), f"coverage?since={since}"), 400)["detail"]


@pytest.mark.parametrize(("path", "since"), [("days", "d1-1-0"), ("days", "c1-1"), ("alerts", "c1-1")])
def test_a_cursor_of_one_list_is_none_of_another(w, key, ask, path, since):
    problem(ask(key(w.binh), f"{path}?since={since}"), 400)


@pytest.mark.parametrize("period", ["2026", "202613", "209901", "x"])
def test_a_period_that_is_none_is_told_so(w, key, ask, period):
    assert "period" in problem(ask(key(w.binh), f"dhis2?period={period}"), 400)["detail"]


def test_there_is_no_other_list(w, key, ask):
    assert ask(key(w.binh), "households").status_code == 404


def test_a_province_of_which_nothing_is_known_yet_is_an_empty_list(s, w, key, ask):
    official = world.account(s, "Hà Thị Tuyên", "+84912000077", "province", w.tuyen_quang)
    said = told(ask(key(official), "coverage"))
    assert said | {"as_of": ""} == {"area": "08", "as_of": "", "areas": [], "next": "", "more": False}


def test_no_name_of_anybody_is_in_any_list(s, w, key, ask, now):
    raising.raise_(s, "sms_number", w.tan_hung.id, f"member:{w.hanh.id}", code="21211")
    fold(s)
    now.shift(TEN)
    shown = key(w.anh)
    said = "".join(ask(shown, path).get_data(as_text=True) for path in ("coverage", "days", "alerts", "dhis2"))
    people = [one.name for one in s.query(Account)] + [w.sens_house.head_name, w.hanh.name, w.tam.name]
    assert [name for name in people if name in said] == []
    assert "11977" in said


def test_a_page_of_the_feed_asks_the_database_the_same_however_much_there_is(s, w, key, ask, connection):
    fold(s)
    shown = key(w.binh)
    figures = []
    for n in range(2):
        for commune in range(n * 5):
            world.area(s, w.hung_yen, "commune", "xã", f"1300{commune}", f"Số {commune}")
        ask(shown, "coverage")
        with counting.statements(connection) as asked:
            told(ask(shown, "coverage"))
        figures.append(len(asked))
    assert figures[0] == figures[1] <= 8


def test_a_moment_between_two_workers_is_told_to_the_microsecond(s, w):
    """Two places that changed a microsecond apart are two, whatever the cursor says between them."""
    fold(s)
    at = clock.now()
    s.execute(update(AreaTally).where(AreaTally.area_id == w.tan_hung.id).values(changed_at=at))
    s.execute(
        update(AreaTally).where(AreaTally.area_id == w.tien_lu.id).values(changed_at=at + timedelta(microseconds=1))
    )
    s.execute(update(AreaTally).where(AreaTally.area_id == w.hung_yen.id).values(changed_at=at - timedelta(days=1)))
    seen, since = [], ""
    for _ in range(3):
        piece = reading.coverage(s, w.hung_yen, since, 1)
        seen += [row["code"] for row in piece.rows]
        since = piece.next
    assert seen == ["33", "11977", "12361"]
    assert reading.coverage(s, w.hung_yen, since, 1).rows == []


def test_an_alert_is_told_only_when_nothing_earlier_can_still_arrive(s, w, key, ask, now):
    shown = key(w.binh)
    raising.raise_(s, "sms_number", w.tan_hung.id, "x", code="21211")
    s.commit()
    assert told(ask(shown, "alerts"))["alerts"] == []
    now.shift(reading.SETTLED)
    assert len(told(ask(shown, "alerts"))["alerts"]) == 1
    assert s.query(Alert).count() == 1


def test_when_communes_merge_their_keys_and_addresses_end_and_open_nothing_larger(s, w, key, ask):
    shown = {who: key(who) for who in (w.cuc, w.quy, w.binh)}
    hook = hooks.make(s, "https://ioc.example.vn/", w.cuc)
    s.commit()
    plan = Merge([w.tan_hung.code, w.tien_lu.code], NewArea("99001", "xã", "Hợp Nhất"), date(2026, 11, 21))
    carry_out(s, plan)
    fold(s)
    assert hook.ended_at == clock.now()
    problem(ask(shown[w.cuc], "coverage"), 401)
    problem(ask(shown[w.quy], "coverage"), 401)
    areas = {one["code"]: one for one in told(ask(shown[w.binh], "coverage"))["areas"]}
    assert areas["11977"]["ended_on"] == "2026-11-21"
    assert areas["11977"]["households"]["in_scope"] == 0
    assert areas["99001"]["households"]["in_scope"] == areas["33"]["households"]["in_scope"] == 4
