"""Reading what somebody was sent and why, and who else a number serves."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts.models import Account
from outreach.households import queries as households
from outreach.households.models import Household, Member
from outreach.sms.models import Sms

NEWEST = 20


def messages(s: Session, member: Member) -> Sequence[Sms]:
    """The last messages to a member: what waits first, then what went, the newest before the older."""
    his = select(Sms).where(Sms.recipient == f"member:{member.id}")
    return s.scalars(his.order_by(Sms.due_at.desc(), Sms.id.desc()).limit(NEWEST)).all()


def served(s: Session, account: Account, phone: str) -> Sequence[str]:
    """The names of those who have this number, among the households this account sees."""
    seen = households.visible_to(account).with_only_columns(Household.id)
    names = select(Member.name).where(Member.phone == phone, Member.left_on.is_(None), Member.household_id.in_(seen))
    return s.scalars(names.order_by(Member.id)).all()
