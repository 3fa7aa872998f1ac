"""Settling a question about a visit: somebody looked into it and says what they found.

A leader looks into the volunteers' visits; into the leader's own, only an official.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area
from outreach.checks.models import RIGHT, WRONG, Doubt
from outreach.visits.models import Visit
from outreach.visits.queries import standing

PAGE_SIZE = 50


class AlreadySettled(Exception):
    """Somebody settled this question before."""


class Page(NamedTuple):
    """A page of questions; pages are counted from 1. `counts`: open ones by reason."""

    doubts: Sequence[Doubt]
    number: int
    pages: int
    counts: dict[str, int]


def visible_to(account: Account) -> Select[Doubt]:
    """What this account may look into: visits of its area, not its own, not those on which it came along."""
    here = select(Area.id).where(areas.within(account.area))
    mine = or_(Visit.by_id == account.id, Visit.came.any(Account.id == account.id))
    return select(Doubt).join(Doubt.visit).where(Doubt.village_id.in_(here), ~mine)


def find(s: Session, account: Account, doubt_id: int) -> Doubt | None:
    """A question that this account may look into."""
    return s.scalars(visible_to(account).where(Doubt.id == doubt_id)).one_or_none()


def page(s: Session, account: Account, *, settled: bool, reason: str = "", number: int = 1) -> Page:
    """The questions that are open (or were settled), of one reason if asked; the latest visits first."""
    open_ones = visible_to(account).where(Doubt.verdict.is_(None), standing())
    wanted = visible_to(account).where(Doubt.verdict.is_not(None)) if settled else open_ones
    if reason:
        wanted = wanted.where(Doubt.reason == reason)
    columns = open_ones.with_only_columns(Doubt.reason, func.count(), maintain_column_froms=True)
    counts = dict(s.execute(columns.group_by(Doubt.reason)).all())
    total = s.scalar(wanted.with_only_columns(func.count(Doubt.id), maintain_column_froms=True)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, number), pages)
    visit = contains_eager(Doubt.visit)
    together = (visit.joinedload(Visit.by), visit.joinedload(Visit.household), joinedload(Doubt.settled_by))
    ordered = wanted.order_by(Visit.at.desc(), Doubt.id).options(*together)
    return Page(s.scalars(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all(), number, pages, counts)


def settle(s: Session, doubt: Doubt, by: Account, verdict: str, word: str) -> None:
    """Say what was found: RIGHT (the visit stands) or WRONG (it is to be corrected). Raises AlreadySettled."""
    if verdict not in (RIGHT, WRONG):
        raise ValueError(verdict)
    s.flush()
    s.refresh(doubt, with_for_update={"of": Doubt})
    if doubt.verdict is not None:
        raise AlreadySettled
    doubt.verdict, doubt.word, doubt.settled_at, doubt.settled_by_id = verdict, word, clock.now(), by.id
    audit.record(
        s, "doubt.settle", "visit", doubt.visit_id, area_id=doubt.village_id, actor_id=by.id, verdict=verdict,
        reason=doubt.reason,
    )  # fmt: skip
