"""A message as it would read and travel for an example person of a real commune, while somebody writes its words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import LEADER, Account
from outreach.areas import queries as areas
from outreach.areas.models import COMMUNE, VILLAGE, Area
from outreach.lib import phones, sms_text
from outreach.lib.sms_text import Measured
from outreach.sms import spending
from outreach.sms.models import FULL, PLAIN
from outreach.sms.purposes import PURPOSES
from outreach.wordings import checking
from outreach.wordings.checking import Fault

TO = "+84"  # where a message of this house goes, for its price


class Example(NamedTuple):
    """The commune whose names are filled in (None: there is none yet, so invented ones are), and what is filled in.

    `missed`: no commune has the name that was typed, so another's names are shown.
    """

    commune: Area | None
    missed: bool
    values: Mapping[str, str]


class Shown(NamedTuple):
    """One form of a message with an example's values. `dong`: its price; None while nobody has said what one costs."""

    form: str
    text: str
    measured: Measured
    dong: int | None
    faults: list[Fault]


def example(s: Session, purpose: str, within: Area, typed: str, support_phone: str) -> Example:
    """An example person of the commune that was typed, else of the first one with a group leader within an area.

    Names of places and the number to call are real, the rest is invented: nobody's data is needed to see a message.
    """
    commune = _commune(s, within, typed)
    missed = bool(typed) and commune is None
    leader = _leader(s, commune or within)
    village = leader.area if leader else next(iter(areas.villages(s, commune)), None) if commune else None
    commune = commune or (village.parent if village else None)
    values = dict(PURPOSES[purpose].placeholders)
    tomorrow = clock.today() + timedelta(days=1)
    real = {"phone": _shown(leader.phone if leader else support_phone), "day": f"{tomorrow:%d/%m}"}
    if commune:
        real["commune"] = commune.title
    if village:
        real |= {"village": village.full_name, "place": f"Nhà văn hóa {village.full_name}"}
    values.update({name: value for name, value in real.items() if name in values and value})
    return Example(commune, missed, values)


def show(s: Session, purpose: str, full: str, plain: str, values: Mapping[str, str]) -> list[Shown]:
    """Both forms, as they stand now, faults and all."""
    known = spending.prices(s, clock.today())
    faults = checking.faults(PURPOSES[purpose], full, plain)
    shown = []
    for form, text in ((FULL, full), (PLAIN, plain)):
        body = checking.read(text, form, values)
        measured = sms_text.measure(body)
        mine = [fault for fault in faults if fault.form == form and text.strip()]
        shown.append(Shown(form, body, measured, known.of(TO, measured.segments), mine))
    return shown


def _commune(s: Session, within: Area, typed: str) -> Area | None:
    if within.kind in (COMMUNE, VILLAGE):
        return within
    found = areas.search(s, typed, inside=within, limit=1) if typed else []
    return found[0].area if found else None


def _leader(s: Session, within: Area) -> Account | None:
    """The first group leader within an area: whose number stands in the messages of that village."""
    return s.scalars(
        select(Account)
        .join(Area, Area.id == Account.area_id)
        .where(Account.role == LEADER, Account.suspended_at.is_(None), areas.within(within))
        .order_by(Account.id)
        .limit(1)
    ).first()


def _shown(phone: str) -> str:
    try:
        return phones.show(phone)
    except phones.BadPhone:
        return phone
