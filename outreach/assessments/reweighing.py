"""Whether what is counted of households is what speaks for their people: looked at piece by piece, and put right.

Whoever notes something names the member, and `weighing` counts her anew; here is found what nobody named. A household
is held, and its people are read again, before anything of it is called wrong; and whom a note names is merely waiting.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_ as either
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import db
from outreach.assessments import queries, weighing
from outreach.assessments.standard import Proof
from outreach.households import stages, tallies
from outreach.households.models import Household, Member, Unweighed
from outreach.lessons.queries import catalogue

PIECE = 5_000  # numbers that are looked at together: the households and the members who bear them
HELD = 100  # households that are held together, where something seems wrong: people at the door wait so long
Bits = tuple[int, int]  # alone, helped
Known = Mapping[int, Sequence[Proof]]  # what speaks for whom


class Mended(NamedTuple):
    """A household that was counted wrongly, and by how much what it adds to its village's tally changed."""

    household_id: int
    village_id: int
    by: Mapping[str, int]


class Piece(NamedTuple):
    """Up to which number all has been looked at, what was mended, and of how many people something is known."""

    last: int
    mended: Sequence[Mended]
    people: int


def rule() -> str:
    """A digest of the rule that skills are counted by everywhere: the house's standard, and what each lesson teaches.

    What a commune sets of its own is for its confirmations alone and counts nobody otherwise.
    """
    skills = [(one.id, one.lessons, one.practice, one.observed) for one in queries.default().skills]
    lessons = sorted((slug, lesson.skills) for slug, lesson in catalogue().items())
    return hashlib.sha256(repr((skills, lessons)).encode()).hexdigest()


def newest(s: Session) -> int:
    """The highest number of a household or a member."""
    return max(s.scalar(select(func.max(table.id))) or 0 for table in (Household, Member))


def walk(s: Session, after: int, last: int) -> Iterator[Piece]:
    """Look at the households and the members numbered above `after`, up to `last`, and put right what is wrong; after
    each piece the caller commits, and may stop."""
    while after < last:
        numbers = range(after + 1, min(after + PIECE, last) + 1)
        people, wrong = _look(s, numbers)
        for n in range(0, len(wrong), HELD):
            yield Piece(after, _mend(s, wrong[n : n + HELD]), 0)
        after = numbers[-1]
        yield Piece(after, (), people)


def _look(s: Session, numbers: range) -> tuple[int, list[int]]:
    """Of how many people something is known, and the households that seem wrong, in order."""
    proofs = queries.proofs(s, numbers)
    people = select(Member.id, Member.household_id, Member.alone, Member.helped)
    something = or_(Member.alone + Member.helped > 0, db.among(s, Member.id, proofs))
    wrong = {
        one.household_id
        for one in s.execute(people.where(db.one_of(Member.id, numbers), something))
        if weighing.weighed(proofs.get(one.id, ())) != (one.alone, one.helped)
    }
    return len(proofs), sorted(wrong | _unlike_their_people(s, numbers))


def _unlike_their_people(s: Session, numbers: range) -> set[int]:
    adds = defaultdict[int, list[tuple[Bits, bool]]](list)
    people = select(Member.household_id, Member.alone, Member.helped, Member.vneid_said_on.is_not(None))
    something = or_(Member.alone + Member.helped > 0, Member.vneid_said_on.is_not(None))
    there = Member.left_on.is_(None)
    for id, alone, helped, said in s.execute(people.where(db.one_of(Member.household_id, numbers), something, there)):
        adds[id].append(((alone, helped), bool(said)))
    homes = select(Household.id, Household.alone, Household.helped, Household.vneid)
    counted = or_(Household.alone + Household.helped + Household.vneid > 0, db.among(s, Household.id, adds))
    found = s.execute(homes.where(db.one_of(Household.id, numbers), counted, _LIVES))
    return {id for id, *seen in found if tuple(seen) != _added(adds[id])}


_LIVES = Household.merged_into_id.is_(None)


def _added(people: Sequence[tuple[Bits, bool]]) -> tuple[int, int, int]:
    """What they come to together, as `stages` reckons it."""
    alone = reduce(either, (bits[0] for bits, _said in people), 0)
    helped = reduce(either, (bits[1] for bits, _said in people), 0) & ~alone
    return alone, helped, sum(said for _bits, said in people)


def _mend(s: Session, ids: Collection[int]) -> list[Mended]:
    """Hold these households, and put right those that are wrong indeed."""
    homes = {home.id: home for home in stages.hold(s, select(Household).where(Household.id.in_(ids), _LIVES))}
    people = defaultdict[int, list[Member]](list)
    theirs = select(Member).where(Member.household_id.in_(homes)).execution_options(populate_existing=True)
    for member in s.scalars(theirs):
        people[member.household_id].append(member)
    proofs = queries.proofs(s, select(Member.id).where(Member.household_id.in_(homes)))
    noted = select(Member.household_id).join(Unweighed, Unweighed.member_id == Member.id)
    waiting = set(s.scalars(noted.where(Member.household_id.in_(homes))))  # asked last: a proof comes with its note
    here = [home for home in homes.values() if home.id not in waiting]
    before = {home.id: _as_counted(home, people[home.id]) for home in here}
    if here:
        _count(s, here, people, proofs)
    after = {home.id: _as_counted(home, people[home.id]) for home in here}
    return [
        Mended(home.id, home.village_id, _difference(before[home.id][0], after[home.id][0]))
        for home in here if before[home.id] != after[home.id]
    ]  # fmt: skip


def _count(s: Session, homes: Sequence[Household], people: Mapping[int, list[Member]], proofs: Known) -> None:
    tallies.hold(s, {home.village_id for home in homes})
    members = [member for home in homes for member in people[home.id]]
    stages.weighed(s, {member: weighing.weighed(proofs.get(member.id, ())) for member in members})
    for home in homes:
        if not people[home.id]:
            stages.restage(s, home, None)


def _as_counted(home: Household, people: Sequence[Member]) -> tuple[Counter[str], list[Bits]]:
    return tallies.share_of(home), [(member.alone, member.helped) for member in people]


def _difference(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in sorted({*before, *after}) if after[name] != before[name]}
