"""Intervals and bands of ranks, by examples that can be looked up or counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.reports import ranking

# R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, table I.
PUBLISHED = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
Counted = tuple[str, int, int]


def ranked(*places: Counted) -> dict[str, tuple[int, int]]:
    """Name → (best, worst) in the order of the table."""
    found = ranking.rank(places, lambda place: (place[1], place[2]))
    return {one.place[0]: (one.best, one.worst) for one in found}


@pytest.mark.parametrize(("done", "of", "low", "high"), PUBLISHED)
def test_an_interval_is_the_published_one(done: int, of: int, low: float, high: float) -> None:
    assert ranking.wilson(done, of) == pytest.approx((low, high), abs=0.0001)


def test_none_and_all_are_mirror_images() -> None:
    assert ranking.wilson(0, 10) == pytest.approx((0, 0.2775), abs=0.0001)
    assert ranking.wilson(10, 10) == pytest.approx((0.7225, 1), abs=0.0001)


@given(st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_nothing_beyond_all(counted: tuple[int, int]) -> None:
    done, of = counted
    low, high = ranking.wilson(done, of)
    assert 0 <= low <= done / of <= high <= 1
    assert low < high


def test_places_far_apart_have_a_rank_each() -> None:
    assert ranked(("low", 100, 1000), ("high", 900, 1000), ("middle", 500, 1000)) == {
        "high": (1, 1), "middle": (2, 2), "low": (3, 3),
    }  # fmt: skip


def test_places_that_cannot_be_told_apart_share_a_band() -> None:
    """500 and 510 of 1,000 overlap; 900 stands above both, 100 below."""
    assert ranked(("a", 500, 1000), ("b", 510, 1000), ("top", 900, 1000), ("end", 100, 1000)) == {
        "top": (1, 1), "b": (2, 3), "a": (2, 3), "end": (4, 4),
    }  # fmt: skip


def test_a_small_place_may_stand_nearly_anywhere() -> None:
    """2 of 3 is 67 %, but with an interval from 21 to 94 %: it may be before 90 % and behind 30 %."""
    assert ranked(("big", 900, 1000), ("small", 2, 3), ("slow", 300, 1000)) == {
        "big": (1, 2), "small": (1, 3), "slow": (2, 3),
    }  # fmt: skip


def test_bands_are_of_pairs_so_neighbours_overlap_without_all_being_one() -> None:
    """40 % overlaps 45 %, and 45 % overlaps 50 %, but 40 % does not overlap 50 % (with 500 households each)."""
    assert ranked(("c", 250, 500), ("b", 225, 500), ("a", 200, 500)) == {"c": (1, 2), "b": (1, 3), "a": (2, 3)}


def test_a_place_without_households_has_no_rank_and_stands_last() -> None:
    found = ranking.rank([("new", 0, 0), ("old", 1, 2)], lambda place: (place[1], place[2]))
    assert [one.place[0] for one in found] == ["old", "new"]
    assert (found[1].best, found[1].worst, found[1].interval, found[1].share) == (0, 0, None, None)
    assert (found[0].best, found[0].worst) == (1, 1)


def test_equals_keep_the_order_given() -> None:
    assert list(ranked(("x", 5, 10), ("y", 5, 10), ("z", 50, 100))) == ["x", "y", "z"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda p: (min(p), max(p))), max_size=12))
def test_a_band_counts_who_is_surely_before_and_surely_behind(pairs: list[tuple[int, int]]) -> None:
    found = ranking.rank(pairs, lambda place: place)
    spans = [ranking.wilson(*pair) for pair in pairs]
    for one in found:
        assert one.interval is not None
        low, high = one.interval
        assert one.best == 1 + sum(other.low > high for other in spans)
        assert one.worst == len(spans) - sum(other.high < low for other in spans)
