"""Villages by what is known of their hardship: in a commune as its last review says and as they stand now, above it
from sums (`plans.hardship`). Never which household is poor.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.coverage import numbers
from outreach.coverage.numbers import Counts, Row
from outreach.households.models import LADDER, STAGES, Tally
from outreach.plans import queries as plans
from outreach.plans.hardship import KEYS, OTHERS, SPECIAL, UNTOLD
from outreach.plans.models import HardshipTally, VillageFact


@dataclass(frozen=True)
class Villages:
    """Villages that are alike in what is known of their hardship: SPECIAL, OTHERS, or UNTOLD. Sums over them."""

    key: str
    villages: int
    poor: int | None
    near_poor: int | None
    since: date | None  # the day of the review; of several the earliest


ByKey = Mapping[str, Row[Villages]]  # a key of which there is no village is missing


@dataclass(frozen=True)
class Village:
    """A village with what its commune's last review says of it (None: nothing), and who entered that."""

    area: Area
    fact: VillageFact | None
    by: Account | None

    @property
    def key(self) -> str:
        """SPECIAL, OTHERS or UNTOLD."""
        return UNTOLD if self.fact is None else SPECIAL if self.fact.hardship else OTHERS

    def alone(self, counts: Counts) -> ByKey:
        """The same as a sum of one."""
        noted = (self.fact.poor, self.fact.near_poor, self.fact.as_of) if self.fact else (None, None, None)
        return {self.key: Row(Villages(self.key, 1, *noted), counts)}


@dataclass(frozen=True)
class Place:
    """A place below, with its villages."""

    area: Area
    by_key: ByKey

    @property
    def told(self) -> bool:
        """Whether anything is known of any of its villages."""
        return bool(self.by_key.keys() - {UNTOLD})

    @property
    def known(self) -> Villages:
        """All its villages of which anything is known, as one."""
        return _sum(OTHERS, [row for key, row in self.by_key.items() if key != UNTOLD])


def villages(s: Session, area: Area) -> list[Row[Village]]:
    """The living villages of a commune (or a village itself), those in special difficulty first, each group in
    Vietnamese order; nothing where no village has told anything. One question."""
    noted, by = aliased(VillageFact, plans.latest(area).subquery()), aliased(Account)
    rows = select(Area, noted, by, *(func.coalesce(getattr(Tally, stage), 0) for stage in STAGES))
    joined = rows.outerjoin(noted, noted.village_id == Area.id).outerjoin(by, by.id == noted.set_by_id)
    here = joined.outerjoin(Tally, Tally.village_id == Area.id).where(Area.kind == VILLAGE, areas.within(area))
    living = here.where(areas.living()).order_by(Area.sort_key, Area.id)
    found = [Row(Village(*row[:3]), Counts(*row[3:])) for row in s.execute(living)]
    told = any(one.place.fact for one in found)
    return sorted(found, key=lambda one: KEYS.index(one.place.key)) if told else []


def below(s: Session, area: Area) -> tuple[list[Place], datetime | None]:
    """The places below a province or the country, in Vietnamese order, and the moment of the oldest of their sums;
    nothing where no village of theirs has told anything. One question."""
    rows = select(HardshipTally, Area).join(Area, Area.id == HardshipTally.area_id)
    here = rows.where(HardshipTally.parent_id == area.id, areas.living()).order_by(Area.sort_key, Area.id)
    found: dict[Area, dict[str, Row[Villages]]] = defaultdict(dict)
    moments = []
    for sums, place in s.execute(here):
        counts = Counts(**{stage: getattr(sums, stage) for stage in LADDER})
        found[place][sums.key] = Row(Villages(sums.key, sums.villages, sums.poor, sums.near_poor, sums.since), counts)
        moments.append(sums.folded_at)
    places = [Place(place, {key: by_key[key] for key in KEYS if key in by_key}) for place, by_key in found.items()]
    return (places, min(moments)) if any(place.told for place in places) else ([], None)


def together(places: Iterable[ByKey]) -> list[Row[Villages]]:
    """All of them, by their key."""
    found: dict[str, list[Row[Villages]]] = defaultdict(list)
    for by_key in places:
        for key, row in by_key.items():
            found[key].append(row)
    return [Row(_sum(key, found[key]), numbers.total(row.counts for row in found[key])) for key in KEYS if found[key]]


def _sum(key: str, rows: Sequence[Row[Villages]]) -> Villages:
    """What is not known of one is not zero: it is left out, and where it is known of none, nobody knows."""
    poor = [row.place.poor for row in rows if row.place.poor is not None]
    near_poor = [row.place.near_poor for row in rows if row.place.near_poor is not None]
    many, days = sum(row.place.villages for row in rows), [row.place.since for row in rows if row.place.since]
    return Villages(
        key, many, sum(poor) if poor else None, sum(near_poor) if near_poor else None, min(days, default=None)
    )
