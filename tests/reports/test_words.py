"""What is told of a month, by made histories whose telling is known by hand."""

from typing import Any

import pytest

from outreach.coverage.numbers import Counts, Visits
from outreach.reports import words
from outreach.reports.words import Fact, Place, Story

HOMES = Counts(not_reached=30, visited=20, has_ambassador=10, learning=10, proficient=30)  # 100 in scope
NOTHING = Counts()


def story(**changes: Any) -> Story[str]:
    """A quiet month of 100 households: nothing changed, ten visits as before."""
    quiet: dict[str, Any] = {
        "now": HOMES, "change": NOTHING, "visits": Visits(10, 2, 3, 4), "before": NOTHING,
        "visits_before": Visits(10, 2, 3, 4), "places": (),
    }  # fmt: skip
    return Story(**(quiet | changes))


def told(**changes: Any) -> dict[str, Fact[str]]:
    """Kind → fact, in the order of telling."""
    return {fact.kind: fact for fact in words.facts(story(**changes))}


def place(name: str, gained: int = 0, visits: int = 5, now: Counts = HOMES) -> Place[str]:
    """A place below that gained so many proficient households, which were learning before."""
    return Place(name, now, Counts(learning=-gained, proficient=gained), visits)


def test_where_nobody_is_in_scope_nothing_else_is_told() -> None:
    assert list(told(now=Counts(moved_away=3))) == ["empty"]


def test_a_quiet_month_tells_how_far_it_is_and_where_it_waits() -> None:
    assert list(told()) == ["share", "stuck", "as_many_visits"]
    assert told()["share"].numbers == {"done": 30, "count": 100, "new": 0.3, "old": 0.3, "gained": 0}
    assert (told()["stuck"].what, told()["stuck"].numbers) == ("not_reached", {"count": 30, "change": 0})


def test_a_share_that_rose_is_told_first_with_both_numbers() -> None:
    found = words.facts(story(change=Counts(learning=-6, proficient=6)))
    assert found[0].kind == "share"
    assert found[0].numbers == {"done": 30, "count": 100, "new": 0.3, "old": 0.24, "gained": 6}


def test_the_first_month_has_no_earlier_share() -> None:
    found = told(change=HOMES, before=None, visits_before=None)
    assert found["first"].numbers["new"] == 0.3
    assert found["visits"].numbers == {"now": 10}
    assert not {"share", "faster", "slower", "as_fast", "more_homes"} & set(found)


def test_a_reached_target_comes_before_all_else() -> None:
    all_done = Counts(proficient=100)
    found = words.facts(story(now=all_done, change=Counts(learning=-1, proficient=1)))
    assert found[0].kind == "done"
    assert "stuck" not in {fact.kind for fact in found}


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [
        (30, 10, "faster"),  # 20 more; twice the root of 40 is 12.6
        (10, 30, "slower"),
        (14, 10, "as_fast"),  # 4 more; twice the root of 24 is 9.8: chance alone makes that
        (4, 0, "as_fast"),  # twice the root of 4 is 4, and 4 is not more than 4
        (5, 0, "faster"),
    ],
)
def test_a_pace_has_changed_only_where_chance_would_hardly_do_it(now: int, before: int, kind: str) -> None:
    found = told(change=Counts(learning=-now, proficient=now), before=Counts(proficient=before))
    assert {"faster", "slower", "as_fast"} & set(found) == {kind}
    assert found[kind].numbers == {"now": now, "before": before}


@pytest.mark.parametrize(
    ("now", "before", "kind"),
    [(0, 12, "no_visits"), (100, 50, "more_visits"), (50, 100, "fewer_visits"), (50, 55, "as_many_visits")],
)
def test_visits_are_put_beside_those_of_the_month_before(now: int, before: int, kind: str) -> None:
    found = told(visits=Visits(now), visits_before=Visits(before))
    assert {one for one in found if one.endswith("visits")} == {kind}
    assert found[kind].numbers["before"] == before


@pytest.mark.parametrize(("planned", "kind", "short"), [(45, "behind", 15), (30, "on_plan", 0), (28, "on_plan", 2)])
def test_a_plan_is_put_beside_what_was_reached(planned: int, kind: str, short: int) -> None:
    found = told(planned=planned)
    assert {"behind", "on_plan"} & set(found) == {kind}
    assert found[kind].numbers == {"short": short, "planned": planned}


def test_without_a_plan_none_is_told_of() -> None:
    assert not {"behind", "on_plan"} & set(told())


def test_places_that_fell_are_told_before_those_that_rose() -> None:
    kinds = list(told(places=[place("A", 3), place("B", -1), place("C", -2)], change=Counts(learning=-1, proficient=1)))
    assert kinds.index("fallen") == 1
    assert kinds.index("fallen") < kinds.index("best")


def test_places_that_fell_are_named_the_worst_first_and_summed() -> None:
    fallen = told(places=[place("A", 3), place("B", -1), place("C", -2)])["fallen"]
    assert list(fallen.places) == ["C", "B"]
    assert fallen.numbers == {"lost": 3, "places": 2}


def test_the_most_gained_names_all_equals() -> None:
    best = told(places=[place("A", 3), place("B", 3), place("C", 1)])["best"]
    assert (list(best.places), best.numbers) == (["A", "B"], {"gained": 3, "places": 2})


def test_a_single_place_below_is_not_called_the_best() -> None:
    assert "best" not in told(places=[place("A", 3)])


def test_where_nobody_went_is_named_the_most_left_to_do_first() -> None:
    small = Counts(learning=2, proficient=1)
    found = told(places=[place("small", visits=0, now=small), place("big", visits=0), *map(place, "abcdefg")])
    assert list(found["silent"].places) == ["big", "small"]
    assert found["silent"].numbers == {"places": 2, "all": 9}


def test_a_place_that_is_done_need_not_be_visited() -> None:
    assert "silent" not in told(places=[place("done", visits=0, now=Counts(proficient=5)), place("A")])


def test_where_nobody_went_anywhere_that_is_told_once() -> None:
    found = told(visits=Visits(), places=[place("A", visits=0), place("B", visits=0)])
    assert "no_visits" in found
    assert "silent" not in found


def test_many_silent_places_weigh_more_than_few() -> None:
    few = told(places=[place("x", visits=0), *map(place, "abcdefg")])["silent"]
    many = told(places=[place("x", visits=0), place("y", visits=0), place("a")])["silent"]
    assert many.weight > few.weight


def test_only_three_places_are_named_but_all_are_counted() -> None:
    silent = told(places=[place(f"P{n}", visits=0) for n in range(9)])["silent"]
    assert (len(silent.places), silent.numbers["places"]) == (3, 9)


def test_a_place_that_reached_the_target_this_month_is_told_once() -> None:
    done, before = Counts(proficient=5), Counts(learning=-1, proficient=1)
    here = [Place("now", done, before, 1), Place("long ago", done, NOTHING, 1), place("A")]
    assert list(told(places=here)["finished"].places) == ["now"]


@pytest.mark.parametrize(("change", "kind", "weight"), [(2, "more_homes", 30), (-10, "fewer_homes", 78)])
def test_households_that_came_or_left_explain_the_share(change: int, kind: str, weight: int) -> None:
    """98 → 100 is little; 110 → 100 is one in twenty and more, so it comes before the pace."""
    fact = told(change=Counts(not_reached=change))[kind]
    assert (fact.numbers, fact.weight) == ({"change": abs(change), "count": 100}, weight)


def test_met_ambassadors_and_vneid_are_told_when_they_grow() -> None:
    change = Counts(not_reached=-7, visited=4, has_ambassador=3, vneid=2)
    now = HOMES + Counts(vneid=9)
    found = told(now=now, change=change)
    assert found["met"].numbers == {"gained": 7, "left": 30}
    assert found["ambassadors"].numbers == {"gained": 3, "count": 50}
    assert found["vneid"].numbers == {"gained": 2, "count": 9}


def test_the_weakest_skill_is_the_one_fewest_do_alone() -> None:
    skilled = Counts(**{f"alone_{skill}": 40 for skill in words.SKILLS} | {"alone_payment": 12})
    fact = told(now=HOMES + skilled)["weakest"]
    assert (fact.what, fact.of, fact.numbers) == ("payment", "alone_payment", {"count": 12, "share": 0.12})


def test_where_no_skill_was_ever_shown_none_is_called_the_weakest() -> None:
    assert "weakest" not in told()


def test_at_most_seven_are_told_the_most_important_first() -> None:
    busy = story(
        now=HOMES + Counts(alone_safety=3, vneid=4), change=Counts(not_reached=-20, learning=-5, proficient=9, vneid=4),
        before=Counts(proficient=40), places=[place("A", 9), place("B", -1, visits=0), *map(place, "cdefghi")],
    )  # fmt: skip
    found = words.facts(busy)
    assert len(found) == 7
    assert [fact.weight for fact in found] == sorted((fact.weight for fact in found), reverse=True)
    assert [fact.kind for fact in found][:4] == ["share", "fallen", "fewer_homes", "slower"]


def test_every_fact_names_the_count_it_is_of() -> None:
    found = told(change=Counts(not_reached=-7, visited=4, has_ambassador=3), places=[place("A", 2), place("B", -1)])
    assert len(found) >= 5
    for fact in found.values():
        assert fact.of == "visits" or HOMES.of(fact.of) is not None
