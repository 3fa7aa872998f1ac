"""Setting what messages may cost: a commune's budget of the month, and what a part costs from a day on."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import clock, db
from outreach.accounts import audit
from outreach.accounts.models import Account
from outreach.alerts import raising
from outreach.alerts.names import BUDGET_80, BUDGET_OUT
from outreach.areas.models import Area
from outreach.lib.months import first_of
from outreach.sms import money_queries, outbox, spending
from outreach.sms.models import Budget, Sms, SmsPrice


def set_budget(s: Session, commune: Area, dong: int, by: Account) -> bool:
    """What the commune may spend this month and each later one, until it is changed; False: it is so already.

    The first budget counts what the month's messages have cost so far. Money that came goes to what was held for want
    of it, in the next open hour.
    """
    month = first_of(clock.today())
    known = spending.budget_of(s, commune.id, month)
    before = known.dong if known else None
    if before == dong:
        return False
    if known is None:
        row = {"area_id": commune.id, "month": month, "dong": dong, "set_by_id": by.id, "set_at": clock.now()}
        db.add_missing(s, Budget, [row | {"spent": money_queries.spent_in(s, commune, month)}])
    own = update(Budget).where(Budget.area_id == commune.id, Budget.month == month)
    s.execute(own.values(dong=dong, set_by_id=by.id, set_at=clock.now()))
    audit.record(
        s, "budget.set", "area", commune.id, area_id=commune.id, actor_id=by.id, month=f"{month:%Y-%m}", dong=dong,
        before=before,
    )  # fmt: skip
    _go_on(s, s.get_one(Budget, (commune.id, month), populate_existing=True))
    return True


def _go_on(s: Session, budget: Budget) -> None:
    """What waits for money alone tries again, and alerts that no longer hold are closed."""
    about = f"{budget.month:%Y-%m}"
    if budget.spent >= budget.dong:
        return
    outbox.go_on(s, spending.BUDGET, Sms.area_id == budget.area_id)
    raising.over(s, BUDGET_OUT, budget.area_id, about)
    if budget.spent * 100 < budget.dong * spending.NEARLY:
        raising.over(s, BUDGET_80, budget.area_id, about)


def set_price(s: Session, prefix: str, dong: int, since: date, by: Account) -> bool:
    """What a part to numbers with this beginning costs from a day on; False: it is so already.

    Messages that went keep the price they went at.
    """
    known = s.get(SmsPrice, (prefix, since))
    if known is not None and known.dong == dong:
        return False
    before = known.dong if known else None
    if known is None:
        known = SmsPrice(prefix=prefix, since=since, dong=dong, by_id=by.id)
        s.add(known)
    known.dong, known.by_id = dong, by.id
    audit.record(
        s, "sms_price.set", "sms_price", None, area_id=by.area_id, actor_id=by.id, prefix=prefix, since=str(since),
        dong=dong, before=before,
    )  # fmt: skip
    return True
