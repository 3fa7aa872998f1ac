"""What a leader finds in the demo's groups: phones, somebody silent, a hand-over, a desk session in another commune."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import AGENT, Account, AuditEntry
from outreach.areas import queries
from outreach.areas.models import Area
from outreach.bag.models import Handset
from outreach.demo.theatre import Theatre
from outreach.groups import handing_over
from outreach.groups.handing_over import LEAVES
from outreach.households.models import LEARNING, Household
from outreach.lib import words
from outreach.visits import elsewhere
from outreach.visits.models import AT_DESK, HELPED, NOBODY, Care, Visit
from outreach.visits.recording import VisitDraft

SILENT: Final = timedelta(days=17)
LEFT: Final = timedelta(days=3)  # ago
HELD_BACK: Final = {1: {"waiting": 6, "days": 9}, 2: {"clock_off": 7200}}  # by the village's number


def gather(theatre: Theatre, commune: Area, villages: Sequence[Area]) -> None:
    """Everything, for groups that have worked for three months."""
    for number, village in enumerate(villages):
        leader, *volunteers = theatre.groups[village.id]
        _leader_went_too(theatre.s, leader, volunteers)
        _phones(theatre, number, volunteers)
    _silent(theatre.s, theatre.groups[villages[1].id])
    _hand_over(theatre.s, theatre.groups[villages[0].id])
    _at_a_desk(theatre, commune, villages)


def _leader_went_too(s: Session, leader: Account, volunteers: Sequence[Account]) -> None:
    """Of the doors where nobody opened, half were the leader's: nobody was taught there, so nothing else changes."""
    missed = update(Visit).where(Visit.by_id.in_([one.id for one in volunteers]), Visit.outcome == NOBODY)
    s.execute(missed.where(Visit.id % 2 == 0).values(by_id=leader.id))


def _phones(theatre: Theatre, number: int, volunteers: Sequence[Account]) -> None:
    """Every volunteer carries a bag. No phone knows the secret of these: they are only for show."""
    now, rows = clock.now(), list[dict[str, Any]]()
    for place, one in enumerate(volunteers):
        trouble = HELD_BACK.get(number, {}) if place == 0 else {}
        heard = now - timedelta(days=trouble.get("days", 0), hours=3 + place)
        rows.append({
            "mark": str(UUID(int=theatre.dice.getrandbits(128), version=4)), "account_id": one.id,
            "secret_digest": "0" * 64, "data_key": "", "label": "Android, Chrome", "created_at": now - SILENT * 3,
            "seen_at": heard, "sent_at": heard - timedelta(hours=1), "waiting": trouble.get("waiting", 0),
            "clock_off": trouble.get("clock_off", 0),
        })  # fmt: skip
    theatre.s.execute(insert(Handset), rows)


def _silent(s: Session, group: Sequence[Account]) -> None:
    """The second volunteer has not come for a while; the first went instead."""
    _went_instead(s, group[2], group[1], clock.now() - SILENT)


def _hand_over(s: Session, group: Sequence[Account]) -> None:
    """The second volunteer left three days ago; the first took the houses over."""
    leader, first, second = group
    at = clock.now() - LEFT
    _went_instead(s, second, first, at)
    handing_over.hand_over(s, leader, second, LEAVES, [first])
    s.execute(update(Care).where(Care.account_id == second.id).values(until=at))
    s.execute(update(Care).where(Care.account_id == first.id, Care.since > at).values(since=at))
    s.execute(update(AuditEntry).where(AuditEntry.actor_id == leader.id, AuditEntry.at > at).values(at=at))
    second.suspended_at = at


def _went_instead(s: Session, one: Account, other: Account, since: datetime) -> None:
    s.execute(update(Visit).where(Visit.by_id == one.id, Visit.at >= since).values(by_id=other.id))


def _at_a_desk(theatre: Theatre, commune: Area, villages: Sequence[Area]) -> None:
    """Somebody who learns was helped at the desk of the next commune, where one works."""
    s = theatre.s
    ids = [village.id for village in villages]
    learning = select(Household).where(Household.village_id.in_(ids), Household.stage == LEARNING)
    home = s.scalars(learning.order_by(Household.village_id, Household.last_visit_at).limit(1)).one_or_none()
    if home is None:
        return
    draft = VisitDraft(
        str(UUID(int=theatre.dice.getrandbits(128), version=4)), HELPED, note="Đến quầy nộp hồ sơ cùng con.",
        at=clock.now() - timedelta(hours=20), way=AT_DESK,
    )  # fmt: skip
    elsewhere.record(s, _helper(theatre, commune), home.members[-1], draft)


def _helper(theatre: Theatre, commune: Area) -> Account:
    """An agent of the next commune; of this one where no other is known."""
    s = theatre.s
    others = queries.children(s, s.get_one(Area, commune.parent_id))
    where = next((one for one in others if one.id != commune.id), None)
    if where is None:
        return s.scalars(select(Account).where(Account.role == AGENT, Account.area_id == commune.id)).one()
    name = theatre.name(woman=True)
    helper = Account(
        name=name, folded=words.fold(name), phone=theatre.phone(), role=AGENT, area=where,
        created_at=clock.now() - SILENT * 3,
    )  # fmt: skip
    s.add(helper)
    s.flush()
    return helper
