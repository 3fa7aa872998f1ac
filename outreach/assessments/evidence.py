"""Noting what speaks for a person's skills, and who taught them: called by visits and by the confirm page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from outreach import db
from outreach.accounts import audit
from outreach.assessments.models import Evidence, Teaching
from outreach.assessments.standard import AIDED, ALONE, OBSERVED, SAID
from outreach.households.models import Member
from outreach.households.skills import changed


class Seen(NamedTuple):
    """Somebody watched the member do a task: `aided` is alone, helped or shown; only "alone" will ever count."""

    member: Member
    skills: Iterable[str]
    aided: str
    at: datetime
    by_id: int
    ref: str = ""  # e.g. "visit:12"


def observe(
    s: Session, member: Member, skills: Iterable[str], *, aided: str, at: datetime, by_id: int, ref: str = ""
) -> None:
    """Note what was seen of one member (see Seen)."""
    audit.record_all(s, observe_all(s, [Seen(member, skills, aided, at, by_id, ref)]))


def observe_all(s: Session, sights: Sequence[Seen]) -> list[dict[str, Any]]:
    """Note what was seen; gives the deeds that the caller notes together with its own. Raises ValueError when nobody
    knows such a way of helping.
    """
    if any(seen.aided not in AIDED for seen in sights):
        raise ValueError({seen.aided for seen in sights})
    return _note(s, OBSERVED, sights)


def say(s: Session, member: Member, skills: Iterable[str], *, at: datetime, by_id: int) -> None:
    """The member says they can: kept, shown to whoever confirms, never counted."""
    audit.record_all(s, _note(s, SAID, [Seen(member, skills, ALONE, at, by_id)]))


def taught(s: Session, members: Collection[Member], account_ids: Collection[int], at: datetime) -> None:
    """These accounts worked with these members: kept apart from evidence, as one may teach and see no skill."""
    taught_all(s, {(member.id, account_id): at for member in members for account_id in account_ids})


def taught_all(s: Session, pairs: Mapping[tuple[int, int], datetime]) -> None:
    """By (member id, account id), since when; who is known to have worked together is left as it stands."""
    rows = [{"member_id": m, "account_id": a, "since": at} for (m, a), at in sorted(pairs.items())]
    db.add_missing(s, Teaching, rows)


def _note(s: Session, kind: str, sights: Iterable[Seen]) -> list[dict[str, Any]]:
    told = [(seen, list(dict.fromkeys(seen.skills))) for seen in sights]
    db.add_rows(s, Evidence, [
        {
            "member_id": seen.member.id, "skill": skill, "kind": kind, "aided": seen.aided, "at": seen.at,
            "by_id": seen.by_id, "ref": seen.ref,
        }
        for seen, skills in told for skill in skills
    ])  # fmt: skip
    changed(s, (seen.member.id for seen, skills in told if skills))
    return [
        audit.deed(
            f"evidence.{kind}", "member", seen.member.id, area_id=seen.member.household.village_id,
            actor_id=seen.by_id, skills=skills, aided=seen.aided,
        )
        for seen, skills in told if skills
    ]  # fmt: skip
