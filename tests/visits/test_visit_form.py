"""The form at the door: six touches, no script needed, nothing chosen beforehand."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import func, select

from outreach import clock
from outreach.households.models import Household
from outreach.visits.models import FollowUp, Visit
from outreach.visits.recording import new_client_id
from tests.counting import statements

BIRTH = "dang-ky-khai-sinh-lien-thong"


def inputs(page):
    """The page's inputs, in order."""
    return list(page.tree.iter("input"))


def test_a_volunteer_records_a_visit_and_finds_it_on_the_households_page(visitor, s, w):
    lan = visitor.as_(w.lan)
    form = lan.get(f"/ho/{w.sens_house.id}/tham")
    mark = next(i.get("value") for i in inputs(form) if i.get("name") == "client_id")
    day = next(i.get("value") for i in inputs(form) if i.get("name") == "again")
    said = {"client_id": mark, "met": w.sen.id, "taught": BIRTH, "outcome": "helped", "again": day}
    there = lan.post(f"/ho/{w.sens_house.id}/tham", said)
    assert urlsplit(there.location).path == f"/ho/{w.sens_house.id}"
    page = lan.follow(there).words
    assert "Hoàng Thị Sen" in page
    assert "The visit is saved" in page
    assert s.scalars(select(Visit)).one().client_id == mark
    assert s.scalars(select(FollowUp)).one().due_on == clock.today() + timedelta(days=7)


def test_the_cookie_of_a_volunteers_own_phone_is_written_once_a_day(visitor, s, w):
    lan = visitor.as_(w.lan)
    with lan.client.session_transaction() as kept:
        kept.permanent = True

    def visit():
        there = lan.post(f"/ho/{w.sens_house.id}/tham", {"client_id": new_client_id(), "outcome": "nobody"})
        return "session=" in there.headers.get("Set-Cookie", "")

    assert [visit(), visit()] == [True, False]
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert [visit(), visit()] == [True, False]


def test_that_a_visit_is_saved_is_said_to_whoever_saved_it_at_its_house_and_not_for_long(visitor, s, w):
    lan, said = visitor.as_(w.lan), "The visit is saved"
    there = lan.post(f"/ho/{w.sens_house.id}/tham", {"client_id": new_client_id(), "outcome": "nobody"})
    number = s.scalars(select(Visit.id)).one()
    assert said in lan.follow(there).words
    assert said not in lan.get(f"/ho/{w.sens_house.id}").words
    assert said not in lan.get(f"/ho/{w.tams_house.id}?tham={number}").words
    assert said not in lan.get(f"/ho/{w.sens_house.id}?tham={number + 1}").words
    assert said not in visitor.as_(w.minh).follow(there).words
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert said not in lan.follow(there).words


def test_after_a_visit_the_next_house_is_one_touch_away_for_who_goes_from_door_to_door(visitor, w):
    nobody = {"client_id": new_client_id(), "outcome": "nobody"}
    lan = visitor.as_(w.lan)
    onward = lan.follow(lan.post(f"/ho/{w.sens_house.id}/tham", nobody))
    assert "To the next house" in onward.words
    assert "To the next house" not in lan.get(f"/ho/{w.sens_house.id}").words
    official = visitor.as_(w.cuc)
    there = official.follow(official.post(f"/ho/{w.sens_house.id}/tham", nobody | {"client_id": new_client_id()}))
    assert "The visit is saved" in there.words
    assert "To the next house" not in there.words


def test_nothing_is_chosen_beforehand(visitor, w):
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}/tham")
    assert not [i for i in inputs(page) if i.get("checked") is not None]


def test_from_nobody_home_only_that_answer_is_chosen(visitor, w):
    page = visitor.as_(w.lan).get(f"/ho/{w.sens_house.id}/tham?outcome=nobody")
    assert [i.get("value") for i in inputs(page) if i.get("checked") is not None] == ["nobody"]


def test_a_visit_takes_six_touches_from_today(visitor, w):
    lan = visitor.as_(w.lan)
    address = f"/ho/{w.sens_house.id}/tham"
    assert address in lan.get("/hom-nay").links()  # 1: record
    offered = {i.get("name") for i in inputs(lan.get(address))}
    assert {"met", "taught", "outcome", "again"} <= offered  # 2 to 5: one touch each
    said = {"met": w.sen.id, "taught": BIRTH, "outcome": "alone", "again": "none"}
    lan.post(address, said | {"client_id": new_client_id()})  # 6: save


def test_each_form_has_a_mark_of_its_own(visitor, w):
    lan = visitor.as_(w.lan)
    pages = [lan.get(f"/ho/{w.sens_house.id}/tham") for _ in range(2)]
    marks = {i.get("value") for page in pages for i in inputs(page) if i.get("name") == "client_id"}
    assert len(marks) == 2


@pytest.mark.parametrize("present", [{"outcome": "nobody"}, {"met": "sen", "taught": BIRTH, "outcome": "helped"}])
def test_recording_asks_the_database_one_question_for_each_table(visitor, w, connection, present):
    said = present | {"client_id": new_client_id()} | ({"met": w.sen.id} if "met" in present else {})
    lan = visitor.as_(w.lan)
    lan.post(f"/ho/{w.sens_house.id}/tham", said | {"client_id": new_client_id()})
    with statements(connection) as asked:
        lan.post(f"/ho/{w.sens_house.id}/tham", said)
    assert len(asked) <= (11 if "met" in present else 6)


def test_sent_twice_it_is_there_once_and_leads_to_the_same_place(visitor, s, w):
    lan, said = visitor.as_(w.lan), {"client_id": new_client_id(), "outcome": "nobody"}
    first, second = (lan.post(f"/ho/{w.sens_house.id}/tham", said) for _ in range(2))
    assert urlsplit(first.location).path == urlsplit(second.location).path
    assert "This visit was saved before" in lan.follow(second).words
    assert s.scalar(select(func.count(Visit.id))) == 1


def test_other_content_under_the_same_mark_shows_both_and_can_be_kept_as_another_visit(visitor, s, w):
    lan, mark = visitor.as_(w.lan), new_client_id()
    lan.post(f"/ho/{w.sens_house.id}/tham", {"client_id": mark, "outcome": "nobody", "note": "cửa khóa"})
    said = {"client_id": mark, "outcome": "shown", "met": [w.sen.id, w.hanh.id], "note": "bà ra muộn"}
    both = lan.post(f"/ho/{w.sens_house.id}/tham", said, status=409)
    assert "cửa khóa" in both.words
    assert "bà ra muộn" in both.words
    again: dict[str, list[str]] = {}
    for one in inputs(both):
        again.setdefault(one.get("name"), []).append(one.get("value"))
    lan.post(f"/ho/{w.sens_house.id}/tham", again)
    notes = s.scalars(select(Visit.note).order_by(Visit.id)).all()
    assert notes == ["cửa khóa", "bà ra muộn"]
    assert len(s.scalars(select(Visit).where(Visit.note == "bà ra muộn")).one().met) == 2


def test_a_mark_used_at_another_house_shows_nothing_of_that_house(visitor, s, w):
    mark = new_client_id()
    said = {"client_id": mark, "outcome": "nobody", "note": "chuyện riêng"}
    visitor.as_(w.nga).post(f"/ho/{w.paos_house.id}/tham", said)
    both = visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", {"client_id": mark, "outcome": "nobody"}, status=409)
    assert "chuyện riêng" not in both.words


def refused(visitor, w, **said):
    """The page that comes back when something is to be put right."""
    said.setdefault("client_id", new_client_id())
    return visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham?lang=en", said, status=422)


def test_without_an_outcome_the_form_comes_back_with_all_that_was_typed(visitor, w):
    page = refused(visitor, w, met=w.sen.id, note="nhớ mang kính")
    assert "Please choose how it went." in page.words
    assert "nhớ mang kính" in page.words


def test_an_outcome_needs_somebody_who_was_met(visitor, w):
    assert "Please tick whom you met" in refused(visitor, w, outcome="helped").words


def test_nobody_home_and_somebody_met_cannot_both_be(visitor, w):
    assert "also that nobody was home" in refused(visitor, w, outcome="nobody", met=w.sen.id).words


def test_help_never_counts_as_a_skill_seen(visitor, w):
    page = refused(visitor, w, outcome="helped", met=w.sen.id, observed="payment")
    assert "Only what somebody does alone shows a skill" in page.words


def test_of_two_people_met_it_must_be_said_who_did_it_alone(visitor, w):
    page = refused(visitor, w, outcome="alone", met=[w.sen.id, w.hanh.id], observed="payment")
    assert "Please choose below who did it alone" in page.words


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_at_the_end_of_the_calendar_is_asked_about_like_any_wrong_one(visitor, w, at):
    assert "Your phone's clock says" in refused(visitor, w, outcome="nobody", at=at).words


def test_an_id_number_in_the_note_is_refused(visitor, w):
    assert "ID number" in refused(visitor, w, outcome="nobody", note="số 033155001234").words


def test_another_day_must_be_named_and_lie_ahead(visitor, w):
    assert "Please name the other day." in refused(visitor, w, outcome="nobody", again="other").words
    assert "This day has passed" in refused(visitor, w, outcome="nobody", again="other", next_on="01/02/2020").words


def test_a_promise_lies_at_most_a_year_ahead(visitor, s, w):
    for slip in ("9999-12-31", (clock.today() + timedelta(days=367)).isoformat()):
        page = refused(visitor, w, outcome="nobody", again="other", next_on=slip)
        assert "more than a year ahead" in page.words
        assert page.form(f"/ho/{w.sens_house.id}/tham")["next_on"] == [slip]
    assert "more than a year ahead" in refused(visitor, w, outcome="nobody", again="2126-11-22").words
    far = clock.today() + timedelta(days=366)
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", {
        "client_id": new_client_id(), "outcome": "nobody", "again": "other", "next_on": far.isoformat(),
    })  # fmt: skip
    assert s.scalars(select(FollowUp.due_on)).all() == [far]


def test_a_day_typed_the_vietnamese_way_is_kept(visitor, s, w):
    day = clock.today() + timedelta(days=3)
    said = {"client_id": new_client_id(), "outcome": "nobody", "again": "other", "next_on": f"{day:%d/%m/%Y}"}
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", said)
    assert s.scalars(select(FollowUp)).one().due_on == day


def test_a_day_named_without_the_tick_is_the_day_and_beside_another_answer_must_be_cleared_up(visitor, s, w):
    day = clock.today() + timedelta(days=3)
    said = {"client_id": new_client_id(), "outcome": "nobody", "next_on": day.isoformat()}
    page = refused(visitor, w, **(said | {"again": "none"}))
    assert "Please keep one of them" in page.words
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", said)
    assert s.scalars(select(FollowUp)).one().due_on == day


def test_a_torn_mark_comes_back_whole(visitor, s, w):
    page = refused(visitor, w, client_id="x", outcome="nobody")
    mark = next(i.get("value") for i in inputs(page) if i.get("name") == "client_id")
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", {"client_id": mark, "outcome": "nobody"})
    assert s.scalar(select(func.count(Visit.id))) == 1


@time_machine.travel("2026-11-21T09:00:00+07:00", tick=False)
def test_a_clock_more_than_a_day_ahead_is_refused_and_sending_again_takes_our_time(visitor, s, w):
    page = refused(visitor, w, outcome="nobody", at="2026-11-23T09:00:00+07:00")
    assert "Your phone's clock says 09:00 23/11/2026" in page.words
    kept = {i.get("name"): i.get("value") for i in inputs(page) if i.get("type") == "hidden"}
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", kept | {"outcome": "nobody"})
    assert s.scalars(select(Visit)).one().at == clock.now()


@time_machine.travel("2026-11-21T09:00:00+07:00", tick=False)
def test_a_visit_recorded_without_network_keeps_its_own_time_and_the_day_that_was_seen(visitor, s, w):
    said = {"client_id": new_client_id(), "outcome": "nobody", "at": "2026-11-18T16:30:00+07:00", "again": "2026-11-19"}
    visitor.as_(w.lan).post(f"/ho/{w.sens_house.id}/tham", said)
    visit = s.scalars(select(Visit)).one()
    assert f"{clock.local(visit.at):%H:%M %d/%m}" == "16:30 18/11"
    assert visit.said_at == visit.at
    assert f"{visit.next_on:%d/%m}" == "19/11"


def test_an_official_may_come_along_and_record(visitor, s, w):
    visitor.as_(w.cuc).post(f"/ho/{w.paos_house.id}/tham", {"client_id": new_client_id(), "outcome": "shown", "met": 0})
    s.expire_all()
    assert s.get_one(Household, w.paos_house.id).stage == "visited"


def test_an_agent_at_a_help_point_records_no_visits(visitor, w):
    visitor.as_(w.phuc).get(f"/ho/{w.sens_house.id}/tham", status=403)
    visitor.as_(w.phuc).post(f"/ho/{w.sens_house.id}/tham", {"outcome": "nobody"}, status=403)


def test_nobody_records_at_a_house_of_another_village(visitor, s, w):
    visitor.as_(w.lan).get(f"/ho/{w.paos_house.id}/tham", status=404)
    said = {"client_id": new_client_id(), "outcome": "nobody"}
    visitor.as_(w.lan).post(f"/ho/{w.paos_house.id}/tham", said, status=404)
    assert s.scalar(select(func.count(Visit.id))) == 0


def test_a_stranger_is_asked_to_sign_in_before_recording(visitor, w):
    assert visitor.get(f"/ho/{w.sens_house.id}/tham", status=303).location.startswith("/dang-nhap")
    assert visitor.post(f"/ho/{w.sens_house.id}/tham").location.startswith("/dang-nhap")
