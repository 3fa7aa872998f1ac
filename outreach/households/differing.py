"""What two people noted differently of one person: nothing is overwritten, the leader looks at both.

Who notes somebody that is on the list already, or registers her as ambassador, may have heard another name, year of
birth, relation, or another language wished for lessons. The list stays as it is; what was said otherwise stands beside
it until the leader or official saves the sheet.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import null, select
from sqlalchemy.orm import Session, joinedload

from outreach import clock
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households import queries
from outreach.households.models import Household, Member
from outreach.households.registering import MemberFacts
from outreach.lib import words

UNSURE = "other"  # the relation that a sheet has when nobody chose one


class Said(NamedTuple):
    """What somebody said otherwise, and when."""

    name: str
    at: datetime
    facts: Mapping[str, str]


def otherwise(person: Member, facts: MemberFacts) -> dict[str, str]:
    """What a sheet says otherwise than the list, where it says anything: "name" (accents or not is no difference),
    "birth_year", "relation", "language"."""
    there = in_words(person.name, person.birth_year, person.relation, person.language)
    said = in_words(facts.name, facts.birth_year, facts.relation, facts.language)
    if said["relation"] == UNSURE:
        del said["relation"]
    return {
        name: value for name, value in said.items() if value and words.fold(value) != words.fold(there[name])
    }  # fmt: skip


def in_words(name: str, birth_year: int | None, relation: str, language: str) -> dict[str, str]:
    """Facts about a person as they are kept and compared; what nobody said is empty."""
    return {"name": name, "birth_year": str(birth_year or ""), "relation": relation, "language": language}


def note(s: Session, person: Member, said: Mapping[str, str], by: Account) -> None:
    """Keep it beside the list, for the leader."""
    person.differs = [*(person.differs or ()), {"by": by.id, "at": clock.now().isoformat(), **said}]
    s.flush()
    village_id = person.household.village_id
    audit.record(s, "member.differ", "member", person.id, area_id=village_id, actor_id=by.id, fields=sorted(said))


def settle(s: Session, person: Member, by: Account) -> None:
    """Whoever answers for it has looked at both and saved the sheet as it is right."""
    if person.differs:
        person.differs = None
        s.flush()
        audit.record(s, "member.settle", "member", person.id, area_id=person.household.village_id, actor_id=by.id)


def waiting(s: Session, account: Account) -> Sequence[Member]:
    """The people of whom something was noted otherwise, among those this account sees."""
    seen = queries.visible_to(account).with_only_columns(Household.id)
    rows = select(Member).where(Member.household_id.in_(seen), Member.differs.is_not(null()), Member.left_on.is_(None))
    return s.scalars(rows.order_by(Member.id).options(joinedload(Member.household))).all()


def of(s: Session, person: Member) -> list[Said]:
    """What was noted otherwise of a person, and by whom."""
    found = person.differs or []
    names = dict(s.execute(select(Account.id, Account.name).where(Account.id.in_([one["by"] for one in found]))).all())
    return [
        Said(
            names[one["by"]], datetime.fromisoformat(one["at"]),
            {name: value for name, value in one.items() if name not in ("by", "at")},
        )
        for one in found
    ]  # fmt: skip
