"""Reading help points: those of a commune, its own desk, and the one that an official may change."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.helpdesk.models import DESK, KINDS, HelpPoint
from outreach.lib import words


def commune_of(area: Area | None) -> Area | None:
    """The commune that an area is or lies in; None above communes."""
    if area is not None and area.kind == VILLAGE:
        return area.parent
    return area if area is not None and area.kind == COMMUNE else None


def points(s: Session, commune: Area) -> Sequence[HelpPoint]:
    """The places of a commune that are there now: its own desk first, then by kind and name."""
    found = s.scalars(_there(commune)).all()
    return sorted(found, key=lambda one: (KINDS.index(one.kind), words.sort_key(one.name), one.id))


def desk(s: Session, commune: Area) -> HelpPoint | None:
    """The commune's own desk; the first that was entered, should there be several."""
    return s.scalars(_there(commune).where(HelpPoint.kind == DESK).order_by(HelpPoint.id).limit(1)).one_or_none()


def desk_near(s: Session, area: Area) -> HelpPoint | None:
    """The desk of the commune that an area is or lies in."""
    commune = commune_of(area)
    return desk(s, commune) if commune else None


def number_near(s: Session, area: Area) -> str | None:
    """The telephone of the commune that an area is or lies in: its desk's, else that of another of its places."""
    commune = commune_of(area)
    return next((one.phone for one in points(s, commune) if one.phone), None) if commune else None


def find(s: Session, account: Account, point_id: int) -> HelpPoint | None:
    """A place of the official's own commune, by its id."""
    return s.scalars(_there(account.area).where(HelpPoint.id == point_id)).one_or_none()


def _there(commune: Area) -> Select[HelpPoint]:
    return select(HelpPoint).where(HelpPoint.area_id == commune.id, HelpPoint.ended_at.is_(None))
