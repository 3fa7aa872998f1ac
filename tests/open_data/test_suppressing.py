"""No count below five is told, by itself or by reckoning: an attacker who knows all that is published is let loose."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.open_data.suppressing import FEW, added, share, told
from tests.open_data.attacker import Limit, bounds, left, narrowest, possible

MOST = 9  # of the small tables: two whole steps


@pytest.mark.parametrize(
    ("count", "published"), [(0, None), (1, None), (4, None), (5, 7), (9, 7), (10, 12), (54, 52), (8_400, 8_402)]
)
def test_a_count_is_told_by_its_step_of_five_and_below_five_not_at_all(count, published):
    assert told(count) == published


def test_what_is_published_is_two_off_at_most():
    assert max(abs(told(count) - count) for count in range(FEW, 500)) == 2


def test_a_total_adds_what_is_published_and_says_of_how_many_it_knows_nothing():
    assert added([7, None, 12]) == (19, 1)
    assert added([None, None]) == (None, 2)
    assert added([]) == (None, 0)


@pytest.mark.parametrize(
    ("part", "whole", "published"), [(52, 102, 51), (7, 7, 100), (None, 52, None), (None, None, None), (7, 802, 1)]
)
def test_a_share_is_of_published_numbers_in_whole_per_cent(part, whole, published):
    assert share(part, whole) == published


# One commune: households in scope, reached of these, proficient of these.
CHAINS = [(a, b, c) for a in range(MOST + 1) for b in range(a + 1) for c in range(b + 1)]
# Households in scope; of these with a skill shown alone, and with help. Visits by outcome are of the same kind.
SHARED = [(a, b, c) for a in range(MOST + 6) for b in range(a + 1) for c in range(a - b + 1)]


def columns_and_totals(communes):
    """All that is published of one month: the communes' numbers and shares, and the province's totals of them."""
    rows = tuple(tuple(map(told, commune)) for commune in communes)
    totals = tuple(added(column) for column in zip(*rows, strict=True))
    return rows, totals, tuple(share(row[-1], row[0]) for row in rows), share(totals[-1].told, totals[0].told)


def asked_of(numbers):
    """Each number, the difference of any two, and all of them together."""
    found = {f"{n}": lambda table, n=n: table[n] for n in range(numbers)}
    found |= {f"{n}-{m}": lambda table, n=n, m=m: table[n] - table[m] for n, m in combinations(range(numbers), 2)}
    return found | {"all": sum}


def test_of_two_communes_and_their_province_no_number_and_no_difference_is_known_to_within_five():
    tables = [one + other for one, other in product(CHAINS, CHAINS)]
    found = possible(tables, lambda table: columns_and_totals((table[:3], table[3:])), asked_of(6))
    assert len(found) == 16  # each commune: none, one, two or three of its numbers are told
    assert narrowest(found) == FEW


def test_of_parts_of_a_whole_no_number_is_known_to_within_five_nor_what_is_in_none_of_them():
    rest = {"rest": lambda table: table[0] - table[1] - table[2], "both": lambda table: table[1] + table[2]}
    found = possible(SHARED, lambda table: tuple(map(told, table)), asked_of(3) | rest)
    assert narrowest(found) == FEW


def test_of_two_months_or_two_versions_no_change_is_known_to_within_five():
    tables = [before + after for before, after in product(CHAINS, CHAINS)]
    change = {f"{n}": lambda table, n=n: table[n + 3] - table[n] for n in range(3)}
    found = possible(tables, lambda table: tuple(map(told, table)), change)
    assert narrowest(found) == 9
    grown = [table for table in tables if all(table[n] <= table[n + 3] for n in range(3))]  # it never falls, they say
    assert narrowest(possible(grown, lambda table: tuple(map(told, table)), change | asked_of(6))) == FEW


COLUMNS = 5  # in scope, reached, with ambassador, learning, proficient
chain = st.lists(st.integers(0, 40), min_size=COLUMNS, max_size=COLUMNS).map(lambda numbers: sorted(numbers)[::-1])


@settings(deadline=None)
@given(st.lists(chain, min_size=1, max_size=4), st.booleans())
def test_of_a_communes_history_nothing_is_known_to_within_five(months, growing):
    """Whoever knows all columns of all months finds no number, and no difference of any two, to within five."""
    if growing:
        months = [[max(column) for column in zip(*months[: n + 1], strict=True)] for n in range(len(months))]
    numbers = [count for month in months for count in month]
    known = limits(numbers, len(months), growing=growing)
    most = bounds(len(numbers), known)
    for n, count in enumerate(numbers, start=1):
        assert -most[0][n] <= count <= most[n][0]
        assert left(most, n) == FEW
    assert min((left(most, a, b) for a, b in combinations(range(1, len(numbers) + 1), 2)), default=FEW) >= FEW


def limits(numbers: list[int], months: int, *, growing: bool) -> list[Limit]:
    """What is known: each number's step, that each column holds the next, and perhaps that nothing ever falls."""
    known: list[Limit] = []
    for n, count in enumerate(numbers, start=1):
        shown = told(count)
        lowest = 0 if shown is None else shown - FEW // 2
        known += [(n, 0, lowest + FEW - 1), (0, n, -lowest)]
    for month, column in product(range(months), range(COLUMNS)):
        here = month * COLUMNS + column + 1
        known += [(here + 1, here, 0)] if column + 1 < COLUMNS else []
        known += [(here, here + COLUMNS, 0)] if growing and month + 1 < months else []
    return known


def test_the_attacker_is_able_merely_withholding_small_counts_tells_them():
    """By hand: 40 less 12 and 25 is 3, and from 57 to 59 it is 2. So the tests above can fail."""

    def withheld(table):
        return tuple(count if count >= FEW else None for count in table[:3]), sum(table[:3])

    tables = [(12, 25, few) for few in range(FEW)]
    assert narrowest(possible(tables, withheld, asked_of(3))) == 1
    assert left(bounds(2, [(1, 0, 57), (0, 1, -57), (2, 0, 59), (0, 2, -59)]), 2, 1) == 1


def test_a_total_of_its_own_would_tell_what_its_parts_do_not():
    """Why totals add published numbers: with a step of its own, five parts that are all 4 would show."""
    tables = list(product(range(FEW), repeat=5))
    assert narrowest(possible(tables, lambda table: told(sum(table)), asked_of(5))) == 1
    assert narrowest(possible(tables, lambda table: added(map(told, table)), asked_of(5))) == FEW
