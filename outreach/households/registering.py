"""Putting households and people on the list by hand, correcting them, and registering the ambassador at the door."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import ambassadors, consent, stages
from outreach.households.models import FAMILY_TYPES, Ambassador, FamilyType, Household, Member
from outreach.jobs import running
from outreach.lib import words
from outreach.sms import outbox

OTHER_VILLAGE = "other_village"  # the job that a household put right into another village gives to rooms above


@dataclass(frozen=True)
class HouseholdFacts:
    """What one writes down about a household."""

    village: Area
    head_name: str
    address: str = ""
    phone: str | None = None  # E.164
    code: str | None = None  # the commune's own number for it
    walk_no: int | None = None  # its place on the way through the lane
    types: tuple[str, ...] = ()  # of models.FAMILY_TYPES


@dataclass(frozen=True)
class MemberFacts:
    """What one writes down about a person; nothing else is asked."""

    name: str
    birth_year: int | None = None
    relation: str = "other"
    phone: str | None = None  # E.164
    language: str = "vi"
    sms_form: str = "plain"  # or "full": messages with accents
    vneid: bool | None = None  # whether she says that she is confirmed on VNeID; None: nobody asked
    on: date | None = None  # the day she said all this; today, if none


class CodeTaken(Exception):
    """Another household of the village already has this code."""


class NotRegistered(Exception):
    """Nobody becomes ambassador without consenting to be registered."""


class BirthYearMissing(Exception):
    """Without the year of birth nobody knows whether a guardian must consent."""


def household(s: Session, facts: HouseholdFacts, by: Account) -> Household:
    """Put a household on the list, its head as its first member. Raises CodeTaken."""
    _check_code(s, facts)
    made = Household(created_at=clock.now())
    _write(made, facts)
    s.add(made)
    s.flush()
    stages.add(s, [made], by.id)
    audit.record(s, "household.create", "household", made.id, area_id=made.village_id, by_hand=True)
    member(s, made, MemberFacts(facts.head_name, relation="head", phone=facts.phone), by)
    return made


def correct(s: Session, house: Household, facts: HouseholdFacts, by: Account) -> None:
    """Correct a household; its head among the members follows a corrected name. Raises CodeTaken.

    In another village it is counted there, as if it had been noted there at first.
    """
    _check_code(s, facts, house)
    before, old_village = _of_household(house), house.village
    for head in _heads(house):
        head.name, head.folded = facts.head_name, words.fold(facts.head_name)
    if facts.village.id != old_village.id:
        house.code = None  # it may stand on another household there; which one this gets is written below
        stages.correct_village(s, house, facts.village.id)
        _tell_upstairs(s, house.id, old_village, facts.village)
    _write(house, facts)
    s.flush()
    changed = _changed(before, _of_household(house))
    if changed:
        audit.record(s, "household.update", "household", house.id, area_id=house.village_id, changed=changed)


def _tell_upstairs(s: Session, household_id: int, old: Area, new: Area) -> None:
    """Rooms above count by villages, too: the worker hands it up."""
    told = {"household": household_id, "old": old.id, "new": new.id}
    running.plan(s, OTHER_VILLAGE, f"{OTHER_VILLAGE}:{household_id}:{clock.now().isoformat()}", input=told)


def member(s: Session, house: Household, facts: MemberFacts, by: Account) -> Member:
    """Note a person of the household."""
    made = Member(household=house, created_at=clock.now())
    _write_member(made, facts)
    s.add(made)
    s.flush()
    _says(s, made, facts)
    audit.record(s, "member.create", "member", made.id, area_id=house.village_id)
    return made


def known(house: Household, facts: MemberFacts) -> Member | None:
    """The member who has this name (accents or not) and year of birth already: a second tap is no second person."""
    folded = words.fold(facts.name)
    return next(
        (m for m in house.members if m.folded == folded and m.birth_year == facts.birth_year and not m.left_on), None
    )


def for_ambassador(s: Session, house: Household, chosen: Member | None, facts: MemberFacts, by: Account) -> Member:
    """The member to be ambassador: the one chosen, with what was learnt now; or one noted now, never twice."""
    stages.lock(s, house)  # a second tap at the same moment waits here, and then finds the person noted
    if chosen is not None:
        correct_member(s, chosen, facts)
        return chosen
    person = known(house, facts)
    if person is None:
        return member(s, house, facts, by)
    if facts.phone:  # whoever takes somebody for new knows less of her than the list does
        correct_member(s, person, replace(_as_known(person), phone=facts.phone))
    return person


def _as_known(person: Member) -> MemberFacts:
    return MemberFacts(person.name, person.birth_year, person.relation, person.phone, person.language, person.sms_form)


def correct_member(s: Session, person: Member, facts: MemberFacts) -> None:
    """Correct a person."""
    before = _of_member(person)
    _says(s, person, facts)
    if person.phone != facts.phone:
        outbox.cancel(s, f"member:{person.id}", outbox.NO_LONGER_DUE)
    _write_member(person, facts)
    s.flush()
    changed = _changed(before, _of_member(person))
    if changed:
        audit.record(s, "member.update", "member", person.id, area_id=person.household.village_id, changed=changed)


def left(s: Session, person: Member, on: date, by: Account) -> None:
    """The person no longer lives there: no longer ambassador, no more messages; what was done stays on record."""
    stages.lock(s, person.household)  # before the member is written: in this order a worker takes them
    person.left_on = on
    outbox.cancel(s, f"member:{person.id}", outbox.NO_LONGER_DUE)
    ambassadors.end_if(s, person, by, "left")
    stages.restage(s, person.household, by.id, "left")
    audit.record(s, "member.leave", "member", person.id, area_id=person.household.village_id)


def returned(s: Session, person: Member, by: Account) -> None:
    """The person lives there again (or never left)."""
    stages.lock(s, person.household)
    person.left_on = None
    stages.restage(s, person.household, by.id)
    audit.record(s, "member.return", "member", person.id, area_id=person.household.village_id)


def ambassador(
    s: Session, person: Member, given: consent.Given, by: Account, reason: str = "", at: datetime | None = None
) -> Ambassador:
    """Register a member as the household's ambassador with the consent given; hands over from an earlier one.

    `at`: when the consent was given, if not now. Raises NotRegistered, BirthYearMissing, consent.GuardianNeeded.
    """
    if "registered" not in given.purposes:
        raise NotRegistered(person.id)
    if person.birth_year is None:
        raise BirthYearMissing(person.id)
    consent.give(s, person, given, by, at)
    return ambassadors.appoint(s, person.household, person, by, reason)


def _check_code(s: Session, facts: HouseholdFacts, apart_from: Household | None = None) -> None:
    if not facts.code:
        return
    holder = select(Household.id).where(Household.village_id == facts.village.id, Household.code == facts.code)
    if s.scalars(holder).first() not in (None, apart_from.id if apart_from else None):
        raise CodeTaken(facts.code)


def _write(house: Household, facts: HouseholdFacts) -> None:
    house.village, house.head_name = facts.village, facts.head_name
    house.folded, house.sort_key = words.fold(facts.head_name), words.given_name_key(facts.head_name)
    house.address, house.address_folded = facts.address, words.fold(facts.address)
    house.phone, house.code, house.walk_no = facts.phone, facts.code or None, facts.walk_no
    retype(house, facts.types)


def retype(house: Household, types: Iterable[str]) -> None:
    """Say of which kinds the family is; rows that stand already stay."""
    wanted, there = set(types), {one.type for one in house.types}
    house.types = [one for one in house.types if one.type in wanted]
    house.types.extend(FamilyType(type=name) for name in FAMILY_TYPES if name in wanted - there)


def _write_member(person: Member, facts: MemberFacts) -> None:
    person.name, person.folded, person.birth_year = facts.name, words.fold(facts.name), facts.birth_year
    person.relation, person.phone, person.language = facts.relation, facts.phone, facts.language
    person.sms_form = facts.sms_form


def _says(s: Session, person: Member, facts: MemberFacts) -> None:
    """She says that she is confirmed on VNeID, or takes it back; who says it again keeps the day she said it first."""
    if facts.vneid is None or facts.vneid == _is_said(person):
        return
    stages.lock(s, person.household)  # before the member is written, as everywhere
    person.vneid_said_on = (facts.on or clock.today()) if facts.vneid else None
    stages.restage(s, person.household, None)


def _is_said(person: Member) -> bool:
    return person.vneid_said_on is not None


def _heads(house: Household) -> list[Member]:
    return [m for m in house.members if m.relation == "head" and m.folded == house.folded and m.left_on is None]


def _of_household(house: Household) -> dict[str, object]:
    fields = ("head_name", "address", "phone", "code", "walk_no")
    types = sorted(one.type for one in house.types)
    return {"village": house.village.id, "types": types} | {f: getattr(house, f) for f in fields}


def _of_member(person: Member) -> dict[str, object]:
    fields = ("name", "birth_year", "relation", "phone", "language", "sms_form")
    return {"vneid": _is_said(person)} | {f: getattr(person, f) for f in fields}


def _changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """Which facts differ: their names only, never their content."""
    return [name for name in before if before[name] != after[name]]
