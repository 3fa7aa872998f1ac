"""Budgets when communes merge or split: what may be spent, and what is spent, goes to who sends the messages on."""

from sqlalchemy.orm import Session

from outreach import clock
from outreach.areas.models import Area
from outreach.lib.months import first_of
from outreach.sms import money_queries, spending
from outreach.sms.models import Budget


def hand_over(s: Session, old: Area, heir: Area) -> None:
    """Add the old commune's budget of this month to the heir's; months gone by stay with the old one.

    Where one has a limit and the other none, the limit holds for both, and what both have spent counts.
    """
    month = first_of(clock.today())
    left = spending.budget_of(s, old.id, month)
    own = s.get(Budget, (heir.id, month))
    if own is None and left is not None:
        own = Budget(area_id=heir.id, month=month, dong=0, set_by_id=None, set_at=clock.now())
        own.spent = money_queries.spent_in(s, heir, month)  # by communes before this one, which had no limit
        s.add(own)
    if own is not None:
        own.dong += left.dong if left else 0
        own.spent += left.spent if left else money_queries.spent_in(s, old, month)
    s.flush()
