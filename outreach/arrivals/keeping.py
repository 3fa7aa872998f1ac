"""Keeping records apart that came too late to be written by themselves, with why, until somebody decides."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock, fields
from outreach.accounts import audit
from outreach.accounts.models import Account, AuditEntry
from outreach.areas.models import Area
from outreach.arrivals import places
from outreach.arrivals.judging import KEPT, REFUSED, THERE, Fate, aim
from outreach.arrivals.models import Late
from outreach.arrivals.recorded import REFERENCE, Record
from outreach.households.models import Household
from outreach.lib import id_numbers
from outreach.visits.forms import CLOCK_BEHIND
from outreach.web import LARGEST


def keep(s: Session, record: Record, by: Account, area: Area, why: str) -> Fate:
    """Keep a record apart, once however often it is sent. ID numbers are refused here as in any form."""
    typed = [(name, value) for name, value in record.fields if not REFERENCE.fullmatch(value)]
    errors = {name: [str(fields.ID_NUMBER)] for name, value in typed if id_numbers.find(value)}
    if errors:
        return Fate(REFUSED, _("Please put right what is marked, or discard it."), errors)
    now = clock.now()
    raw = [("said_at", record.said_at.isoformat())] if record.said_at else []
    made = Late(
        client_id=record.client_id, digest=record.digest(), author_id=by.id, area_id=area.id, why=why, url=record.url,
        fields=[[name, value] for name, value in (*record.fields, *raw)], at=_when(record, now), received_at=now,
    )  # fmt: skip
    s.add(made)
    s.flush()
    audit.record(s, "late.create", "late", made.id, area_id=area.id, actor_id=by.id, why=why)
    return _kept(s, by, area, record)


def _when(record: Record, now: datetime) -> datetime:
    """When it was recorded; the time of sending where that cannot be: nobody could write it later, nor send it anew."""
    return record.at if record.at is not None and now - CLOCK_BEHIND < record.at <= now else now


def again(s: Session, kept: Late, record: Record, by: Account) -> Fate:
    """What to say of a record that was kept before: decided meanwhile, or still waiting."""
    if kept.author_id != by.id or kept.digest != record.digest():
        text = _("This was sent before with other content; what was sent first stands. Save yours anew, or discard it.")
        return Fate(REFUSED, text)
    if kept.written:
        return Fate(THERE)
    if kept.decided_at is not None:
        return Fate(KEPT, _("It was set aside: %(why)s", why=kept.word))
    return _kept(s, by, kept.area, record)


def _kept(s: Session, by: Account, area: Area, record: Record) -> Fate:
    """Who decides; the place is named only to somebody who works or worked there, and only of a house that there is: a
    guessed number tells nothing."""
    to = aim(record.url)
    nowhere = to is not None and to.house.isdecimal() and _home(s, to.house) is None
    if nowhere or (not by.area.contains(area) and not any(place.contains(area) for place in _worked_in(s, by))):
        return Fate(KEPT, _("It has arrived. The leader of that place decides whether it is written."))
    return Fate(KEPT, _("It has arrived. The leader or official of %(place)s decides whether it is written.",
                        place=area.full_name))  # fmt: skip


def _worked_in(s: Session, by: Account) -> Sequence[Area]:
    """Where somebody was taken on, and every place left or come to since, as the log has it."""
    log = select(AuditEntry.area_id).where(
        AuditEntry.subject == "account", AuditEntry.subject_id == by.id,
        AuditEntry.act.in_(("account.create", "account.role", "account.move")),
    )  # fmt: skip
    return s.scalars(select(Area).where(Area.id.in_(log))).all()


def whose(s: Session, record: Record, by: Account, bag_place: int | None = None) -> Area:
    """Where a record is decided: the village that its household is in, or was to be noted in; else the author's."""
    to = aim(record.url)
    if to is not None and to.house.isdecimal():
        home = _home(s, to.house)
        return home.village if home is not None else by.area
    return places.named(s, record) or places.carried(s, bag_place) or by.area


def _home(s: Session, number: str) -> Household | None:
    """The household of this number, or the one it was merged into."""
    home = s.get(Household, int(number)) if int(number) <= LARGEST else None
    while home is not None and home.merged_into_id is not None:
        home = s.get_one(Household, home.merged_into_id)
    return home
