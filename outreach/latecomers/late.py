"""Late records: who answers for them, and what became of them."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.arrivals.judging import aim
from outreach.arrivals.models import HANDED_IN, OUT_OF_REACH, SUSPENDED, Late
from outreach.households import queries as households
from outreach.households.models import Household
from outreach.web import LARGEST

MOST = 50  # of a page
WHY = {
    SUSPENDED: _l("Whoever wrote this may not work at present."),
    OUT_OF_REACH: _l("Whoever wrote this no longer works where this household is."),
    HANDED_IN: _l("It was handed in as a file, and could not be written by itself."),
}


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
