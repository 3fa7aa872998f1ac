"""Taking two households apart that were merged by mistake, as far as visits are concerned.

Visits made before the merge are where they were, and whatever was written in place of one of them goes along; visits
since stay with the household that was kept. From what then stands there follow the moments that a stage follows from.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households import parting
from outreach.households.models import HouseholdMerge, Member
from outreach.visits import correcting
from outreach.visits.models import Correction, FollowUp, Visit


def part(s: Session, merge: HouseholdMerge, by: Account) -> Sequence[Member]:
    """Undo a merge; gives the people who cannot be told apart and stay. Raises parting.NotApart."""
    stay = parting.part(s, merge, by)
    _take_mended_along(s, merge)
    for home in (merge.keep, merge.other):
        if s.scalars(select(Visit.id).where(Visit.household_id == home.id).limit(1)).first() is not None:
            correcting.set_moments(s, home)
    parting.settle(s, merge, by)
    return stay


def _take_mended_along(s: Session, merge: HouseholdMerge) -> None:
    """A correction since the merge belongs to the house of the visit that it corrects."""
    wrong = select(Visit.id).where(Visit.household_id == merge.other_id)
    mended = select(Correction.new_visit_id).where(Correction.visit_id.in_(wrong))
    rows = select(Visit.id).where(Visit.id.in_(mended), Visit.household_id == merge.keep_id)
    while ids := s.scalars(rows).all():
        for table, which in ((Visit, Visit.id), (FollowUp, FollowUp.visit_id)):
            s.execute(update(table).where(which.in_(ids)).values(household_id=merge.other_id))
    s.expire_all()
