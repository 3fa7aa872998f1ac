"""What is counted of a household, as its facts say: how far it has come, what somebody in it can do."""

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from outreach.households.models import (
    HAS_AMBASSADOR,
    LEARNING,
    NOT_REACHED,
    PROFICIENT,
    VISITED,
    Ambassador,
    Household,
    Member,
)

# Written once: each household that is met for the first time asks them.
PEOPLE = select(Member.household_id, Member.proficient_since, Member.alone, Member.helped, Member.vneid_said_on).where(
    Member.household_id.in_(bindparam("households", expanding=True)), Member.left_on.is_(None)
)
AMBASSADORS = (
    select(Ambassador.household_id, Member.learning_since)
    .join(Member, Ambassador.member_id == Member.id)
    .where(Ambassador.household_id.in_(bindparam("households", expanding=True)), Ambassador.until.is_(None))
)


class Facts(NamedTuple):
    """What is counted of a household."""

    stage: str
    alone: int
    helped: int
    vneid: int


def stage_of(*, closed_as: str | None, proficient: bool, ambassador: bool, learning: bool, visited: bool) -> str:
    """The stage that follows from the facts; the rule itself."""
    if closed_as:
        return closed_as
    if proficient:
        return PROFICIENT
    if ambassador:
        return LEARNING if learning else HAS_AMBASSADOR
    return VISITED if visited else NOT_REACHED


def as_counted(one: Household) -> Facts:
    """What is counted of it now."""
    return Facts(one.stage, one.alone, one.helped, one.vneid)


def look(s: Session, households: Sequence[Household]) -> dict[int, Facts]:
    """By id, what is to be counted of these households. Whatever was changed has been written (`Session.flush`)."""
    wanted = {"households": [one.id for one in households]}
    people = defaultdict[int, list[Any]](list)
    for person in s.connection().execute(PEOPLE, wanted):
        people[person.household_id].append(person)
    ambassadors = s.connection().execute(AMBASSADORS, wanted)
    learning = {household_id: since is not None for household_id, since in ambassadors}
    return {
        one.id: _facts(people[one.id], stage_of(
            closed_as=one.closed_as, proficient=any(person.proficient_since for person in people[one.id]),
            ambassador=one.id in learning, learning=learning.get(one.id, False), visited=one.visited_at is not None,
        ))
        for one in households
    }  # fmt: skip


def _facts(people: Sequence[Any], stage: str) -> Facts:
    """A house can do what anybody in it can; what one does alone, another's help does not lessen."""
    alone = reduce(or_, (person.alone for person in people), 0)
    helped = reduce(or_, (person.helped for person in people), 0) & ~alone
    return Facts(stage, alone, helped, sum(person.vneid_said_on is not None for person in people))
