"""What was written before: a record whose answer was lost is known again, although it could not be written now."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account, Receipt
from outreach.arrivals.judging import AMBASSADOR, HOUSEHOLD, MEMBER, NO_TOKEN, VISIT, Aim, aim, typed
from outreach.arrivals.recorded import Record
from outreach.households import receiving
from outreach.households.forms import AmbassadorForm, HouseholdForm, MemberForm, OnceForm
from outreach.households.models import Member
from outreach.visits.forms import VisitForm
from outreach.visits.models import Visit

SHEETS: Mapping[str, type[OnceForm]] = {HOUSEHOLD: HouseholdForm, MEMBER: MemberForm, AMBASSADOR: AmbassadorForm}


def stands(s: Session, by: Account, record: Record) -> bool:
    """Whether this very record was written before, although it could not be written now (somebody moved since)."""
    to = aim(record.url)
    if to is None or to.form != VISIT:
        receipt = s.get(Receipt, record.client_id)
        return receipt is not None and receipt.by_id == by.id and receipt.digest in _marks(s, by, to, receipt, record)
    there = s.scalars(select(Visit).where(Visit.client_id == record.client_id, Visit.by_id == by.id)).one_or_none()
    if there is None or not to.house.isdecimal():
        return False
    draft = VisitForm(typed(record, at=""), meta=NO_TOKEN).draft()
    return there.digest in {draft.digest(house, by.id) for house in (int(to.house), there.household_id)}


def _marks(s: Session, by: Account, to: Aim | None, receipt: Receipt, record: Record) -> set[str]:
    """The marks that this record would have had when it was written, wherever its household is now."""
    if to is None:
        return set()
    forms: list[OnceForm] = [SHEETS[to.form](typed(record), meta=NO_TOKEN)]
    if to.form == HOUSEHOLD:  # the village is asked only of those who work in several
        without = HouseholdForm(typed(record), meta=NO_TOKEN)
        del without.village
        forms.append(without)
    houses = {int(to.house) if to.house.isdecimal() else None}
    if receipt.subject == "member" and to.form != HOUSEHOLD:
        person = s.get(Member, receipt.subject_id)
        houses |= {person.household_id} if person else set()
    return {record.digest()} | {receiving.mark(form, by, receipt.act, house) for form in forms for house in houses}
