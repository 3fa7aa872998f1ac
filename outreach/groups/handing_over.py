"""Handing over when somebody leaves, moves to another village or rests: in one step, and nothing is lost.

The houses go to one colleague, or to all, lane by lane; what was promised stays with the houses, so whoever takes them
over keeps it. The month's sheet stays to be sent by the leader; records that come late from the leaver's phone wait
for the leader's word. Handing back is the way to undo it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from outreach import clock
from outreach.accounts import audit, registering
from outreach.accounts.models import FIELD, Account, AuditEntry
from outreach.areas.models import Area
from outreach.households.models import Household
from outreach.visits import care, lanes, walking
from outreach.visits.lanes import Lane
from outreach.visits.models import Care

DEED = "account.hand_over"
LEAVES, MOVES, RESTS = "leaves", "moves", "rests"
WAYS = (LEAVES, MOVES, RESTS)
ONE_STEP: Final = timedelta(minutes=1)  # within it ended what one step gave to several, before they bore its moment
NEWS_FOR: Final = timedelta(days=7)  # so long it stands on "Hôm nay" what one took over


def colleagues(s: Session, person: Account) -> Sequence[Account]:
    """Who of the group may take houses over, those who look after the fewest first."""
    load = select(func.count()).where(Care.account_id == Account.id, Care.until.is_(None)).scalar_subquery()
    group = select(Account).where(
        Account.area_id == person.area_id, Account.role.in_(FIELD), Account.suspended_at.is_(None),
        Account.id != person.id,
    )  # fmt: skip
    return s.scalars(group.order_by(load, Account.sort_key, Account.id)).all()


def lanes_of(s: Session, by: Account, person: Account) -> list[Lane]:
    """The houses of the village that the person looks after, lane by lane."""
    all_of_them = lanes.lanes(s, by, person.area)
    mine = ((lane, [h for h in lane.houses if h.carer_id == person.id]) for lane in all_of_them)
    return [Lane(lane.key, lane.name, houses) for lane, houses in mine if houses]


def shares(held: Sequence[Lane], takers: Sequence[Account]) -> Mapping[Account, Sequence[Lane]]:
    """Which lanes each one takes over: neighbouring lanes together, as even as whole lanes allow."""
    total, before = sum(len(lane.houses) for lane in held), 0
    taken: dict[Account, list[Lane]] = {taker: [] for taker in takers}
    for lane in held:
        middle = before + len(lane.houses) / 2
        taken[takers[min(len(takers) - 1, int(middle * len(takers) / total))]].append(lane)
        before += len(lane.houses)
    return taken


def hand_over(
    s: Session, by: Account, person: Account, how: str, takers: Sequence[Account], village: Area | None = None
) -> int:
    """All that hangs on the person goes to the takers (none: to nobody); returns how many households did.

    LEAVES: the account is suspended and its phones forget their bags, once they have handed in what waits on them.
    MOVES: it stands in `village` from now on, and its bag is filled anew for there. RESTS: only the houses go. Raises
    registering.NotAllowed.
    """
    if not registering.may_manage(by, person) or (how == MOVES and village is None):
        raise registering.NotAllowed
    at = clock.now()
    given = _give_houses(s, by, person, takers, at)
    entry = audit.record(
        s, DEED, "account", person.id, area_id=person.area_id, actor_id=by.id, how=how, households=given,
        to=[one.id for one in takers],
    )  # fmt: skip
    entry.at = at  # the moment of all its rows: by it `handed` knows them
    if how == LEAVES:
        registering.suspend(s, by, person)
    if how == MOVES and village is not None:
        registering.change(s, by, person, name=person.name, phone=person.phone, role=person.role, area=village)
    return given


def _give_houses(s: Session, by: Account, person: Account, takers: Sequence[Account], at: datetime) -> int:
    """What is not handed to anybody (closed houses, or houses of a village left long ago) is nobody's from now on."""
    given = 0
    held = lanes_of(s, by, person)
    for taker, taken in (shares(held, takers) if held and takers else {}).items():
        ids = [house.id for lane in taken for house in lane.houses]
        given += care.give(s, ids, taker, by, area_id=person.area_id, at=at)
    rest = s.scalars(select(Care.household_id).where(Care.account_id == person.id, Care.until.is_(None))).all()
    if rest:
        given += care.give(s, rest, None, by, area_id=person.area_id, at=at)
    return given


class Gone(NamedTuple):
    """A household that went on to somebody else after it was handed over: whose it is, who looks after it now."""

    head_name: str
    carer: str


@dataclass(frozen=True)
class Handed:
    """The last step in which somebody handed houses over: those still where it put them, and those gone on since."""

    at: datetime
    household_ids: Sequence[int]
    gone: Sequence[Gone]


def handed(s: Session, person: Account) -> Handed | None:
    """What can be handed back to the person: houses of the village where the person stands.

    The rows of a step bear the very moment of its entry in the log: no other step, however soon, is taken for it.
    Those of older steps ended one taker after the other, just before the entry that says how many they were; nothing
    of the person's was left to end, so they are the last that many.
    """
    steps = select(AuditEntry).where(
        AuditEntry.subject == "account", AuditEntry.subject_id == person.id, AuditEntry.act == DEED,
        AuditEntry.details["households"].as_integer() > 0,
    )  # fmt: skip
    entry = s.scalars(steps.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1)).one_or_none()
    if entry is None:
        return None
    at, now = entry.at, aliased(Care)
    then = select(Care.id).where(Care.account_id == person.id, Care.until <= at, Care.until > at - ONE_STEP)
    last = then.order_by(Care.until.desc()).limit(entry.details["households"])
    rows = s.execute(
        select(Household.id, Household.head_name, now.since.is_(None) | (now.since == Care.until), Account.name)
        .join(Care, Care.household_id == Household.id)
        .outerjoin(now, (now.household_id == Household.id) & now.until.is_(None))
        .outerjoin(Account, Account.id == now.account_id)
        .where(Care.account_id == person.id, (Care.until == at) | Care.id.in_(last))
        .where(Household.village_id == person.area_id)
        .where(now.id.is_(None) | (now.account_id != person.id))
        .order_by(Household.id)
    ).all()
    held = [id_ for id_, _head, stays, _carer in rows if stays]
    gone = [Gone(head, carer) for _id, head, stays, carer in rows if not stays]
    return Handed(at, held, gone) if held or gone else None


def hand_back(s: Session, by: Account, person: Account) -> tuple[int, Sequence[Gone]]:
    """Undo it: the account works again, the houses come back; how many did, and which stay with somebody else.

    Raises registering.NotAllowed.
    """
    if not registering.may_manage(by, person):
        raise registering.NotAllowed
    registering.resume(s, by, person)
    back = handed(s, person)
    given = care.give(s, back.household_ids, person, by, area_id=person.area_id) if back else 0
    audit.record(s, "account.hand_back", "account", person.id, area_id=person.area_id, actor_id=by.id, households=given)
    return given, back.gone if back else ()


@dataclass(frozen=True)
class News:
    """What one took over from somebody: when, how many houses, in which lanes."""

    name: str
    at: datetime
    households: int
    lanes: Sequence[str]


def taken_over(s: Session, account: Account) -> list[News]:
    """What this account took over within a week and still looks after, the newest first."""
    before = aliased(Care)
    rows = (
        select(Account.name, Care.since, Household.address)
        .join(before, (before.household_id == Care.household_id) & (before.until == Care.since))
        .join(Household, Household.id == Care.household_id)
        .join(Account, Account.id == before.account_id)
        .where(Care.account_id == account.id, Care.until.is_(None), Care.since >= clock.now() - NEWS_FOR)
        .where(before.account_id != account.id, Household.village_id == account.area_id)
        .order_by(Care.since.desc(), Account.name, Household.address_folded)
    )
    found: dict[tuple[str, datetime], list[str]] = {}
    for name, at, address in s.execute(rows):
        found.setdefault((name, at), []).append(walking.spot(address).lane)
    return [News(name, at, len(of), _named(of)) for (name, at), of in found.items()]


def _named(of: Sequence[str]) -> list[str]:
    return sorted({lane for lane in of if lane}, key=lambda lane: walking.spot(lane).order)


def end_strays(s: Session) -> int:
    """Nobody looks after a house where they no longer stand: end such rows; how many. Run each day."""
    stray = (
        select(Care)
        .join(Account, Account.id == Care.account_id)
        .join(Household, Household.id == Care.household_id)
        .where(Care.until.is_(None), Account.area_id != Household.village_id)
    )
    rows = s.scalars(stray).all()
    for row in rows:
        row.until = clock.now()
    s.flush()
    return len(rows)
