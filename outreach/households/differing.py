"""What two people noted differently of one person: nothing is overwritten, the leader looks at both.

Who notes somebody that is on the list already may have heard another relation or another language wished for lessons.
The list stays as it is; what was said otherwise stands beside it until the leader or official saves the sheet.
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

UNSURE = "other"  # the relation that a sheet has when nobody chose one


class Said(NamedTuple):
    """What somebody said otherwise, and when."""

    name: str
    at: datetime
    facts: Mapping[str, str]


def otherwise(person: Member, facts: MemberFacts) -> dict[str, str]:
    """What a sheet says otherwise than the list: "relation" and "language", where they differ."""
    said = {"relation": facts.relation, "language": facts.language}
    return {
        name: value for name, value in said.items()
        if value != getattr(person, name) and (name, value) != ("relation", UNSURE)
    }  # fmt: skip


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
