"""The book of the months: for each person, group and month the sheet, what it counts, and what it comes to."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from outreach.accounts import receipts
from outreach.accounts.models import FIELD, Account
from outreach.areas.models import Area
from outreach.checks import months
from outreach.review import allowance, belonging, lateness, paying, reading, reckoning
from outreach.review.lateness import Delayed
from outreach.review.models import DRAFT, SENT, Allowance, Sheet
from outreach.review.paying import Part, Pay
from outreach.review.reading import Asked, Key, key_of
from outreach.review.reckoning import Entry, Figures

MISSING = "missing"  # nothing was reported: not the same as a sheet that says zero
NOTHING = Delayed()


@dataclass(frozen=True)
class Line:
    """A person's month in a group. `amount` in đồng, None where the commune has set no rule.

    `pay` is what its days come to, for who approves it; `beside` are the villages of the commune that the same person
    worked for in this month, too: what is paid a day and a month is paid once for all of them.
    """

    account: Account
    village: Area
    month: date
    sheet: Sheet | None
    figures: Figures
    amount: int | None
    pay: Pay
    beside: Sequence[Area] = ()

    @property
    def state(self) -> str:
        """One of the sheet's states; MISSING when there is neither a sheet nor anything that could stand on it."""
        if self.sheet is not None:
            return self.sheet.state
        return DRAFT if self.figures.something else MISSING

    @property
    def name(self) -> str:
        """Whose it is: on an approved sheet as that person was called then, for it says who was paid."""
        return str((self.sheet and self.sheet.totals.get("name")) or self.account.name)

    @property
    def mark(self) -> str:
        """What a page that shows it sends back with a step: "days/visits/amount/digest" of all that it counts."""
        amount = "" if self.amount is None else self.amount
        digest = receipts.mark([("totals", json.dumps(self.figures.totals(), sort_keys=True)), ("amount", amount)])
        return f"{self.figures.days}/{self.figures.visits}/{amount}/{digest[:16]}"

    @property
    def sent_at(self) -> datetime | None:
        """Since when it waits for approval."""
        steps = self.sheet.steps if self.sheet and self.sheet.state == SENT else ()
        return max((step.at for step in steps if step.new == SENT), default=None)

    @property
    def group_id(self) -> int:
        """The village whose group it was then; after a reform not the one that has the sheet now."""
        return int(self._then.get("id", self.village.id))

    @property
    def group_name(self) -> str:
        """What that village was called then: "thôn Đông"."""
        return str(self._then.get("name", self.village.full_name))

    @property
    def _then(self) -> dict[str, Any]:
        return dict(self.sheet.totals.get("group", {})) if self.sheet else {}


def of_villages(s: Session, villages: Iterable[Area], month: date) -> list[Line]:
    """Everybody of these groups, those who reported nothing as well, by village and given name."""
    asked = Asked({v.id: v for v in villages}, [month])
    lines = _lines(s, asked, reading.members(s, asked))
    return sorted(lines, key=lambda one: (one.village.sort_key, one.village.id, one.account.sort_key, one.account.id))


def of_person(s: Session, account: Account, these: Sequence[date]) -> list[Line]:
    """One person's sheets of these months (in order), the newest month first, whichever group they were worked for."""
    asked = Asked({account.area_id: account.area} if account.role in FIELD else {}, these, account)
    return sorted(_lines(s, asked, {account.id: account}), key=lambda one: (one.month, one.village.sort_key))[::-1]


def _lines(s: Session, asked: Asked, people: dict[int, Account]) -> list[Line]:
    found = _Found.read(s, asked, people)
    since = belonging.since(s, people.values())
    keys = {
        Key(a.id, a.area_id, m) for a in people.values() if a.role in FIELD for m in asked.months
        if belonging.worked(a, since[a.id], m)
    } | {key for key in found.of_all() if asked.has(key)}  # fmt: skip
    villages, accounts = reading.named(s, asked, people, keys)
    if unknown := {key.village_id for key in found.of_all()} - set(villages):
        villages = reading.named(s, asked, people, (k for k in found.of_all() if k.village_id in unknown))[0] | villages
    count = _Counting(found, villages, *_rules(s, villages, found.frozen.values()))
    return [
        count.line(key, accounts[key.account_id])
        for key in keys
        if key.village_id in villages  # an official or agent helps from a commune: that is no group
    ]


def _rules(
    s: Session, villages: Mapping[int, Area], frozen: Iterable[Sheet]
) -> tuple[Mapping[int, Sequence[Allowance]], Mapping[int, Allowance]]:
    """The rules of the communes of these villages, by commune; and those that approved sheets name, by id."""
    communes = {village.parent_id for village in villages.values() if village.parent_id}
    known = allowance.rules(s, *communes) if communes else []
    named = allowance.and_named(s, known, (sheet.totals.get("rule") for sheet in frozen))
    held = {commune: [rule for rule in known if rule.commune_id == commune] for commune in communes}
    return held, {rule.id: rule for rule in named}


@dataclass(frozen=True)
class _Found:
    """What was read; of somebody who worked for several groups, or for closed months, all that it hangs on.

    `own` are visits that stand on no approved sheet, by the sheet of the month in which they happened.
    """

    own: Mapping[Key, Sequence[Entry]]
    sheets: Mapping[Key, Sheet]
    frozen: Mapping[Key, Sheet]
    delayed: Mapping[Key, Delayed]
    ambassadors: Mapping[Key, Sequence[int]]

    @classmethod
    def read(cls, s: Session, asked: Asked, people: Mapping[int, Account]) -> "_Found":
        here = reading.entries(s, asked)
        active = {*people, *(e.account_id for e in here)}
        sheets, late = reading.sheets(s, asked, active), lateness.found(s, asked, active)
        more = reading.elsewhere(s, asked, active, {months.of(e.at) for e in late})
        entries = list({e.id: e for e in (*more, *here)}.values())
        ambassadors = reading.ambassadors(s, asked)
        earlier = {key.account_id for key in ambassadors if key.month not in asked.months}
        villages = defaultdict(set)
        for key in (*sheets, *map(key_of, entries)):
            villages[key.account_id].add(key.village_id)
        several = {account_id for account_id, theirs in villages.items() if len(theirs) > 1}
        books = reading.books(s, {e.account_id for e in late} | several | earlier)
        kept = [sheet for book in books.values() for sheet in book]
        kept += [sheet for key, sheet in sheets.items() if sheet.frozen_at and key.account_id not in books]
        frozen = {Key(one.account_id, one.village_id, one.month): one for one in kept}
        counted = {id for sheet in kept for ids in sheet.totals["rows"].values() for id in ids}
        own: dict[Key, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.id not in counted:
                own[key_of(entry)].append(entry)
        return cls(dict(own), sheets, frozen, lateness.placed(late, ambassadors, books), ambassadors)

    def of_all(self) -> set[Key]:
        """The sheets that anything read belongs to."""
        return {*self.sheets, *self.frozen, *self.own, *self.delayed}


class _Counting:
    """Adds up: an approved sheet says what it said when it was approved, the open ones share what is left."""

    def __init__(
        self, found: _Found, villages: Mapping[int, Area], rules: Mapping[int, Sequence[Allowance]],
        named: Mapping[int, Allowance],
    ) -> None:  # fmt: skip
        self._found, self._villages, self._rules, self._named = found, villages, rules, named
        self._by_person: dict[int, list[Key]] = defaultdict(list)
        for key in found.of_all():
            self._by_person[key.account_id].append(key)
        self._pay: dict[Key, Pay] = {}
        for account_id in self._by_person:
            self._pay |= self._share_out(account_id)

    def line(self, key: Key, account: Account) -> Line:
        """A sheet as it stands."""
        sheet, village = self._found.sheets.get(key), self._villages[key.village_id]
        beside = self._beside(key)
        if sheet is not None and sheet.frozen_at is not None:
            figures, amount = reckoning.as_frozen(sheet.totals), sheet.totals.get("amount")
            return Line(account, village, key.month, sheet, figures, amount, Pay(), beside)
        pay, more = self._pay.get(key, Pay()), self._found.delayed.get(key, NOTHING)
        named = set(self._found.ambassadors.get(key, ())) - lateness.named_on(self._frozen(key.account_id))
        own = self._found.own.get(key, ())
        figures = reckoning.figures(own, more.late, more.back, pay.late_days, named, more.ambassadors)
        figures = reckoning.with_firsts(figures, more.firsts)
        amount = pay.amount(self._rule_of(key), figures.visits)
        return Line(account, village, key.month, sheet, figures, amount, pay, beside)

    def _share_out(self, account_id: int) -> dict[Key, Pay]:
        parts = []
        for key in self._by_person[account_id]:
            if key not in self._found.frozen and key.village_id in self._villages:
                more = self._found.delayed.get(key, NOTHING)
                parts.append(Part(key, self._found.own.get(key, ()), more.late, more.back))
        return paying.share_out(parts, self._frozen(account_id), self._rule_of, self._commune_of)

    def _frozen(self, account_id: int) -> list[Sheet]:
        """The approved sheets of somebody."""
        frozen = self._found.frozen
        return [frozen[key] for key in self._by_person.get(account_id, ()) if key in frozen]

    def _commune_of(self, village_id: int) -> int | None:
        village = self._villages.get(village_id)
        return village.parent_id if village else None

    def _rule_of(self, key: Key) -> Allowance | None:
        """The rule of a person's month: the one it was approved by, else the one that holds."""
        if sheet := self._found.frozen.get(key):
            return self._named.get(sheet.totals.get("rule") or 0)
        return allowance.holding(self._rules.get(self._commune_of(key.village_id) or 0, ()), key.month)

    def _beside(self, key: Key) -> list[Area]:
        """The other villages of the commune that the person worked for in that month."""
        worked = {other.village_id for other in self._by_person.get(key.account_id, ())
                  if other.month == key.month and other != key
                  and (other in self._found.own or other in self._found.frozen)}  # fmt: skip
        found = [self._villages[id] for id in worked if id in self._villages]
        return sorted((one for one in found if one.parent_id == self._commune_of(key.village_id)),
                      key=lambda one: one.sort_key)  # fmt: skip
