"""Taking a household out of the denominator, and bringing it back: moved away, vacant, refused."""

from sqlalchemy.orm import Session

from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.households import stages
from outreach.households.models import Household
from outreach.sms import outbox


def close(s: Session, household: Household, closed_as: str, reason: str, by: Account) -> None:
    """Close a household for a reason; nobody there gets another message."""
    stages.close(s, household, closed_as, by.id, reason)
    for member in household.members:
        outbox.cancel(s, f"member:{member.id}", outbox.NO_LONGER_DUE)
    audit.record(s, "household.close", "household", household.id, area_id=household.village_id, closed_as=closed_as)


def reopen(s: Session, household: Household, reason: str, by: Account) -> None:
    """Put a closed household back where its facts say."""
    stages.reopen(s, household, by.id, reason)
    audit.record(s, "household.reopen", "household", household.id, area_id=household.village_id)
