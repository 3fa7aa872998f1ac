"""An area's coverage divided otherwise than by place: by who looks after the households, by the kind of family as the
commune notes it, by the hardship of villages as the commune counts it. Kinds of families and hardship that nobody has
noted are not guessed. Above a commune only sums are read, as they were last folded.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.coverage import numbers
from outreach.coverage.numbers import Counts, Row
from outreach.groups import hardship
from outreach.groups.hardship import Place, Village, Villages
from outreach.households.models import FAMILY_TYPES, FamilyType, Household
from outreach.visits.models import Care

CARER, KIND, HARDSHIP = "carer", "kind", "hardship"


class Whose(NamedTuple):
    """Who looks after households: an account and its village; for those that nobody looks after both are None."""

    account: Account | None
    village: Area | None


@dataclass(frozen=True)
class Breakdown:
    """The divisions; those that cannot be made here are empty. Families may be of several kinds, or of none noted.

    What stands behind the hardship: of a commune or village its villages, above these the places below.
    """

    carers: Sequence[Row[Whose]]
    kinds: Sequence[Row[str]]
    hardship: Sequence[Row[Villages]]
    villages: Sequence[Row[Village]] = ()
    places: Sequence[Place] = ()
    as_of: datetime | None = None  # the moment of the sums; None: this one


def of(s: Session, area: Area, *, names: bool) -> Breakdown:
    """An area's divisions as they are now. Households are counted within a commune or village only; carers are told of
    where `names` may be read. Four questions at most."""
    if area.kind not in (COMMUNE, VILLAGE):
        places, as_of = hardship.below(s, area)
        return Breakdown([], [], hardship.together(one.by_key for one in places), places=places, as_of=as_of)
    villages = hardship.villages(s, area)
    alike = hardship.together(one.place.alone(one.counts) for one in villages) if area.kind == COMMUNE else []
    return Breakdown(_carers(s, area) if names else [], _kinds(s, area), alike, villages)


def _carers(s: Session, area: Area) -> list[Row[Whose]]:
    """By given name, those of one village together; last the households that nobody looks after."""
    rows = select(Care.account_id, Household.stage, func.count()).select_from(Household)
    cared = rows.outerjoin(Care, (Care.household_id == Household.id) & Care.until.is_(None))
    found = _added(s, _here(cared, area).group_by(Care.account_id, Household.stage))
    people = select(Account, Area).join(Area, Area.id == Account.area_id).where(Account.id.in_(found.keys() - {None}))
    known = s.execute(people.order_by(Area.sort_key, Area.id, Account.sort_key, Account.id)).all()
    told = [Row(Whose(account, village), found[account.id]) for account, village in known]
    return [*told, Row(Whose(None, None), found[None])] if None in found else told


def _kinds(s: Session, area: Area) -> list[Row[str]]:
    """In the order of FAMILY_TYPES."""
    rows = select(FamilyType.type, Household.stage, func.count()).join(
        Household, Household.id == FamilyType.household_id
    )
    found = _added(s, _here(rows, area).group_by(FamilyType.type, Household.stage))
    return [Row(kind, found[kind]) for kind in FAMILY_TYPES if kind in found]


def _here(rows: Any, area: Area) -> Any:
    within = Household.village_id.in_(select(Area.id).where(Area.kind == VILLAGE, areas.within(area)))
    return rows.where(within, Household.merged_into_id.is_(None))


def _added(s: Session, rows: Any) -> dict[Any, Counts]:
    """Rows of (key, stage, how many) as counts by key."""
    found: dict[Any, Counts] = defaultdict(Counts)
    for key, stage, many in s.execute(rows):
        found[key] += Counts(**{stage: many})
    return dict(found)


def ordered(rows: Sequence[Row[Whose]], key: str, *, descending: bool) -> Sequence[Row[Whose]]:
    """People by one of their numbers; the households that nobody looks after come last either way."""
    people = [row for row in rows if row.place.account]
    return [*numbers.ordered(people, key, descending=descending), *_nobodys(rows)]


def _nobodys(rows: Iterable[Row[Whose]]) -> list[Row[Whose]]:
    return [row for row in rows if row.place.account is None]
