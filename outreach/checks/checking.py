"""Samples: visits drawn by lot each month, checked by telephone or by a second visit, by somebody else."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Select, and_, case, exists, func, insert, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.checks import lots, months
from outreach.checks.models import DIFFERENT, TRUE, UNREACHED, Sample
from outreach.households.models import Consent, Household, Member
from outreach.visits.models import Visit
from outreach.visits.queries import standing

BY_PHONE, BY_VISIT = "phone", "visit"


class AlreadyChecked(Exception):
    """Somebody checked this visit before."""


class Share(NamedTuple):
    """How many were drawn, how many of them checked with a result, and how many of these were true."""

    drawn: int
    checked: int
    true: int
    unreached: int


def draw(s: Session, commune: Area, month: date) -> int:
    """Draw a month's lot for each village of a commune that has none yet; how many visits. May run any time.

    What arrived of earlier months after the lot before was drawn is in it, so that nobody escapes by noting late. Each
    lot has a number of its own, made now, so that nobody who records can work out what will be checked.
    """
    s.execute(select(Area.id).where(Area.id == commune.id).with_for_update(key_share=True))  # two never draw at once
    start, end = months.bounds(month)
    here = Sample.village_id == Household.village_id
    drawn = exists().where(here, Sample.month == month) | exists().where(Sample.visit_id == Visit.id)
    before = select(func.max(Sample.drawn_at)).where(here, Sample.month < month).scalar_subquery()
    late = and_(Visit.at < start, Visit.received_at > before)
    rows = s.execute(
        select(Area.id, Visit.id, Visit.by_id)
        .join(Household, Household.village_id == Area.id)
        .join(Visit, Visit.household_id == Household.id)
        .where(Area.parent_id == commune.id, Area.kind == VILLAGE)
        .where(and_(Visit.at >= start, Visit.at < end) | late)
        .where(standing(), ~drawn)  # closed doors too: they count as days and visits
    )
    by_village: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for village_id, visit_id, by_id in rows:
        by_village[village_id].append((visit_id, by_id))
    new = []
    for village_id, visits in by_village.items():
        number = token_hex(16)
        lot = {"village_id": village_id, "month": month, "number": number, "drawn_at": clock.now()}
        new += [{"visit_id": visit_id, "way": "", "word": ""} | lot for visit_id in lots.draw(number, visits)]
    if new:
        s.execute(insert(Sample), new)
    return len(new)


def visible_to(account: Account) -> Select[Sample]:
    """What this account may check: visits of its area, not its own, not those on which it came along."""
    here = select(Area.id).where(areas.within(account.area))
    mine = or_(Visit.by_id == account.id, Visit.came.any(Account.id == account.id))
    return select(Sample).join(Sample.visit).where(Sample.village_id.in_(here), ~mine)


def find(s: Session, account: Account, sample_id: int) -> Sample | None:
    """A drawn visit that this account may check."""
    return s.scalars(visible_to(account).where(Sample.id == sample_id)).one_or_none()


def of_month(s: Session, account: Account, month: date) -> Sequence[Sample]:
    """The lot of a month that this account may check: what is still to be checked first. At most 20 a village."""
    together = (
        joinedload(Sample.visit).joinedload(Visit.household), joinedload(Sample.visit).joinedload(Visit.by),
        joinedload(Sample.checked_by),
    )  # fmt: skip
    rows = visible_to(account).where(Sample.month == month).options(*together)
    waits = case((Sample.result.is_(None), 0), (Sample.result == UNREACHED, 1), else_=2)
    return s.scalars(rows.order_by(waits, Sample.village_id, Visit.at)).all()


def share(s: Session, area: Area, month: date) -> Share:
    """What the checks of a month found in an area, whoever may see which."""
    here = select(Area.id).where(areas.within(area))
    rows = select(Sample.result, func.count()).where(Sample.village_id.in_(here), Sample.month == month)
    found: dict[str | None, int] = dict(s.execute(rows.group_by(Sample.result)).all())
    true, different = found.get(TRUE, 0), found.get(DIFFERENT, 0)
    return Share(sum(found.values()), true + different, true, found.get(UNREACHED, 0))


def check(s: Session, sample: Sample, by: Account, *, way: str, result: str, word: str) -> None:
    """Note what a check found; one who was not reached may be tried again. Raises AlreadyChecked."""
    if way not in (BY_PHONE, BY_VISIT) or result not in (TRUE, DIFFERENT, UNREACHED):
        raise ValueError(way, result)
    s.flush()
    s.refresh(sample, with_for_update={"of": Sample})
    if sample.result in (TRUE, DIFFERENT):
        raise AlreadyChecked
    sample.way, sample.result, sample.word = way, result, word
    sample.checked_at, sample.checked_by_id = clock.now(), by.id
    audit.record(
        s, "sample.check", "visit", sample.visit_id, area_id=sample.village_id, actor_id=by.id, way=way, result=result
    )


def to_call(s: Session, household: Household) -> Sequence[Member]:
    """Members who may be telephoned: with a number and a standing consent to it, those who were met first."""
    agreed = exists().where(Consent.member_id == Member.id, Consent.purpose == "phone", Consent.withdrawn_at.is_(None))
    rows = select(Member).where(
        Member.household_id == household.id, Member.left_on.is_(None), Member.phone.is_not(None), agreed
    )
    return s.scalars(rows.order_by(Member.id)).all()
