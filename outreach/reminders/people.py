"""Whom a message may reach, with all that its words name; read by pieces, so that memory does not grow with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from outreach import clock
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import consent
from outreach.households.models import Household, Member
from outreach.lib import quiet_hours, words
from outreach.sms.costs import LONGEST_PREFIX
from outreach.visits.reminders import OfCommune

VILLAGE, COMMUNE = aliased(Area, name="village"), aliased(Area, name="commune")
PIECE = 500
Rows: TypeAlias = Select[*tuple[Any, ...]]
COLUMNS = (Member.id, Member.name, Member.phone, Member.language, Member.sms_form, VILLAGE, COMMUNE)
READER = (Member.language, Member.sms_form, func.substr(Member.phone, 1, LONGEST_PREFIX))  # see money_queries.Reader
T = TypeVar("T")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Asked(NamedTuple):
    """In which communes, and messages of which days (both included); `only`: of these members or accounts alone."""

    where: OfCommune
    first: date
    last: date
    only: Collection[int] | None = None

    def who(self, id_: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Whether somebody is among those who are asked for, as a condition on their id."""
        return true() if self.only is None else id_.in_(self.only)


class Person(NamedTuple):
    """Somebody who gets a message; `recipient` is the outbox's word for them. Officials stand in no village."""

    recipient: str
    to: str
    name: str
    language: str
    form: str
    village: Area | None
    commune: Area


class Due(NamedTuple):
    """A message that somebody should get `on` a day, and never after `until`; it `speaks_of` a day."""

    person: Person
    on: date
    until: datetime
    speaks_of: date
    about: str = ""
    values: Mapping[str, str] = NOTHING


def member(row: Sequence[Any]) -> Person:
    """Who stands in a row of COLUMNS."""
    id_, name, phone, language, form, village, commune = row
    return Person(f"member:{id_}", phone, words.given_name(name), language, form, village, commune)


def staff(account: Account, village: Area | None, commune: Area) -> Person:
    """Somebody who works here."""
    name = words.given_name(account.name)
    return Person(f"account:{account.id}", account.phone, name, account.language, "plain", village, commune)


def at_home(query: Rows) -> Rows:
    """The query, of members, joined with where they live."""
    return (
        query.join(Household, Household.id == Member.household_id)
        .join(VILLAGE, VILLAGE.id == Household.village_id)
        .join(COMMUNE, COMMUNE.id == VILLAGE.parent_id)
    )


def reachable(purpose: str, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Which members may be told of it: with a yes to it, of a household that is open, among those asked for."""
    open_house = (Household.closed_as.is_(None), Household.merged_into_id.is_(None))
    return (consent.may_text(purpose), asked.who(Member.id), *open_house, asked.where(COMMUNE.id))


def pieces(s: Session, wanted: Rows, rows: Rows, key: InstrumentedAttribute[int]) -> Iterator[Any]:
    """Read the `rows` whose `key` is `wanted`: the numbers at once (a few bytes each), the rows some hundred at a time.

    A piece is read to its end before its first row is given, so that whoever gets it may write meanwhile.
    """
    numbers = s.scalars(wanted.order_by(key)).all()
    for start in range(0, len(numbers), PIECE):
        piece = rows.where(key.in_(numbers[start : start + PIECE])).order_by(key)
        yield from s.execute(piece).all()


def of_members(*columns: Any) -> Rows:
    """What COLUMNS need, after columns of one's own."""
    return select(*columns, *COLUMNS)


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """The rows, some hundred at a time."""
    source = iter(rows)
    while piece := list(islice(source, PIECE)):
        yield piece


def evening(day: date) -> datetime:
    """When the sending hours of a day end."""
    return datetime.combine(day, quiet_hours.CLOSES, clock.place())


def morning(day: date) -> datetime:
    """When the sending hours of a day begin."""
    return datetime.combine(day, quiet_hours.OPENS, clock.place())
