"""Which visits of a month are drawn for a check: a pure rule, so that nobody can choose or foretell them.

The lot follows from a number that nobody knows before: it is made when the lot is drawn and kept with it
(`Sample.number`). Whoever audits a draw takes that number and the visits of the month that stood when it was drawn,
with those of earlier months that had arrived since the lot before, and must come to the same lot; lots older than this
rule have no number, and followed from village and month alone. Authors are drawn from in turn, so that nobody is left
out while another is checked twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil
from random import Random

LEAST, SHARE, MOST = 2, 0.05, 20


def size(visits: int) -> int:
    """How many of so many visits are drawn: at least 2, 5 % of them, at most 20."""
    return min(visits, MOST, max(LEAST, ceil(visits * SHARE)))


def draw(number: str, visits: Sequence[tuple[int, int]]) -> list[int]:
    """Draw from (visit id, author id): the ids that are drawn, the same for the same number and visits."""
    lot = Random(number)
    by_author: dict[int, list[int]] = defaultdict(list)
    for visit_id, author_id in sorted(visits):
        by_author[author_id].append(visit_id)
    turns = [by_author[author_id] for author_id in sorted(by_author)]
    lot.shuffle(turns)
    for ids in turns:
        lot.shuffle(ids)
    in_turn = [ids[n] for n in range(max(map(len, turns), default=0)) for ids in turns if n < len(ids)]
    return in_turn[: size(len(visits))]
