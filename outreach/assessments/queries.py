"""Reading assessments: the standard that holds in a place, what speaks for a member, who is ready, who may confirm."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import db
from outreach.accounts.models import LEADER, OFFICIAL, Account
from outreach.areas.models import Area
from outreach.assessments import standard
from outreach.assessments.models import Confirmation, Evidence, Standard, Teaching
from outreach.households import queries as households
from outreach.households.models import Household, Member
from outreach.learning.models import Learner, Progress
from outreach.lessons.queries import catalogue
from outreach.practice import queries as practice
from outreach.practice.models import Run
from outreach.settings import ROOT


@cache
def default() -> standard.Standard:
    """The standard of lessons/standard.toml; read once a process."""
    return standard.read(ROOT / "lessons" / "standard.toml")


def newest(s: Session, area: Area) -> Standard | None:
    """The commune's own standard, asked from the commune or one of its villages; None where it has set none."""
    commune_path = "/".join(area.path.split("/")[:3]) + "/"
    own = select(Standard).join(Area, Area.id == Standard.area_id).where(Area.path == commune_path)
    return s.scalars(own.order_by(Standard.id.desc()).limit(1)).one_or_none()


def standard_for(s: Session, area: Area) -> standard.Standard:
    """The standard that holds in a commune and its villages; the default where none of its own skills is left."""
    own = newest(s, area)
    rule = default().narrowed(own.skills, own.needed) if own else default()
    return rule if rule.skills else default()


def proofs(s: Session, members: Select[int] | range) -> dict[int, list[standard.Proof]]:
    """What speaks for these members (ids: see `db.one_of`), by member, oldest first: three queries, however many."""
    found: dict[int, list[standard.Proof]] = defaultdict(list)
    for member_id, proof in (*_noted(s, members), *_finished(s, members), *_rehearsed(s, members)):
        found[member_id].append(proof)
    return {member_id: sorted(given, key=lambda p: p.at) for member_id, given in found.items()}


def proofs_of(s: Session, member: Member) -> list[standard.Proof]:
    """What speaks for one member, oldest first."""
    return proofs(s, select(Member.id).where(Member.id == member.id)).get(member.id, [])


def _noted(s: Session, members: Select[int] | range) -> Iterator[tuple[int, standard.Proof]]:
    columns = (Evidence.skill, Evidence.kind, Evidence.aided, Evidence.at, Evidence.by_id, Evidence.ref)
    for member_id, *told in s.execute(
        select(Evidence.member_id, *columns).where(db.one_of(Evidence.member_id, members))
    ):
        noted: tuple[Any, ...] = tuple(told)
        yield member_id, standard.Proof(*noted)


def _finished(s: Session, members: Select[int] | range) -> Iterator[tuple[int, standard.Proof]]:
    rows = (
        select(Learner.member_id, Progress.lesson, Progress.finished_at)
        .join(Learner, Learner.id == Progress.learner_id)
        .where(db.one_of(Learner.member_id, members), Progress.finished_at.is_not(None))
    )
    known = catalogue()
    for member_id, slug, at in s.execute(rows):
        for skill in known[slug].skills if slug in known else ():
            if member_id is not None and at is not None:
                yield member_id, standard.Proof(skill, standard.LESSON, standard.ALONE, at, None, slug)


def _rehearsed(s: Session, members: Select[int] | range) -> Iterator[tuple[int, standard.Proof]]:
    """Of each rehearsal the last go that was unaided; where there is none, the last that was said to be over."""
    best: dict[tuple[int, str], Run] = {}
    for member_id, run in practice.finished(s, members):
        before = best.get((member_id, run.flow))
        if run.alone is not None and (run.unaided or not (before and before.unaided)):
            best[member_id, run.flow] = run
    for (member_id, slug), run in best.items():
        aided = standard.ALONE if run.unaided else standard.HELPED
        play = standard.Play(run.seconds, run.hints, run.wrong)
        for skill in run.skills.split():
            at = run.finished_at or run.last_at
            yield member_id, standard.Proof(skill, standard.PRACTICE, aided, at, run.lent_by_id, slug, play)


@dataclass(frozen=True)
class Ready:
    """A member who has shown enough and waits for confirmation."""

    member: Member
    verdict: standard.Verdict


def ready(s: Session, account: Account) -> list[Ready]:
    """Members of this account's area who have shown enough and are not confirmed: five queries at most."""
    rule = standard_for(s, account.area)
    verdicts = {m: standard.judge(rule, given) for m, given in proofs(s, _unconfirmed(account)).items()}
    enough = [m for m, verdict in verdicts.items() if verdict.enough]
    if not enough:
        return []
    rows = select(Member).where(Member.id.in_(enough)).options(joinedload(Member.household))
    members = s.scalars(rows.join(Household).order_by(Household.sort_key, Member.id))
    return [Ready(member, verdicts[member.id]) for member in members]


def _unconfirmed(account: Account) -> Select[int]:
    homes = households.visible_to(account).where(Household.closed_as.is_(None)).with_only_columns(Household.id)
    return select(Member.id).where(
        Member.household_id.in_(homes), Member.left_on.is_(None), Member.proficient_since.is_(None)
    )


def confirmation(s: Session, member: Member) -> Confirmation | None:
    """The confirmation that stands, if there is one."""
    return next(iter(standing(s, member)), None)


def standing(s: Session, member: Member) -> Sequence[Confirmation]:
    """Every confirmation that stands, newest first: a person who was entered twice may have two."""
    rows = select(Confirmation).where(Confirmation.member_id == member.id, Confirmation.withdrawn_at.is_(None))
    return s.scalars(rows.order_by(Confirmation.id.desc())).all()


def taken_back(s: Session, member: Member) -> Confirmation | None:
    """The latest confirmation that was taken back."""
    rows = select(Confirmation).where(Confirmation.member_id == member.id, Confirmation.withdrawn_at.is_not(None))
    return s.scalars(rows.order_by(Confirmation.id.desc()).limit(1)).one_or_none()


def teachers(s: Session, member: Member) -> set[int]:
    """The accounts that worked with this member on a visit, saw a skill, or lent a phone: none of them may confirm."""
    worked = select(Teaching.account_id).where(Teaching.member_id == member.id)
    saw = select(Evidence.by_id).where(
        Evidence.member_id == member.id, Evidence.kind == standard.OBSERVED, Evidence.by_id.is_not(None)
    )
    lent = select(Run.lent_by_id).join(Learner, Learner.id == Run.learner_id)
    lent = lent.where(Learner.member_id == member.id, Run.finished_at.is_not(None), Run.lent_by_id.is_not(None))
    return {account_id for account_id in s.scalars(worked.union(saw, lent)) if account_id is not None}


def at_home(s: Session, member: Member) -> set[int]:
    """The accounts whose own telephone number stands in the member's household: they live there, or seem to."""
    house = member.household
    numbers = {house.phone, *(one.phone for one in households.present(house))} - {None}
    return set(s.scalars(select(Account.id).where(Account.phone.in_(numbers))))


def who_may(s: Session, member: Member) -> Sequence[Account]:
    """Who may confirm this member: the village's leader, the commune's officials; nobody who taught or lives there."""
    village = member.household.village
    rows = select(Account).where(
        or_(
            (Account.role == LEADER) & (Account.area_id == village.id),
            (Account.role == OFFICIAL) & (Account.area_id == village.parent_id),
        ),
        Account.suspended_at.is_(None),
        Account.id.not_in(teachers(s, member) | at_home(s, member)),
    )
    return s.scalars(rows.order_by(Account.role, Account.id)).all()


def names(s: Session, account_ids: set[int]) -> dict[int, str]:
    """The names of these accounts, by id."""
    found = s.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return dict(found.all())
