"""The walk on paper: what stands on a route sheet, and which sheet it was when it is typed in afterwards.

A sheet has a number, which is that of its entry in the audit log: there stand the households it lists, by number only,
so nothing more than the fact that they were printed is kept. Each row has a code, a household's number and a letter
that gives a slip of the pen away, for rows that come from another sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account, AuditEntry
from outreach.households import queries as households
from outreach.households.models import Ambassador, Consent, Household, Member
from outreach.visits.models import Visit
from outreach.visits.planning import Suggestion
from outreach.visits.queries import standing
from outreach.web import LARGEST

PRINTED = "route.export"
LETTERS = "ABCDEFGHKLMNPQRTUVXYZWJ"  # 23, a prime: one wrong digit, or two exchanged, give another letter
LONGEST_NUMBER = 10


@dataclass(frozen=True)
class Row:
    """One house on paper. `phones` are of members who agreed to be called, `people` all who may be met."""

    one: Suggestion
    code: str
    ambassador: str
    phones: Sequence[tuple[str, str]]  # name, E.164
    people: list[str]


@dataclass(frozen=True)
class Sheet:
    """A sheet that was printed: its number, when, and the households on it in their order."""

    number: int
    at: datetime
    household_ids: Sequence[int]


def code(household_id: int) -> str:
    """A row's code: "1042-K"."""
    return f"{household_id}-{_letter(household_id)}"


def read(typed: str) -> int | None:
    """The household's number in a code as typed ("1042k", "1042 - K"); None if it is no code."""
    plain = "".join(char for char in typed.upper() if char.isascii() and char.isalnum())
    digits, letter = plain[:-1], plain[-1:]
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER or int(digits) > LARGEST:
        return None
    return int(digits) if _letter(int(digits)) == letter else None


def _letter(number: int) -> str:
    weighted = sum(place * int(digit) for place, digit in enumerate(reversed(str(number)), 2))
    return LETTERS[weighted % len(LETTERS)]


def rows(s: Session, suggestions: Sequence[Suggestion]) -> list[Row]:
    """The rows of a sheet: three queries more than the plan."""
    ids = [one.household.id for one in suggestions]
    named = _ambassadors(s, ids)
    called, people = _may_be_called(s, ids), _people(s, ids)
    return [
        Row(one, code(id_), named.get(id_, ""), called.get(id_, ()), people.get(id_, []))
        for id_, one in zip(ids, suggestions, strict=True)
    ]


def _ambassadors(s: Session, ids: Sequence[int]) -> dict[int, str]:
    now = select(Ambassador.household_id, Member.name).join(Member, Member.id == Ambassador.member_id)
    return dict(s.execute(now.where(Ambassador.household_id.in_(ids), Ambassador.until.is_(None))).all())


def _people(s: Session, ids: Sequence[int]) -> Mapping[int, list[str]]:
    there = select(Member.household_id, Member.name).where(Member.household_id.in_(ids), Member.left_on.is_(None))
    found: dict[int, list[str]] = {}
    for id_, name in s.execute(there.order_by(Member.id)):
        found.setdefault(id_, []).append(name)
    return found


def _may_be_called(s: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    agreed = select(Consent.member_id).where(Consent.purpose == "phone", Consent.withdrawn_at.is_(None))
    people = select(Member).where(
        Member.household_id.in_(ids), Member.left_on.is_(None), Member.phone.is_not(None), Member.id.in_(agreed)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for member in s.scalars(people.order_by(Member.id)):
        found.setdefault(member.household_id, []).append((member.name, member.phone or ""))
    return found


def note_printed(s: Session, household_ids: Iterable[int], by: Account) -> Sheet:
    """Give the sheet its number; that it was printed is on record."""
    listed = list(household_ids)
    entry = audit.record(s, PRINTED, "account", by.id, area_id=by.area_id, actor_id=by.id, households=listed)
    s.flush()
    return Sheet(entry.id, entry.at, listed)


def printed(s: Session, by: Account, number: int | None) -> Sheet | None:
    """The sheet with this number, or the last one, if this account printed it: one types in one's own visits."""
    mine = select(AuditEntry).where(AuditEntry.act == PRINTED, AuditEntry.actor_id == by.id)
    if number is not None:
        mine = mine.where(AuditEntry.id == number)
    entry = s.scalars(mine.order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    return Sheet(entry.id, entry.at, entry.details["households"]) if entry else None


def homes(s: Session, by: Account, ids: Iterable[int]) -> dict[int, Household]:
    """Those of the households that the account still sees, by number; a merged one is the one it lives on in."""
    wanted = set(ids)
    listed = households.visible_to(by).where(Household.id.in_(wanted)).options(selectinload(Household.members))
    found = {home.id: home for home in s.scalars(listed)}
    merged = {id_: households.became(s, by, id_) for id_ in wanted - found.keys()}
    return found | {id_: home for id_, home in merged.items() if home}


def noted(s: Session, by: Account, ids: Iterable[int], apart: Iterable[str]) -> set[tuple[int, date]]:
    """The houses and days of visits this account has recorded there, but for those with these marks."""
    mine = select(Visit.household_id, Visit.at).where(
        Visit.household_id.in_(ids), Visit.by_id == by.id, Visit.client_id.not_in(apart), standing()
    )
    return {(id_, clock.local(at).date()) for id_, at in s.execute(mine)}


def typed_in(s: Session, by: Account, sheet: Sheet) -> dict[int, Visit]:
    """What the account has recorded at the sheet's houses since it was printed, the last visit of each."""
    since = select(Visit).where(
        Visit.household_id.in_(sheet.household_ids), Visit.by_id == by.id, Visit.received_at >= sheet.at, standing()
    )
    return {visit.household_id: visit for visit in s.scalars(since.order_by(Visit.id))}
