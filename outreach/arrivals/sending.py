"""A phone's records, judged in order: each gets its own fate, and the fault of one is no fault of another.

Visits that stand together are written together. All households of a sending are held before anything is written, in
one order, so that two phones at the same doors wait for each other and never stand in each other's way.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach.accounts.models import LEADER, OFFICIAL, VOLUNTEER, Account, Receipt
from outreach.arrivals import before, judging, keeping, places
from outreach.arrivals.judging import ACCEPTED, HOUSEHOLD, KEPT, REFUSED, THERE, VISIT, WAITS, Aim, Desk, Fate, Ready
from outreach.arrivals.models import OUT_OF_REACH, Late
from outreach.arrivals.recorded import REFERENCE, Record
from outreach.households import queries as households
from outreach.households import stages
from outreach.households.models import Household, Member
from outreach.visits import recording
from outreach.visits.forms import SOMEBODY_ELSE
from outreach.web import LARGEST

LOG = logging.getLogger(__name__)
RECORDERS = (OFFICIAL, LEADER, VOLUNTEER)
NAMES_PEOPLE = ("who", "met", "observed_of")  # fields that may speak of somebody who has no number yet


class Whole(NamedTuple):
    """In whose name records are judged, and by whose eyes.

    `bag_place` is the id of the area that the phone's bag was filled for. `keeps`: what is out of reach is kept apart;
    without it, it is only said.
    """

    by: Account
    sees: Account
    bag_place: int | None = None
    keeps: bool = True


def judge(s: Session, whole: Whole, records: Sequence[Record]) -> list[Fate]:
    """The fates of records, one for each and in their order; what is accepted is written, what is not leaves no trace.

    What is wrong with a record is found before anything of it is written, so they share a savepoint.
    """
    if whole.by.role not in RECORDERS and whole.keeps:
        return apart(s, whole.by, records, OUT_OF_REACH, whole.bag_place)
    try:
        with s.begin_nested():
            return _Sorting(s, whole, records, careful=False).fates()
    except Exception:  # something nobody foresaw: once more, each by itself, so that one spoils no other
        LOG.exception("a phone's records could not be judged together")
        return _Sorting(s, whole, records, careful=True).fates()


def apart(s: Session, by: Account, records: Sequence[Record], why: str, bag_place: int | None = None) -> list[Fate]:
    """Keep all records apart: their author may not write at present, or somebody else brings them."""
    fates, kept = [], _kept(s, records)
    for record in records:
        fates.append(_apart(s, by, record, why, bag_place, kept))
        kept |= _kept(s, [record])
    return fates


def home(s: Session, sees: Account, household_id: int) -> Household | None:
    """The household, or the one it was merged into, if it can be seen."""
    if household_id > LARGEST:
        return None
    return households.find(s, sees, household_id) or households.became(s, sees, household_id)


def _apart(s: Session, by: Account, record: Record, why: str, bag_place: int | None, kept: Mapping[str, Late]) -> Fate:
    if record.fault or judging.aim(record.url) is None:
        return _unread(record)
    if record.client_id in kept:
        return keeping.again(s, kept[record.client_id], record, by)
    if before.stands(s, by, record):
        return Fate(THERE)
    return keeping.keep(s, record, by, keeping.whose(s, record, by, bag_place), why)


def _unread(record: Record) -> Fate:
    return Fate(REFUSED, record.fault or _("This form cannot be sent in this way. It stays on your phone."))


def _kept(s: Session, records: Sequence[Record]) -> dict[str, Late]:
    marks = {record.client_id for record in records}
    marks |= {mark for record in records for mark in speaks_of(record)}
    return {one.client_id: one for one in s.scalars(select(Late).where(Late.client_id.in_(marks)))} if marks else {}


def speaks_of(record: Record) -> list[str]:
    """The client_ids of earlier records that this one speaks of."""
    to = judging.aim(record.url)
    texts = [value for name, value in record.fields if name in NAMES_PEOPLE] + ([to.house] if to else [])
    return [found[1] for text in texts if (found := REFERENCE.fullmatch(text.lower()))]


class _Sorting:
    """One sending: what is at hand, and the visits that wait to be written together."""

    def __init__(self, s: Session, whole: Whole, records: Sequence[Record], *, careful: bool) -> None:
        self.s, self.whole, self.records, self.careful = s, whole, records, careful
        self.kept = _kept(s, records) if whole.keeps else {}
        self.made = self._made()
        self.homes = self._hold()
        self.desk = Desk(s, whole.by, whole.sees, self._home)
        self.found: dict[int, Fate] = {}
        self.run: list[tuple[int, Ready, Record]] = []

    def fates(self) -> list[Fate]:
        for place, record in enumerate(self.records):
            with self._alone(place, record):
                self._take(place, record)
        self._write()
        return [self.found[place] for place in range(len(self.records))]

    @contextmanager
    def _alone(self, place: int, record: Record) -> Iterator[None]:
        """Where care is needed, a savepoint: whatever happens inside, the others still count, and nothing is lost."""
        if not self.careful:
            yield
            return
        try:
            with self.s.begin_nested():
                yield
        except Exception:
            LOG.exception("a phone's record could not be judged: %s", record.client_id)
            text = _("This is our fault, not yours. It stays on your phone, and is sent again later.")
            self.found[place] = Fate(WAITS, text)

    def _take(self, place: int, record: Record) -> None:
        ready = self._ready(record)
        if isinstance(ready, Fate):
            self.found[place] = ready
            return
        to, known = ready
        if to.form == VISIT:
            self._visit(place, to, known, record)
            return
        self._write()
        self.found[place] = fate = self._sheet(to, known, record)
        if fate.id is not None and fate.fate in (ACCEPTED, THERE):
            self.made[record.client_id] = ("household" if to.form == HOUSEHOLD else "member", fate.id)

    def _ready(self, record: Record) -> tuple[Aim, Record] | Fate:
        """Which form it is, and the record with numbers where it speaks of earlier ones; or why not."""
        if record.fault or judging.aim(record.url) is None:
            return _unread(record)
        if record.client_id in self.kept:
            return keeping.again(self.s, self.kept[record.client_id], record, self.whole.by)
        if record.by is not None and record.by != self.whole.by.id:
            return Fate(REFUSED, _("Somebody else wrote this on your phone. Whoever wrote it must sign in to send it."))
        unknown = [mark for mark in speaks_of(record) if mark not in self.made]
        if any(mark in self.kept for mark in unknown):
            return self._keep(record)
        if not self._fits(record):
            return _unread(record)
        if unknown:
            return Fate(WAITS, _("It speaks of a household or person that has not been taken in yet."))
        known = self._resolved(record)
        to = judging.aim(known.url)
        return (to, known) if to else _unread(record)

    def _fits(self, record: Record) -> bool:
        """Whether what it takes for a household is none of its people, nor the other way round."""
        to = judging.aim(record.url)
        house = {"household"} if to is None else {self._kind(to.house)}
        people = {self._kind(value) for name, value in record.fields if name in NAMES_PEOPLE}
        return house <= {"household", ""} and people <= {"member", ""}

    def _kind(self, text: str) -> str:
        """What an earlier record made of this, as far as it made something."""
        found = REFERENCE.fullmatch(text.lower())
        made = self.made.get(found[1]) if found else None
        return "" if found is None or made is None else "member" if found[2] else made[0]

    def _visit(self, place: int, to: Aim, known: Record, record: Record) -> None:
        home = self._home(int(to.house))
        if home is None:
            self.found[place] = self._out_of_reach(record, known)
            return
        now = self._as_they_are(home, known)
        judged = Fate(THERE) if now is None else judging.visit(self.desk, home, now)
        if isinstance(judged, Ready):
            self.run.append((place, judged, known))
        else:
            self.found[place] = Fate(THERE) if before.stands(self.s, self.whole.by, known) else judged

    def _sheet(self, to: Aim, known: Record, record: Record) -> Fate:
        home = self._home(int(to.house)) if to.house else None
        if home is None and (to.form != HOUSEHOLD or self._elsewhere(known)):
            return self._out_of_reach(record, known)
        now = self._as_they_are(home, known) if home is not None else known
        return Fate(THERE) if now is None else judging.sheet(self.desk, to.form, home, now)

    def _as_they_are(self, home: Household, record: Record) -> Record | None:
        """Whoever is named under an entry that has become one with another since is named by that one; None where this
        very record was written before that happened."""
        there = {str(member.id) for member in home.members} | {str(SOMEBODY_ELSE)}
        if all(value in there or not value.isdecimal() for name, value in record.fields if name in NAMES_PEOPLE):
            return record
        one = {str(gone): str(stays) for gone, stays in households.became_one(self.s, home).items()}
        named = [(name, one.get(value, value) if name in NAMES_PEOPLE else value) for name, value in record.fields]
        if tuple(named) == record.fields:
            return record
        if before.stands(self.s, self.whole.by, record):
            return None
        return replace(record, fields=tuple(dict.fromkeys(named)))

    def _elsewhere(self, record: Record) -> bool:
        """Whether a new household was to be noted where its author no longer works."""
        mine = {village.id for village in self.desk.villages}
        named = places.named(self.s, record)
        place = named or places.carried(self.s, self.whole.bag_place)
        return not mine or (place is not None and place.id not in mine and (named is not None or len(mine) == 1))

    def _out_of_reach(self, record: Record, known: Record) -> Fate:
        if before.stands(self.s, self.whole.by, known):
            return Fate(THERE)
        return self._keep(record)

    def _keep(self, record: Record) -> Fate:
        if not self.whole.keeps:
            return Fate(KEPT, _("It speaks of a household or person that is out of your reach, or not written yet."))
        place = keeping.whose(self.s, record, self.whole.by, self.whole.bag_place)
        fate = keeping.keep(self.s, record, self.whole.by, place, OUT_OF_REACH)
        self.kept |= _kept(self.s, [record])
        return fate

    def _write(self) -> None:
        """Write the visits that wait: together, or with care each by itself."""
        run, self.run = self.run, []
        for some in [[one] for one in run] if self.careful else [run] if run else []:
            with self._alone(some[0][0], some[0][2]):
                sent = [(ready.home, ready.draft, record.said_at) for _place, ready, record in some]
                found = recording.record_many(self.s, self.whole.by, sent)
                for (place, ready, _record), what in zip(some, found, strict=True):
                    self.found[place] = judging.of_visit(what, ready.home)

    def _made(self) -> dict[str, tuple[str, int]]:
        """What earlier records made: by client_id, a household or a member."""
        marks = {mark for record in self.records for mark in speaks_of(record)}
        if not marks:
            return {}
        found = self.s.execute(
            select(Receipt.client_id, Receipt.subject, Receipt.subject_id).where(
                Receipt.client_id.in_(marks), Receipt.by_id == self.whole.by.id
            )
        )
        return {mark: (subject, number) for mark, subject, number in found}

    def _hold(self) -> dict[int, Household]:
        """The households that records speak of, held in one order, as far as they can be seen."""
        named = {int(to.house) for record in self.records if (to := judging.aim(record.url)) and to.house.isdecimal()}
        named |= {number for subject, number in self.made.values() if subject == "household"}
        if not named:
            return {}
        wanted = households.visible_to(self.whole.sees).where(Household.id.in_(n for n in named if n <= LARGEST))
        return {home.id: home for home in stages.hold(self.s, wanted.options(selectinload(Household.members)))}

    def _home(self, household_id: int) -> Household | None:
        """The household, or the one it was merged into, if it can be seen."""
        if household_id not in self.homes:
            found = home(self.s, self.whole.sees, household_id)
            if found is None:
                return None
            self.homes[household_id] = found
        return self.homes[household_id]

    def _resolved(self, record: Record) -> Record:
        """The record with the numbers of what earlier records made."""
        if not speaks_of(record):
            return record
        url = re.sub(r"~[0-9a-f-]{36}", lambda found: self._number(found[0]), record.url.lower())
        fields = tuple((n, self._number(v.lower()) if n in NAMES_PEOPLE else v) for n, v in record.fields)
        return replace(record, url=url, fields=fields)

    def _number(self, text: str) -> str:
        found = REFERENCE.fullmatch(text)
        if found is None:
            return text
        subject, number = self.made[found[1]]
        if not found[2] or subject == "member":
            return str(number)
        heads = select(Member.id).where(Member.household_id == number, Member.relation == "head")
        return str(self.s.scalars(heads.order_by(Member.id).limit(1)).one_or_none() or 0)
