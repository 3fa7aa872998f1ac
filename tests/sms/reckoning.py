"""The outbox held against what a stand-in for Twilio truly took."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from outreach import db
from outreach.sms.models import ACCEPTED, FAILED, SENT, Budget, Sms
from tests.sms.fake_twilio import FakeTwilio

NOT_DELIVERED = ("undelivered", "30008")


class Reckoning(NamedTuple):
    """`right`: messages taken and known to be. `lost`: numbers that got nothing, or something of which the outbox does
    not know. `doubled`: messages too many. `open`: rows that still wait for something. `wrong`: đồng by which the
    budgets differ from what the messages cost.
    """

    right: int
    lost: list[str]
    doubled: int
    open: int
    wrong: int


def reckon(engine: Engine, twilio: FakeTwilio) -> Reckoning:
    """Every number has one message in the outbox, which is to be taken once and known to be taken."""
    taken = Counter(message["to"] for message in twilio.messages)
    sids = {(message["to"], message["sid"]) for message in twilio.messages}
    with db.transaction(engine) as s:
        rows = s.execute(select(Sms.to, Sms.state, Sms.error, Sms.gateway_id, Sms.price)).all()
        spent = s.scalar(select(func.sum(Budget.spent))) or 0
    known = {row.to for row in rows if _is_known(row.state, row.error) and (row.to, row.gateway_id) in sids}
    still = sum(row.state not in (SENT, ACCEPTED, FAILED) for row in rows)
    lost = sorted(({row.to for row in rows} | taken.keys()) - known)
    wrong = abs(int(spent) - sum(row.price or 0 for row in rows))
    return Reckoning(len(known), lost, sum(taken.values()) - len(taken), still, wrong)


def _is_known(state: str, error: str) -> bool:
    """Taken, whatever the phone company made of it then."""
    return state in (SENT, ACCEPTED) or (state == FAILED and error in NOT_DELIVERED)
