"""Keeping the list of help points true: a place added, corrected, ended. Rows stay, so that the log can be followed."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.helpdesk.models import HelpPoint


@dataclass(frozen=True)
class Told:
    """What is said of a place. `kind` is one of models.KINDS; `phone` as phones.parse_any gives it, or ""."""

    kind: str
    name: str
    address: str
    phone: str = ""
    hours: str = ""


def create(s: Session, told: Told, by: Account) -> HelpPoint:
    """A new place in the official's commune."""
    point = HelpPoint(area_id=by.area_id, changed_at=clock.now(), changed_by_id=by.id, **asdict(told))
    s.add(point)
    s.flush()
    audit.record(s, "help_point.create", "help_point", point.id, area_id=by.area_id, kind=told.kind)
    return point


def change(s: Session, point: HelpPoint, told: Told, by: Account) -> None:
    """What is said of it from now on; the log notes which parts are new."""
    new = {name: value for name, value in asdict(told).items() if getattr(point, name) != value}
    for name, value in new.items():
        setattr(point, name, value)
    _touch(point, by)
    audit.record(s, "help_point.update", "help_point", point.id, area_id=point.area_id, changed=sorted(new))


def end(s: Session, point: HelpPoint, by: Account) -> None:
    """Nobody is helped there any more."""
    _touch(point, by)
    point.ended_at = point.changed_at
    audit.record(s, "help_point.end", "help_point", point.id, area_id=point.area_id)


def _touch(point: HelpPoint, by: Account) -> None:
    point.changed_at, point.changed_by_id = clock.now(), by.id
