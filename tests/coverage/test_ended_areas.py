"""A visit counts in one village and never in two, whatever became of the village, the house and the visit since."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from outreach import clock, reform
from outreach.areas.models import Area
from outreach.areas.queries import by_code
from outreach.coverage import folding, queries, recounting, visiting
from outreach.coverage.models import RecountFinding, VisitDay
from outreach.coverage.numbers import Visits
from outreach.households import merging, stages
from outreach.reform import Merge, NewArea
from outreach.visits import correcting, recording
from outreach.visits.models import SHOWN
from outreach.visits.recording import VisitDraft, new_client_id
from tests import world

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
LAST_WEEK = date(2026, 11, 13)
REFORM = NOON + timedelta(days=10)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def visit(s, by, house, on=None):
    """A visit; `on`: it happened that day at noon, and the phone sends it only now."""
    at = datetime(on.year, on.month, on.day, 5, tzinfo=UTC) if on else None
    draft = VisitDraft(new_client_id(), SHOWN, met=(house.members[0].id,), at=at)
    return recording.record(s, by, house, draft).visit


def day(s, area, on=None):
    found = queries.days(s, area, on or clock.today(), on or clock.today())
    return found[0].visits if found else Visits()


def merge(s, on=None):
    """Two communes become one, with all their villages."""
    reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), on or clock.today()))
    s.flush()
    s.expire_all()


def visits(s, w, on=None):
    """A day's visits as the old commune, the new one, the province and the country tell them."""
    folding.fold(s)
    return [day(s, area, on).visits for area in (w.tan_hung, by_code(s, "99001"), w.hung_yen, w.country)]


def test_a_visit_on_the_morning_of_a_reform_is_not_counted_twice(s, w):
    with time_machine.travel(REFORM, tick=False):
        visit(s, w.lan, w.sens_house)
        folding.fold(s)
        merge(s)
        visit(s, w.lan, w.tams_house)
        assert visits(s, w) == [0, 2, 2, 2]


def test_a_reform_that_is_carried_out_days_after_it_came_into_force_counts_no_visit_twice(s, w):
    with time_machine.travel(REFORM, tick=False):
        visit(s, w.lan, w.sens_house)
        folding.fold(s)
    with time_machine.travel(REFORM + timedelta(days=3), tick=False):
        merge(s, on=REFORM.date())
        assert visits(s, w, REFORM.date()) == [0, 1, 1, 1]


def test_visits_that_no_worker_had_counted_before_a_reform_are_not_lost(s, w):
    folding.fold(s)
    visit(s, w.lan, w.sens_house)
    with time_machine.travel(REFORM, tick=False):
        merge(s)
        assert visits(s, w, NOON.date()) == [1, 0, 1, 1]


def test_a_visit_of_before_a_reform_that_is_taken_back_counts_no_more(s, w):
    wrong = visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    with time_machine.travel(REFORM, tick=False):
        merge(s)
        assert visits(s, w, LAST_WEEK) == [1, 0, 1, 1]
        correcting.correct(s, wrong, w.lan, "the wrong door")
        assert visits(s, w, LAST_WEEK) == [0, 0, 0, 0]


def test_a_visit_of_before_a_reform_that_is_corrected_stays_where_it_was_counted(s, w):
    wrong = visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    with time_machine.travel(REFORM, tick=False):
        merge(s)
        right = VisitDraft(new_client_id(), SHOWN, met=(w.sens_house.members[0].id,), at=wrong.at)
        correcting.correct(s, wrong, w.lan, "something else", right)
        assert visits(s, w, LAST_WEEK) == [1, 0, 1, 1]


def test_a_house_put_right_into_a_younger_village_loses_no_visit(s, w):
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    s.execute(update(Area).where(Area.id == w.doai.id).values(valid_from=NOON.date() + timedelta(days=5)))
    with time_machine.travel(REFORM, tick=False):
        stages.correct_village(s, w.sens_house, w.doai.id)
        folding.fold(s)
        assert [day(s, area, LAST_WEEK).visits for area in (w.dong, w.doai, w.hung_yen)] == [0, 1, 1]


def test_a_house_merged_into_one_of_a_younger_village_loses_no_visit(s, w):
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    s.execute(update(Area).where(Area.id == w.xas_house.village_id).values(valid_from=NOON.date() + timedelta(days=5)))
    with time_machine.travel(REFORM, tick=False):
        merging.merge(s, w.xas_house, w.sens_house, w.anh)
        folding.fold(s)
        assert day(s, w.country, LAST_WEEK).visits == 1


def test_the_proof_leaves_what_ended_alone_and_mends_it_where_it_is_wrong(s, w):
    visit(s, w.lan, w.sens_house)
    folding.fold(s)
    with time_machine.travel(REFORM, tick=False):
        merge(s)
        assert sum(recounting.prove(s)) == 0
        s.execute(update(VisitDay).where(VisitDay.village_id == w.dong.id).values(visits=7))
        assert sum(recounting.prove(s)) == 1
        assert s.scalars(select(RecountFinding.area_id)).all() == [w.dong.id]
        assert visits(s, w, NOON.date()) == [1, 0, 1, 1]


def merge_villages(s):
    """The two villages of xã Tân Hưng become one."""
    reform.carry_out(s, Merge(["11977.1", "11977.2"], NewArea("11977.9", "thôn", "Đông Đoài"), clock.today()))
    s.flush()
    s.expire_all()


def test_the_list_behind_a_number_names_the_visits_of_a_village_that_ended(s, w):
    visit(s, w.lan, w.sens_house)
    world.member(s, w.paos_house, "Lý Thị Páo", 1980)
    visit(s, w.nga, w.paos_house)
    with time_machine.travel(REFORM, tick=False):
        merge_villages(s)
        visit(s, w.lan, w.sens_house)
        folding.fold(s)
        for code, n in (("11977.1", 1), ("11977.2", 1), ("11977.9", 1), ("11977", 3)):
            page = queries.overview(s, by_code(s, code), NOON.date().replace(day=1))
            listed = visiting.listed(s, w.cuc, page, "visits")
            assert (code, len(listed.rows), listed.total) == (code, n, visiting.month(s, page).visits)
