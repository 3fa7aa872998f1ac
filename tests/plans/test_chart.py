"""The two lines on the paper."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.plans import chart
from outreach.plans.path import Mark

NOW = date(2026, 11, 25)


def marks(*rows):
    return [Mark(on, planned, was) for on, planned, was in rows]


def test_what_was_ends_today_and_the_plan_goes_on():
    drawn = chart.draw(marks((date(2026, 10, 31), 0.1, 0.1), (NOW, 0.2, 0.15), (date(2027, 6, 30), 0.4, None)))
    assert [dot.mark.was for dot in drawn.was] == [0.1, 0.15]
    assert [dot.mark.planned for dot in drawn.planned] == [0.1, 0.2, 0.4]
    assert (drawn.planned[0].x, drawn.planned[-1].x) == (chart.LEFT, chart.RIGHT)
    assert drawn.planned[-1].y == chart.TOP  # 40 per cent is the highest, and is ruled
    assert [percent for _y, percent in drawn.ticks] == [0, 20, 40]


@pytest.mark.parametrize(("share", "percent"), [(0.0, 2), (0.02, 2), (0.021, 4), (0.11, 20), (0.61, 80), (1.0, 100)])
def test_the_highest_line_is_a_round_even_number(share, percent):
    assert chart.ceiling(share) == percent


def test_the_share_of_today_is_written_beside_the_point_when_behind_and_above_when_ahead():
    far = date(2028, 6, 30)
    behind = chart.draw(marks((date(2026, 9, 30), 0.1, 0.1), (NOW, 0.3, 0.1), (far, 1.0, None)))
    ahead = chart.draw(marks((date(2026, 9, 30), 0.1, 0.1), (NOW, 0.2, 0.3), (far, 1.0, None)))
    assert behind.label.anchor == "start"
    assert behind.label.x > behind.was[-1].x
    assert ahead.label.anchor == "end"
    assert ahead.label.y < ahead.was[-1].y


SHARES = st.none() | st.floats(0, 1)


@given(
    st.dictionaries(st.dates(date(2024, 1, 1), date(2031, 1, 1)), st.tuples(SHARES, SHARES), min_size=1, max_size=80)
)
def test_nothing_is_drawn_beyond_the_paper_and_the_months_stand_apart(days):
    drawn = chart.draw([Mark(on, planned, was) for on, (planned, was) in sorted(days.items())])
    for dot in (*drawn.was, *drawn.planned):
        assert chart.LEFT <= dot.x <= chart.RIGHT
        assert chart.TOP - 0.01 <= dot.y <= chart.BOTTOM
    assert len(drawn.months) <= chart.MOST_LABELS
    across = [x for x, _month in drawn.months]
    assert all(b - a > 45 for a, b in pairwise(across))  # as wide as "11/26"
