"""What of a count may be told to everybody: the step of five it lies on; below five nothing but that it is below five.

Counts of one to four are not given, and no published numbers lead to one: not the difference of two columns, of two
months or of two versions, not a total less its other parts. For every count, and for every such difference, five values
in a row are possible (0 to 4 of a count that is withheld). Why, and what this does not protect: docs/open-data.md.
"""

from collections.abc import Iterable
from typing import NamedTuple

FEW = 5  # fewer are never told


class Sum(NamedTuple):
    """Told numbers added up (None: none of them is told), and how many were withheld: 0 to 4 is missing for each."""

    told: int | None
    withheld: int


def told(count: int) -> int | None:
    """What is published of a count: the middle of its step (52 for 50 to 54), so at most 2 off; None below five.

    Zero is withheld with 1 to 4: else the first of them would show.
    """
    return None if count < FEW else count - count % FEW + FEW // 2


def added(parts: Iterable[int | None]) -> Sum:
    """A total of published numbers and of nothing else, so that it tells nothing that they do not tell."""
    given = list(parts)
    shown = [one for one in given if one is not None]
    return Sum(sum(shown) if shown else None, len(given) - len(shown))


def share(part: int | None, whole: int | None) -> int | None:
    """How many of a hundred, by published numbers; None where one of them is withheld."""
    return None if part is None or not whole else round(100 * part / whole)
