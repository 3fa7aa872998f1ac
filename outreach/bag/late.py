"""Records that came too late to be written by themselves: kept apart, with why, until a leader or official decides."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock, fields
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.bag.judging import KEPT, REFUSED, THERE, Fate, aim
from outreach.bag.models import HANDED_IN, OUT_OF_REACH, SUSPENDED, Late
from outreach.bag.reading import REFERENCE, Record
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.lib import id_numbers
from outreach.visits.forms import CLOCK_BEHIND
from outreach.visits.recording import CLOCK_AHEAD
from outreach.web import LARGEST

MOST = 50  # of a page
WHY = {
    SUSPENDED: _l("Whoever wrote this may not work at present."),
    OUT_OF_REACH: _l("Whoever wrote this no longer works where this household is."),
    HANDED_IN: _l("It was handed in as a file, and could not be written by itself."),
}


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
    return _kept(area)


def _when(record: Record, now: datetime) -> datetime:
    """When it was recorded; the time of sending where that cannot be: nobody could write it later, nor send it anew."""
    good = record.at is not None and now - CLOCK_BEHIND < record.at <= now + CLOCK_AHEAD
    return record.at if record.at is not None and good else now


def again(kept: Late, record: Record, by: Account) -> Fate:
    """What to say of a record that was kept before: decided meanwhile, or still waiting."""
    if kept.author_id != by.id or kept.digest != record.digest():
        text = _("This was sent before with other content; what was sent first stands. Save yours anew, or discard it.")
        return Fate(REFUSED, text)
    if kept.written:
        return Fate(THERE)
    if kept.decided_at is not None:
        return Fate(KEPT, _("It was set aside: %(why)s", why=kept.word))
    return _kept(kept.area)


def _kept(area: Area) -> Fate:
    return Fate(KEPT, _("It has arrived. The leader or official of %(place)s decides whether it is written.",
                        place=area.full_name))  # fmt: skip


def whose(s: Session, record: Record, by: Account, bag_place: int | None = None) -> Area:
    """Where a record is decided: the village that its household is in, or was to be noted in; else the author's."""
    to = aim(record.url)
    if to is not None and to.house.isdecimal():
        home = s.get(Household, int(to.house)) if int(to.house) <= LARGEST else None
        while home is not None and home.merged_into_id is not None:
            home = s.get_one(Household, home.merged_into_id)
        return home.village if home is not None else by.area
    bag = s.get(Area, bag_place) if bag_place is not None else None
    return village_named(s, record) or bag or by.area


def village_named(s: Session, record: Record) -> Area | None:
    """The village that a new household was to be noted in, where the record says so."""
    said = next(iter(record.values("village")), "")
    found = s.get(Area, int(said)) if said.isascii() and said.isdecimal() and len(said) < 10 else None
    return found if found is not None and found.kind == VILLAGE else None


def visible_to(account: Account) -> Select[Late]:
    """The late records that somebody answers for: a leader those of the village, an official those of the commune."""
    inside = select(Area.id).where(areas.within(account.area))
    return select(Late).where(Late.area_id.in_(inside)).options(joinedload(Late.author), joinedload(Late.area))


def waiting(s: Session, account: Account) -> Sequence[Late]:
    """Those that wait for a word, the oldest first; at most a page."""
    found = visible_to(account).where(Late.decided_at.is_(None)).order_by(Late.received_at, Late.id)
    return s.scalars(found.limit(MOST)).all()


def decided(s: Session, account: Account) -> Sequence[Late]:
    """Those decided last."""
    found = visible_to(account).where(Late.decided_at.is_not(None)).order_by(Late.decided_at.desc(), Late.id.desc())
    return s.scalars(found.limit(MOST)).all()


def decide(s: Session, kept: Late, by: Account, *, written: bool, word: str = "") -> None:
    """Note what became of it."""
    kept.decided_at, kept.decided_by_id, kept.written, kept.word = clock.now(), by.id, written, word
    s.flush()
    act = "late.write" if written else "late.set_aside"
    audit.record(s, act, "late", kept.id, area_id=kept.area_id, actor_id=by.id, author=kept.author_id)


def homes(s: Session, account: Account, lates: Sequence[Late]) -> dict[int, Household]:
    """The households that late records speak of, by late record's id, as far as this account sees them."""
    named = {one.id: int(to.house) for one in lates if (to := aim(one.url)) is not None and to.house.isdecimal()}
    wanted = households.visible_to(account).where(Household.id.in_(n for n in named.values() if n <= LARGEST))
    found = {home.id: home for home in s.scalars(wanted)} if named else {}
    return {late_id: found[number] for late_id, number in named.items() if number in found}


def how_many(s: Session, account: Account) -> int:
    """How many wait for this account's word."""
    inside = select(Area.id).where(areas.within(account.area))
    counted = select(func.count(Late.id)).where(Late.area_id.in_(inside), Late.decided_at.is_(None))
    return s.scalar(counted) or 0


def find(s: Session, account: Account, late_id: int) -> Late | None:
    """A late record that this account answers for; held, so that two who decide agree."""
    return s.scalars(visible_to(account).where(Late.id == late_id).with_for_update(of=Late)).one_or_none()
