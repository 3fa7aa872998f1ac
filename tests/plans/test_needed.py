"""What is needed a week, and where first."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from outreach.coverage import numbers
from outreach.coverage.numbers import Row
from outreach.plans import needed
from outreach.plans.path import Point
from tests.plans.conftest import counts

TODAY = date(2026, 12, 1)
GOAL = Point(date(2027, 1, 25), 0.5)  # eight weeks, today and the last day included


def needs(*places):
    rows = [Row(name, place) for name, place in places]
    return needed.need(numbers.total(row.counts for row in rows), rows, GOAL, TODAY)


def test_those_furthest_behind_are_named_first_until_the_need_is_covered():
    found = needs(("ahead", counts(100, 80)), ("near", counts(100, 45)), ("far", counts(100, 2)))
    assert (found.missing, found.a_week) == (23, 3)  # 150 of 300, there are 127
    assert [(part.place, part.missing, part.a_week) for part in found.parts] == [("far", 48, 3)]
    assert found.elsewhere == 0


def test_each_place_is_asked_for_what_it_lacks_itself():
    found = needs(("a", counts(100, 42)), ("b", counts(100, 26)), ("c", counts(10, 5)))
    assert found.a_week == 4  # 32 in eight weeks
    assert [(part.place, part.missing, part.a_week) for part in found.parts] == [("b", 24, 3), ("a", 8, 1)]


def test_six_places_at_most_are_named_and_the_rest_is_told():
    found = needs(*((f"{n}", counts(100, 42)) for n in range(9)))
    assert found.a_week == 9
    assert [part.place for part in found.parts] == ["0", "1", "2", "3", "4", "5"]
    assert found.elsewhere == 3


def test_nothing_is_needed_where_the_goal_is_reached():
    found = needs(("a", counts(100, 50)), ("b", counts(40, 20)))
    assert (found.a_week, list(found.parts)) == (0, [])


def test_visits_are_as_many_for_each_household_as_they_were_and_never_less_than_one():
    assert needed.visits(4, 3.4) == 14
    assert needed.visits(4, 0.5) == 4
    assert needed.visits(4, None) is None


def test_the_visits_in_all_are_those_of_the_places_and_the_rest_together():
    found = needs(*((f"{n}", counts(100, 42)) for n in range(9)))  # six places for one household each, and three more
    assert found.visits(2.5) == 6 * 3 + 8
    assert found.visits(None) is None
    assert needs(("a", counts(80, 24))).visits(6.1) == 13  # two households a week


PLACES = st.lists(st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), max_size=12)


@given(PLACES)
def test_the_places_named_are_never_asked_for_more_than_is_needed(places):
    found = needs(*((n, counts(*place)) for n, place in enumerate(places)))
    assert len(found.parts) <= needed.MOST
    assert found.elsewhere >= 0
    assert found.elsewhere == 0 or len(found.parts) == needed.MOST
    assert all(0 < part.a_week <= part.missing for part in found.parts)
