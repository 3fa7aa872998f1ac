"""Judging what a phone sent: the same forms and verbs as the single doors, and a fate in words for each record."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from outreach import clock
from outreach.accounts import receipts
from outreach.accounts.models import Account, Receipt
from outreach.areas.models import Area
from outreach.arrivals import places
from outreach.arrivals.recorded import Record
from outreach.fields import Form, laid_out
from outreach.households import differing, receiving
from outreach.households import queries as households
from outreach.households.forms import AmbassadorForm, HouseholdForm, MemberForm
from outreach.households.models import Household, Member
from outreach.households.names import facts as in_words
from outreach.i18n import show_datetime
from outreach.visits import queries as visits
from outreach.visits.forms import CLOCK_BEHIND, VisitForm
from outreach.visits.recording import OtherContent, Recorded, VisitDraft

ACCEPTED, THERE, REFUSED, ASKED, KEPT, WAITS = "accepted", "there", "refused", "asked", "kept", "waits"
TAKEN = (ACCEPTED, THERE, KEPT)  # the phone need hold it no more
HOUSEHOLD, MEMBER, AMBASSADOR, VISIT = "ho", "nguoi/moi", "dai-su", "tham"
SAME_MEMBER = "member.same"  # of a receipt: nothing was written, the person was there already
NO_TOKEN = {"csrf": False}  # the door asks for the same origin instead
ADDRESS = re.compile(r"/ho/(?:moi|([0-9]{1,10}|~[0-9a-fA-F-]{36})/(nguoi/moi|dai-su|tham))")


@dataclass
class Fate:
    """What became of a record. `id` is the row it made; `base` and `alike` go with a question (see ASKED)."""

    fate: str
    text: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    url: str = ""
    id: int | None = None
    base: int | None = None
    alike: list[tuple[int, str]] = field(default_factory=list)

    def told(self, client_id: str) -> dict[str, Any]:
        """As the phone reads it."""
        said: dict[str, Any] = {"client_id": client_id, "fate": self.fate, "text": self.text, "errors": self.errors}
        said |= {"url": self.url, "id": self.id}
        if self.fate == ASKED:
            said |= {"base": self.base, "alike": self.alike}
        return said


class Aim(NamedTuple):
    """What an address asks for: which form, and at which household ("" for a new one, "12", or "~" and an id)."""

    form: str
    house: str


def aim(url: str) -> Aim | None:
    """Which form an address takes, if it may be sent from a bag."""
    found = ADDRESS.fullmatch(url)
    return Aim(found[2] or HOUSEHOLD, found[1] or "") if found else None


@dataclass
class Desk:
    """Where records are judged: in whose name, by whose eyes, and what is at hand. `home` finds a household."""

    s: Session
    by: Account
    sees: Account
    home: Callable[[int], Household | None]

    @cached_property
    def villages(self) -> Sequence[Area]:
        """Where a household may be noted."""
        return households.villages(self.s, self.sees)

    def colleagues(self, home: Household) -> Sequence[Account]:
        """Who may have come along to this house; asked once a village."""
        known = self._groups.get(home.village_id)
        if known is None:
            known = self._groups[home.village_id] = visits.colleagues(self.s, home, self.by, gone_too=True)
        return known

    @cached_property
    def _groups(self) -> dict[int, Sequence[Account]]:
        return {}


class Ready(NamedTuple):
    """A visit that its form lets pass: to be written together with others."""

    home: Household
    draft: VisitDraft


def form(desk: Desk, kind: str, home: Household | None, record: Record) -> Form:
    """The filled-in form of a record; without its household the choices are those that were ticked."""
    if kind == HOUSEHOLD:
        return _household_form(desk, record)
    if kind == MEMBER:
        return MemberForm(typed(record), meta=NO_TOKEN)
    if kind == AMBASSADOR:
        return _ambassador_form(home, record)
    return _visit_form(desk, home, record)


def _visit_form(desk: Desk, home: Household | None, record: Record) -> VisitForm:
    form = laid_out(VisitForm)
    form.process(typed(record, at=record.at.isoformat() if record.at else ""))
    if home is not None:
        form.expect(home, lambda: desk.colleagues(home))
    return form


def visit(desk: Desk, home: Household, record: Record) -> Ready | Fate:
    """What the visit's form says of it."""
    form = _visit_form(desk, home, record)
    return Ready(home, form.draft()) if form.validate() else _refused(form)


def of_visit(found: Recorded | OtherContent | ValueError, home: Household) -> Fate:
    """What became of a visit that its form let pass."""
    if isinstance(found, Recorded):
        url = url_for("visits.household", id=found.household_id)
        return Fate(ACCEPTED if found.new else THERE, url=url, id=found.id)
    if isinstance(found, OtherContent):
        same_house = found.visit.household_id == home.id
        return _other_content(url_for("visits.household", id=home.id) if same_house else "")
    return Fate(REFUSED, _("Somebody or something named here is not of this house or this group. Please look again."))


def sheet(desk: Desk, kind: str, home: Household | None, record: Record) -> Fate:
    """Judge and write a record that is no visit; nothing is written unless it is accepted."""
    try:
        if kind == HOUSEHOLD:
            return _household(desk, record)
        if home is None:
            raise LookupError(record.url)
        return _member(desk, home, record) if kind == MEMBER else _ambassador(desk, home, record)
    except receipts.OtherContent as there:
        return _other_content(_address(desk, there.receipt.subject, there.receipt.subject_id))


def _household_form(desk: Desk, record: Record) -> HouseholdForm:
    village = places.named(desk.s, record)
    today = {"village": str(village.id)} if village else {}
    return HouseholdForm(typed(record, **today), meta=NO_TOKEN).among(desk.villages)


def _household(desk: Desk, record: Record) -> Fate:
    form = _household_form(desk, record)
    same = next(iter(record.values("same")), "")
    if same.isdecimal():
        return _same(desk, record, int(same))
    try:
        got = receiving.household(
            desk.s, desk.by, form, desk.villages, anyway=bool(record.values("anyway")), sees=desk.sees
        )
    except receiving.Refused:
        return _refused(form)
    except receiving.LooksLike as found:
        return _looks_like([_seen(one) for one in found.alike])
    return _done(got, got.row.id, got.row)


def _looks_like(alike: list[tuple[int, str]]) -> Fate:
    first, words = alike[0]
    return Fate(
        ASKED, _("It looks like a household that is on the list: %(which)s", which=words), id=first, alike=alike
    )


def _seen(one: Any) -> tuple[int, str]:
    home: Household = one.household
    why = _("same telephone") if one.same_phone else _("same name")
    return home.id, " · ".join(part for part in (home.head_name, home.address, home.village.full_name, why) if part)


def _same(desk: Desk, record: Record, household_id: int) -> Fate:
    """The person says that it is one of the list: whatever speaks of this record goes there from now on."""
    home = desk.home(household_id)
    if home is None:
        return Fate(REFUSED, _("That household cannot be seen any more. Please choose again."))
    digest = record.digest()
    if receipts.seen(desk.s, record.client_id, digest) is None:
        receipts.keep(desk.s, record.client_id, digest, "household.same", "household", home.id, desk.by)
    return Fate(THERE, url=url_for("visits.household", id=home.id), id=home.id)


def _member(desk: Desk, home: Household, record: Record) -> Fate:
    before, form = desk.s.get(Receipt, record.client_id), MemberForm(typed(record), meta=NO_TOKEN)
    if before is not None and (before.act, before.digest) == (SAME_MEMBER, record.digest()):
        return _already(home, desk.s.get_one(Member, before.subject_id), form)
    try:
        got = receiving.member(desk.s, desk.by, home, form, _agreed_at(record))
    except receiving.Refused:
        return _refused(form)
    except receiving.Known as there:
        return _known(desk, home, form, record, there.member)
    return _done(got, got.row.id, home)


def _known(desk: Desk, home: Household, form: MemberForm, record: Record, known: Member) -> Fate:
    """Another one noted this person meanwhile: there, if the sheet says nothing new; else the person must look."""
    facts = receiving.member_facts(form)
    if facts.phone not in (None, known.phone):
        form.name.errors = [_("Somebody with this name and year of birth is in this household already.")]
        return _refused(form)
    receipts.keep(desk.s, record.client_id, record.digest(), SAME_MEMBER, "member", known.id, desk.by)
    said = differing.otherwise(known, facts)
    if said:
        differing.note(desk.s, known, said, desk.by)
    return _already(home, known, form)


def _already(home: Household, known: Member, form: MemberForm) -> Fate:
    """She is on the list; what the sheet says otherwise is told, and the list stays as it is."""
    text = _otherwise(known, differing.otherwise(known, receiving.member_facts(form)))
    return Fate(THERE, text, url=url_for("visits.household", id=home.id), id=known.id)


def _otherwise(known: Member, said: dict[str, str]) -> str:
    if not said:
        return ""
    return _(
        "%(name)s is on the list already: %(there)s. You noted: %(said)s. Nothing is changed; the leader sees both.",
        name=known.name, there=in_words({name: getattr(known, name) for name in said}), said=in_words(said),
    )  # fmt: skip


def _ambassador(desk: Desk, home: Household, record: Record) -> Fate:
    form = _ambassador_form(home, record)
    try:
        got = receiving.ambassador(desk.s, desk.by, home, form, _agreed_at(record))
    except receiving.Refused:
        return _refused(form)
    except receiving.TakenBack as back:
        said = _("%(name)s took the consent back on %(when)s, after this was written down. Ask again first; send it "
                 "again if the answer is yes.", name=back.member.name, when=show_datetime(back.when))  # fmt: skip
        return Fate(REFUSED, _("Please put right what is marked, or discard it."), {"at": [said]})
    except receiving.SomebodyStands as stands:
        text = _("%(name)s was registered as the digital ambassador meanwhile.", name=stands.now.member.name)
        return Fate(ASKED, text, url=url_for("visits.household", id=home.id), base=stands.now.member_id)
    fate = _done(got, got.row.id, home)
    fate.text = _otherwise(got.row, receiving.otherwise(got.row, form))
    return fate


def _agreed_at(record: Record) -> datetime | None:
    """When a yes was said; None where it was now, or where the phone's clock cannot be."""
    now = clock.now()
    return record.at if record.at is not None and now - CLOCK_BEHIND < record.at <= now else None


def _ambassador_form(home: Household | None, record: Record) -> AmbassadorForm:
    made = AmbassadorForm(typed(record), meta=NO_TOKEN)
    return made.of(households.present(home), households.ambassador(home) is not None) if home else made.of([], True)


def typed(record: Record, **ours: str) -> MultiDict[str, str]:
    """What was typed, as a form takes it, with what we know better."""
    ours |= {"client_id": record.client_id}
    return MultiDict([*((name, value) for name, value in record.fields if name not in ours), *ours.items()])


def _done(got: receiving.Received[Any], row_id: int, home: Household) -> Fate:
    return Fate(ACCEPTED if got.new else THERE, url=url_for("visits.household", id=home.id), id=row_id)


def _refused(form: Form) -> Fate:
    errors = {name: [str(error) for error in said] for name, said in form.errors.items() if name}
    return Fate(REFUSED, _("Please put right what is marked, or discard it."), errors)


def _other_content(url: str) -> Fate:
    text = _("This was sent before with other content; what was sent first stands. Save yours anew, or discard it.")
    return Fate(REFUSED, text, url=url)


def _address(desk: Desk, subject: str, subject_id: int) -> str:
    """Where what stands is shown, if the one who asks may see it."""
    if subject == "member":
        member = households.find_member(desk.s, desk.sees, subject_id)
        return url_for("visits.household", id=member.household_id) if member else ""
    return url_for("visits.household", id=subject_id) if desk.home(subject_id) else ""
