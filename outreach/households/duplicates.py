"""Which households on the list may be the one being typed: the same phone, or the same name in the same village."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from outreach.households.models import Household, Member
from outreach.lib import words

MOST = 5


class Alike(NamedTuple):
    """A household that may be the same, and why: it shares the phone, the name, or both."""

    household: Household
    same_phone: bool
    same_name: bool


def alike(
    s: Session, among: Select[Household], *, village_id: int, name: str, phone: str | None, apart_from: int = 0
) -> list[Alike]:
    """At most five likely duplicates among these households (`queries.visible_to`), the surest first.

    Names are compared without accents, with the head's and the members' names. A name with one word alone is too
    common to tell anything. `apart_from` is the household being corrected.
    """
    folded = words.fold(name)
    same_name = _same_name(folded, village_id) if " " in folded else None
    same_phone = _same_phone(phone) if phone else None
    tests = [t for t in (same_name, same_phone) if t is not None]
    if not tests:
        return []
    query = among.where(or_(*tests), Household.id != apart_from).order_by(Household.id).limit(MOST)
    found = [_why(h, folded, phone, village_id) for h in s.scalars(query)]
    return sorted(found, key=lambda a: not (a.same_name and a.same_phone))


def twins(household: Household) -> list[tuple[Member, Member]]:
    """Members of one household who may be the same person: the same name without accents, the earlier first."""
    present = [m for m in household.members if m.left_on is None]
    return [(a, b) for i, a in enumerate(present) for b in present[i + 1 :] if a.folded == b.folded]


def neighbours(s: Session, number: str, member: Member, among: Select[Household]) -> Sequence[Member]:
    """Other people whom this phone number also serves; allowed, but worth a remark."""
    seen = among.with_only_columns(Household.id)
    return s.scalars(
        select(Member).where(
            Member.phone == number, Member.id != member.id, Member.left_on.is_(None), Member.household_id.in_(seen)
        )
    ).all()


def _same_name(folded: str, village_id: int) -> ColumnElement[bool]:
    some_member = exists().where(Member.household_id == Household.id, Member.folded == folded, Member.left_on.is_(None))
    return and_(Household.village_id == village_id, or_(Household.folded == folded, some_member))


def _same_phone(phone: str) -> ColumnElement[bool]:
    members = select(Member.household_id).where(Member.phone == phone, Member.left_on.is_(None))
    return or_(Household.phone == phone, Household.id.in_(members))


def _why(household: Household, folded: str, phone: str | None, village_id: int) -> Alike:
    present = [m for m in household.members if m.left_on is None]
    names = {household.folded, *(m.folded for m in present)}
    phones = {household.phone, *(m.phone for m in present)}
    return Alike(household, bool(phone) and phone in phones, household.village_id == village_id and folded in names)
