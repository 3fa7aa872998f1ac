"""The page of an area's plan: what it tells, to whom, and how a plan is set."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from outreach import clock
from outreach.accounts.models import AuditEntry
from outreach.coverage.models import VisitDay
from outreach.households import ambassadors, stages
from outreach.plans.models import Milestone, Plan
from tests import counting, world
from tests.checks.work import visit
from tests.coverage.conftest import lists
from tests.plans import conftest as made

TARGET = date(2027, 12, 31)
NEW, SET = "/ke-hoach/11977/moi", "/ke-hoach/11977"
LONG_AGO = date(2026, 6, 1)


@pytest.fixture
def busy(s, w):
    """Thôn Đông has 120 households; two of them became proficient in each of the last twelve weeks, on six visits."""
    with made.on(LONG_AGO):
        homes = made.houses(s, w.dong, 118)
    monday = clock.today() - timedelta(days=clock.today().weekday())
    for week in range(1, 13):
        for n in range(2):
            made.proficient(s, homes.pop(), monday - timedelta(days=7 * week - n))
        _visits(s, w, monday - timedelta(days=7 * week), 6)
    s.commit()
    return homes


def _visits(s, w, on, many):
    there = {"commune_id": w.tan_hung.id, "province_id": w.hung_yen.id}
    s.add(VisitDay(village_id=w.dong.id, on=on, visits=many, did_alone=0, were_helped=many, were_shown=0, **there))


def straight(s, plan):
    """One goal alone, without milestones."""
    plan.milestones.clear()
    s.commit()


def test_a_page_without_a_plan_says_so_and_tells_pace_and_forecast_all_the_same(visitor, w, busy):
    page = visitor.as_(w.cuc).get("/ke-hoach/11977.1")
    assert "There is no plan to compare with, neither here nor above." in page.words
    assert "2 households a week on average" in page.words
    assert "96 households are missing" in page.words  # of 120, 24 are there
    assert "most likely around 10/2027" in page.words  # 48 weeks at 2 a week
    assert "A plan tells what is needed." in page.words


def test_a_plan_stands_beside_what_is(visitor, s, w, busy):
    straight(s, made.plan(s, w.dong, w.cuc, TARGET, made_on=LONG_AGO))
    page = visitor.as_(w.dung).get("/ke-hoach/11977.1")
    assert (
        "29 households behind the plan" in page.words
    )  # 0.2 of 120 on 1 June, all on 31 December 2027: after 177 of 578 days 53
    assert "By today the plan asks for 53." in page.words
    assert "Perhaps in time" in page.words  # in the middle two months before its day


def test_what_is_needed_a_week_is_told_in_visits_and_where_first(visitor, s, w, busy):
    with made.on(LONG_AGO):
        made.houses(s, w.doai, 39)
    s.commit()
    straight(s, made.plan(s, w.tan_hung, w.cuc, date(2027, 11, 23)))  # 136 in 52 weeks
    page = visitor.as_(w.cuc).get("/ke-hoach/11977")
    assert "To be on plan on 23/11/2027, visit 9 households a week, first in 2 villages." in page.words
    assert "3 visits for each household that becomes proficient, as in the last 12 weeks." in page.words


def test_every_place_below_stands_beside_the_plan_the_furthest_behind_first(visitor, s, w, busy):
    with made.on(LONG_AGO):
        made.houses(s, w.doai, 39)  # forty with Páo's, none of them proficient
    straight(
        s, made.plan(s, w.tan_hung, w.cuc, TARGET, made_on=LONG_AGO)
    )  # 24 of 160 then: 41.0 % after 177 of 578 days
    page = visitor.as_(w.cuc).get("/ke-hoach/11977")
    rows = [cells for cells in lists(page) if len(cells) == 5]
    assert rows == [
        ["Thôn Đông", "24/120", "", "20.0 %", "▼ 25 behind"],
        ["Thôn Đoài", "0/40", "", "0.0 %", "▼ 16 behind"],
    ]


def test_too_few_gains_leave_the_visits_untold(visitor, s, w):
    made.plan(s, w.tan_hung, w.cuc, TARGET)
    page = visitor.as_(w.cuc).get("/ke-hoach/11977")
    assert "How many visits that takes nobody can say yet" in page.words
    assert "There is no forecast: in the last 12 weeks fewer than 5 households" in page.words


def test_a_village_with_few_gains_takes_the_visits_of_its_province(visitor, s, w, busy):
    made.folded(s)
    s.query(VisitDay).update({"visits": 9})  # what the province is reckoned from was folded before: six a week
    s.commit()
    made.plan(s, w.tan_hung, w.cuc, TARGET)
    s.commit()
    page = visitor.as_(w.cuc).get("/ke-hoach/11977.2")
    assert "3 visits for each household" in page.words


def test_a_list_that_came_with_proficient_people_makes_no_visit_worth_more(visitor, s, w, busy):
    s.query(VisitDay).update({"visits": 9})  # four and a half for each of 24
    s.add(
        VisitDay(
            village_id=w.ha.id, commune_id=w.tien_lu.id, province_id=w.hung_yen.id, on=clock.today(), visits=500,
            did_alone=0, were_helped=0, were_shown=0,
        )
    )  # fmt: skip
    with made.on(clock.today() - timedelta(days=20)):
        loaded = made.houses(s, w.ha, 40)
    for home in loaded:
        made.proficient(s, home, clock.today() - timedelta(days=20))
    s.commit()
    made.folded(s)
    straight(s, made.plan(s, w.hung_yen, w.binh, TARGET))
    for code in ("33", "11977.2", "12361.1"):
        assert "4.5 visits for each household" in visitor.as_(w.binh).get(f"/ke-hoach/{code}").words


def test_an_area_without_a_plan_takes_the_nearest_above_and_says_so(visitor, s, w, busy):
    made.folded(s)
    made.plan(s, w.country, w.anh, TARGET, 80)
    made.plan(s, w.hung_yen, w.binh, TARGET, 90)
    s.commit()
    page = visitor.as_(w.dung).get("/ke-hoach/11977.1")
    assert "Thôn Đông has no plan of its own. That of tỉnh Hưng Yên holds here, too" in page.words
    assert "90.0 % of the households" in page.words


def test_a_province_and_the_country_are_read_from_what_was_folded(visitor, s, w, busy):
    made.folded(s)
    made.plan(s, w.hung_yen, w.binh, TARGET)
    s.commit()
    for who, code in ((w.binh, "33"), (w.anh, "VN")):
        page = visitor.as_(who).get(f"/ke-hoach/{code}")
        assert "24 of 122" in page.words
        assert "2 households a week on average" in page.words


def test_what_if_there_were_more_volunteers(visitor, s, w, busy):
    for who in (w.lan, w.minh):
        visit(s, who, w.tams_house, clock.now() - timedelta(days=27), "helped", met=(w.tam.id,))
    visit(s, w.dung, w.tams_house, clock.now() - timedelta(days=29), "helped", met=(w.tam.id,))
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.get("/ke-hoach/11977.1?more=1")
    assert "2 people recorded a visit in the last four weeks." in page.words
    assert "1 volunteer more" in page.words
    assert (
        "Between 05/2027 and 09/2027, most likely around 07/2027." in page.words
    )  # 96 missing, three a week: 32 weeks
    assert "First the households that are learning" in page.words
    assert "First the places furthest behind" not in page.words  # a village has none below
    wrong = cuc.get("/ke-hoach/11977.1?more=nhieu")
    assert "Not a valid integer value." in wrong.words
    assert wrong.form("/ke-hoach/11977.1")["more"] == ["nhieu"]


def test_another_order_brings_the_next_milestone_nearer_though_not_the_end(visitor, s, w, busy):
    for home in busy[:40]:
        learner = world.member(s, home, "Em Học", 1990)
        ambassadors.appoint(s, home, learner, w.lan)
        stages.learning(s, learner, clock.today())
    plan = made.plan(s, w.tan_hung, w.cuc, TARGET)
    plan.milestones[:] = [Milestone(month=date(2027, 1, 1), share=35)]
    s.commit()
    page = visitor.as_(w.cuc).get("/ke-hoach/11977")
    rows = {cells[0]: cells[1:] for cells in lists(page) if len(cells) == 3}
    now, learners = rows["The order of now"], rows["First the households that are learning"]
    assert now[0].startswith("Between 01/2027 and 03/2027")  # 19 missing to 35 % of 121, two a week
    assert learners[0].startswith("In 2 to 7 weeks")  # 40 learn, 57 were never met: 19 steps are the work of seven
    assert now[1] == learners[1]


def test_where_nobody_goes_more_volunteers_cannot_be_reckoned_with(visitor, w, busy):
    page = visitor.as_(w.cuc).get("/ke-hoach/11977.1?more=9")
    assert "Nobody recorded a visit in the last four weeks" in page.words
    assert "As many volunteers as now" in page.words


def test_above_a_commune_more_volunteers_are_so_many_of_a_hundred(visitor, s, w, busy):
    made.folded(s)
    page = visitor.as_(w.binh).get("/ke-hoach/33?more=50")
    assert "50 volunteers more of each hundred" in page.words
    assert "most likely around 07/2027" in page.words  # 98 missing, three a week: 33 weeks
    assert "First the places furthest behind" in page.words


def propose(visitor, **typed):
    return visitor.get(NEW + "?" + "&".join(f"{name}={value}" for name, value in typed.items()))


def test_an_official_sets_a_plan_with_a_milestone_changed(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    page = propose(cuc, target_on="2027-02-28", share="60")
    assert page.form(SET)["month-0"] == ["2026-11"]
    answer = cuc.send(page, SET, **{"milestone-1": "15"})
    assert answer.location == "/ke-hoach/11977"
    plan = s.scalars(select(Plan)).one()
    assert (plan.area_id, plan.target_on, plan.share, plan.set_by_id) == (
        w.tan_hung.id,
        date(2027, 2, 28),
        60,
        w.cuc.id,
    )
    assert [(one.month, one.share) for one in plan.milestones] == [
        (date(2026, 11, 1), 3), (date(2026, 12, 1), 15), (date(2027, 1, 1), 42),
    ]  # fmt: skip
    entry = s.scalars(select(AuditEntry).where(AuditEntry.act == "plan.set")).one()
    assert (entry.actor_id, entry.area_id, entry.details["target_on"]) == (w.cuc.id, w.tan_hung.id, "2027-02-28")


def test_who_only_changes_the_language_is_asked_for_the_day_anew(visitor, w):
    page = visitor.as_(w.cuc).get(f"{NEW}?lang=en")
    assert page.form(NEW) == {"target_on": [""], "share": ["100"]}


def test_the_same_plan_sent_twice_is_one_plan(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    page = propose(cuc, target_on="2027-02-28", share="60")
    assert cuc.send(page, SET).location == cuc.send(page, SET).location
    assert s.scalars(select(Plan)).one().ended_at is None
    cuc.send(page, SET, **{"milestone-1": "15"})
    assert len(s.scalars(select(Plan)).all()) == 2


def test_a_new_plan_ends_the_old_one_which_is_kept(visitor, s, w):
    cuc = visitor.as_(w.cuc)
    for share in ("60", "90"):
        cuc.send(propose(cuc, target_on="2027-02-28", share=share), SET)
    old, new = s.scalars(select(Plan).order_by(Plan.id)).all()
    assert old.ended_at is not None
    assert new.ended_at is None
    assert len(old.milestones) == 3
    page = cuc.get("/ke-hoach/11977")
    assert "Plans before 60.0 % by 28/02/2027" in page.words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"target_on": "", "share": "60"}, "Please fill this in."),
        ({"target_on": "mai", "share": "60"}, "This is not a day"),
        ({"target_on": "2026-11-25", "share": "60"}, "This day has passed"),
        ({"target_on": "2039-01-01", "share": "60"}, "more than five years away"),
        ({"target_on": "2027-02-28", "share": "0"}, "between 1 and 100"),
        ({"target_on": "2027-02-28", "share": "101"}, "between 1 and 100"),
        ({"target_on": "2027-02-28", "share": "nhiều"}, "Not a valid integer value."),
    ],
)
def test_a_goal_that_cannot_be_is_shown_again_with_what_was_typed(visitor, s, w, typed, said):
    cuc = visitor.as_(w.cuc)
    asked = "&".join(f"{name}={value}" for name, value in typed.items())
    for page in (cuc.get(f"{NEW}?{asked}", status=422), cuc.post(SET, typed, status=422)):
        assert said in page.words
        assert page.form(NEW)["share"] == [typed["share"]]
    assert s.scalars(select(Plan)).all() == []


def test_a_goal_that_is_reached_already_is_none(visitor, w, busy):
    page = visitor.as_(w.cuc).get(f"{NEW}?target_on=2027-12-31&share=19", status=422)
    assert "That is reached: today it is 19.8 %." in page.words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"milestone-1": "61"}, "more than the plan asks for in the end (60.0 %)"),
        ({"milestone-0": "30", "milestone-1": "20"}, "less than the month before"),
        ({"milestone-0": "24"}, "less than today (25.0 %)"),
        ({"milestone-1": ""}, "Please fill this in."),
        ({"milestone-2": "-1"}, "between 0 and 100"),
        ({"milestone-2": "rất nhiều"}, "Not a valid integer value."),
    ],
)
def test_milestones_that_cannot_be_are_named_and_nothing_is_lost(visitor, s, w, typed, said):
    made.proficient(s, made.houses(s, w.doai, 1)[0], LONG_AGO)  # one of four
    s.commit()
    cuc = visitor.as_(w.cuc)
    page = cuc.send(propose(cuc, target_on="2027-02-28", share="60"), SET, status=422, **typed)
    assert said in page.words
    assert "Nothing has been stored yet, and what you have typed is still here." in page.words
    assert {name: page.form(SET)[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert s.scalars(select(Plan)).all() == []


def test_each_level_plans_for_itself_and_leaders_look_on(visitor, w):
    leads = "/ke-hoach/{}/moi"
    for who, own in ((w.anh, "VN"), (w.binh, "33"), (w.cuc, "11977")):
        person = visitor.as_(who)
        person.get(leads.format(own))
        below = {"11977.1"} if who is w.cuc else set()  # a commune plans for its villages, too
        for other in {"VN", "33", "11977", "11977.1", "12361.1"} - {own} - below:
            person.get(leads.format(other), status=404)
            person.post(f"/ke-hoach/{other}", {"target_on": "2027-12-31", "share": "90"}, status=404)
    leader = visitor.as_(w.dung)
    assert leads.format("11977.1") not in leader.get("/ke-hoach/11977.1").links()
    leader.get(leads.format("11977.1"), status=403)


def test_whose_place_lies_elsewhere_does_not_find_it(visitor, w):
    visitor.as_(w.quy).get("/ke-hoach/11977", status=404)
    visitor.as_(w.nga).get("/ke-hoach/11977.1", status=404)
    visitor.as_(w.nga).get("/ke-hoach/11977")
    assert visitor.as_(w.nga).get("/ke-hoach", status=303).location == "/ke-hoach/11977.2"


def test_a_leader_sees_the_villages_beside_hers_by_name_only(visitor, s, w, busy):
    made.plan(s, w.tan_hung, w.cuc, TARGET)
    s.commit()
    page = visitor.as_(w.nga).get("/ke-hoach/11977")
    assert "Thôn Đông" in page.words
    assert "/ke-hoach/11977.1" not in page.links()


def test_a_place_without_households_says_what_is_missing(visitor, w):
    assert "No household is on the list yet" in visitor.as_(w.anh).get("/ke-hoach/08").words


def test_after_its_day_a_plan_asks_for_a_new_one(visitor, s, w, busy):
    made.plan(s, w.tan_hung, w.cuc, date(2026, 10, 31), made_on=LONG_AGO)
    s.commit()
    page = visitor.as_(w.cuc).get("/ke-hoach/11977")
    assert "The day of the plan has passed. A new plan tells what is needed." in page.words
    assert "97 households behind the plan" in page.words


@pytest.mark.each_kind
def test_a_goal_that_was_reached_is_not_too_late_when_its_day_has_passed(visitor, s, w, busy):
    made.plan(s, w.dong, w.cuc, clock.today() - timedelta(days=1), share=10, made_on=LONG_AGO)
    s.commit()
    page = visitor.as_(w.cuc).get("/ke-hoach/11977.1")
    assert "The goal is reached." in page.words
    assert "Likely too late" not in page.words


def test_a_page_asks_the_same_however_many_places_stand_below(connection, visitor, s, w):
    def asked(who, code):
        reader = visitor.as_(who)
        reader.get(f"/ke-hoach/{code}")
        with counting.statements(connection) as said:
            reader.get(f"/ke-hoach/{code}")
        return said

    made.plan(s, w.tan_hung, w.cuc, TARGET)
    made.plan(s, w.hung_yen, w.binh, TARGET)
    made.folded(s)
    pages = ((w.cuc, "11977"), (w.cuc, "11977.1"), (w.binh, "33"), (w.anh, "VN"))
    few = [len(asked(*page)) for page in pages]
    for n in range(12):
        commune = world.area(s, w.hung_yen, "commune", "xã", f"4{n:04}", f"Mới {n}")
        village = world.area(s, w.tan_hung, "village", "thôn", f"11977.{100 + n}", f"Mới {n}")
        other = world.area(s, commune, "village", "thôn", f"4{n:04}.1", "Một")
        for home in (*made.houses(s, village, 3), *made.houses(s, other, 2)):
            made.proficient(s, home, clock.today() - timedelta(days=n))
    made.folded(s)
    assert [len(asked(*page)) for page in pages] == few
    assert max(few) <= 20
    above = " ".join(asked(w.binh, "33") + asked(w.anh, "VN"))
    for table in ("household", "visit", "tally", "tally_day", "visit_day", "stage_change"):
        assert f" {table} " not in above.replace('"', "").replace("\n", " ")
    assert s.scalar(select(func.count()).select_from(Plan)) == 2
