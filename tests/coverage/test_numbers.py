"""The arithmetic of coverage, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.coverage import numbers, trend
from outreach.coverage.numbers import Counts, Month, Row
from outreach.lib.months import after, last_months

counts = st.builds(Counts, *[st.integers(0, 500)] * 8)


def test_coverage_is_the_proficient_among_those_in_scope() -> None:
    village = Counts(not_reached=4, visited=3, has_ambassador=2, learning=1, proficient=10, moved_away=5, refused=7)
    assert (village.in_scope, village.reached, village.with_ambassador, village.closed) == (20, 16, 13, 12)
    assert village.share == 0.5


def test_where_nobody_is_in_scope_there_is_no_share() -> None:
    assert Counts(vacant=3).share is None


@given(counts, counts)
def test_what_was_added_can_be_taken_away(a: Counts, b: Counts) -> None:
    assert a + b - b == a
    assert (a + b).in_scope == a.in_scope + b.in_scope


@given(counts)
def test_everyone_is_in_scope_or_counted_apart(village: Counts) -> None:
    everyone = sum(village.of(stage) for stage in Counts.__dataclass_fields__)
    assert village.in_scope + village.closed == everyone
    assert village.share is None or 0 <= village.share <= 1


def test_most_stand_at_the_earliest_of_equal_steps() -> None:
    assert Counts(visited=3, learning=3, proficient=9).stuck == ("visited", 3)


ROWS = [
    Row("An", Counts(not_reached=5, proficient=5), 3),
    Row("Bình", Counts(vacant=2), 0),
    Row("Cao", Counts(learning=9, proficient=1), -1),
]


def test_the_slowest_come_first_and_the_empty_last() -> None:
    assert [row.place for row in numbers.ordered(ROWS, "share")] == ["Cao", "An", "Bình"]
    assert [row.place for row in numbers.ordered(ROWS, "share", descending=True)] == ["An", "Cao", "Bình"]


@pytest.mark.parametrize(
    ("key", "first"), [("name", "An"), ("month", "Cao"), ("not_reached", "Bình"), ("in_scope", "Bình")]
)
def test_a_table_sorts_by_any_number(key: str, first: str) -> None:
    assert numbers.ordered(ROWS, key)[0].place == first


def test_the_slowest_places_are_those_not_done_yet() -> None:
    done = Row("Dương", Counts(proficient=4))
    assert [row.place for row in numbers.slowest([*ROWS, done])] == ["Cao", "An"]


def test_the_first_steps_are_the_largest_waits_and_one_a_stage() -> None:
    found = numbers.steps([*ROWS, Row("Đông", Counts(not_reached=2, visited=1, has_ambassador=3))])
    assert [(step.place, step.stage, step.count) for step in found] == [
        ("Cao", "learning", 9),
        ("An", "not_reached", 5),
        ("Đông", "has_ambassador", 3),
    ]


def test_nothing_waits_where_nobody_is() -> None:
    assert numbers.steps([]) == []
    assert numbers.steps([Row("Bình", Counts(vacant=2, proficient=1))]) == []


def test_a_past_month_is_today_less_what_changed_since() -> None:
    changes = {date(2026, 9, 30): 4, date(2026, 10, 1): 2, date(2026, 10, 31): 1, date(2026, 11, 2): -3}
    months = last_months(date(2026, 11, 1), 3)
    assert numbers.series(10, changes, months) == [
        Month(date(2026, 9, 1), 10, 4),
        Month(date(2026, 10, 1), 13, 3),
        Month(date(2026, 11, 1), 10, -3),
    ]


def test_months_go_back_over_new_year() -> None:
    assert last_months(date(2027, 1, 1), 3) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert after(date(2026, 12, 1)) == date(2027, 1, 1)


@given(st.lists(st.integers(0, 30_000_000), min_size=1, max_size=6))
def test_the_line_stays_on_the_paper(values: list[int]) -> None:
    chart = trend.draw([Month(date(2026, n + 1, 1), value, 0) for n, value in enumerate(values)])
    assert all(trend.TOP <= point.y <= trend.BOTTOM and chart.left <= point.x <= trend.RIGHT for point in chart.points)
    heights = [point.y for point in chart.points]
    assert [values[i] for i in sorted(range(len(values)), key=lambda i: -heights[i])] == sorted(values)
    bottom, middle, top = (value for _y, value in chart.ticks)
    assert bottom == 0
    assert 2 * middle == top
    assert top >= max(values)
