"""Late records in words, for those who decide: also where their household is itself one, or cannot be seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from wtforms import Field

from outreach import fields
from outreach.accounts import queries as accounts
from outreach.accounts.models import Account, Receipt
from outreach.arrivals import judging, sending
from outreach.arrivals.judging import AMBASSADOR, HOUSEHOLD, MEMBER, VISIT, Desk, aim
from outreach.arrivals.models import Late
from outreach.households import queries as households
from outreach.households.forms import NEW, SOMEBODY_NEW
from outreach.households.models import Household
from outreach.i18n import show_datetime
from outreach.latecomers import late
from outreach.visits.forms import SOMEBODY_ELSE, VisitForm
from outreach.web import LARGEST

FORMS = {
    HOUSEHOLD: _l("Register a household"),
    MEMBER: _l("Add a person"),
    AMBASSADOR: _l("Register the digital ambassador"),
    VISIT: _l("Visit"),
    "": _l("A form of an older release"),
}
NOT_SHOWN = ("client_id", "csrf_token", "at", "base", "village", "wording")
NAMES = ("name", "head_name")  # the field that says whom a late record notes


class Told(NamedTuple):
    """A late record in words.

    `home`: its household, if it can be seen; `house`: the late record that it waits for as its household; `elsewhere`:
    it has a household, which cannot be seen. `whom`: the name of whom it notes. `said`: what each field says.
    """

    name: Any
    whom: str
    home: Household | None
    house: Late | None
    elsewhere: bool
    said: list[tuple[Any, str]]

    @property
    def place(self) -> str:
        """Whose house it is, as far as that is known."""
        return self.home.head_name if self.home else noted(self.house) if self.house else ""


def noted(kept: Late) -> str:
    """Whom a late record notes: the name of a new household's head, or of a person."""
    return next((value for name, value in kept.fields if name in NAMES and value), "")


def notes_a_house(kept: Late) -> bool:
    """Whether it notes a new household."""
    to = aim(kept.url)
    return to is not None and to.form == HOUSEHOLD


def fate(kept: Late) -> str:
    """What became of a record that was decided, as its author reads it on a phone."""
    to, by = aim(kept.url), kept.decided_by.name if kept.decided_by else ""
    told = {"what": FORMS[to.form if to else ""], "when": show_datetime(kept.at), "name": by}
    if kept.written:
        return _("%(what)s, %(when)s: written by decision of %(name)s.", **told)
    return _("%(what)s, %(when)s: set aside by %(name)s. %(why)s", why=kept.word, **told)


def telling(s: Session, lates: Sequence[Late], by: Account) -> dict[int, Told]:
    """What each says, by its id, to somebody who answers for them."""
    ahead = {one.client_id: one for one in late.spoken_of(s, lates, by)}
    made = _made(s, lates)
    homes = _homes(s, by, {one.id: number for one in lates if (number := _house(one, made))})
    people = {mark: name for one in ahead.values() for mark, name in _people(one)}
    came, desk = _came(s, lates, by), Desk(s, by, by, lambda _id: None)
    found = {}
    for one in lates:
        to, home = aim(one.url), homes.get(one.id)
        house = ahead.get(to.house[1:].lower()) if to and to.house.startswith("~") and home is None else None
        known = people | {str(m.id): m.name for m in (home.members if home else ())}
        said = _said(desk, to.form, one, known, came) if to else []
        elsewhere = bool(to and to.house) and home is None and house is None
        found[one.id] = Told(FORMS[to.form if to else ""], noted(one), home, house, elsewhere, said)
    return found


def _made(s: Session, lates: Sequence[Late]) -> dict[tuple[int, str], int]:
    """The households that records made on which these depend, by author and client_id."""
    marks = {mark for one in lates for mark in late.marks(one)}
    rows = select(Receipt.by_id, Receipt.client_id, Receipt.subject_id).where(
        Receipt.client_id.in_(marks), Receipt.subject == "household"
    )
    return {(by, mark): number for by, mark, number in s.execute(rows)} if marks else {}


def _house(kept: Late, made: Mapping[tuple[int, str], int]) -> int:
    """The number of its household; 0 where there is none yet."""
    to = aim(kept.url)
    if to is None or not to.house:
        return 0
    return int(to.house) if to.house.isdecimal() else made.get((kept.author_id, to.house[1:].lower()), 0)


def _homes(s: Session, by: Account, numbers: Mapping[int, int]) -> dict[int, Household]:
    """Households by late record's id; for a merged one the one it lives on in."""
    wanted = {number for number in numbers.values() if number <= LARGEST}
    if not wanted:
        return {}
    now = func.coalesce(Household.merged_into_id, Household.id)
    lives_on = dict(s.execute(select(Household.id, now).where(Household.id.in_(wanted))).all())
    seen = households.visible_to(by).where(Household.id.in_(lives_on.values()))
    found = {home.id: home for home in s.scalars(seen.options(selectinload(Household.members)))}
    homes = {late_id: found.get(lives_on.get(number, 0)) for late_id, number in numbers.items()}
    return {late_id: home for late_id, home in homes.items() if home is not None}


def _people(kept: Late) -> Iterable[tuple[str, str]]:
    """How other records speak of whom this one notes, and the name."""
    yield f"~{kept.client_id}", noted(kept)
    yield f"~{kept.client_id}.head", noted(kept)


def _came(s: Session, lates: Sequence[Late], by: Account) -> dict[str, str]:
    """The names of those who came along, as far as they can be seen."""
    typed = {value for one in lates for name, value in one.fields if name == "came"}
    numbers = [int(value) for value in typed if value.isascii() and value.isdecimal() and int(value) <= LARGEST]
    rows = s.scalars(accounts.visible_to(by).where(Account.id.in_(numbers))) if numbers else ()
    return {str(one.id): one.name for one in rows}


def _said(
    desk: Desk, kind: str, kept: Late, people: Mapping[str, str], came: Mapping[str, str]
) -> list[tuple[Any, str]]:
    form = judging.form(desk, kind, None, late.record(kept))
    if isinstance(form, VisitForm):
        form.explain()
    somebody = {"met": {str(SOMEBODY_ELSE): _l("Somebody else of the house")}, "who": {NEW: SOMEBODY_NEW}}
    known: dict[str, Mapping[str, Any]] = {name: {**people, **somebody.get(name, {})} for name in sending.NAMES_PEOPLE}
    known["came"] = came
    said = [(one.label.text, _words(one, known.get(one.name))) for one in form if one.name not in NOT_SHOWN]
    return [(label, text) for label, text in said if text]


def _words(field: Field, people: Mapping[str, Any] | None) -> str:
    """What a field says. Whom nobody here can see is said to be such a person, never left out."""
    if people is None:
        return fields.shown(field)
    typed = [str(value).lower() for value in field.raw_data or () if value]
    if field.name == "observed_of":
        typed = [one for one in typed if one != "0"]  # the one who was met
    return ", ".join(str(people.get(one) or _("somebody who cannot be seen from here")) for one in typed)
