"""A budget that is used up holds messages, and a larger one lets them go: with the worker's own sending."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.alerts.models import Alert
from outreach.limits import money
from outreach.sms import money_queries, sending, spending
from outreach.sms.gateway import ConsoleGateway
from outreach.sms.models import SENT, Sms
from tests import world
from tests.limits import messages
from tests.limits.conftest import TEN


def fates(s):
    return Counter((state, held) for state, held in s.execute(select(Sms.state, Sms.held)))


def test_what_a_budget_held_goes_when_it_is_raised(real_db):
    """Three messages at 800 đồng: 1.600 pay for two, and the hundredth percent is told."""
    with Session(real_db) as s:
        w = world.build(s)
        messages.price(s, w)
        messages.waits(s, w.tan_hung, TEN, many=3)
        money.set_budget(s, w.tan_hung, 1_600, w.cuc)
        s.commit()
        sending.send_due(real_db, ConsoleGateway(3))
        now = money_queries.standing(s, w.tan_hung)
        assert (now.spent, now.held.messages, now.out, now.left) == (1_600, 1, True, 0)
        assert fates(s) == {(SENT, ""): 2, ("queued", spending.BUDGET): 1}
        assert {one.kind for one in s.scalars(select(Alert))} == {spending.BUDGET_80, spending.BUDGET_OUT}
        s.rollback()
        money.set_budget(s, w.tan_hung, 10_000, w.cuc)
        s.commit()
        sending.send_due(real_db, ConsoleGateway(3))
        now = money_queries.standing(s, w.tan_hung)
        assert (now.spent, now.out, now.left) == (2_400, False, 7_600)
        assert fates(s) == {(SENT, ""): 3}
        assert [one.closed_at for one in s.scalars(select(Alert))] == [TEN, TEN]
