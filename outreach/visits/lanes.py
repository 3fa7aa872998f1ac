"""A village lane by lane: its houses in the order one walks, and who looks after each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import FIELD, Account
from outreach.areas.models import Area
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.visits import walking
from outreach.visits.models import Care


class House(NamedTuple):
    """An open household of a lane."""

    id: int
    head_name: str
    address: str
    walk_no: int | None
    name: str  # sorting key of the head's name
    carer_id: int | None


@dataclass(frozen=True)
class Lane:
    """A lane; `key` is what spellings of its name have in common, "" for houses without an address."""

    key: str
    name: str
    houses: Sequence[House]

    @property
    def carers(self) -> Mapping[int | None, int]:
        """How many houses each account looks after; None: nobody."""
        return Counter(house.carer_id for house in self.houses)


def lanes(s: Session, account: Account, village: Area) -> list[Lane]:
    """The lanes of a village in natural order, as far as the account may see: one query."""
    rows = (
        households.visible_to(account)
        .where(Household.village_id == village.id, Household.closed_as.is_(None))
        .outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
        .with_only_columns(
            Household.id, Household.head_name, Household.address, Household.walk_no, Household.sort_key, Care.account_id
        )
    )
    houses = {house.id: house for house in map(House._make, s.execute(rows))}.values()
    walked = sorted(houses, key=lambda h: (not h.address, *walking.in_order(h.address, h.walk_no, h.name)))
    found: dict[str, list[House]] = {}
    for house in walked:
        found.setdefault(walking.spot(house.address).key, []).append(house)
    return [Lane(key, walking.spot(of[0].address).lane, of) for key, of in found.items()]


def reorder(s: Session, account: Account, places: Mapping[int, int | None]) -> list[int]:
    """Give houses (by id) their places on the way; returns the ids of those that changed."""
    wanted = households.visible_to(account).where(Household.id.in_(places))
    changed = [home for home in s.scalars(wanted) if home.walk_no != places[home.id]]
    for home in changed:
        home.walk_no = places[home.id]
    return [home.id for home in changed]


def village(s: Session, account: Account, wanted: int | None) -> tuple[Area | None, Sequence[Area]]:
    """The village asked for (the first of those one works in, where none was) and all that may be asked for."""
    known = households.villages(s, account)
    if wanted is None:
        return (known[0] if known else None), known
    return next((one for one in known if one.id == wanted), None), known


def group(s: Session, of: Area) -> Sequence[Account]:
    """Who may look after houses of a village: its group, those suspended left out, in Vietnamese order."""
    return s.scalars(
        select(Account)
        .where(Account.area_id == of.id, Account.role.in_(FIELD), Account.suspended_at.is_(None))
        .order_by(Account.sort_key, Account.id)
    ).all()
