"""An area's coverage divided otherwise than by place: by who looks after the households, by the kind of family as the
commune notes it, by the hardship of villages as the commune counts it. Kinds of families and hardship that nobody has
noted are not guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, PROVINCE, VILLAGE, Area
from outreach.coverage import numbers
from outreach.coverage.numbers import Counts, Row
from outreach.households.models import FAMILY_TYPES, STAGES, FamilyType, Household, Tally
from outreach.plans import queries as plans
from outreach.visits.models import Care

CARER, KIND, HARDSHIP = "carer", "kind", "hardship"
SPECIAL, OTHERS, UNTOLD = "special", "others", "untold"


class Whose(NamedTuple):
    """Who looks after households: an account and its village; for those that nobody looks after both are None."""

    account: Account | None
    village: Area | None


@dataclass(frozen=True)
class Villages:
    """Villages that are alike in what is known of their hardship: SPECIAL, OTHERS, or UNTOLD. Sums over them."""

    key: str
    villages: int
    poor: int | None
    near_poor: int | None


@dataclass(frozen=True)
class Breakdown:
    """The divisions; those that cannot be made here are empty. Families may be of several kinds, or of none noted."""

    carers: Sequence[Row[Whose]]
    kinds: Sequence[Row[str]]
    hardship: Sequence[Row[Villages]]


def of(s: Session, area: Area, *, names: bool) -> Breakdown:
    """An area's divisions as they are now. Households are counted within a commune or village only; carers are told of
    where `names` may be read. Four questions at most."""
    near = area.kind in (COMMUNE, VILLAGE)
    return Breakdown(
        _carers(s, area) if near and names else [],
        _kinds(s, area) if near else [],
        _hardship(s, area) if area.kind in (COMMUNE, PROVINCE) else [],
    )


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


def _hardship(s: Session, area: Area) -> list[Row[Villages]]:
    """From the villages' tallies; nothing where no village has told anything."""
    fact = plans.latest(area).subquery()
    key = case((fact.c.hardship.is_(None), UNTOLD), (fact.c.hardship, SPECIAL), else_=OTHERS)
    sums = [func.sum(getattr(Tally, stage)) for stage in STAGES]
    rows = select(key, func.count(), func.sum(fact.c.poor), func.sum(fact.c.near_poor), *sums).select_from(Tally)
    here = Tally.commune_id == area.id if area.kind == COMMUNE else Tally.province_id == area.id
    living = select(Area.id).where(Area.kind == VILLAGE, areas.within(area), areas.living())
    told = rows.outerjoin(fact, fact.c.village_id == Tally.village_id).where(here, Tally.village_id.in_(living))
    found = {
        row[0]: Row(Villages(row[0], *row[1:4]), Counts(*map(int, row[4:]))) for row in s.execute(told.group_by(key))
    }
    return [found[key] for key in (SPECIAL, OTHERS, UNTOLD) if key in found] if found.keys() - {UNTOLD} else []


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
