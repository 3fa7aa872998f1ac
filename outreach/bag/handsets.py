"""Handsets that carry a bag: whose they are, who may see them, what they say of themselves, wiping from afar."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit, sign_in
from outreach.accounts import queries as accounts
from outreach.accounts.models import FIELD, LEADER, OFFICIAL, Account
from outreach.bag.models import Handset


def scope(account: Account) -> str:
    """What a bag is filled for: another role, place or epoch (signed out everywhere) makes another bag."""
    return f"{account.role}.{account.area_id}.{account.epoch}"


def place_of(handset: Handset) -> int | None:
    """The id of the area that the handset's bag was filled for, if it ever was."""
    parts = handset.scope.split(".")
    return int(parts[1]) if len(parts) == 3 else None


def heard(handset: Handset, waiting: int, seconds_ahead: int, *, sends: bool) -> None:
    """Note what it says of itself."""
    handset.seen_at, handset.waiting, handset.clock_off = clock.now(), waiting, seconds_ahead
    if sends:
        handset.sent_at = handset.seen_at


def arrived(handset: Handset, number: int) -> None:
    """So many of what it held have come: it may never be heard of again."""
    handset.waiting = max(0, handset.waiting - number)


def give_up(s: Session, handset: Handset, by: Account) -> None:
    """Wait no more for what it held; should that come all the same, it is taken as ever."""
    if handset.waiting:
        audit.record(
            s, "handset.give_up", "handset", handset.id, area_id=handset.account.area_id, actor_id=by.id,
            records=handset.waiting,
        )  # fmt: skip
        handset.waiting = 0


def by_mark(s: Session, mark: str) -> Handset | None:
    """The handset of a file that was kept; the file is sealed by its key, which says who wrote it."""
    return s.scalars(select(Handset).where(Handset.mark == mark)).one_or_none()


def is_over(handset: Handset, held: str, reader: Account | None) -> bool:
    """Whether the bag it holds is nobody's to carry any more: its owner works otherwise or not at all, or it was
    filled for another scope and the one who could have it filled anew is not signed in.
    """
    owner = handset.account
    if not carries(owner):
        return True
    return bool(held) and held != scope(owner) and (reader is None or reader.id != owner.id)


def carries(account: Account) -> bool:
    """Whether somebody goes from door to door at present."""
    return account.is_active and account.role in FIELD


def visible_to(account: Account) -> Select[Handset]:
    """The handsets somebody may see: one's own; a leader's or official's those of the people in their area."""
    wanted = select(Handset).options(joinedload(Handset.account))
    if account.role not in (LEADER, OFFICIAL):
        return wanted.where(Handset.account_id == account.id)
    below = accounts.visible_to(account).with_only_columns(Account.id)
    return wanted.where(or_(Handset.account_id == account.id, Handset.account_id.in_(below)))


def listing(s: Session, account: Account, of: int | None = None) -> list[Handset]:
    """The handsets somebody may see (`of`: of one person), those heard of last first."""
    wanted = visible_to(account)
    if of is not None:
        wanted = wanted.where(Handset.account_id == of)
    return list(s.scalars(wanted.order_by(Handset.seen_at.desc(), Handset.id.desc())))


def find(s: Session, account: Account, handset_id: int) -> Handset | None:
    """A handset somebody may see."""
    return s.scalars(visible_to(account).where(Handset.id == handset_id)).one_or_none()


def wipe(s: Session, handset: Handset, by: Account) -> None:
    """Let a handset forget its bag when it is next heard of. Every session of its account ends: it may be lost."""
    handset.wiped_at, handset.wiped_by_id = clock.now(), by.id
    sign_in.end_everywhere(s, handset.account)
    audit.record(s, "handset.wipe", "handset", handset.id, area_id=handset.account.area_id, actor_id=by.id)
