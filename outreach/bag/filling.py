"""Filling a bag: what a volunteer may see of the own village's households, small, and later only what changed.

The phone says which entries it holds by a mark of their content; what differs is sent, so that no change of any kind
can be missed. As many queries as there are kinds of facts, however many households there are.
"""

import json
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, case, func, select
from sqlalchemy.orm import Session

from outreach import clock
from outreach.accounts.models import Account
from outreach.bag import handsets, lists
from outreach.households import consent
from outreach.households import queries as households
from outreach.households.models import Ambassador, FamilyType, Household, Member
from outreach.visits import planning
from outreach.visits.models import FollowUp, Visit
from outreach.visits.names import why
from outreach.visits.queries import standing

GOOD_FOR = timedelta(days=7)
SUGGESTIONS = 60  # of today's plan
DIGITS = 10  # of the largest number a household can have
Entry = list[Any]


class Holds(NamedTuple):
    """What the phone says it holds: for what scope, which lists, which entries by household id."""

    scope: str
    lists: str
    have: Mapping[str, str]


def fill(s: Session, account: Account, holds: Holds, support_phone: str) -> dict[str, Any]:
    """The answer to a phone that asks for its bag: everything anew, or what differs from what it holds.

    `today`: whom to visit next and why, in words that are as true on the last day of the bag, the best first, of all
    who are `due`.
    """
    scope, now = handsets.scope(account), clock.now()
    anew = holds.scope != scope
    have = {} if anew else holds.have
    entries, plan = _entries(s, account), planning.plan(s, account, SUGGESTIONS)
    said: dict[str, Any] = {
        "scope": scope, "wipe": False, "as_of": now.isoformat(), "good_until": (now + GOOD_FOR).isoformat(),
        "me": {"id": account.id, "name": account.name, "role": account.role, "village": account.area_id},
        "households": [entry for entry in entries if have.get(str(entry[0])) != entry[1]],
        "gone": _gone(have, entries),
        "today": [(one.household.id, why(one, None)) for one in plan.suggestions], "due": plan.total,
    }  # fmt: skip
    return said | _lists(s, account, support_phone, "" if anew else holds.lists) | ({"anew": True} if anew else {})


def _gone(have: Mapping[str, str], entries: list[Entry]) -> list[int]:
    """The households that the phone holds and may no longer see; what is no number of a household is passed over."""
    known = have.keys() - {str(entry[0]) for entry in entries}
    return sorted(int(one) for one in known if one.isdecimal() and len(one) <= DIGITS)


def _lists(s: Session, account: Account, support_phone: str, known: str) -> dict[str, Any]:
    found = lists.of(s, account, support_phone)
    mark = _mark(found)
    return {"lists_mark": mark} if mark == known else {"lists_mark": mark, "lists": found}


def _entries(s: Session, account: Account) -> list[Entry]:
    """Every household that this account sees: see ROOMS3 for what stands where in an entry."""
    mine = households.visible_to(account).with_only_columns(Household.id)
    last, due = _last_outcomes(s, mine), _due(s, mine)
    types, people = _types(s, mine), _people(s, mine)
    rows = s.execute(
        households.visible_to(account).order_by(Household.id).with_only_columns(
            Household.id, Household.village_id, Household.head_name, Household.address, Household.phone,
            Household.stage, Household.last_visit_at, Household.walk_no, maintain_column_froms=True,
        )
    )  # fmt: skip
    return [
        _marked(
            [id_, village, head, address, phone, stage, _day(seen), last.get(id_), due.get(id_), walk_no,
             types.get(id_, []), people.get(id_, [])]
        )
        for id_, village, head, address, phone, stage, seen, walk_no in rows
    ]  # fmt: skip


def _marked(facts: Entry) -> Entry:
    return [facts[0], _mark(facts), *facts[1:]]


def _mark(facts: object) -> str:
    """Six letters that tell one content from another (36 bits)."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(sha256(text.encode()).digest()[:5])[:6].decode()


def _day(moment: datetime | None) -> str | None:
    return clock.local(moment).date().isoformat() if moment else None


def _last_outcomes(s: Session, mine: Select[Any]) -> dict[int, str]:
    """How the last visit that stands went, by household."""
    newest = func.row_number().over(partition_by=Visit.household_id, order_by=(Visit.at.desc(), Visit.id.desc()))
    ranked = select(Visit.household_id, Visit.outcome, newest.label("nth"))
    found = ranked.where(Visit.household_id.in_(mine), standing()).subquery()
    rows = s.execute(select(found.c.household_id, found.c.outcome).where(found.c.nth == 1))
    return {row.household_id: row.outcome for row in rows}


def _due(s: Session, mine: Select[Any]) -> dict[int, str]:
    """The earliest promise to come again that is open, by household; nobody need come to one that is closed."""
    wanted = select(FollowUp.household_id, func.min(FollowUp.due_on)).group_by(FollowUp.household_id)
    open_ = mine.where(Household.closed_as.is_(None))
    rows = s.execute(wanted.where(FollowUp.household_id.in_(open_), FollowUp.ended_at.is_(None)))
    return {household_id: day.isoformat() for household_id, day in rows}


def _types(s: Session, mine: Select[Any]) -> Mapping[int, list[str]]:
    wanted = select(FamilyType.household_id, FamilyType.type).where(FamilyType.household_id.in_(mine))
    return _gathered(s, wanted.order_by(FamilyType.type), lambda row: row.type)


def _people(s: Session, mine: Select[Any]) -> Mapping[int, list[list[Any]]]:
    """Who lives there, with letters: a ambassador, l learning, p proficient, m may be asked
    once more about messages.
    """
    current = select(Ambassador.member_id).where(Ambassador.household_id.in_(mine), Ambassador.until.is_(None))
    ambassadors = set(s.scalars(current))
    wanted = select(
        Member.household_id, Member.id, Member.name, Member.birth_year, Member.relation, Member.phone,
        Member.learning_since, Member.proficient_since, case((consent.knows_less(), 1), else_=0).label("knows_less"),
    ).where(Member.household_id.in_(mine), Member.left_on.is_(None))  # fmt: skip

    def told(row: Any) -> list[Any]:
        flags = {"a": row.id in ambassadors, "l": row.learning_since, "p": row.proficient_since, "m": row.knows_less}
        letters = "".join(letter for letter, true in flags.items() if true)
        return [row.id, row.name, row.birth_year, row.relation, row.phone, letters]

    return _gathered(s, wanted.order_by(Member.id), told)


def _gathered(s: Session, wanted: Executable, told: Callable[[Any], Any]) -> Mapping[int, list[Any]]:
    """Rows by their household."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in s.execute(wanted):
        found[row.household_id].append(told(row))
    return found
