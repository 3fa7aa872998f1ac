"""The forecast: histories whose answers are known by hand, and what holds for every history."""

from math import sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outreach.plans import forecast
from outreach.plans.forecast import NOT_SO, SURE, TOO_FEW, TOO_SHORT, Range

HISTORIES = st.lists(st.integers(-5, 60), min_size=4, max_size=20)


def within(weeks, remaining, mean, spread, unsure):
    """Whether `weeks` is a bound: what is expected by then differs from what is needed by SURE standard deviations."""
    apart = abs(mean * weeks - remaining)
    return apart == pytest.approx(SURE * sqrt(spread * (weeks + unsure * weeks**2)), rel=1e-6)


def test_even_weeks_end_when_one_would_count_on_ones_fingers():
    found = forecast.forecast(100, [5] * 12)
    assert found.why == ""
    assert found.when.middle == 20  # 100 households, 5 a week
    assert within(found.when.early, 100, 5, 5, 1 / 12)  # by chance alone 5 a week scatter by 5
    assert within(found.when.late, 100, 5, 5, 1 / 12)
    assert (round(found.when.early, 1), round(found.when.late, 1)) == (16.4, 25.0)


def test_uneven_weeks_scatter_as_much_as_they_did():
    found = forecast.forecast(60, [0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10])
    assert found.when.middle == 12
    assert within(found.when.late, 60, 5, 300 / 11, 1 / 12)  # twelve weeks that are 5 off: 12 · 25 / 11
    even = forecast.forecast(60, [5] * 12)
    assert found.when.late - found.when.early > 2 * (even.when.late - even.when.early)


def test_a_pace_that_quickened_lately_moves_the_early_end_only():
    even, quicker = forecast.forecast(120, [4] * 12), forecast.forecast(120, [2] * 8 + [8] * 4)
    assert even.when.middle == quicker.when.middle == 30  # 48 households in twelve weeks, both
    spread = (8 * 2**2 + 4 * 4**2) / 11
    assert within(quicker.when.early, 120, 8, spread, 0.0)
    assert within(quicker.when.late, 120, 4, spread, 1 / 12)


def test_a_pace_that_slackened_lately_moves_the_late_end():
    found = forecast.forecast(60, [8] * 8 + [2] * 4)
    spread = (8 * 2**2 + 4 * 4**2) / 11
    assert found.when.middle == 10  # 72 in twelve weeks
    assert within(found.when.late, 60, 2, spread, 0.0)


def test_only_the_last_twelve_weeks_count():
    assert forecast.forecast(100, [90] * 30 + [5] * 12) == forecast.forecast(100, [5] * 12)


@pytest.mark.parametrize("weeks", [0, 1, 3])
def test_less_than_four_weeks_are_too_short_a_history(weeks):
    assert forecast.forecast(10, [9] * weeks) == (None, TOO_SHORT)


def test_fewer_than_five_gains_tell_nothing():
    assert forecast.forecast(10, [1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]) == (None, TOO_FEW)
    assert forecast.forecast(10, [0] * 12) == (None, TOO_FEW)


def test_who_loses_as_many_as_she_gains_does_not_arrive():
    assert forecast.forecast(10, [6, -6, 6, -6, 6, -6, 6, -6]) == (None, NOT_SO)


def test_what_is_reached_is_reached_whatever_the_history():
    assert forecast.forecast(0, []).when == Range(0, 0, 0)
    assert forecast.forecast(-3, [1]).when == Range(0, 0, 0)


def test_what_lies_more_than_five_years_ahead_is_not_told_to_the_week():
    assert forecast.forecast(1_000_000, [5] * 12).when == Range(None, None, None)
    far = forecast.forecast(1200, [5] * 12).when  # 240 weeks in the middle
    assert far.early is not None
    assert far.middle == 240
    assert far.late is None


def test_a_standstill_of_late_leaves_the_late_end_open():
    found = forecast.forecast(50, [6] * 8 + [0] * 4)
    assert found.when.early is not None
    assert found.when.late is None


def test_the_pace_is_a_mean_and_none_where_the_weeks_are_too_few():
    assert forecast.pace([1, 2, 3, 10], 4) == 4
    assert forecast.pace([1, 2, 3, 10], 2) == 6.5
    assert forecast.pace([1, 2, 3], 4) is None


@pytest.mark.parametrize(
    ("remaining", "days", "a_week"),
    [(70, 70, 7), (71, 70, 8), (5, 7, 5), (5, 3, 5), (5, 0, 5), (0, 50, 0), (-4, 50, 0)],
)
def test_what_is_needed_a_week_is_never_less_than_what_is_missing(remaining, days, a_week):
    assert forecast.needed(remaining, days) == a_week


def far_if_none(weeks):
    return float("inf") if weeks is None else weeks


@given(HISTORIES, st.integers(1, 100_000))
def test_early_is_never_after_the_middle_nor_the_middle_after_late(gains, remaining):
    when = forecast.forecast(remaining, gains).when
    assume(when is not None)
    early, middle, late = map(far_if_none, when)
    assert 0 < early <= middle <= late


@given(HISTORIES, st.integers(1, 5000), st.integers(1, 5000))
def test_more_to_do_never_ends_sooner(gains, some, more):
    few, many = forecast.forecast(some, gains).when, forecast.forecast(some + more, gains).when
    assume(few is not None)
    assert all(far_if_none(a) <= far_if_none(b) for a, b in zip(few, many, strict=True))


@given(st.lists(st.integers(1, 60), min_size=5, max_size=12), st.integers(1, 5000), st.integers(2, 5))
def test_so_many_times_the_pace_is_so_many_times_sooner_in_the_middle(gains, remaining, times):
    one, fast = (forecast.forecast(remaining, [n * gain for gain in gains]).when for n in (1, times))
    assume(one.middle is not None)
    assert fast.middle == pytest.approx(one.middle / times)
    assert far_if_none(fast.late) <= far_if_none(one.late)


@given(HISTORIES, st.integers(1, 5000))
def test_whether_there_is_a_forecast_hangs_on_the_history_alone(gains, remaining):
    assert forecast.forecast(remaining, gains).why == forecast.forecast(1, gains).why
