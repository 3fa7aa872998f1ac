"""Today: whom to visit next, and why, best first."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from outreach import clock
from outreach.assessments import evidence
from outreach.households import stages
from outreach.households.models import Ambassador
from outreach.learning.models import Learner, Progress
from outreach.visits import planning, recording
from outreach.visits.models import Care
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

SKILLS = ("online_services", "shopping", "payment", "safety", "local_platform")


@pytest.fixture(autouse=True)
def _long_ago(s, w):
    """Both houses of thôn Đông have been visited long ago, so that each test sees its own reason only."""
    for house in (w.sens_house, w.tams_house):
        visit(s, w.lan, house, days=40)
        stages.close(s, house, "vacant", w.dung.id, "để riêng")


def visit(s, by, house, outcome="shown", days=0, **said):
    """A visit some days ago."""
    at = clock.now() - timedelta(days=days)
    return recording.record(s, by, house, VisitDraft(new_client_id(), outcome, at=at, **said)).visit


def reopened(s, w, house):
    """A house of the village that counts again."""
    stages.reopen(s, house, w.dung.id, "về rồi")
    return house


def ambassador(s, house, member, days=30):
    """The member is the ambassador since some days."""
    s.add(Ambassador(household_id=house.id, member_id=member.id, since=clock.today() - timedelta(days=days)))
    stages.restage(s, house, None)


def learning(s, member, days, finished=False):
    """The member opened a lesson some days ago."""
    at = clock.now() - timedelta(days=days)
    learner = Learner(token=f"t{member.id}-{days}", member_id=member.id, created_at=at)
    s.add(learner)
    s.flush()
    s.add(Progress(learner_id=learner.id, lesson="x", started_at=at, last_at=at, finished_at=at if finished else None))
    stages.learning(s, member, clock.local(at).date())


def reasons(s, account):
    """The plan as pairs of head and reason."""
    return [(one.household.head_name, one.reason) for one in planning.plan(s, account).suggestions]


def test_a_house_where_nobody_ever_came_is_to_be_visited(s, w):
    world.household(s, w.dong, "Đinh Văn An")
    assert reasons(s, w.lan) == [("Đinh Văn An", "never_visited")]


@pytest.mark.parametrize(("days", "listed"), [(-1, True), (0, True), (1, False)])
def test_a_promise_is_listed_from_its_day_on(s, w, days, listed):
    house = reopened(s, w, w.tams_house)
    visit(s, w.lan, house, days=3, next_on=clock.today() + timedelta(days=days))
    assert reasons(s, w.lan) == ([(house.head_name, "follow_up")] if listed else [])


def test_the_longest_overdue_promise_stands_first(s, w):
    for house, late in ((w.tams_house, 1), (w.sens_house, 6)):
        visit(s, w.lan, reopened(s, w, house), days=9, next_on=clock.today() - timedelta(days=late))
    assert [head for head, _ in reasons(s, w.lan)] == ["Hoàng Thị Sen", "Nguyễn Văn Tám"]


@pytest.mark.parametrize(("days", "listed"), [(4, False), (5, True), (20, True)])
def test_an_ambassador_who_stopped_in_a_lesson_five_days_ago_needs_a_hand(s, w, days, listed):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh)
    learning(s, w.hanh, days)
    assert reasons(s, w.lan) == ([(house.head_name, "stopped")] if listed else [])


def test_who_has_finished_the_lesson_has_not_stopped(s, w):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh)
    learning(s, w.hanh, 9, finished=True)
    assert reasons(s, w.lan) == []


def test_who_goes_on_with_another_lesson_has_not_stopped(s, w):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh)
    learning(s, w.hanh, 9)
    learning(s, w.hanh, 1)
    assert reasons(s, w.lan) == []


def test_after_somebody_came_to_help_a_stopped_lesson_waits_five_days_more(s, w):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh)
    learning(s, w.hanh, 9)
    visit(s, w.lan, house, "helped", days=2, met=(w.hanh.id,))
    assert reasons(s, w.lan) == []


def test_an_ambassador_who_never_began_is_listed_after_five_days(s, w):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh, days=5)
    assert reasons(s, w.lan) == [(house.head_name, "not_begun")]


def test_who_has_shown_every_skill_waits_for_a_second_visit(s, w):
    house = reopened(s, w, w.sens_house)
    evidence.observe(s, w.hanh, SKILLS, aided="alone", at=clock.now(), by_id=w.lan.id)
    assert reasons(s, w.lan) == [(house.head_name, "waiting")]


def test_where_nobody_was_home_is_tried_again_on_another_day(s, w):
    house = reopened(s, w, w.tams_house)
    visit(s, w.lan, house, "nobody", days=0)
    assert reasons(s, w.lan) == []
    visit(s, w.lan, reopened(s, w, w.sens_house), "nobody", days=1)
    assert reasons(s, w.lan) == [("Hoàng Thị Sen", "nobody_home")]


def test_a_visited_house_without_an_ambassador_is_listed_last(s, w):
    reopened(s, w, w.tams_house)
    world.household(s, w.dong, "Đinh Văn An")
    assert reasons(s, w.lan) == [("Đinh Văn An", "never_visited"), ("Nguyễn Văn Tám", "no_ambassador")]


def test_a_promise_for_a_later_day_lets_the_lesser_reasons_wait(s, w):
    house = reopened(s, w, w.tams_house)
    visit(s, w.lan, house, days=2, next_on=clock.today() + timedelta(days=4))
    assert reasons(s, w.lan) == []


def test_a_house_is_listed_once_under_its_weightiest_reason(s, w):
    house = reopened(s, w, w.sens_house)
    ambassador(s, house, w.hanh)
    learning(s, w.hanh, 12)
    visit(s, w.lan, house, "nobody", days=9, next_on=clock.today())
    plan = planning.plan(s, w.lan)
    assert [one.reason for one in plan.suggestions] == ["follow_up"]
    assert plan.counts["stopped"] == 0


def test_among_equals_neighbours_of_a_lane_stand_together(s, w):
    for head, lane in (("Bùi A", "Ngõ 9"), ("Cao B", "Ngõ 1"), ("Đỗ C", "Ngõ 9"), ("Hà D", "Ngõ 1")):
        world.household(s, w.dong, head, address=lane)
    lanes = [one.household.address for one in planning.plan(s, w.lan).suggestions]
    assert lanes == ["Ngõ 1", "Ngõ 1", "Ngõ 9", "Ngõ 9"]


def test_twenty_houses_are_shown_and_all_are_counted(visitor, s, w):
    for n in range(23):
        world.household(s, w.dong, f"Trần Văn {chr(65 + n)}")
    s.commit()
    assert len(planning.plan(s, w.lan).suggestions) == 20
    page = visitor.as_(w.lan).get("/hom-nay?lang=en")
    assert "23 houses to visit" in page.words
    assert "the first 20 of 23 houses" in page.words


def test_a_closed_household_is_left_in_peace(s, w):
    assert reasons(s, w.lan) == []


def test_ten_times_the_houses_take_no_more_queries(s, w):
    counted = []
    count = lambda *args: counted.append(args[2])  # noqa: E731
    event.listen(s.connection(), "before_cursor_execute", count)
    sizes = []
    for many in (1, 10):
        for n in range(many):
            house = world.household(s, w.dong, f"Lê Văn {many} {n}")
            visit(s, w.lan, house, days=3, next_on=clock.today())
        s.commit()
        counted.clear()
        planning.plan(s, s.merge(w.lan))
        sizes.append(len(counted))
    event.remove(s.connection(), "before_cursor_execute", count)
    assert sizes[0] == sizes[1]


def test_a_volunteer_is_greeted_with_what_waits_and_why(visitor, s, w):
    house = reopened(s, w, w.tams_house)
    visit(s, w.lan, house, days=9, next_on=clock.today() - timedelta(days=2))
    s.commit()
    page = visitor.as_(w.lan).get("/hom-nay?lang=en")
    assert "1 house to visit" in page.words
    assert "Hello, Trần Thị Lan" in page.words
    assert "2 days ago" in page.words
    assert f"/ho/{house.id}" in page.links()


def test_with_nothing_to_do_today_says_so(visitor, s, w):
    s.commit()
    assert "Nothing is waiting today" in visitor.as_(w.lan).get("/hom-nay?lang=en").words


def test_an_official_plans_no_visits_here(visitor, w):
    visitor.as_(w.cuc).get("/hom-nay", status=403)


def test_a_volunteer_sees_only_her_own_village(s, w):
    world.household(s, w.dong, "Đinh Văn An")
    assert [head for head, _ in reasons(s, w.nga)] == ["Lý Thị Páo"]


def test_a_stranger_is_asked_to_sign_in_before_today(visitor, w):
    assert visitor.get("/hom-nay", status=303).location.startswith("/dang-nhap")


def looks_after(s, account, house):
    """From now on the account looks after the house."""
    s.add(Care(household_id=house.id, account_id=account.id, since=clock.now(), by_id=account.id))
    s.flush()


def test_the_houses_i_look_after_come_before_others_and_a_colleagues_last(s, w):
    mine, _nobodys, hers = (world.household(s, w.dong, f"Trần {name}", address="Ngõ 1") for name in ("Út", "Ba", "An"))
    looks_after(s, w.lan, mine)
    looks_after(s, w.minh, hers)
    assert [head for head, _ in reasons(s, w.lan)] == ["Trần Út", "Trần Ba", "Trần An"]


def test_a_promise_is_kept_even_before_the_houses_i_look_after(s, w):
    looks_after(s, w.lan, world.household(s, w.dong, "Đinh Văn An"))
    visit(s, w.lan, reopened(s, w, w.tams_house), days=3, next_on=clock.today())
    assert reasons(s, w.lan) == [("Nguyễn Văn Tám", "follow_up"), ("Đinh Văn An", "never_visited")]


def test_who_looks_after_houses_can_look_at_them_alone(visitor, s, w):
    house = world.household(s, w.dong, "Đinh Văn An")
    world.household(s, w.dong, "Bùi Văn Bốn")
    looks_after(s, w.lan, house)
    s.commit()
    lan = visitor.as_(w.lan)
    assert "The houses I look after" in lan.get("/hom-nay").words
    page = lan.get("/hom-nay?nha=toi")
    assert "1 house to visit" in page.words
    assert "Bùi Văn Bốn" not in page.words


def test_without_houses_in_care_there_is_no_switch(visitor, s, w):
    s.commit()
    assert "The houses I look after" not in visitor.as_(w.lan).get("/hom-nay").words


def test_who_may_confirm_goes_there_first_and_who_may_not_goes_there_last(s, w):
    house = reopened(s, w, w.sens_house)
    evidence.observe(s, w.hanh, SKILLS, aided="alone", at=clock.now(), by_id=w.lan.id)
    world.household(s, w.dong, "Đinh Văn An")
    assert reasons(s, w.dung)[0] == (house.head_name, "waiting")
    assert reasons(s, w.lan)[-1] == (house.head_name, "waiting")


def test_with_known_places_each_row_says_how_far_it_is_from_the_one_before(visitor, s, w):
    for n, head in enumerate(("Bùi A", "Cao B")):
        world.household(s, w.dong, head, address="Ngõ 1").lat = 20.65 + n * 0.001
    for house in s.query(type(w.sens_house)).filter_by(address="Ngõ 1"):
        house.lon = 106.05
    s.commit()
    page = visitor.as_(w.lan).get("/hom-nay")
    assert "Cao B110 mNgõ 1. Nobody has come here yet" in page.words
