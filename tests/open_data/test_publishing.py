"""What is published, when, and what a correction does: numbers known by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, db, reform
from outreach.coverage import folding
from outreach.duties import DAILY, WORK
from outreach.helpdesk import keeping
from outreach.helpdesk.models import DESK
from outreach.open_data import publishing, queries, tables
from outreach.open_data.models import DatasetVersion
from outreach.reform import Merge, NewArea
from outreach.visits.models import ALONE, HELPED, SHOWN
from tests import counting, world
from tests.open_data.conftest import NOVEMBER, OCTOBER, next_month, publish, visit


def told(s, dataset, month=NOVEMBER, version=None):
    """The rows of a version by the codes of their columns."""
    found = queries.find(s, dataset, month, version)
    codes = [column.code for column in tables.DATASETS[dataset].columns]
    return [dict(zip(codes, row, strict=True)) for row in found.rows]


def numbers(row, *names):
    return tuple(row[name] for name in names)


STAGES = ("in_scope", "reached", "with_ambassador", "proficient", "closed", "coverage_pct")


@pytest.mark.usefixtures("tan_hung")
def test_a_communes_numbers_are_told_in_steps_of_five_and_those_below_five_are_not(s, w):
    publish(s)
    october, november = (told(s, tables.COMMUNES, month)[0] for month in (OCTOBER, NOVEMBER))
    assert numbers(november, "province_code", "commune_code", "commune_name") == ("33", "11977", "Xã Tân Hưng")
    assert numbers(november, "latitude", "longitude") == (20.65, 106.05)
    # 61 not reached, 20 visited, 10 + 7 with an ambassador, 3 proficient: 101 in scope, 40 reached, 20 with ambassador
    assert numbers(october, *STAGES) == (102, 42, 22, None, None, None)
    # then 20 fewer not reached, 11 more visited, 9 more proficient: 101, 60, 29, 12; 12 of 102 are 12 per cent
    assert numbers(november, *STAGES) == (102, 62, 27, 12, None, 12)


@pytest.mark.usefixtures("tan_hung")
def test_a_commune_with_few_households_or_none_has_a_row_that_tells_nothing(s, w):
    world.area(s, w.hung_yen, "commune", "xã", "12400", "Vắng")
    publish(s)
    _tan_hung, few, none = told(s, tables.COMMUNES)
    assert (few["commune_code"], none["commune_code"]) == ("12361", "12400")
    assert numbers(few, *STAGES) == numbers(none, *STAGES) == (None,) * len(STAGES)


def test_a_provinces_numbers_are_the_sums_of_its_communes_rows(s, w, stand, tan_hung):
    stand(w.ha, date(2026, 11, 5), not_reached=9, visited=6)
    publish(s)
    communes = told(s, tables.COMMUNES)
    [province] = told(s, tables.PROVINCES)  # Tuyên Quang has no commune
    assert [one["in_scope"] for one in communes] == [102, 17]
    assert numbers(province, *STAGES) == (119, 69, 27, 12, None, 10)
    withheld = [province[f"{name}_withheld"] for name in STAGES[:-1]]
    assert withheld == [0, 0, 1, 1, 2]


@pytest.mark.usefixtures("tan_hung")
def test_skills_are_told_apart_by_whether_somebody_did_it_alone(s, w):
    publish(s)
    [province] = told(s, tables.SKILLS)
    assert numbers(province, "in_scope", "alone_payment", "helped_payment", "helped_safety", "vneid") == (
        102, 7, None, None, 62,
    )  # fmt: skip
    assert numbers(province, "alone_payment_withheld", "helped_safety_withheld") == (1, 2)


def test_visits_are_those_of_the_month_in_the_whole_province(s, w, stand):
    outcomes = [ALONE] * 6 + [HELPED] * 5 + [SHOWN] * 2
    for n, outcome in enumerate(outcomes):
        visit(s, w, (w.sens_house, w.tams_house)[n % 2], f"2026-11-{n + 1:02}", outcome)
    visit(s, w, w.sens_house, "2026-10-31", ALONE)
    s.flush()
    publish(s)
    tuyen_quang, hung_yen = told(s, tables.VISITS)
    assert numbers(hung_yen, "visits", "did_alone", "were_helped", "were_shown") == (12, 7, 7, None)
    assert tuyen_quang["visits"] is None
    assert {row["visits"] for row in told(s, tables.VISITS, OCTOBER)} == {None}


def test_the_points_are_the_communes_and_where_people_get_help(s, w):
    told_of = keeping.Told(DESK, "Quầy hướng dẫn", "Số 1, đường Mẫu", "+842213866123", "7 giờ đến 17 giờ")
    point = keeping.create(s, told_of, w.cuc)
    closed = keeping.create(s, told_of, w.quy)
    keeping.end(s, closed, w.quy)
    publish(s)
    found = told(s, tables.POINTS, date(2026, 12, 1))
    assert [(row["kind"], row["name"], row["commune_code"]) for row in found] == [
        ("commune", "Xã Tân Hưng", "11977"), ("desk", point.name, "11977"), ("commune", "Xã Tiên Lữ", "12361"),
    ]  # fmt: skip
    assert found[1]["phone"] == "+842213866123"


@pytest.mark.usefixtures("tan_hung")
def test_a_month_is_published_on_the_third_and_not_before(s, w, third):
    third.move_to("2026-12-02 23:59 +0700")
    assert publish(s) == 0
    third.move_to("2026-12-03 00:00 +0700")
    assert publish(s) > 0
    newest = queries.find(s, tables.COMMUNES)
    assert (newest.month, newest.version, newest.published_at) == (NOVEMBER, 1, clock.now())
    assert publish(s) == 0


@pytest.mark.usefixtures("tan_hung")
def test_a_worker_that_was_away_publishes_when_it_is_back_and_the_months_before_as_well(s, third):
    third.move_to("2026-12-19 11:00 +0700")
    publish(s)
    assert [one.month for one in queries.versions(s, tables.COMMUNES)] == [NOVEMBER, OCTOBER, date(2026, 9, 1)]


def test_nothing_is_published_of_the_time_before_there_were_households(s, third):
    assert publishing.due(s, clock.today()) == []  # nobody lives here yet
    assert publish(s) == 0


def test_a_correction_becomes_a_new_version_and_the_old_one_stays_as_it_was(s, w, stand, tan_hung, third):
    publish(s)
    before = {one.id: (one.digest, one.rows, one.published_at) for one in queries.versions(s)}
    stand(w.dong, date(2026, 11, 25), visited=6, not_reached=-6)  # recorded late: 66 had been reached
    next_month(third)
    publish(s)
    first, second = (told(s, tables.COMMUNES, version=number)[0] for number in (1, 2))
    assert (first["reached"], second["reached"]) == (62, 67)
    changed = {(one.dataset, one.month) for one in queries.versions(s) if one.version == 2}
    assert changed == {(tables.COMMUNES, NOVEMBER), (tables.PROVINCES, NOVEMBER)}
    kept = {one.id: one for one in s.scalars(select(DatasetVersion).where(DatasetVersion.id.in_(before)))}
    assert {id: (one.digest, one.rows, one.published_at) for id, one in kept.items()} == before


def test_a_correction_of_a_month_long_past_becomes_a_new_version_as_well(s, w, stand, tan_hung, third):
    publish(s)
    for _month in range(6):
        next_month(third)
        publish(s)
    asked = publishing.due(s, clock.today())
    stand(w.dong, date(2026, 11, 25), visited=6, not_reached=-6)
    next_month(third)
    assert publish(s) > 0
    first, second = (told(s, tables.COMMUNES, version=number)[0] for number in (1, 2))
    assert (asked, first["reached"], second["reached"]) == ([], 62, 67)
    assert queries.find(s, tables.COMMUNES, OCTOBER).version == 1
    assert publish(s) == 0


def test_only_months_that_may_have_changed_are_looked_at(s, w, stand, tan_hung, third):
    publish(s)
    for _month in range(6):
        next_month(third)
        folding.fold(s)
        asked = [month.month for month in publishing.due(s, clock.today())]
        publish(s)
    assert asked == [3, 4, 5]
    stand(w.dong, date(2026, 11, 25), visited=6, not_reached=-6)
    next_month(third)
    folding.fold(s)
    assert [month.month for month in publishing.due(s, clock.today())] == [11, 12, 1, 2, 3, 4, 5, 6]


def test_a_worker_that_was_away_for_half_a_year_leaves_no_month_out(s, tan_hung, third):
    publish(s)
    third.shift(timedelta(days=183))
    publish(s)
    assert [one.month.month for one in queries.versions(s, tables.COMMUNES)] == [5, 4, 3, 2, 1, 12, 11, 10, 9]


def test_a_correction_is_told_though_the_worker_was_stopped_half_way(s, w, stand, tan_hung, third):
    publish(s)
    for _month in range(6):
        next_month(third)
        publish(s)
    stand(w.dong, date(2026, 11, 25), visited=6, not_reached=-6)
    stand(w.ha, date(2026, 12, 25), visited=6, not_reached=6)
    next_month(third)
    started = publishing.run(s, None)
    next(started)
    started.close()
    publish(s)
    versions = {one.month.month: one.version for one in queries.current(queries.versions(s, tables.COMMUNES))}
    assert versions == {9: 1, 10: 1, 11: 2, 12: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 1}


def test_a_correction_that_changes_no_step_is_no_new_version(s, w, stand, tan_hung, third):
    publish(s)
    stand(w.dong, date(2026, 11, 25), visited=1, not_reached=-1)  # 61 of 60 to 64
    next_month(third)
    publish(s)
    assert {one.version for one in queries.versions(s)} == {1}


@pytest.mark.usefixtures("tan_hung")
def test_what_is_not_monthly_is_published_only_when_it_changed(s, w, third):
    publish(s)
    next_month(third)
    publish(s)
    assert [one.month for one in queries.versions(s, tables.POINTS)] == [date(2026, 12, 1)]
    keeping.create(s, keeping.Told(DESK, "Quầy", "Số 1", "", ""), w.cuc)
    next_month(third)
    publish(s)
    assert [one.month for one in queries.versions(s, tables.POINTS)] == [date(2027, 2, 1), date(2026, 12, 1)]


@pytest.mark.usefixtures("tan_hung")
def test_a_job_that_was_broken_off_goes_on_where_it_was(s):
    started = publishing.run(s, None)
    assert next(started).total == 3  # September is out, and then the worker is told to leave
    started.close()
    assert publish(s) > 0
    found = [(one.month.month, one.version) for one in queries.versions(s, tables.COMMUNES)]
    assert found == [(11, 1), (10, 1), (9, 1)]


@pytest.mark.real_db
def test_two_workers_at_once_publish_once(real_db):
    with Session(real_db) as s:
        world.build(s)

    def at_work(_n):
        with db.transaction(real_db) as s:
            return publishing.publish(s, NOVEMBER)

    with ThreadPoolExecutor(2) as crew:
        made = sorted(crew.map(at_work, range(2)))
    assert made == [0, len(tables.DATASETS)]
    with Session(real_db) as s:
        assert {one.version for one in queries.versions(s)} == {1}


def test_gathering_asks_the_same_however_many_places_there_are(s, w, connection, tan_hung):
    with counting.statements(connection) as few:
        publishing.gathering.month(s, NOVEMBER)
    for n in range(12):
        commune = world.area(s, w.tuyen_quang, "commune", "xã", f"2{n:04}", f"Mới {n}")
        world.area(s, commune, "village", "thôn", f"2{n:04}.1", "Một")
    s.expire_all()
    with counting.statements(connection) as many:
        publishing.gathering.month(s, NOVEMBER)
    assert len(many) == len(few) <= 8


def test_the_worker_does_it_each_day_if_it_is_due():
    assert WORK["open_data"] is publishing.run
    assert "open_data" in DAILY


def test_communes_that_merged_keep_their_rows_of_the_time_before(s, w, tan_hung, third):
    publish(s)
    third.move_to("2026-12-20 09:00 +0700")
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("11980", "xã", "Tân Tiên"), date(2026, 12, 20)))
    s.flush()
    next_month(third)
    assert publish(s) > 0
    assert {one.version for one in queries.versions(s, tables.COMMUNES)} == {1}
    before, after = (told(s, tables.COMMUNES, month) for month in (NOVEMBER, date(2026, 12, 1)))
    assert [one["commune_code"] for one in before] == ["11977", "12361"]
    assert [one["commune_code"] for one in after] == ["11980"]
