"""Where a record belongs that speaks of no house with a number yet; where the place has ended, its heir."""

from sqlalchemy.orm import Session

from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.arrivals.recorded import Record


def named(s: Session, record: Record) -> Area | None:
    """The village that a new household was to be noted in, where the record says so."""
    said = next(iter(record.values("village")), "")
    found = s.get(Area, int(said)) if said.isascii() and said.isdecimal() and len(said) < 10 else None
    return areas.heir(s, found) if found is not None and found.kind == VILLAGE else None


def carried(s: Session, bag_place: int | None) -> Area | None:
    """The place that a bag was filled for."""
    bag = s.get(Area, bag_place) if bag_place is not None else None
    return areas.heir(s, bag) if bag is not None else None
