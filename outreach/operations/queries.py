"""Which places somebody may look after: their own and what lies below; others are not there."""

from sqlalchemy.orm import Session

from outreach.accounts.access import sees
from outreach.accounts.models import Account
from outreach.areas import queries as areas
from outreach.areas.models import Area


def find(s: Session, account: Account, code: str) -> Area | None:
    """The area with this code, if it is the account's or lies below it."""
    area = areas.by_code(s, code)
    return area if area and sees(account, area) else None
