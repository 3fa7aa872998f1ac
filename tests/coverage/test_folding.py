"""What is folded upwards equals what lies below, whenever it happened and however often it is folded."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from outreach import clock, reform
from outreach.areas.queries import by_code
from outreach.coverage import folding, queries
from outreach.coverage.models import AreaDay
from outreach.coverage.numbers import Counts, Visits
from outreach.households import merging, parting, stages
from outreach.households.models import MOVED_AWAY, Unfolded
from outreach.reform import Merge, NewArea
from outreach.visits import correcting, recording
from outreach.visits.models import ALONE, HELPED, NOBODY, SHOWN
from outreach.visits.recording import VisitDraft, new_client_id

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
LAST_WEEK = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def visit(s, by, house, outcome=SHOWN, on=None):
    """A visit; `on`: it happened that day at noon, and the phone sends it only now."""
    met = [house.members[0].id] if outcome != NOBODY else []
    at = datetime(on.year, on.month, on.day, 5, tzinfo=UTC) if on else None
    draft = VisitDraft(new_client_id(), outcome, met=tuple(met), at=at)
    return recording.record(s, by, house, draft).visit


def day(s, area, on=None):
    on = on or clock.today()
    found = queries.days(s, area, on, on)
    return found[0].visits if found else Visits()


def everywhere(s, w, on=None):
    """The visits of a day as the house's village, its commune, its province and the country tell them."""
    return [day(s, area, on) for area in (w.dong, w.tan_hung, w.hung_yen, w.country)]


def test_a_visit_is_counted_in_its_village_and_all_above_it(s, w):
    visit(s, w.lan, w.sens_house, ALONE)
    visit(s, w.lan, w.tams_house, HELPED)
    visit(s, w.minh, w.tams_house, NOBODY)
    assert everywhere(s, w) == [Visits()] * 4
    folding.fold(s)
    assert everywhere(s, w) == [Visits(3, 1, 1, 0)] * 4


def test_a_visit_that_a_phone_sends_a_week_late_changes_the_day_it_was_made(s, w):
    folding.fold(s)
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    assert everywhere(s, w, LAST_WEEK) == [Visits(1, 0, 0, 1)] * 4
    assert everywhere(s, w) == [Visits()] * 4


def test_a_visit_late_in_the_evening_belongs_to_the_local_day(s, w):
    with time_machine.travel("2026-11-20T23:30:00+07:00", tick=False):
        visit(s, w.lan, w.sens_house)
    with time_machine.travel("2026-11-21T00:10:00+07:00", tick=False):
        folding.fold(s)
        assert everywhere(s, w, date(2026, 11, 20)) == [Visits(1, 0, 0, 1)] * 4


def test_a_visit_that_is_taken_back_counts_on_its_day_no_more(s, w):
    wrong = visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    correcting.correct(s, wrong, w.lan, "the wrong door")
    folding.fold(s)
    assert everywhere(s, w, LAST_WEEK) == [Visits()] * 4
    assert s.scalars(select(Unfolded)).all() == []


def test_to_fold_again_changes_nothing(s, w):
    visit(s, w.lan, w.sens_house)
    folding.fold(s)
    before = s.execute(select(AreaDay.area_id, AreaDay.on, AreaDay.visits, AreaDay.changed_at)).all()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        folding.fold(s)
    assert s.execute(select(AreaDay.area_id, AreaDay.on, AreaDay.visits, AreaDay.changed_at)).all() == before


def test_a_worker_that_was_away_for_days_catches_up(s, w):
    folding.fold(s)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        visit(s, w.lan, w.sens_house)
        stages.proficient(s, w.hanh, clock.today(), w.dung.id)
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        folding.fold(s)
    tomorrow = date(2026, 11, 21)
    assert everywhere(s, w, tomorrow) == [Visits(1, 0, 0, 1)] * 4
    assert [queries.days(s, area, tomorrow, tomorrow)[0].counts.proficient for area in (w.dong, w.country)] == [1, 1]


def test_the_country_is_the_sum_of_its_villages(s, w):
    stages.proficient(s, w.hanh, clock.today(), w.dung.id)
    stages.close(s, w.tams_house, MOVED_AWAY, w.cuc.id, "to the city")
    folding.fold(s)
    country = queries.overview(s, w.country)
    assert country.total == Counts(not_reached=2, proficient=1, moved_away=1)
    assert country.this_month == 1
    assert country.total == queries.overview(s, w.hung_yen).total
    assert queries.overview(s, w.tan_hung).total == Counts(not_reached=1, proficient=1, moved_away=1)


def test_only_a_province_and_the_country_wait_for_the_fold_and_say_of_when_they_are(s, w):
    folding.fold(s)
    with time_machine.travel(NOON + timedelta(seconds=50), tick=False):
        stages.proficient(s, w.hanh, clock.today(), w.dung.id)
        seen = [queries.overview(s, area) for area in (w.dong, w.tan_hung, w.hung_yen, w.country)]
    assert [one.total.proficient for one in seen] == [1, 1, 0, 0]
    assert [(one.as_of - NOON).seconds for one in seen] == [50, 50, 0, 0]


def test_a_household_put_right_into_another_village_takes_its_visits_along(s, w):
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    stages.correct_village(s, w.sens_house, w.doai.id)
    folding.fold(s)
    assert (day(s, w.dong, LAST_WEEK), day(s, w.doai, LAST_WEEK)) == (Visits(), Visits(1, 0, 0, 1))
    assert day(s, w.tan_hung, LAST_WEEK).visits == 1


def test_households_of_two_communes_that_become_one_and_two_again(s, w):
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    merged = merging.merge(s, w.xas_house, w.sens_house, w.anh)
    folding.fold(s)
    assert (day(s, w.tan_hung, LAST_WEEK).visits, day(s, w.tien_lu, LAST_WEEK).visits) == (0, 1)
    parting.part(s, merged, w.anh)
    parting.settle(s, merged, w.anh)
    folding.fold(s)
    assert (day(s, w.tan_hung, LAST_WEEK).visits, day(s, w.tien_lu, LAST_WEEK).visits) == (1, 0)


def test_communes_that_merge_keep_their_visits_of_before(s, w):
    visit(s, w.lan, w.sens_house, on=LAST_WEEK)
    folding.fold(s)
    with time_machine.travel(NOON + timedelta(days=10), tick=False):
        reform.carry_out(s, Merge(["11977", "12361"], NewArea("99001", "xã", "Tân Lữ"), clock.today()))
        s.flush()
        visit(s, w.lan, w.sens_house)
        folding.fold(s)
        assert (day(s, w.tan_hung, LAST_WEEK).visits, day(s, w.tan_hung).visits) == (1, 0)
        assert day(s, by_code(s, "99001")).visits == 1
        assert (day(s, w.hung_yen, LAST_WEEK).visits, day(s, w.hung_yen).visits) == (1, 1)


def test_days_of_all_that_stands_below(s, w):
    visit(s, w.lan, w.sens_house)
    visit(s, w.quy, w.xas_house, NOBODY)
    folding.fold(s)
    found = queries.days_below(s, w.hung_yen, clock.today(), clock.today())
    assert {key: [one.visits.visits for one in days] for key, days in found.items()} == {
        w.tan_hung.id: [1], w.tien_lu.id: [1],
    }  # fmt: skip
