"""Deciding about a late record: written in its author's name by the same verbs as any, or set aside with a reason."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from outreach import fields
from outreach.accounts.models import Account
from outreach.arrivals import judging, sending
from outreach.arrivals.judging import ACCEPTED, HOUSEHOLD, THERE, Desk, Fate
from outreach.arrivals.models import Late
from outreach.arrivals.recorded import Record
from outreach.arrivals.sending import Whole
from outreach.bag.reading import moment
from outreach.households.models import Household
from outreach.latecomers import late

NOT_SHOWN = ("client_id", "csrf_token", "at", "base", "village", "wording")


class Own(Exception):
    """Nobody decides about what they wrote themselves."""


def write(s: Session, kept: Late, by: Account, *, anyway: bool) -> Fate:
    """Write it in its author's name, as far as the one who decides can see. `anyway`: whoever decides has looked at
    what looks alike, or at the ambassador who stands now. What is not accepted is left as it is. Raises Own.
    """
    _not_own(kept, by)
    fate = sending.judge(s, Whole(kept.author, by, keeps=False), [record(kept, anyway=anyway)])[0]
    if fate.fate in (ACCEPTED, THERE):
        late.decide(s, kept, by, written=True)
    return fate


def set_aside(s: Session, kept: Late, by: Account, word: str) -> None:
    """Write nothing, and say why; what was sent stays on record. Raises Own."""
    _not_own(kept, by)
    late.decide(s, kept, by, written=False, word=word)


def _not_own(kept: Late, by: Account) -> None:
    if kept.author_id == by.id:
        raise Own


def record(kept: Late, *, anyway: bool = False) -> Record:
    """What was sent, as it is judged."""
    said = [(name, value) for name, value in kept.fields if name != "said_at" and not (anyway and name == "base")]
    to = judging.aim(kept.url)
    if to is not None and to.form == HOUSEHOLD and not any(name == "village" for name, _value in said):
        said.append(("village", str(kept.area_id)))
    if anyway:
        said.append(("anyway", "1"))
    shown = next((moment(value) for name, value in kept.fields if name == "said_at"), None)
    return Record(kept.client_id, kept.url, tuple(said), kept.at, shown)


class Told(NamedTuple):
    """A late record in words: at which household (if it can be seen), and what each field says."""

    home: Household | None
    said: list[tuple[Any, str]]


def told(s: Session, kept: Late, by: Account) -> Told:
    """What it says, for the one who decides."""
    found = record(kept)
    to = judging.aim(kept.url)
    home = sending.home(s, by, int(to.house)) if to is not None and to.house.isdecimal() else None
    if to is None:
        return Told(None, [])
    form = judging.form(Desk(s, kept.author, by, lambda _id: home), to.form, home, found)
    said = [(one.label.text, fields.shown(one)) for one in form if one.name not in NOT_SHOWN]
    return Told(home, [(label, text) for label, text in said if text])
