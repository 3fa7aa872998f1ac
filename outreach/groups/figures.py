"""What a leader reads of a group: what each of its people looks after and did, their phones; sums for a village."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from outreach import clock
from outreach.accounts.models import LEADER, Account
from outreach.areas.models import Area
from outreach.bag.models import Handset
from outreach.groups import silence
from outreach.groups.silence import PhoneState
from outreach.review.ledger import MISSING
from outreach.review.models import DRAFT, TO_MEND


class Periods(NamedTuple):
    """The days that the figures speak of."""

    today: date
    week: datetime  # its Monday
    month: datetime  # its first day
    sheet: date  # the month whose sheets are due: the last that is over


@dataclass(frozen=True)
class Phone:
    """A phone that carries somebody's bag, and how it does."""

    handset: Handset
    state: PhoneState


@dataclass(frozen=True)
class Person:
    """Somebody of a group: what they look after and did. `late`: records that wait for the leader's word.

    `sheet` is the state of the last month's sheet; of several the one with which most is to be done, and `sheet_of`
    the id of the village it was worked for.
    """

    account: Account
    today: date
    cares: int
    week: int
    month: int
    last_at: datetime | None
    overdue: int
    phones: Sequence[Phone]
    sheet: str
    sheet_of: int | None
    doubts: int
    late: int

    @property
    def days(self) -> int | None:
        """Days since the last visit; None: none yet."""
        return silence.days_since(self.last_at, self.today)

    @property
    def is_silent(self) -> bool:
        """Whether this person has not visited anybody for two weeks, and may work."""
        working = self.account.is_active
        return working and silence.is_silent(self.last_at, self.account.created_at, self.today)

    @property
    def hangs(self) -> bool:
        """Whether something still hangs on this person."""
        return bool(self.cares or self.overdue or self.late or any(p.state.waiting for p in self.phones))


@dataclass(frozen=True)
class Group:
    """A village's group. `last_at` is the last visit to any household there, whoever made it; `homes` are open ones.

    `cared` of them are looked after by somebody who works there, `strays` by somebody who no longer does.
    """

    village: Area
    people: Sequence[Person]
    today: date
    homes: int
    cared: int
    strays: int
    last_at: datetime | None
    overdue: int
    late: int

    @property
    def leader(self) -> Account | None:
        """Who leads it."""
        return next((p.account for p in self.people if p.account.role == LEADER and p.account.is_active), None)

    @property
    def active(self) -> Sequence[Person]:
        """Those who may work."""
        return [p for p in self.people if p.account.is_active]

    @property
    def days(self) -> int | None:
        """Days since anybody visited a household; None: nobody ever did."""
        return silence.days_since(self.last_at, self.today)

    @property
    def is_silent(self) -> bool:
        """Whether nobody has visited any household for two weeks, although there are some."""
        return self.homes > 0 and (self.days is None or self.days >= silence.SILENT_AFTER)

    @property
    def week(self) -> int:
        """Visits of the group this week."""
        return sum(p.week for p in self.people)

    @property
    def month(self) -> int:
        """Visits of the group this month."""
        return sum(p.month for p in self.people)

    @property
    def silent(self) -> int:
        """How many people have not visited anybody for two weeks."""
        return sum(p.is_silent for p in self.people)

    @property
    def unsent(self) -> Sequence[Phone]:
        """Phones that held records when last heard of."""
        return [phone for p in self.people for phone in p.phones if phone.state.waiting]

    @property
    def unwell(self) -> int:
        """How many phones somebody should look at."""
        return sum(not phone.state.is_well for p in self.people for phone in p.phones)

    @property
    def unreported(self) -> int:
        """How many people have not reported the month that is over, or must mend what they reported."""
        return sum(p.sheet in (MISSING, DRAFT, TO_MEND) for p in self.active)

    @property
    def doubts(self) -> int:
        """Open questions about visits of the group's people."""
        return sum(p.doubts for p in self.people)


def periods() -> Periods:
    """This week, this month, and the month whose sheets are due."""
    today = clock.today()
    first = today.replace(day=1)
    monday = today - timedelta(days=today.weekday())
    return Periods(today, clock.day_start(monday), clock.day_start(first), (first - timedelta(days=1)).replace(day=1))
