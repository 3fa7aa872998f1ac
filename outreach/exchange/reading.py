"""Reading what is handed out family by family, a piece at a time: memory stays the same, however long the table is.

A piece begins after the last household of the piece before (its sort key and number), so that no page is counted
through again; between pieces nothing of the database is held, however slowly a line takes the file.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.exchange import figures
from outreach.exchange.periods import Period
from outreach.exchange.tables import AMBASSADORS, HOUSEHOLDS, VISITS
from outreach.households import queries as households
from outreach.households.models import Ambassador, FamilyType, Household, Member
from outreach.visits.models import Correction, Taught, Visit

PIECE = 1000  # households
Cells = tuple[object, ...]
SEVERAL = "|"


class Order(NamedTuple):
    """What is wanted: the households of an area, as far as `seen` (households.queries.visible_to) goes."""

    seen: Select[Household]
    villages: Sequence[Area]
    commune: str  # its code
    period: Period


def order(s: Session, account: Account, area: Area, period: Period) -> Order:
    """An order for a commune or a village of one's own commune."""
    return Order(households.visible_to(account), areas.villages(s, area), area.code.partition(".")[0], period)


def count(s: Session, what: str, wanted: Order) -> int:
    """How many rows the table will have."""
    here = wanted.seen.where(Household.village_id.in_([village.id for village in wanted.villages]))
    ids = here.with_only_columns(Household.id)
    if what == HOUSEHOLDS:
        return s.scalar(here.with_only_columns(func.count(Household.id), maintain_column_froms=True)) or 0
    if what == AMBASSADORS:
        current = select(func.count(Ambassador.id)).where(Ambassador.until.is_(None), Ambassador.household_id.in_(ids))
        return s.scalar(current) or 0
    begins, ends = figures.moments(wanted.period)
    made = select(func.count(Visit.id)).where(Visit.household_id.in_(ids), Visit.at >= begins, Visit.at < ends)
    return s.scalar(made) or 0


def pieces(s: Session, what: str, wanted: Order) -> Iterator[list[Cells]]:
    """The rows of a table (tables.TABLES), piece after piece; the session is put back between them."""
    read = READERS[what]
    for village in wanted.villages:
        for houses in _houses(s, wanted.seen, village):
            rows = read(s, wanted, village, houses)
            s.close()
            yield rows


Houses = Sequence[Any]  # rows of `_houses`


def _houses(s: Session, seen: Select[Household], village: Area) -> Iterator[Houses]:
    """The households of a village by given name of the head, some at a time, with the ambassador of each."""
    home = seen.where(Household.village_id == village.id)
    home = home.outerjoin(Ambassador, and_(Ambassador.household_id == Household.id, Ambassador.until.is_(None)))
    query = home.outerjoin(Member, Member.id == Ambassador.member_id).with_only_columns(
        Household.id, Household.code, Household.head_name, Household.sort_key, Household.address, Household.stage,
        Household.visited_at, Household.last_visit_at, Ambassador.since, Member.name, Member.birth_year,
        Member.learning_since, Member.proficient_since, maintain_column_froms=True,
    )  # fmt: skip
    query = query.order_by(Household.sort_key, Household.id).limit(PIECE)
    found: Houses = s.execute(query).all()
    while found:
        yield found
        if len(found) < PIECE:
            return
        after = tuple_(Household.sort_key, Household.id) > (found[-1].sort_key, found[-1].id)
        found = s.execute(query.where(after)).all()


def _households(s: Session, wanted: Order, village: Area, houses: Houses) -> list[Cells]:
    types = _gathered(s, FamilyType.household_id, FamilyType.type, [house.id for house in houses])
    return [
        (
            *_house(wanted, village, house), house.address, house.stage, types.get(house.id), _day(house.visited_at),
            _day(house.last_visit_at), house.name, house.since,
        )
        for house in houses
    ]  # fmt: skip


def _ambassadors(s: Session, wanted: Order, village: Area, houses: Houses) -> list[Cells]:
    return [
        (
            *_house(wanted, village, house), house.name, house.birth_year, house.since, house.learning_since,
            house.proficient_since,
        )
        for house in houses
        if house.since
    ]  # fmt: skip


def _visits(s: Session, wanted: Order, village: Area, houses: Houses) -> list[Cells]:
    known = {house.id: house for house in houses}
    begins, ends = figures.moments(wanted.period)
    place = aliased(Area)
    query = select(
        Visit.id, Visit.client_id, Visit.household_id, Visit.at, Visit.received_at, Visit.outcome, Visit.way,
        place.code.label("place"), Account.name.label("by"), Visit.next_on, Correction.at.label("corrected"),
        Correction.new_visit_id,
    )  # fmt: skip
    query = query.join(Account, Account.id == Visit.by_id).outerjoin(place, place.id == Visit.place_id)
    query = query.outerjoin(Correction, Correction.visit_id == Visit.id)
    query = query.where(Visit.household_id.in_(known), Visit.at >= begins, Visit.at < ends).order_by(Visit.at, Visit.id)
    made = s.execute(query).all()
    taught = _gathered(s, Taught.visit_id, Taught.lesson, [one.id for one in made])
    return [
        (
            one.id, one.client_id, *_house(wanted, village, known[one.household_id]), one.at, one.received_at,
            one.outcome, one.way, one.place, one.by, taught.get(one.id), one.next_on, int(one.corrected is not None),
            one.new_visit_id,
        )
        for one in made
    ]  # fmt: skip


def _house(wanted: Order, village: Area, house: Any) -> Cells:
    return house.id, house.code, wanted.commune, village.code, village.title, house.head_name


def _gathered(s: Session, key: Any, value: Any, ids: Sequence[int]) -> dict[int, str]:
    """Several values of one row in one cell, in order."""
    found: dict[int, str] = {}
    for owner, text in s.execute(select(key, value).where(key.in_(ids)).order_by(key, value)) if ids else ():
        found[owner] = f"{found[owner]}{SEVERAL}{text}" if owner in found else text
    return found


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


READERS: dict[str, Callable[[Session, Order, Area, Houses], list[Cells]]] = {
    HOUSEHOLDS: _households, AMBASSADORS: _ambassadors, VISITS: _visits,
}  # fmt: skip
