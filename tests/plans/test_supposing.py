"""What if: more volunteers, another order of houses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.plans import forecast, supposing
from outreach.plans.supposing import AS_NOW, FARTHEST, LEARNERS, NEAREST
from tests.plans.conftest import counts

PLACES = [counts(40, 10, learning=10, visited=5), counts(30, 20, has_ambassador=10)]  # not reached: 15 and none
GAINS = [3] * 12
MIXED = (10 * 1 + 10 * 2 + 5 * 3 + 15 * 4) / 40  # steps before a household that waits, as they stand


def test_nearest_first_takes_the_fewest_steps():
    assert supposing.steps_before(NEAREST, 10, PLACES, 1) == 10 * 1
    assert supposing.steps_before(NEAREST, 22, PLACES, 1) == 10 * 1 + 10 * 2 + 2 * 3
    assert supposing.steps_before(NEAREST, 40, PLACES, 1) == 10 * 1 + 10 * 2 + 5 * 3 + 15 * 4


def test_learners_first_and_then_as_the_others_stand():
    others = (10 * 2 + 5 * 3 + 15 * 4) / 30
    assert supposing.steps_before(LEARNERS, 9, PLACES, 1) == 9
    assert supposing.steps_before(LEARNERS, 16, PLACES, 1) == pytest.approx(10 + 6 * others)


def test_the_places_furthest_behind_first_as_they_stand():
    first = (10 * 1 + 5 * 3 + 15 * 4) / 30
    assert supposing.steps_before(FARTHEST, 12, PLACES, 1) == pytest.approx(12 * first)
    assert supposing.steps_before(FARTHEST, 35, PLACES, 1) == pytest.approx(30 * first + 5 * 2)


def test_a_place_furthest_behind_is_left_when_it_has_the_goals_share():
    first = (10 * 1 + 5 * 3 + 15 * 4) / 30
    assert supposing.steps_before(FARTHEST, 20, PLACES, 0.5) == pytest.approx(10 * first + 10 * 4)  # 20 of 40


def test_in_the_order_of_now_it_is_the_forecast_itself():
    assert supposing.suppose(AS_NOW, 30, GAINS, 1, PLACES, 1) == forecast.forecast(30, GAINS)


def test_half_as_many_volunteers_more_take_two_thirds_of_the_time():
    now, more = (supposing.suppose(AS_NOW, 36, GAINS, factor, PLACES, 1).when for factor in (1, 1.5))
    assert (now.middle, more.middle) == (12, 8)


def test_households_with_fewer_steps_before_them_are_less_work():
    assert supposing.weight(NEAREST, 10, PLACES, 1) == pytest.approx(1 / MIXED)
    found = supposing.suppose(LEARNERS, 10, GAINS, 1, PLACES, 1)  # ten learners: 10 steps, as much as 3.8 as they stand
    assert found == forecast.forecast(4, GAINS)


def test_where_all_are_to_be_proficient_no_order_brings_the_end_nearer():
    ends = {supposing.suppose(order, 40, GAINS, 1, PLACES, 1) for order in supposing.ORDERS}
    assert ends == {forecast.forecast(40, GAINS)}


def test_the_furthest_behind_first_may_take_longer():
    rows = [counts(40, 10), counts(40, 10, learning=30)]  # of the first nobody was ever met
    assert supposing.weight(FARTHEST, 20, rows, 0.5) == pytest.approx((10 * 4 + 10 * 1) / (20 * 2.5))
    assert supposing.weight(FARTHEST, 10, [rows[0], counts(40, 20, learning=20)], 0.5) > 1


def test_what_is_reached_is_reached_in_every_order():
    assert {supposing.suppose(order, 0, GAINS, 1, PLACES, 1).when for order in supposing.ORDERS} == {(0, 0, 0)}


@given(st.lists(st.integers(0, 20), min_size=5, max_size=5), st.integers(1, 60))
def test_no_order_takes_fewer_steps_than_the_nearest_first(stages, remaining):
    place = dict(zip(("visited", "has_ambassador", "learning"), stages, strict=False))
    places = [counts(sum(stages), stages[4], **place)]
    least = supposing.steps_before(NEAREST, remaining, places, 1)
    assert all(
        supposing.steps_before(order, remaining, places, 1) >= least - 1e-6 for order in (AS_NOW, LEARNERS, FARTHEST)
    )
