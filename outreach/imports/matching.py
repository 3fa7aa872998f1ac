"""Which listed household a row of a list is about, and whether the list names the same household twice.

A household is its code within its village; without a code, the head's name and the address; where there is no
address either, the telephone tells two of one name apart.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload, selectinload

from outreach.households.models import Household
from outreach.imports.blocks import Block
from outreach.lib import words


class Identity(NamedTuple):
    """What tells a household of a list from the others."""

    village_id: int
    code: str | None
    folded: str
    address: str  # folded
    phone: str | None


def identity(block: Block, village_id: int) -> Identity:
    """The identity of what these rows are about."""
    phone = next((line.phone for line in block.lines if line.phone and line.name == block.head), None)
    phone = phone or block.lines[0].phone
    return Identity(village_id, block.code, words.fold(block.head), words.fold(block.address), phone)


class Seen:
    """The households that the list has named so far. Holds hashes only, so that it stays small."""

    def __init__(self) -> None:
        self._codes: set[int] = set()
        self._names: set[int] = set()
        self._silent: set[int] = set()  # names given without an address and without a telephone
        self._phones: set[int] = set()

    def again(self, one: Identity, *, persons: bool) -> bool:
        """Whether the list has named this household before; notes it.

        Where a row is a person, a code that returns further down brings further members, not a second household.
        """
        name = (one.village_id, one.folded, one.address)
        named = _noted(self._names, *name)
        if one.code is not None:
            return _noted(self._codes, one.village_id, one.code) and not persons
        if one.address:
            return named
        if one.phone is None:
            self._silent.add(hash(name))
            return named
        return _noted(self._phones, *name, one.phone) or hash(name) in self._silent


def _noted(among: set[int], *parts: object) -> bool:
    """Whether it was there already; it is now."""
    mark = hash(parts)
    known = mark in among
    among.add(mark)
    return known


class Listed:
    """The households on the list that a piece of the file may be about, read at once."""

    def __init__(self, s: Session, identities: Collection[Identity]) -> None:
        self._by_code: dict[tuple[int, str], Household] = {}
        self._by_name: defaultdict[tuple[int, str], list[Household]] = defaultdict(list)
        wanted = select(Household).where(
            Household.village_id.in_({one.village_id for one in identities}),
            or_(
                Household.code.in_({one.code for one in identities if one.code}),
                Household.folded.in_({one.folded for one in identities}),
            ),
        )
        together = (lazyload(Household.village), selectinload(Household.members), selectinload(Household.types))
        read = wanted.order_by(Household.id).options(*together)
        for household in s.scalars(read):
            self.add(household)

    def add(self, household: Household) -> None:
        """Note a household that has just been put on the list."""
        if household.code:
            self._by_code[household.village_id, household.code] = household
        self._by_name[household.village_id, household.folded].append(household)

    def by_code(self, one: Identity) -> Household | None:
        """The household with this code."""
        return self._by_code.get((one.village_id, one.code)) if one.code else None

    def by_name(self, one: Identity) -> Household | None:
        """The household of this name at this address; one with another code is another one."""
        alike = [h for h in self._by_name[one.village_id, one.folded] if not (one.code and h.code)]
        if one.address:
            same = [h for h in alike if h.address_folded == one.address]
            return next(iter(same), None) or _same_phone([h for h in alike if not h.address_folded], one.phone)
        return _same_phone(alike, one.phone) or _nothing_against([h for h in alike if not h.address_folded], one.phone)

    def clashes(self, one: Identity, holder: Household) -> bool:
        """Whether the code's holder has another name while this name and address stand on the list under another code.

        That is how a list looks whose numbers were dealt out anew: taking it would rename households.
        """
        if holder.folded == one.folded or not one.address:
            return False
        others = self._by_name[one.village_id, one.folded]
        return any(h.address_folded == one.address and h is not holder for h in others)


def _phones(household: Household) -> set[str]:
    """The household's numbers; a corrected one leaves the head's old one as a trace."""
    return {phone for phone in (household.phone, *(m.phone for m in household.members)) if phone}


def _same_phone(alike: list[Household], phone: str | None) -> Household | None:
    return next((h for h in alike if phone and phone in _phones(h)), None)


def _nothing_against(alike: list[Household], phone: str | None) -> Household | None:
    """The one household that a row without address can be: no telephone number speaks against it."""
    silent = [h for h in alike if not h.phone]
    if phone:
        return silent[0] if len(alike) == 1 and silent else None
    return silent[0] if silent else alike[0] if len(alike) == 1 else None
