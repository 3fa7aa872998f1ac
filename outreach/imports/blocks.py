"""Rows gathered into households: in one kind of list a row is a household, in the other a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from outreach.imports.columns import CODE, HEAD, RELATION
from outreach.imports.rows import Line, Reading, Reason
from outreach.lib import words


@dataclass(frozen=True)
class Person:
    """Somebody of a household, as the list says."""

    name: str
    relation: str
    birth_year: int | None
    phone: str | None


@dataclass(frozen=True)
class Block:
    """The rows of one household, none of them faulty; or rows that cannot be taken, each with its reason."""

    lines: tuple[Line, ...]

    @property
    def upto(self) -> int:
        """Rows of the list consumed up to the end of this household."""
        return self.lines[-1].upto

    @property
    def faulty(self) -> bool:
        """Whether these rows are given back."""
        return any(line.fault for line in self.lines)

    @property
    def village(self) -> str:
        """The village as the list names it; empty when it names none."""
        return self.lines[0].village

    @property
    def code(self) -> str | None:
        """The commune's number for the household."""
        return next((line.values[CODE] for line in self.lines if CODE in line.values), None)

    @property
    def head(self) -> str:
        """The head's name; of a household without a named head, the first person's."""
        return self.named_head or self.lines[0].name

    @property
    def named_head(self) -> str:
        """The head's name if the list says who is head, else empty."""
        named = next((line.values[HEAD] for line in self.lines if HEAD in line.values), "")
        return named or next((line.name for line in self.lines if line.relation == "head"), "")

    @property
    def address(self) -> str:
        """The first address that a row gives."""
        return next((line.address for line in self.lines if line.address), "")

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude, where a row gives them."""
        return next((line.place for line in self.lines if line.place), None)

    @property
    def walk_no(self) -> int | None:
        """The place on the way that a row gives."""
        return next((line.walk_no for line in self.lines if line.walk_no), None)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of family that any row names."""
        return frozenset(kind for line in self.lines for kind in line.kinds)

    def people(self, persons: bool) -> list[Person]:
        """The members: the head first, then the others as they stand in the list."""
        if not persons:
            line = self.lines[0]
            return [Person(self.head, "head", line.birth_year, line.phone)]
        head, found = words.fold(self.head), list[Person]()
        for line in self.lines:
            is_head = words.fold(line.name) == head and not any(person.relation == "head" for person in found)
            other = "other" if line.relation == "head" else line.relation
            found.append(Person(line.name, "head" if is_head else other, line.birth_year, line.phone))
        if self.named_head and not any(person.relation == "head" for person in found):
            found.insert(0, Person(self.head, "head", None, None))
        return sorted(found, key=lambda person: person.relation != "head")


def blocks(lines: Iterable[Line], reading: Reading) -> Iterator[Block]:
    """Household after household. A household with one faulty row is given back whole, so that none is taken by half."""
    if not reading.persons:
        yield from (Block((line,)) for line in lines)
        return
    gathered: list[Line] = []
    for line in lines:
        if gathered and _begins(line, gathered, reading):
            yield _whole(gathered, reading)
            gathered = []
        gathered.append(line)
    if gathered:
        yield _whole(gathered, reading)


def _begins(line: Line, gathered: list[Line], reading: Reading) -> bool:
    """Whether this row begins another household than the rows gathered so far."""
    for name in (CODE, HEAD):
        if name in reading.columns and name in line.values:
            return _differs(line, gathered, name)
    return line.relation == "head"


def _differs(line: Line, gathered: list[Line], name: str) -> bool:
    here = line.values[name]
    there = next((other.values[name] for other in gathered if name in other.values), "")
    moved = bool(line.village and gathered[-1].village and line.village != gathered[-1].village)
    return words.fold(here) != words.fold(there) or moved


def _whole(gathered: list[Line], reading: Reading) -> Block:
    first = gathered[0]
    if not _has_household(first, reading):
        for line in gathered:
            line.fault = line.fault or (Reason.NO_HOUSEHOLD, RELATION)
    elif any(line.fault for line in gathered):
        for line in gathered:
            line.fault = line.fault or (Reason.WITH_HOUSEHOLD, "")
    return Block(tuple(gathered))


def _has_household(first: Line, reading: Reading) -> bool:
    """Whether the list says which household the first row belongs to."""
    named = first.values.keys() & {CODE, HEAD}
    return bool(named & reading.columns.keys()) or first.relation == "head"
