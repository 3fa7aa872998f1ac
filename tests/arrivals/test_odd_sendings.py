"""Whatever is sent, the answer is clear, and what a phone holds stays whole: in any order, twice, half, or nonsense."""

import json
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from outreach import clock
from outreach.arrivals import sending
from outreach.arrivals.models import Late
from outreach.coverage import recounting
from outreach.households.models import Ambassador, Household, Member
from outreach.visits import recording
from outreach.visits.models import Visit
from tests.bag.phone import ambassador, household, member, visit

DOORS = ("/tui/may", "/tui/do", "/tui/gui")
OFTEN = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def count(s, of):
    s.expire_all()
    return s.scalar(select(func.count()).select_from(of))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ("{", 400, "unreadable"),
        ("[" * 100_000, 400, "unreadable"),
        ("\xff\xfe", 400, "unreadable"),
        ("", 422, "shape"),
        ("[]", 422, "shape"),
        ('{"mark": 7}', 422, "shape"),
        ('{"mark": "a\\u0000b", "secret": "x", "label": "x"}', 422, "shape"),
        ('{"mark": "\\ud800", "secret": "x", "label": "x"}', 422, "shape"),
        (json.dumps({"mark": "x" * 2000, "secret": "x"}), 422, "shape"),
    ],
)
def test_what_is_no_sending_is_answered_in_json_with_what_to_do(phone, w, door, said, status, error):
    lan = phone()
    got = lan.post(door, said.encode("latin-1"), status)
    assert (got["error"], bool(got["text"])) == (error, True)


@pytest.mark.parametrize("door", DOORS)
def test_too_much_at_once_is_said_to_be_too_much(phone, door):
    lan = phone()
    got = lan.post(door, json.dumps(lan.head() | {"label": "x", "records": ["x" * 2_000_000]}), 413)
    assert (got["error"], "smaller parts" in got["text"]) == ("too_large", True)


@pytest.mark.parametrize("records", [None, {}, "x", [{}] * 51])
def test_a_sending_of_another_shape_or_of_too_many_changes_nothing(phone, s, w, records):
    lan = phone()
    assert lan.post("/tui/gui", lan.head() | {"records": records}, 422)["error"] == "shape"
    assert lan.send([]) == []


def broken(good):
    """One good record, bent in every way."""
    bent = [None, 7, [], "x", {}, good | {"client_id": 7}, good | {"client_id": "x"}, good | {"url": None}]
    bent += [good | {"fields": odd} for odd in (None, {}, [["a"]], [["a", 1]], [["a", "b", "c"]], [[["a"], "b"]])]
    bent += [good | {"fields": [["note", odd]]} for odd in ("\0", "\ud800", "x" * 5000)]
    return [one | {"client_id": str(uuid4())} if isinstance(one, dict) and "client_id" in one and
            one["client_id"] == good["client_id"] else one for one in bent]  # fmt: skip


def test_one_bad_record_spoils_no_other(phone, s, w):
    lan = phone()
    good = lan.note(*visit(w.sens_house.id, w.sen.id))
    batch = [*broken(good), good]
    fates = lan.send(batch)
    assert [one["fate"] for one in fates] == ["refused"] * (len(batch) - 1) + ["accepted"]
    assert all(one["text"] for one in fates[:-1])
    assert count(s, Visit) == 1


def test_odd_times_and_numbers_are_taken_as_none(phone, s, w):
    lan = phone()
    odd = ("x", 7, None, "9999-99-99", "0001-01-01T00:00:00+14:00", [], True)
    for n, at in enumerate(odd):
        record = lan.note(*visit(w.sens_house.id, w.sen.id, note=str(n)), at=at, age="soon" if n % 2 else [])
        head = lan.head() | {"now": at, "waiting": -1 if n % 2 else "x"}
        fate = lan.post("/tui/gui", head | {"records": [record]})["fates"][0]
        assert fate["fate"] in ("accepted", "refused"), at
    assert lan.post("/tui/gui", lan.head() | {"records": [lan.note(*visit(w.sens_house.id), age=1e308)]})["fates"]


def test_a_fault_of_ours_at_one_record_leaves_it_on_the_phone_and_takes_the_others(phone, s, w, monkeypatch):
    lan = phone()
    for n in range(4):
        lan.note(*visit(w.sens_house.id, w.sen.id, note=f"lần {n}"))
    write = recording.record_many

    def stumble(s, by, sent):
        if any(draft.note == "lần 2" for _home, draft, _said in sent):
            s.scalars(select(Visit).where(Visit.id == 1 / 0))
        return write(s, by, sent)

    monkeypatch.setattr(sending.recording, "record_many", stumble)
    assert [one["fate"] for one in lan.send()] == ["accepted", "accepted", "waits", "accepted"]
    assert len(lan.waiting) == 1
    monkeypatch.undo()
    assert [one["fate"] for one in lan.send()] == ["accepted"]
    assert count(s, Visit) == 4


def day(lan, w, who):
    """A day among people called `who`: new houses and people, visits, ambassadors; some speak of earlier ones."""
    for n in range(3):
        house = lan.note(*household(f"{who} Văn Số {n}"))["client_id"]
        girl = lan.note(*member(f"~{house}", f"Lò Thị Con {n}", birth_year="2000"))["client_id"]
        lan.note(*visit(f"~{house}", [f"~{girl}", f"~{house}.head"]))
        lan.note(*visit(w.sens_house.id, w.sen.id, note=f"lần {n}"))
        lan.note(*ambassador(f"~{house}", f"~{girl}"))
    return list(lan.waiting)


WANTED = {Household: 3, Member: 6, Visit: 6, Ambassador: 3, Late: 0}


@pytest.mark.each_kind
@OFTEN
@given(seed=st.integers(0, 2**32))
def test_in_whatever_order_how_often_and_with_answers_lost_each_record_is_there_once(phone, s, w, seed):
    dice, lan = Random(seed), phone()
    before = {table: count(s, table) for table in WANTED}
    records = day(lan, w, f"Lò{uuid4().hex[:8]}")
    waiting = {one["client_id"]: one for one in records}
    for _turn in range(60):
        if not waiting:
            break
        batch = dice.sample(list(waiting.values()), dice.randint(1, len(waiting)))
        if dice.random() < 0.4:
            batch += dice.choices(records, k=dice.randint(1, 5))  # a tab that missed the receipts sends again
        fates = lan.send(batch[:50])
        if dice.random() < 0.3:
            continue  # the answer was lost on the way
        for one in fates:
            assert one["fate"] in ("accepted", "there", "waits"), one
            if one["fate"] != "waits":
                waiting.pop(one["client_id"], None)
    assert waiting == {}
    assert {table: count(s, table) - before[table] for table in WANTED} == WANTED
    assert recounting.differing(s) == []


@OFTEN
@given(ahead=st.integers(-(10**9), 10**9), ago=st.integers(0, 10**6), age=st.booleans())
def test_whatever_a_phones_clock_shows_no_visit_lies_ahead_and_none_is_lost(phone, s, w, ahead, ago, age):
    lan = phone()
    lan.clock = clock.now() + timedelta(seconds=ahead)
    at = lan.clock - timedelta(seconds=ago)
    fate = lan.say(*visit(w.sens_house.id, w.sen.id), at=at.isoformat(), age=ago if age else None)
    assert fate["fate"] == "accepted"
    made = s.get_one(Visit, fate["id"])
    assert abs((made.at - (clock.now() - timedelta(seconds=ago))).total_seconds()) < 310
    assert made.said_at == at


@pytest.mark.parametrize(
    "more", [{}, {"age": None}, {"by": None, "age": 60}, {"off": 3, "heard": "gone"}, {"of tomorrow": [{}]}]
)
def test_what_older_and_newer_versions_of_the_page_send_is_taken(phone, s, w, more):
    """The page on a phone may be days older than the house, or newer after a step back."""
    lan = phone()
    record = lan.note(*visit(w.sens_house.id, w.sen.id))
    record = {name: record[name] for name in ("client_id", "url", "fields", "at")} | more
    assert [fate["fate"] for fate in lan.send([record])] == ["accepted"]
    assert lan.send([record])[0]["fate"] == "there"
    assert len(s.scalars(select(Visit)).all()) == 1
