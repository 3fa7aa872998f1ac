"""Reading households: `visible_to` is the only way to a personal record; what is out of scope is not found."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.accounts.models import AGENT, LEADER, OFFICIAL, VOLUNTEER, Account
from outreach.areas import queries as areas
from outreach.areas.models import VILLAGE, Area
from outreach.households.models import (
    ALONE,
    CLOSED,
    FAMILY_TYPES,
    HELPED,
    LADDER,
    STAGES,
    Ambassador,
    Consent,
    FamilyType,
    Household,
    HouseholdMerge,
    Member,
)
from outreach.lib import words

PAGE_SIZE = 50
ORDERS = {
    "name": (Household.sort_key, Household.id),
    "visit": (Household.last_visit_at.is_not(None), Household.last_visit_at, Household.sort_key, Household.id),
}
GROUPS = {  # stages that are counted together
    "in_scope": LADDER, "reached": LADDER[1:], "with_ambassador": LADDER[2:], "closed": CLOSED,
}  # fmt: skip
READERS = (OFFICIAL, LEADER, VOLUNTEER, AGENT)  # provinces and the country see sums, never a family


class Page(NamedTuple):
    """One page of a list; pages are counted from 1."""

    rows: Sequence[Household]
    number: int
    pages: int
    total: int


class Sayers(NamedTuple):
    """One page of a list of people; pages are counted from 1."""

    rows: Sequence[Member]
    number: int
    pages: int
    total: int


def visible_to(account: Account) -> Select[Household]:
    """The households this account may see: those of its village or commune, merged ones left out."""
    seen = _in_scope(account.role, account.area.kind, account.area_id, *areas.reach(account.area))
    return select(Household).where(seen, Household.merged_into_id.is_(None))


@cache
def numbered(role: str, kind: str) -> Select[Household]:
    """As `visible_to`, for one `number` and whoever has this role in an area of this kind (see `by_number`).

    Written once: whoever goes from door to door asks it all day, and putting it together takes longer than asking.
    """
    seen = _in_scope(role, kind, bindparam("area_id"), bindparam("first"), bindparam("beyond"))
    return select(Household).where(seen, Household.merged_into_id.is_(None), Household.id == bindparam("number"))


def by_number(account: Account, household_id: int) -> dict[str, Any]:
    """What `numbered` is asked with."""
    first, beyond = areas.reach(account.area)
    return {"number": household_id, "area_id": account.area_id, "first": first, "beyond": beyond}


def find(s: Session, account: Account, household_id: int) -> Household | None:
    """The household, if this account may see it; a merged one is not found (see `became`)."""
    asked = numbered(account.role, account.area.kind)
    return s.scalars(asked, by_number(account, household_id)).one_or_none()


def find_member(s: Session, account: Account, member_id: int) -> Member | None:
    """The member, if this account may see the household; also one who has left it."""
    seen = visible_to(account).with_only_columns(Household.id)
    return s.scalars(select(Member).where(Member.id == member_id, Member.household_id.in_(seen))).one_or_none()


def find_consent(s: Session, account: Account, consent_id: int) -> Consent | None:
    """The consent, if this account may see whose it is."""
    seen = select(Member.id).where(Member.household_id.in_(visible_to(account).with_only_columns(Household.id)))
    return s.scalars(select(Consent).where(Consent.id == consent_id, Consent.member_id.in_(seen))).one_or_none()


def became(s: Session, account: Account, household_id: int) -> Household | None:
    """The household that a merged one lives on in, if this account may see it: old addresses lead there."""
    old = select(Household.merged_into_id).where(Household.id == household_id)
    return s.scalars(visible_to(account).where(Household.id.in_(old))).one_or_none()


def became_one(s: Session, household: Household) -> dict[int, int]:
    """Entries of people of this house that are gone, since each stood there twice: by id, the one that stays."""
    here = select(Household.id).where(or_(Household.id == household.id, Household.merged_into_id == household.id))
    made = select(HouseholdMerge.moved).where(
        HouseholdMerge.keep_id == HouseholdMerge.other_id, HouseholdMerge.undone_at.is_(None),
        HouseholdMerge.keep_id.in_(here),
    )  # fmt: skip
    found: dict[int, int] = {}
    for moved in s.scalars(made.order_by(HouseholdMerge.id)):
        gone, stays = moved["gone"]["id"], moved["member"]
        found = {one: stays if now == gone else now for one, now in found.items()} | {gone: stays}
    return found


def present(household: Household) -> list[Member]:
    """The members who live there now, in the order they were noted."""
    return [m for m in household.members if m.left_on is None]


def numbers(household: Household, apart_from: Member | None = None) -> dict[str, str]:
    """The telephone numbers of those who live there (E.164 → whose), but that of one of them."""
    own = apart_from.phone if apart_from else None
    found: dict[str, str] = {}
    for member in present(household):
        if member.phone and member.phone != own and member is not apart_from:
            before = found.get(member.phone)
            found[member.phone] = f"{before}, {member.name}" if before else member.name
    return found


def ambassador(household: Household) -> Ambassador | None:
    """Who is the household's ambassador today."""
    return next((a for a in household.ambassadors if a.until is None), None)


def villages(s: Session, account: Account) -> Sequence[Area]:
    """The villages this account works in, in Vietnamese order; one for those who stand in a village."""
    return areas.villages(s, account.area)


def parts(s: Session, household_id: int) -> Sequence[int]:
    """Other entries that a household was made of, or was part of for a while: what came for one of them came for it."""
    merged = select(Household.id).where(Household.merged_into_id == household_id)
    parted = select(HouseholdMerge.keep_id).where(
        HouseholdMerge.other_id == household_id,
        HouseholdMerge.undone_at.is_not(None),
        HouseholdMerge.keep_id != household_id,
    )
    return s.scalars(union(merged, parted)).all()


def listing(
    s: Session, account: Account, q: str = "", village: int | None = None, stage: str = "", page: int = 1,
    sort: str = "name", shown: str = "", kind: str = "",
) -> Page:  # fmt: skip
    """One page of the households this account sees, by given name of the head, as narrowed.

    `q` is matched word by word, accents or not, against the head's and members' names and the address, or as a
    phone number, or as the commune's own code. `village` is an area's id, `stage` one of STAGES or GROUPS; others are
    ignored.
    `shown` is one of ALONE or HELPED: households in scope where somebody has shown that skill in that way.
    `kind` is one of FAMILY_TYPES.
    `sort` is "name", or "visit": never visited first, then the longest ago.
    """
    query = visible_to(account).where(*_matches(q))
    if village is not None:
        query = query.where(Household.village_id == village)
    if stage in STAGES or stage in GROUPS:
        query = query.where(Household.stage.in_(GROUPS.get(stage, (stage,))))
    if shown in ALONE + HELPED:
        query = query.where(Household.stage.in_(LADDER), _has_shown(shown))
    if kind in FAMILY_TYPES:
        query = query.where(exists().where(FamilyType.household_id == Household.id, FamilyType.type == kind))
    order = ORDERS.get(sort, ORDERS["name"])
    if q:
        return _searched(s, visible_to(account), query.order_by(*order), order, page)
    total = s.scalar(query.with_only_columns(func.count(Household.id), maintain_column_froms=True)) or 0
    number, pages = _within(page, total)
    ordered = query.order_by(*order).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(_rows(s, ordered), number, pages, total)


def _searched(s: Session, seen: Select[Household], query: Select[Household], order: Sequence[Any], page: int) -> Page:
    """A search looks at every household and its people: once, not once to count and once to show."""
    found = s.scalars(query.with_only_columns(Household.id, maintain_column_froms=True)).all()
    number, pages = _within(page, len(found))
    shown = seen.where(Household.id.in_(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])).order_by(*order)
    return Page(_rows(s, shown), number, pages, len(found))


def _within(page: int, total: int) -> tuple[int, int]:
    """The page asked for, or the nearest there is; and how many there are."""
    pages = max(1, -(-total // PAGE_SIZE))
    return min(max(1, page), pages), pages


def _rows(s: Session, wanted: Select[Household]) -> Sequence[Household]:
    return s.scalars(wanted.options(selectinload(Household.ambassadors).joinedload(Ambassador.member))).all()


def sayers(s: Session, account: Account, area: Area, page: int = 1) -> Sayers:
    """One page of the adults in an area who say that they are confirmed on VNeID, those who said it last first.

    As they are counted: who has left, and households out of scope, are left out.
    """
    homes = visible_to(account).where(Household.stage.in_(LADDER), Household.vneid > 0)
    here = homes.where(Household.village_id.in_(select(Area.id).where(areas.within(area))))
    said = select(Member).where(
        Member.household_id.in_(here.with_only_columns(Household.id)), Member.vneid_said_on.is_not(None),
        Member.left_on.is_(None),
    )  # fmt: skip
    total = s.scalar(said.with_only_columns(func.count(Member.id))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    newest = said.order_by(Member.vneid_said_on.desc(), Member.id).options(joinedload(Member.household))
    rows = s.scalars(newest.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Sayers(rows, number, pages, total)


def _has_shown(shown: str) -> ColumnElement[bool]:
    bits, of = (Household.alone, ALONE) if shown in ALONE else (Household.helped, HELPED)
    return bits.bitwise_and(1 << of.index(shown)) > 0


def _in_scope(
    role: str, kind: str, area_id: int | BindParameter[int], first: str | BindParameter[str],
    beyond: str | BindParameter[str],
) -> ColumnElement[bool]:  # fmt: skip
    if role not in READERS:
        return false()
    if kind == VILLAGE:
        return Household.village_id == area_id
    return Household.village_id.in_(select(Area.id).where(areas.between(first, beyond)))


def _matches(q: str) -> list[ColumnElement[bool]]:
    digits = "".join(c for c in q if c.isdecimal())
    if len(digits) >= 6 and not any(c.isalpha() for c in q):
        tail = digits.removeprefix("84" if len(digits) > 10 else "0")
        return [or_(Household.phone.endswith(tail), _some_member(Member.phone.endswith(tail)))]
    return [_word(word, q) for word in words.wanted(q)]


def _word(word: str, q: str) -> ColumnElement[bool]:
    return or_(
        Household.folded.contains(word, autoescape=True),
        Household.address_folded.contains(word, autoescape=True),
        Household.code == q.strip(),
        _some_member(Member.folded.contains(word, autoescape=True)),
    )


def _some_member(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(Member.household_id == Household.id, Member.left_on.is_(None), matches))
