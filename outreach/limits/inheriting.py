"""Budgets when communes merge or split: what may be spent, and what is spent, goes to who sends the messages on."""

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.lib.months import first_of
from outreach.sms import spending
from outreach.sms.models import Budget


def hand_over(s: Session, old: Area, heir: Area) -> None:
    """Add the old commune's budget of this month to the heir's; months gone by stay with the old one."""
    month = first_of(clock.today())
    left = spending.budget_of(s, old.id, month)
    if left is None:
        return
    own = s.get(Budget, (heir.id, month))
    if own is None:
        own = Budget(area_id=heir.id, month=month, dong=0, spent=0, set_by_id=None, set_at=clock.now())
        s.add(own)
    own.dong, own.spent = own.dong + left.dong, own.spent + left.spent
    s.flush()
