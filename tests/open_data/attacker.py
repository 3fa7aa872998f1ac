"""Somebody who knows everything that is published, how it is made and what must be true of any numbers, and reckons.

`possible` tries every table there could be (small ones); `bounds` finds the exact limits of large ones: where all that
is known are limits of numbers and of differences of two, the shortest paths of the graph of limits are the answer.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Limit = tuple[int, int, int]  # (a, b, most): number a less number b is at most `most`; number 0 is zero
FAR = 10**9


def possible(
    tables: Iterable[T], publish: Callable[[T], Hashable], questions: Mapping[str, Callable[[T], int]]
) -> dict[Hashable, dict[str, set[int]]]:
    """For each publication there could be: the answers that each question could have."""
    found: dict[Hashable, dict[str, set[int]]] = defaultdict(lambda: {name: set() for name in questions})
    for table in tables:
        answers = found[publish(table)]
        for name, question in questions.items():
            answers[name].add(question(table))
    return found


def narrowest(found: Mapping[Hashable, Mapping[str, set[int]]]) -> int:
    """How many answers are left to the question of which most is known."""
    return min(len(answers) for one in found.values() for answers in one.values())


def bounds(numbers: int, limits: Sequence[Limit]) -> list[list[int]]:
    """`found[a][b]`: how much number a is above number b at most (Floyd and Warshall)."""
    most = [[0 if a == b else FAR for b in range(numbers + 1)] for a in range(numbers + 1)]
    for a, b, at_most in limits:
        most[a][b] = min(most[a][b], at_most)
    for k in range(numbers + 1):
        for a in range(numbers + 1):
            for b in range(numbers + 1):
                most[a][b] = min(most[a][b], most[a][k] + most[k][b])
    return most


def left(most: Sequence[Sequence[int]], a: int, b: int = 0) -> int:
    """How many values number a less number b may have; of number a itself without b."""
    return most[a][b] + most[b][a] + 1
