"""Receiving a filled-in sheet: judged and written once, whether it comes by itself or in a phone's bag.

What can be wrong with a sheet is an exception named for the fact; a door makes a page of it, the bag a line.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts import receipts
from outreach.accounts.models import Account
from outreach.areas.models import Area
from outreach.households import ambassadors, consent, differing, duplicates, queries, registering, stages
from outreach.households.forms import AmbassadorForm, HouseholdForm, MemberForm, OnceForm
from outreach.households.models import Ambassador, Household, Member

T = TypeVar("T")
NOT_CONTENT = ("csrf_token", "client_id", "base", "reason")  # a reason is asked only while somebody stands


class Received(NamedTuple, Generic[T]):
    """What the sheet made, and whether just now (False: the same sheet came before)."""

    row: T
    new: bool


class Refused(Exception):
    """The sheet cannot be taken as it stands; its fields say why."""


class LooksLike(Exception):
    """The household looks like some that are on the list: nobody has said yet that it is another."""

    def __init__(self, alike: list[duplicates.Alike]) -> None:
        super().__init__(len(alike))
        self.alike = alike


class Known(Exception):
    """Somebody with this name and year of birth is in the household already."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.id)
        self.member = member


class SomebodyStands(Exception):
    """Another one became ambassador since the sheet was drawn: whoever sends it must say so knowingly."""

    def __init__(self, now: Ambassador) -> None:
        super().__init__(now.id)
        self.now = now


class TakenBack(Exception):
    """The person took her yes back after it was given and before it came here."""

    def __init__(self, member: Member, when: datetime) -> None:
        super().__init__(member.id)
        self.member, self.when = member, when


def household(
    s: Session, by: Account, form: HouseholdForm, villages: Sequence[Area], *, anyway: bool, sees: Account | None = None
) -> Received[Household]:
    """Put a household on the list. `anyway`: somebody looked at those that look alike, among what `sees` (or by) sees.

    Raises Refused, LooksLike, receipts.OtherContent.
    """
    digest, before = _came_before(s, form, by, "household.create")
    if before is not None:
        return Received(s.get_one(Household, before), new=False)
    _take(form.validate())
    facts = household_facts(form, villages)
    found = alike(s, sees or by, facts)
    if found and not anyway:
        raise LooksLike(found)
    try:
        made = registering.household(s, facts, by)
    except registering.CodeTaken:
        form.code.errors = [_("Another household of this village has this number.")]
        raise Refused from None
    receipts.keep(s, form.client_id.data or "", digest, "household.create", "household", made.id, by)
    return Received(made, new=True)


def household_facts(
    form: HouseholdForm, villages: Sequence[Area], here: Area | None = None
) -> registering.HouseholdFacts:
    """What the sheet says; without a choice of villages it is the one it is in, or the only one."""
    offered = [*villages, *([here] if here else [])]
    chosen = form.village.data if "village" in form else None
    village = next((v for v in offered if v.id == chosen), here or offered[0])
    return registering.HouseholdFacts(
        village, form.head_name.data or "", form.address.data or "", form.phone.data, form.code.data or None,
        walk_no=form.walk_no.data, types=tuple(form.family_types.data or ()),
    )  # fmt: skip


def alike(s: Session, sees: Account, facts: registering.HouseholdFacts) -> list[duplicates.Alike]:
    """The households somebody sees that may be this one."""
    among = queries.visible_to(sees)
    return duplicates.alike(s, among, village_id=facts.village.id, name=facts.head_name, phone=facts.phone)


def member(s: Session, by: Account, house: Household, form: MemberForm, at: datetime | None = None) -> Received[Member]:
    """Note a person of the household; `at`: when it was typed, if not now.

    Raises Refused, Known, receipts.OtherContent.
    """
    digest, before = _came_before(s, form, by, "member.create", house)
    if before is not None:
        return Received(s.get_one(Member, before), new=False)
    _take(form.share(queries.numbers(house)).validate())
    facts = member_facts(form, at)
    known = registering.known(house, facts)
    if known is not None:
        raise Known(known)
    made = registering.member(s, house, facts, by)
    receipts.keep(s, form.client_id.data or "", digest, "member.create", "member", made.id, by)
    return Received(made, new=True)


def member_facts(form: MemberForm, at: datetime | None = None) -> registering.MemberFacts:
    """What the sheet says of a person; `at`: when it was typed, if not now."""
    return registering.MemberFacts(
        form.name.data or "", form.birth_year.data, form.relation.data, form.own_number, form.language.data,
        form.sms_form.data, bool(form.vneid.data), clock.local(at).date() if at else None,
    )  # fmt: skip


def ambassador(
    s: Session, by: Account, house: Household, form: AmbassadorForm, at: datetime | None = None
) -> Received[Member]:
    """Register the ambassador; somebody new is noted in the same step. The form is `of` this house.

    `at`: when she agreed, if not now. Raises Refused, SomebodyStands, TakenBack, receipts.OtherContent.
    """
    digest, before = _came_before(s, form, by, "ambassador.create", house)
    if before is not None:
        return Received(s.get_one(Member, before), new=False)
    chosen = next((m for m in queries.present(house) if str(m.id) == form.who.data), None)
    complete = form.share(queries.numbers(house)).validate()
    _take(form.fits(chosen) and complete)  # both are asked, so that every fault is told at once
    facts = _of_ambassador(form, chosen)
    stages.lock(s, house)  # from here on the house is as it is, whoever else is at its door
    known = chosen or registering.known(house, facts)
    _nobody_else(s, house, form, known)
    if known is not None and at is not None:
        _still_agrees(s, known, form, at)
    person = registering.for_ambassador(s, house, chosen, facts, by)
    if said := otherwise(person, form):
        differing.note(s, person, said, by)
    registering.ambassador(s, person, form.given(), by, (form.reason and form.reason.data) or "", at)
    receipts.keep(s, form.client_id.data or "", digest, "ambassador.create", "member", person.id, by)
    return Received(person, new=True)


def otherwise(person: Member, form: AmbassadorForm) -> dict[str, str]:
    """What the ambassador's sheet says otherwise of her than the list, as `differing.otherwise` has it."""
    said = registering.MemberFacts(
        form.name.data or "", form.birth_year.data, form.relation.data, language=person.language
    )
    return differing.otherwise(person, said)


def _of_ambassador(form: AmbassadorForm, chosen: Member | None) -> registering.MemberFacts:
    if chosen is None:
        return registering.MemberFacts(form.name.data or "", form.birth_year.data, form.relation.data, form.own_number)
    return registering.MemberFacts(
        chosen.name, form.year(chosen), chosen.relation, form.number(chosen), chosen.language, chosen.sms_form
    )  # fmt: skip


def _nobody_else(s: Session, house: Household, form: AmbassadorForm, person: Member | None) -> None:
    """Whoever drew the sheet knew who stood then (`base`); nobody is replaced by somebody who did not know."""
    now = ambassadors.current(s, house)
    known = {form.base.data, str(person.id) if person else None}
    if form.base.data and now is not None and str(now.member_id) not in known:
        raise SomebodyStands(now)


def _still_agrees(s: Session, person: Member, form: AmbassadorForm, at: datetime) -> None:
    """A yes that was given earlier and arrives later does not undo that it was taken back in between."""
    when = consent.taken_back_since(s, person, form.given().purposes, at)
    if when is not None:
        raise TakenBack(person, when)


def _came_before(
    s: Session, form: OnceForm, by: Account, act: str, house: Household | None = None
) -> tuple[str, int | None]:
    """The mark of the sheet, and the id of what it made when it came before."""
    digest = mark(form, by, act, house.id if house else None)
    client_id = form.client_id.data or ""
    if not receipts.is_client_id(client_id):
        return digest, None  # the form itself says that it came in pieces
    try:
        before = receipts.seen(s, client_id, digest)
    except receipts.OtherContent as there:
        before = there.receipt
        parts = queries.parts(s, house.id) if house else ()
        if before.digest not in {mark(form, by, act, part) for part in parts}:
            raise
    return digest, before.subject_id if before else None


def mark(form: OnceForm, by: Account, act: str, house_id: int | None) -> str:
    """The mark of a filled-in sheet (64 hex digits): what was typed, by whom, at which house."""
    typed = [(f.name, value) for f in form if f.name not in NOT_CONTENT for value in f.raw_data or ()]
    return receipts.mark([*typed, (".act", act), (".by", by.id), (".at", house_id or "")])


def _take(good: bool) -> None:
    if not good:
        raise Refused
