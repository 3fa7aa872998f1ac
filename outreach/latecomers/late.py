"""Late records: who answers for them, and what became of them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.arrivals import sending
from outreach.arrivals.judging import HOUSEHOLD, aim
from outreach.arrivals.models import HANDED_IN, OUT_OF_REACH, SUSPENDED, Late
from outreach.arrivals.recorded import Record
from outreach.bag.reading import moment

MOST = 50  # of a page
WHY = {
    SUSPENDED: _l("Whoever wrote this may not work at present."),
    OUT_OF_REACH: _l("Whoever wrote this no longer works where this household is."),
    HANDED_IN: _l("It was handed in as a file, and could not be written by itself."),
}


def visible_to(account: Account) -> Select[Late]:
    """The late records that somebody answers for: a leader those of the village, an official those of the commune."""
    inside = select(Area.id).where(areas.within(account.area))
    return select(Late).where(Late.area_id.in_(inside)).options(
        joinedload(Late.author), joinedload(Late.area), joinedload(Late.decided_by)
    )  # fmt: skip


def waiting(s: Session, account: Account) -> Sequence[Late]:
    """Those that wait for a word, the oldest first; at most a page."""
    found = visible_to(account).where(Late.decided_at.is_(None)).order_by(Late.received_at, Late.id)
    return s.scalars(found.limit(MOST)).all()


def fates(s: Session, account: Account, ids: Collection[str]) -> Sequence[Late]:
    """What was decided of somebody's own records with these client_ids."""
    found = select(Late).where(Late.client_id.in_(ids), Late.author_id == account.id, Late.decided_at.is_not(None))
    return s.scalars(found.options(joinedload(Late.decided_by))).all()


def by_day(lates: Sequence[Late]) -> list[tuple[Account, date, list[Late]]]:
    """By who wrote them and on which day, in their order."""
    found: dict[tuple[int, date], tuple[Account, date, list[Late]]] = {}
    for one in lates:
        day = clock.local(one.at).date()
        found.setdefault((one.author_id, day), (one.author, day, []))[2].append(one)
    return list(found.values())


def of_day(s: Session, account: Account, author: int, day: date) -> Sequence[Late]:
    """What somebody wrote on a day and waits for a word, in the order in which it came; at most a page."""
    start, end = clock.day_start(day), clock.day_start(day + timedelta(days=1))
    found = visible_to(account).where(Late.author_id == author, Late.decided_at.is_(None))
    return s.scalars(found.where(Late.at >= start, Late.at < end).order_by(Late.id).limit(MOST)).all()


def decided(s: Session, account: Account) -> Sequence[Late]:
    """Those decided last."""
    found = visible_to(account).where(Late.decided_at.is_not(None)).order_by(Late.decided_at.desc(), Late.id.desc())
    return s.scalars(found.limit(MOST)).all()


def own(s: Session, account: Account) -> Sequence[Late]:
    """Somebody's own, wherever they are decided, the newest first; at most a page."""
    mine = select(Late).where(Late.author_id == account.id).order_by(Late.received_at.desc(), Late.id.desc())
    return s.scalars(mine.limit(MOST).options(joinedload(Late.area), joinedload(Late.decided_by))).all()


def decide(s: Session, kept: Late, by: Account, *, written: bool, word: str = "") -> None:
    """Note what became of it."""
    kept.decided_at, kept.decided_by_id, kept.written, kept.word = clock.now(), by.id, written, word
    s.flush()
    act = "late.write" if written else "late.set_aside"
    audit.record(s, act, "late", kept.id, area_id=kept.area_id, actor_id=by.id, author=kept.author_id)


def reopen(s: Session, kept: Late, by: Account) -> None:
    """Let what was set aside wait for a word again."""
    kept.decided_at = kept.decided_by_id = kept.written = None
    kept.word = ""
    s.flush()
    audit.record(s, "late.reopen", "late", kept.id, area_id=kept.area_id, actor_id=by.id, author=kept.author_id)


def record(kept: Late, *, anyway: bool = False, same: int | None = None) -> Record:
    """What was sent, as it is judged. `same`: the number of the household on the list that the noted one is."""
    out = ["said_at", *(["base"] if anyway else []), *(["same"] if same else [])]
    said = [(name, value) for name, value in kept.fields if name not in out]
    if same:
        said.append(("same", str(same)))
    to = aim(kept.url)
    if to is not None and to.form == HOUSEHOLD and not any(name == "village" for name, _value in said):
        said.append(("village", str(kept.area_id)))
    if anyway:
        said.append(("anyway", "1"))
    shown = next((moment(value) for name, value in kept.fields if name == "said_at"), None)
    return Record(kept.client_id, kept.url, tuple(said), kept.at, shown)


def marks(kept: Late) -> list[str]:
    """The client_ids of earlier records that it speaks of."""
    return sending.speaks_of(record(kept))


def spoken_of(s: Session, lates: Sequence[Late], account: Account) -> Sequence[Late]:
    """The late records of the same authors that these speak of, as far as this account answers for them."""
    named = {mark for one in lates for mark in marks(one)}
    authors = {one.author_id for one in lates}
    wanted = visible_to(account).where(Late.client_id.in_(named), Late.author_id.in_(authors))
    return s.scalars(wanted.order_by(Late.id)).all() if named else []


def ahead(s: Session, kept: Late, account: Account) -> list[Late]:
    """The late records that must be written before this one, the first of them first; also those set aside."""
    found: dict[int, Late] = {}
    wanted: Sequence[Late] = [kept]
    while wanted:
        wanted = [one for one in spoken_of(s, wanted, account) if not one.written and one.id not in found]
        found |= {one.id: one for one in wanted if one is not kept}
    return [found[number] for number in sorted(found)]


def how_many(s: Session, account: Account) -> int:
    """How many wait for this account's word."""
    inside = select(Area.id).where(areas.within(account.area))
    counted = select(func.count(Late.id)).where(Late.area_id.in_(inside), Late.decided_at.is_(None))
    return s.scalar(counted) or 0


def named(s: Session, account: Account, numbers: Collection[int]) -> Sequence[Late]:
    """Those of these that this account answers for, in the order in which they came; held (see find)."""
    found = visible_to(account).where(Late.id.in_(sorted(numbers)[:MOST]))
    return s.scalars(found.order_by(Late.id).with_for_update(of=Late)).all()


def find(s: Session, account: Account, late_id: int) -> Late | None:
    """A late record that this account answers for; held, so that two who decide agree."""
    return s.scalars(visible_to(account).where(Late.id == late_id).with_for_update(of=Late)).one_or_none()
